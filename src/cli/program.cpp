#include "precipice/cli/program.hpp"

#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <new>
#include <system_error>

#include "cli/completion.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

const Manual& manual() {
  static const Manual value{
      .name = "precipice",
      .summary = R"(precipice emulates any binary floating-point format, replays the training of small classifiers
in it, and maps where precision falls off: absorption, softmax collapse and numerical feature
inflation.)",
      .usage = "COMMAND ...     ('precipice COMMAND --help' explains a command, 'precipice help' words)",
      .details = {},
      .example = R"(Example:
  precipice formats bfloat16 e4m3            what two formats can hold
  echo "1 0x1p-24" | precipice eval add --format binary32
      0x1p+0                                 the smaller term is absorbed

Exit codes: 0 fine, 1 a check failed, 2 wrong usage or configuration, 3 input or output
failed, 75 out of time (call again to go on), 130 interrupted. An error is one line on standard
error.)"};
  return value;
}

void register_commands(Commands& commands) {
  add_formats(commands);
  add_eval(commands);
  add_experiments(commands);
  add_train(commands);
  add_sweep(commands);
  add_phase(commands);
  add_anatomy(commands);
  add_report(commands);
  add_table(commands);
  add_outcomes(commands);
  add_attribute(commands);
  add_advise(commands);
  add_audit(commands);
  add_verify(commands);
  add_check(commands);
  add_collect(commands);
  add_reproduce(commands);
  add_slurm(commands);
  add_completions(commands);
  add_help(commands);
}

/// What CLI11 found wrong, in our words where its own are of no help.
std::string complaint(const CLI::ParseError& error) {
  std::string text = error.what();
  const std::string option = text.substr(0, text.find_first_of(": "));
  if (text.ends_with(" missing")) return option + " needs a value";
  if (text.find("At Most 1") != std::string::npos) return option + " is given more than once";
  // Here alone CLI11 leaves the dashes away.
  if (text.find("flag override") != std::string::npos) return fmt::format("--{} takes no value", option);
  return text;
}

[[noreturn]] void refuse_usage(const CLI::App& program, const CLI::ParseError& error) {
  std::string path = program.get_name();
  for (const CLI::App* command : program.get_subcommands()) path += " " + command->get_name();
  throw ConfigError(fmt::format("{} (see '{} --help')", complaint(error), path));
}

ExitCode parse_and_act(int argc, const char* const* argv) {
  CLI::App program;
  Commands commands(program, manual());
  program.set_version_flag("--version", "precipice " PRECIPICE_VERSION, "show the version");
  register_commands(commands);
  if (argc > 1 && argv[1] == completion_request) {
    print(to_text(completion_of(commands, {argv + 2, argv + argc})));
    return ExitCode::fine;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForVersion& version) {
    print(fmt::format("{}\n", version.what()));
    return ExitCode::fine;
  } catch (const CLI::CallForHelp&) {
    if (program.get_subcommands().empty()) commands.refuse_strangers();
    print_text(program.help());
    return ExitCode::fine;
  } catch (const CLI::ParseError& error) {
    commands.refuse_strangers();  // a misspelt option explains the missing one
    refuse_usage(program, error);
  }
  return commands.act();
}

/// The error line, after everything that was printed before the error.
int report(ExitCode code, std::string_view message) {
  print_error(message);
  return static_cast<int>(code);
}

}  // namespace

int run(int argc, const char* const* argv) {
  // A closed pipe is an error of the write, not the end of the process: of ours to `head`, and of ours to gnuplot.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const ExitCode code = parse_and_act(argc, argv);
    flush_output();
    return static_cast<int>(code);
  } catch (const ReaderGone&) {
    return static_cast<int>(ExitCode::fine);
  } catch (const Error& error) {
    return report(error.code(), error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return report(ExitCode::input_output, fmt::format("{}: {}", error.path1().string(), error.code().message()));
  } catch (const std::system_error& error) {
    return report(ExitCode::input_output, error.what());
  } catch (const std::bad_alloc&) {
    return report(ExitCode::input_output, "out of memory; a smaller problem or fewer --jobs would need less");
  } catch (const std::exception& error) {
    return report(ExitCode::input_output, fmt::format("internal error: {}; please report it", error.what()));
  }
}

}  // namespace precipice::cli
