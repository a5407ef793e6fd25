#include "precipice/cli/layout.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "precipice/format/word.hpp"

namespace precipice::cli {
namespace {

/// Lines of at most so many characters, broken at blanks.
std::vector<std::string> broken(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const std::string_view word : split(text, ' ')) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

/// The positions at which columns begin: everywhere two blanks or more end in all lines, or a header's word begins.
std::vector<std::size_t> column_starts(const std::vector<std::string_view>& lines, std::size_t width) {
  const auto is_blank = [&](std::size_t at) {
    return std::ranges::all_of(lines, [at](std::string_view line) { return at >= line.size() || line[at] == ' '; });
  };
  std::vector<std::size_t> starts{0};
  for (std::size_t at = 2; at < width; ++at) {
    if (!is_blank(at) && is_blank(at - 1) && is_blank(at - 2)) starts.push_back(at);
  }
  return starts;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(' ');
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

/// Where a line that is broken goes on: under its last column, or as far indented as it is.
std::size_t hanging_indent(std::string_view line, std::size_t width) {
  const std::size_t indent = std::min(line.find_first_not_of(' '), width / 2);
  const std::size_t gap = line.substr(0, width / 2).rfind("  ");
  return gap == std::string_view::npos || gap < indent ? indent : std::min(line.find_first_not_of(' ', gap), width / 2);
}

/// Cuts what fits into the width off the line, which goes on with `indent`; nothing if it has no blank to break at.
std::optional<std::string> cut_off(std::string& line, std::size_t width, std::size_t indent) {
  std::size_t end = line.rfind(' ', width);
  if (end == std::string::npos || line.find_first_not_of(' ') > end) end = line.find(' ', std::max(width, indent + 1));
  const std::size_t next = line.find_first_not_of(' ', end);
  if (end == std::string::npos || next == std::string::npos) return {};
  std::string head(trimmed(std::string_view(line).substr(0, end)));
  line = std::string(indent, ' ') + line.substr(next);
  return head;
}

}  // namespace

std::string in_two_columns(const std::vector<std::pair<std::string, std::string>>& rows, std::size_t indent,
                           std::size_t width) {
  std::size_t left = 0;
  for (const auto& [word, meaning] : rows) left = std::max(left, word.size());
  const std::size_t begin = indent + left + 2;
  std::string text;
  for (const auto& [word, meaning] : rows) {
    std::string line = std::string(indent, ' ') + word;
    for (const std::string& part : broken(meaning, width - std::min(width - 20, begin))) {
      line.resize(std::max(begin, line.size()), ' ');
      text += std::string(trimmed(line + part)) + "\n";
      line.clear();
    }
  }
  return text;
}

std::string indented(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result;
  for (const std::string& line : broken(text, width - indent)) result += std::string(indent, ' ') + line + "\n";
  return result;
}

std::string folded(std::string_view table, std::size_t width) {
  std::vector<std::string_view> lines = split(table, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  const auto size = [](std::string_view line) { return line.size(); };
  const std::size_t widest = lines.empty() ? 0 : size(*std::ranges::max_element(lines, {}, size));
  if (width == 0 || widest <= width) return std::string(table);

  std::vector<std::size_t> starts = column_starts(lines, widest);
  starts.push_back(widest);
  const std::size_t first = starts[1];
  std::string text;
  for (std::size_t from = 1; from + 1 < starts.size();) {
    std::size_t to = from + 1;
    while (to + 1 < starts.size() && first + starts[to + 1] - starts[from] <= width) ++to;
    if (!text.empty()) text += "\n";
    for (const std::string_view line : lines) {
      std::string part(line.substr(0, first));
      part.resize(first, ' ');
      if (starts[from] < line.size()) part += line.substr(starts[from], starts[to] - starts[from]);
      text += std::string(trimmed(part)) + "\n";
    }
    from = to;
  }
  return text.empty() ? std::string(table) : text;
}

std::string wrapped(std::string_view text, std::size_t width) {
  if (width == 0) return std::string(text);
  std::string result, line;
  std::size_t indent = 0;
  bool is_broken = false, flows = false;  // of a paragraph or a last column; examples are neither
  for (const std::string_view next : split(text, '\n')) {
    if (is_broken && flows && next.find_first_not_of(' ') == indent) {
      line += " " + std::string(next.substr(indent));
    } else {
      if (next.data() != text.data()) result += line + "\n";
      line = next;
      indent = hanging_indent(line, width);
      flows = indent == 0 || indent != line.find_first_not_of(' ');
      is_broken = false;
    }
    while (line.size() > width) {
      const auto head = cut_off(line, width, indent);
      if (!head) break;
      result += *head + "\n";
      is_broken = true;
    }
  }
  return result + line;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::size_t terminal_width(int descriptor) {
  winsize size{};
  return isatty(descriptor) != 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace precipice::cli
