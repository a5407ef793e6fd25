#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace precipice::tests {

/// What became of a process.
struct ProgramRun {
  int exit_code;  ///< 128 + signal if one ended it
  std::string out, err;

  /// Lines of standard error; an unfinished last one counts.
  [[nodiscard]] long error_lines() const {
    return std::ranges::count(err, '\n') + (err.empty() || err.ends_with('\n') ? 0 : 1);
  }
};

namespace detail {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

inline File temporary(std::string_view content = {}) {
  File file(std::tmpfile(), std::fclose);
  if (!file) throw std::runtime_error("no temporary file");
  if (!content.empty()) std::fwrite(content.data(), 1, content.size(), file.get());
  std::rewind(file.get());
  return file;
}

inline std::string content(const File& file) {
  std::string text;
  std::rewind(file.get());
  for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get())) text += static_cast<char>(c);
  return text;
}

}  // namespace detail

/// Runs a program to its end, `input` on its standard input. It inherits the environment and the working directory.
inline ProgramRun run_program(const std::string& program, std::vector<std::string> arguments,
                              std::string_view input = {}) {
  const auto in = detail::temporary(input), out = detail::temporary(), err = detail::temporary();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(err.get()), STDERR_FILENO);

  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot run " + program);

  int status = 0;
  waitpid(child, &status, 0);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, detail::content(out), detail::content(err)};
}

#ifdef PRECIPICE_PROGRAM
/// The program `precipice` of this build.
inline ProgramRun run_precipice(std::vector<std::string> arguments, std::string_view input = {}) {
  return run_program(PRECIPICE_PROGRAM, std::move(arguments), input);
}

/// A shell's command line in which $precipice is the program: for pipes and redirections.
inline ProgramRun shell(const std::string& command) {
  return run_program("/bin/bash", {"-c", "precipice='" PRECIPICE_PROGRAM "'; " + command});
}
#endif

}  // namespace precipice::tests
