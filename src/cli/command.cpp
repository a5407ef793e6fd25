#include "precipice/cli/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "precipice/cli/choices.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/sweep/settings.hpp"

namespace precipice::cli {
namespace {

/// CLI11's help with our usage line and the details under it.
class Help : public CLI::Formatter {
 public:
  explicit Help(const Manual& manual) : usage_(manual.usage), details_(manual.details) {
    column_width(26);
    label("Positionals", "Arguments");
    label("REQUIRED", "(required)");
  }

  std::string make_usage(const CLI::App*, std::string name) const override {
    const std::string usage = fmt::format("\nUsage: {} {}\n", name, usage_);
    return details_.empty() ? usage : fmt::format("{}\n{}\n", usage, details_);
  }

 private:
  std::string usage_, details_;
};

void document(CLI::App& command, const Manual& manual) {
  command.formatter(std::make_shared<Help>(manual));
  command.set_help_flag("-h,--help", "show this help");
  command.footer(manual.example);
}

/// What was typed for this command and no option wants, without the "--" that ends options.
std::vector<std::string> strangers_of(const CLI::App& command) {
  std::vector<std::string> words = command.remaining();
  std::erase(words, "--");
  return words;
}

/// Every option of the command by its long name: "--json".
std::vector<std::string> long_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// The key of an experiment that somebody took for an option: --steps, --learning-rate. Empty if there is none.
std::string key_meant_by(const CLI::App& command, std::string name) {
  if (command.get_option_no_throw("--set") == nullptr) return {};
  name.erase(0, name.find_first_not_of('-'));
  std::replace(name.begin(), name.end(), '-', '_');
  return std::string(key_ending_in(name));
}

[[noreturn]] void refuse_option(const CLI::App& command, const std::string& path, const std::string& typed) {
  const std::vector<std::string> names = long_options(command);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string name = typed.substr(0, typed.find('='));
  const std::string key = key_meant_by(command, name);
  throw ConfigError(
      fmt::format("unknown option '{}' of '{}'{} (accepted: {})", typed, path,
                  key.empty() ? did_you_mean(name, known) : fmt::format("; did you mean '--set {}=...'?", key),
                  fmt::join(known, ", ")));
}

}  // namespace

Commands::Commands(CLI::App& program, Manual manual) : program_(program), manual_(std::move(manual)) {
  program.name(manual_.name);
  program.description(manual_.summary);
  program.require_subcommand(0, 1);  // act() has the better message for none
  document(program, manual_);
}

CLI::App& Commands::add(const Manual& manual, Action action) {
  CLI::App& command = *program_.add_subcommand(manual.name, manual.summary)->group("Commands");
  document(command, manual);
  commands_.push_back({manual, &command, std::move(action)});
  return command;
}

std::vector<std::string_view> Commands::names() const {
  std::vector<std::string_view> result;
  for (const Subcommand& command : commands_) result.push_back(command.app->get_name());
  return result;
}

void Commands::refuse_late_command(const std::vector<std::string>& strangers) const {
  std::string late;
  for (const Subcommand& command : commands_) {
    const std::string& name = command.manual.name;
    if (command.app->parsed() || std::ranges::count(strangers, name) > 0) late = name;
  }
  if (!late.empty()) {
    throw ConfigError(fmt::format("'{}' stands before the command, which comes first: {} {} ...", strangers.front(),
                                  program_.get_name(), late));
  }
}

void Commands::refuse_strangers() const {
  for (const Subcommand& command : commands_) {
    const std::vector<std::string> strangers = strangers_of(*command.app);
    if (strangers.empty()) continue;
    const std::string path = program_.get_name() + " " + command.app->get_name();
    if (strangers.front().starts_with('-')) refuse_option(*command.app, path, strangers.front());
    throw ConfigError(fmt::format("'{}' is one argument too many for '{}'{} (see '{} --help')", strangers.front(), path,
                                  command.manual.instead.empty() ? "" : "; " + command.manual.instead, path));
  }
  const std::vector<std::string> strangers = strangers_of(program_);
  if (strangers.empty()) return;
  refuse_late_command(strangers);
  if (strangers.front().starts_with('-')) refuse_option(program_, program_.get_name(), strangers.front());
  std::vector<std::string_view> known = names();
  for (const char* option : {"--help", "--version"}) known.emplace_back(option);
  refuse_word("command", strangers.front(), known);
}

ExitCode Commands::act() const {
  refuse_strangers();
  for (const Subcommand& command : commands_) {
    if (command.app->parsed()) return command.action();
  }
  throw ConfigError(fmt::format("no command given (accepted: {}; '{} --help' explains)", fmt::join(names(), ", "),
                                program_.get_name()));
}

}  // namespace precipice::cli
