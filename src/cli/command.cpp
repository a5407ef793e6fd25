#include "precipice/cli/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "precipice/cli/choices.hpp"
#include "precipice/format/nearest_name.hpp"

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

[[noreturn]] void refuse_option(const CLI::App& command, const std::string& path, const std::string& typed) {
  const std::vector<std::string> names = long_options(command);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string name = typed.substr(0, typed.find('='));
  throw ConfigError(fmt::format("unknown option '{}' of '{}'{} (accepted: {})", typed, path, did_you_mean(name, known),
                                fmt::join(known, ", ")));
}

}  // namespace

Commands::Commands(CLI::App& program, const Manual& manual) : program_(program) {
  program.name(manual.name);
  program.description(manual.summary);
  program.require_subcommand(0, 1);  // act() has the better message for none
  document(program, manual);
}

CLI::App& Commands::add(const Manual& manual, Action action) {
  CLI::App& command = *program_.add_subcommand(manual.name, manual.summary)->group("Commands");
  document(command, manual);
  commands_.emplace_back(&command, std::move(action));
  return command;
}

std::vector<std::string_view> Commands::names() const {
  std::vector<std::string_view> result;
  for (const auto& [command, action] : commands_) result.push_back(command->get_name());
  return result;
}

void Commands::refuse_strangers() const {
  for (const auto& [command, action] : commands_) {
    const std::vector<std::string> strangers = strangers_of(*command);
    if (strangers.empty()) continue;
    const std::string path = program_.get_name() + " " + command->get_name();
    if (strangers.front().starts_with('-')) refuse_option(*command, path, strangers.front());
    throw ConfigError(
        fmt::format("'{}' is one argument too many for '{}' (see '{} --help')", strangers.front(), path, path));
  }
  const std::vector<std::string> strangers = strangers_of(program_);
  if (strangers.empty()) return;
  if (strangers.front().starts_with('-')) refuse_option(program_, program_.get_name(), strangers.front());
  refuse_word("command", strangers.front(), names());
}

ExitCode Commands::act() const {
  refuse_strangers();
  for (const auto& [command, action] : commands_) {
    if (command->parsed()) return action();
  }
  throw ConfigError(fmt::format("no command given (accepted: {}; '{} --help' explains)", fmt::join(names(), ", "),
                                program_.get_name()));
}

}  // namespace precipice::cli
