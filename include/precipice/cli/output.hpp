#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace precipice::cli {

/// Whoever read standard output has gone away (a pipe into `head`): there is nobody to tell and nothing went wrong.
/// `run` ends the program quietly with ExitCode::fine.
class ReaderGone : public std::exception {};

/// Writes to standard output. Throws FileError if it cannot be written (a full disk), ReaderGone for a closed pipe.
void print(std::string_view text);

/// Text for people; long lines are broken where standard output is a terminal that is too narrow for them.
void print_text(std::string_view text);

/// A table, its columns two blanks apart; folded where standard output is a terminal that is too narrow for it.
void print_table(std::string_view table);

/// Everything printed so far leaves the program. Throws as print does.
void flush_output();

/// One line on standard error, "precipice: what is wrong, where, what would be right", after everything printed so far.
void print_error(std::string_view message);

/// The text as one line for a terminal: line breaks and other control characters become escapes such as \n.
std::string one_line(std::string_view text);

}  // namespace precipice::cli
