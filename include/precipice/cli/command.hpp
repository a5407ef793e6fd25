#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/format/error.hpp"

namespace precipice::cli {

/// What a subcommand does once its command line has been read. Throws precipice::Error for what a person can put right.
using Action = std::function<ExitCode()>;

/// What `--help` says about a command beside its options. Lines of at most 95 characters.
struct Manual {
  std::string name;
  std::string summary;       ///< for a subcommand half a line, shown in `precipice --help` too
  std::string usage;         ///< what follows the name: "OP --format F [options] < lines"
  std::string details;       ///< paragraphs under the usage; may be empty
  std::string example;       ///< "Example:" and lines that can be pasted, with what they print
  std::string instead = {};  ///< of arguments that are too many: what to do with them; may be empty
};

/// A subcommand as it was added.
struct Subcommand {
  Manual manual;
  CLI::App* app;
  Action action;
};

/// The subcommands of the program. How to add one:
///   1. src/cli/<name>.cpp defines `void add_<name>(Commands& commands)`; declare it in precipice/cli/commands.hpp and
///      call it in src/cli/program.cpp.
///   2. It puts the options into a struct that it shares with the action, so that they live until the action runs:
///        auto options = std::make_shared<Options>();
///        CLI::App& command = commands.add(manual, [options] { return act(*options); });
///        command.add_option("--format", options->format, "the format")->type_name("F")->required();
///   3. Options are strings (or numbers) of CLI11 without its validators; flags are added with add_flag(...) and
///      ->disable_flag_override(). The action reads options with at_option and choose, checks everything, then acts.
///      It prints with precipice/cli/output.hpp.
/// Unknown options and superfluous arguments, exit codes, one-line errors and closed pipes are the frame's business.
class Commands {
 public:
  /// `program` outlives this; its name, its help and the number of subcommands are set here.
  Commands(CLI::App& program, Manual manual);

  CLI::App& add(const Manual& manual, Action action);

  [[nodiscard]] const CLI::App& program() const { return program_; }
  [[nodiscard]] const Manual& manual() const { return manual_; }
  /// In the order in which they were added.
  [[nodiscard]] const std::vector<Subcommand>& all() const { return commands_; }
  [[nodiscard]] std::vector<std::string_view> names() const;

  /// Does what the command line that `program` has parsed asks for. Throws ConfigError for anything in it that no
  /// option wants, and if there is no subcommand.
  ExitCode act() const;

  /// Throws ConfigError for the first word of the command line that no option wants, if there is one.
  void refuse_strangers() const;

 private:
  /// Throws ConfigError if one of the words is a command, or one follows them.
  void refuse_late_command(const std::vector<std::string>& strangers) const;

  CLI::App& program_;
  Manual manual_;
  std::vector<Subcommand> commands_;
};

}  // namespace precipice::cli
