#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace precipice::cli {

/// Standard input line by line, with the number of the line for messages.
class StandardInput {
 public:
  /// `before_waiting` is called before each read that may block: the place to flush answers, so that a program at the
  /// other end may ask line by line. Lines count from `first_line`.
  explicit StandardInput(std::function<void()> before_waiting, long long first_line = 1)
      : before_waiting_(std::move(before_waiting)), line_(first_line - 1) {}

  /// The next line without its line break, nothing at the end. The view lives until the next call. Throws FileError.
  std::optional<std::string_view> next_line();

  /// The number of the line last returned.
  [[nodiscard]] long long line() const { return line_; }
  /// "stdin:3", its place.
  [[nodiscard]] std::string place() const;

 private:
  /// False at the end of the input.
  bool read_more();

  std::function<void()> before_waiting_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of the next line in the buffer
  long long line_;
};

}  // namespace precipice::cli
