#include "precipice/cli/input.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "precipice/format/error.hpp"

namespace precipice::cli {

std::optional<std::string_view> StandardInput::next_line() {
  std::size_t searched = begin_;
  std::size_t end = buffer_.find('\n', searched);
  while (end == std::string::npos) {
    searched = buffer_.size() - begin_;  // read_more moves the line to the front
    if (!read_more()) break;
    end = buffer_.find('\n', searched);
  }
  if (end == std::string::npos && begin_ == buffer_.size()) return {};
  const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
  begin_ = end == std::string::npos ? buffer_.size() : end + 1;
  ++line_;
  return line;
}

std::string StandardInput::place() const { return fmt::format("stdin:{}", line_); }

bool StandardInput::read_more() {
  constexpr std::size_t chunk = 1 << 16;
  buffer_.erase(0, begin_);
  begin_ = 0;
  before_waiting_();
  const std::size_t held = buffer_.size();
  buffer_.resize(held + chunk);
  ssize_t count = 0;
  do {
    count = ::read(STDIN_FILENO, buffer_.data() + held, chunk);
  } while (count < 0 && errno == EINTR);
  const int error = errno;
  buffer_.resize(held + static_cast<std::size_t>(count < 0 ? 0 : count));
  if (count < 0) {
    throw FileError(fmt::format("cannot read standard input: {}", std::generic_category().message(error)));
  }
  return count > 0;
}

}  // namespace precipice::cli
