#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/eval_request.hpp"

/// The lines that `precipice eval` reads and writes.
namespace precipice::cli {

using Words = std::vector<std::string_view>;

/// Splits at blanks into `words`, whose memory is used again.
void split(std::string_view line, Words& words);

/// Enough of a line or word to recognise it.
std::string excerpt(std::string_view text);

/// Hexadecimal digits, with or without 0x, as a code point of the format. Throws ConfigError.
Integer parse_code(std::string_view text, const Format& format);

/// As many operands as the operation takes, into `operands`, whose memory is used again. Throws ConfigError.
void read_operands(const EvalRequest& request, std::span<const std::string_view> words, Operands& operands);

/// "3 are found in '1 2 3'": the tail of an error message.
std::string found_text(std::span<const std::string_view> words, std::string_view line);

/// One line of output, without its line break.
std::string answer_text(const EvalRequest& request, const Answer& answer);

/// less, equal, greater, unordered.
std::string_view ordering_text(std::partial_ordering order);

}  // namespace precipice::cli
