#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace precipice::cli {

/// Help is written for terminals of 80 columns and more, and reads best in at most so many.
inline constexpr std::size_t help_width = 99;

/// A word and what it means in each line, the meanings under each other and broken where they are too long.
std::string in_two_columns(const std::vector<std::pair<std::string, std::string>>& rows, std::size_t indent,
                           std::size_t width = help_width);

/// A paragraph, every line of it indented.
std::string indented(std::string_view text, std::size_t indent = 4, std::size_t width = help_width);

/// A table whose columns are at least two blanks apart, its first line a header, for a window of so many columns: where
/// it is wider it is cut between columns, and its parts stand under each other, each with the first column. Lines that
/// are no rows (before an empty line, or of one column) stay. As it is if that does not help.
std::string folded(std::string_view table, std::size_t width);

/// Text for a window of so many columns (0: any): longer lines are broken at blanks and go on under their last column,
/// or as far indented as they are; paragraphs and last columns flow on into their next line.
std::string wrapped(std::string_view text, std::size_t width);

/// "1 cell", "2 cells".
std::string counted(std::uint64_t count, std::string_view noun);

/// Of the terminal that a file descriptor is; 0 if it is none.
std::size_t terminal_width(int descriptor);

}  // namespace precipice::cli
