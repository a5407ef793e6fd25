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
  /// other end may ask line by line.
  explicit StandardInput(std::function<void()> before_waiting) : before_waiting_(std::move(before_waiting)) {}

  /// The next line without its line break, nothing at the end. The view lives until the next call. Throws FileError.
  std::optional<std::string_view> next_line();

  /// "stdin:3", the place of the line last returned; lines count from 1.
  [[nodiscard]] std::string place() const;

 private:
  /// False at the end of the input.
  bool read_more();

  std::function<void()> before_waiting_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of the next line in the buffer
  long long line_ = 0;
};

}  // namespace precipice::cli
