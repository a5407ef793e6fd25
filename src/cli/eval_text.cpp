#include "cli/eval_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/hexadecimal.hpp"

namespace precipice::cli {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr std::uint8_t no_digit = 16;

/// What each character is worth as a hexadecimal digit.
constexpr auto digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < no_digit; ++i) {
    values[static_cast<unsigned char>("0123456789abcdef"[i])] = static_cast<std::uint8_t>(i);
    values[static_cast<unsigned char>("0123456789ABCDEF"[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

constexpr std::uint8_t digit_value(char c) { return digit_values[static_cast<unsigned char>(c)]; }

bool are_digits(std::string_view text) {
  unsigned seen = 0;
  for (const char c : text) seen |= digit_value(c);
  return !text.empty() && seen < no_digit;
}

/// At most 16 digits.
std::uint64_t value_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 16 + digit_value(c);
  return value;
}

/// Far numbers stop at the ends of 64 bits, which lie beyond any format.
std::int64_t parse_integer(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error == std::errc::invalid_argument || stop != end) {
    throw ConfigError(
        fmt::format("'{}' is not an integer, as the second operand of scaleb is (such as -3)", excerpt(text)));
  }
  if (error == std::errc{}) return value;
  return digits.starts_with('-') ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

/// An operand is a datum of its format, whatever operations make of that: --flags tell of what is flushed.
Exact read_operand(const EvalRequest& request, std::string_view text) {
  const Format& f = request.computation.operands;
  if (request.in == Input::code) return decode(f, parse_code(text, f));
  return read_value(text, with_subnormals(f, Subnormals::gradual), Rounding::nearest_even, request.reading);
}

std::string datum_text(const EvalRequest& request, const Exact& value) {
  const Format& f = request.computation.result;
  switch (request.out) {
    case Output::value: return to_hexadecimal(value);
    case Output::decimal: return shortest_decimal(value, f);
    case Output::exact: return exact_decimal(value);
    case Output::code: return code_text(f, encode(f, value));
  }
  return {};
}

/// In the order of Berkeley TestFloat's flag bits, from the highest: a letter for a flag that is raised, a dot for one
/// that is not.
std::string flags_text(const Flags& flags) {
  return {flags.invalid ? 'v' : '.', flags.divide_by_zero ? 'i' : '.', flags.overflow ? 'o' : '.',
          flags.underflow ? 'u' : '.', flags.inexact ? 'x' : '.'};
}

struct AnswerText {
  const EvalRequest& request;
  std::string operator()(const Exact& value) const { return datum_text(request, value); }
  std::string operator()(std::partial_ordering order) const { return std::string(ordering_text(order)); }
  std::string operator()(bool holds) const { return holds ? "1" : "0"; }
};

}  // namespace

void split(std::string_view line, Words& words) {
  words.clear();
  const auto* at = line.begin();
  while (true) {
    at = std::find_if_not(at, line.end(), is_blank);
    if (at == line.end()) return;
    const auto* const end = std::find_if(at, line.end(), is_blank);
    words.emplace_back(at, end);
    at = end;
  }
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 60;
  return text.size() <= longest ? std::string(text) : fmt::format("{}...", text.substr(0, longest));
}

Integer parse_code(std::string_view text, const Format& f) {
  std::string_view digits = text;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  if (!are_digits(digits)) {
    throw ConfigError(
        fmt::format("'{}' is not a code point (accepted: hexadecimal digits such as 0x3f80)", excerpt(text)));
  }
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const std::size_t bits =
      4 * digits.size() - 4 + static_cast<std::size_t>(std::bit_width(value_of(digits.substr(0, 1))));
  if (bits > static_cast<std::size_t>(width(f))) {
    throw ConfigError(
        fmt::format("'{}' has {} bits, but a code point of {} has {}", excerpt(text), bits, describe(f), width(f)));
  }
  constexpr std::size_t at_once = 16;
  Integer code = value_of(digits.substr(0, at_once));
  for (std::size_t at = at_once; at < digits.size(); at += at_once) {
    const std::string_view next = digits.substr(at, at_once);
    code <<= 4 * next.size();
    code += value_of(next);
  }
  return code;
}

std::string found_text(std::span<const std::string_view> words, std::string_view line) {
  return fmt::format("{} found in '{}'", words.size() == 1 ? "1 is" : fmt::format("{} are", words.size()),
                     excerpt(line));
}

void read_operands(const EvalRequest& request, std::span<const std::string_view> words, Operands& operands) {
  const bool is_scaled = is_scaling(*request.computation.operation);
  const std::span<const std::string_view> data = is_scaled ? words.first(1) : words;
  operands.data.resize(data.size());
  std::ranges::transform(data, operands.data.begin(), [&](std::string_view x) { return read_operand(request, x); });
  if (is_scaled) operands.integer = parse_integer(words.back());
}

std::string answer_text(const EvalRequest& request, const Answer& answer) {
  std::string text = std::visit(AnswerText{request}, answer.value);
  if (request.flags == FlagsColumn::present) text += " " + flags_text(answer.flags);
  return text;
}

std::string_view ordering_text(std::partial_ordering order) {
  if (std::is_lt(order)) return "less";
  if (std::is_gt(order)) return "greater";
  return std::is_eq(order) ? "equal" : "unordered";
}

}  // namespace precipice::cli
