#include "cli/testfloat.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "cli/eval_lines.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/hexadecimal.hpp"

namespace precipice::cli {
namespace {

constexpr int mismatches_shown = 20;

unsigned flag_bits(const Flags& flags) {
  return (flags.inexact ? 1U : 0U) | (flags.underflow ? 2U : 0U) | (flags.overflow ? 4U : 0U) |
         (flags.divide_by_zero ? 8U : 0U) | (flags.invalid ? 16U : 0U);
}

unsigned parse_flags(std::string_view text) {
  constexpr std::string_view tens = "01", ones = "0123456789abcdef", ones_in_capitals = "0123456789ABCDEF";
  const std::size_t high = text.size() == 2 ? tens.find(text[0]) : std::string_view::npos;
  const std::size_t low = text.size() == 2 ? std::min(ones.find(text[1]), ones_in_capitals.find(text[1])) : 0;
  if (high > tens.size() || low > ones.size()) {
    throw ConfigError(fmt::format("'{}' are no flags (accepted: two hexadecimal digits from 00 to 1f)", excerpt(text)));
  }
  return static_cast<unsigned>(16 * high + low);
}

/// Whether an answer is the expected one, as it is written.
struct IsExpected {
  std::string_view expected;
  const Format& format;

  bool operator()(const Exact& value) const {
    const Integer code = parse_code(expected, format);
    if (value.is_nan()) return decode(format, code).is_nan();
    return is_member(format, value) && encode(format, value) == code;
  }
  bool operator()(std::partial_ordering order) const {
    constexpr std::array<std::string_view, 4> words{"less", "equal", "greater", "unordered"};
    check_word(words);
    return expected == ordering_text(order);
  }
  bool operator()(bool holds) const {
    constexpr std::array<std::string_view, 2> words{"0", "1"};
    check_word(words);
    return expected == words[holds ? 1 : 0];
  }

 private:
  void check_word(std::span<const std::string_view> accepted) const {
    if (std::ranges::find(accepted, expected) != accepted.end()) return;
    throw ConfigError(
        fmt::format("'{}' is no result of a comparison (accepted: {})", excerpt(expected), fmt::join(accepted, ", ")));
  }
};

struct GotText {
  const Format& format;
  std::string operator()(const Exact& value) const {
    // A NaN need not have a code point.
    return is_member(format, value) ? code_text(format, encode(format, value)).substr(2) : to_hexadecimal(value);
  }
  std::string operator()(std::partial_ordering order) const { return std::string(ordering_text(order)); }
  std::string operator()(bool holds) const { return holds ? "1" : "0"; }
};

/// A line for a shell that repeats the comparison. Its words have been read, so they are plain digits.
std::string mismatch_text(const Computation& c, const InputLine& line, const Answer& got) {
  const std::string result = std::visit(GotText{c.result}, got.value);
  return fmt::format("echo {} | precipice eval {} --testfloat  # stdin:{}: got {} {:02x}, expected {}\n",
                     fmt::join(line.words, " "), replay_text(c, line.number), line.number, result, flag_bits(got.flags),
                     fmt::join(std::span(line.words).last(2), " "));
}

class Comparison {
 public:
  explicit Comparison(const EvalRequest& request) : request_(request) {}

  void compare(const InputLine& line) {
    constexpr std::size_t expected_words = 2;
    const std::span<const std::string_view> words = line.words;
    const Operation& operation = *request_.computation.operation;
    if (words.size() <= expected_words || !takes(operation, words.size() - expected_words)) {
      throw ConfigError(fmt::format("{} --testfloat takes {}, the expected result and its flags, but {}",
                                    operation.name, operands_text(operation), found_text(words, line.text)));
    }
    read_operands(request_, words.first(words.size() - expected_words), operands_);
    const unsigned expected_flags = parse_flags(words.back());
    const Computation computation = at_line(request_, line.number);
    const Answer got = evaluate(computation, operands_);
    const bool is_expected =
        std::visit(IsExpected{words[words.size() - expected_words], computation.result}, got.value);
    ++tested_;
    if (is_expected && flag_bits(got.flags) == expected_flags) return;
    if (++mismatches_ <= mismatches_shown) print(mismatch_text(computation, line, got));
  }

  [[nodiscard]] long long tested() const { return tested_; }
  [[nodiscard]] long long mismatches() const { return mismatches_; }

 private:
  const EvalRequest& request_;
  Operands operands_;
  long long tested_ = 0, mismatches_ = 0;
};

}  // namespace

ExitCode check_testfloat(const EvalRequest& request) {
  Comparison comparison(request);
  const long long passed_over = for_each_line(request, [&](const InputLine& line) { comparison.compare(line); });
  print(fmt::format("{} tested, {} mismatches\n", comparison.tested(), comparison.mismatches()));
  refuse_passed_over(passed_over);
  return comparison.mismatches() == 0 ? ExitCode::fine : ExitCode::check_failed;
}

}  // namespace precipice::cli
