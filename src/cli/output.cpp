#include "precipice/cli/output.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "precipice/cli/layout.hpp"
#include "precipice/format/error.hpp"

namespace precipice::cli {
namespace {

[[noreturn]] void refuse_output(int error) {
  if (error == EPIPE) throw ReaderGone();
  throw FileError(fmt::format("cannot write standard output: {}", std::generic_category().message(error)));
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) refuse_output(errno);
}

void print_text(std::string_view text) { print(wrapped(text, terminal_width(STDOUT_FILENO))); }

void print_table(std::string_view table) { print(folded(table, terminal_width(STDOUT_FILENO))); }

void flush_output() {
  if (std::fflush(stdout) != 0) refuse_output(errno);
}

void print_error(std::string_view message) {
  // Where even this cannot be written there is nobody left to tell.
  std::fflush(stdout);
  std::fputs(fmt::format("precipice: {}\n", one_line(message)).c_str(), stderr);
}

std::string one_line(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\n') {
      result += "\\n";
    } else if (code < 0x20 || code == 0x7f) {
      result += fmt::format("\\x{:02x}", code);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace precipice::cli
