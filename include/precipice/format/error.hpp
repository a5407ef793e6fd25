#pragma once

#include <stdexcept>
#include <string>

#pragma GCC visibility push(default)
namespace precipice {

/// What the process says to its caller; scripts rely on the numbers.
enum class ExitCode : int {
  fine = 0,
  check_failed = 1,
  usage = 2,
  input_output = 3,
  out_of_time = 75,  ///< EX_TEMPFAIL of sysexits.h: call again to go on
  interrupted = 130
};

/// Anything a person can put right. The message is one line: what is wrong, where, what would be right.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Wrong usage or configuration: something a person typed.
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message) : Error(ExitCode::usage, message) {}
};

/// A file that is missing, damaged, foreign or cannot be written.
class FileError : public Error {
 public:
  explicit FileError(const std::string& message) : Error(ExitCode::input_output, message) {}
};

/// The work was stopped from outside (Ctrl-C).
class Interrupted : public Error {
 public:
  explicit Interrupted(const std::string& message = "interrupted") : Error(ExitCode::interrupted, message) {}
};

}  // namespace precipice
#pragma GCC visibility pop
