#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/input.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/rounding/text.hpp"

namespace precipice::cli {
namespace {

// --- operations -----------------------------------------------------------------------------------------------------

/// x: as many operands as `operands` says.
struct Operation {
  std::string_view name;
  std::size_t operands;
  Rounded (*apply)(const Exact* x, const Format& result, const Mode& mode);
};

constexpr std::array operations{
    Operation{"add", 2,
              [](const Exact* x, const Format& f, const Mode& r) { return reference::add(x[0], x[1], f, r); }},
    Operation{"sub", 2,
              [](const Exact* x, const Format& f, const Mode& r) { return reference::subtract(x[0], x[1], f, r); }},
    Operation{"mul", 2,
              [](const Exact* x, const Format& f, const Mode& r) { return reference::multiply(x[0], x[1], f, r); }},
    Operation{"div", 2,
              [](const Exact* x, const Format& f, const Mode& r) { return reference::divide(x[0], x[1], f, r); }},
    Operation{"sqrt", 1,
              [](const Exact* x, const Format& f, const Mode& r) { return reference::square_root(x[0], f, r); }},
    Operation{"exp", 1, [](const Exact* x, const Format& f, const Mode& r) { return reference::exp(x[0], f, r); }},
    Operation{"log", 1, [](const Exact* x, const Format& f, const Mode& r) { return reference::log(x[0], f, r); }},
    Operation{"convert", 1,
              [](const Exact* x, const Format& f, const Mode& r) { return reference::convert(x[0], f, r); }},
};

const Operation& parse_operation(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const Operation& operation : operations) {
    if (operation.name == typed) return operation;
    names.push_back(operation.name);
  }
  refuse_word("operation", typed, names);
}

// --- what is asked for ----------------------------------------------------------------------------------------------

/// As typed.
struct Options {
  std::string operation, format, rounding = "nearest-even", to, in = "value", out = "value";
  bool exact = false, flags = false;
};

enum class Input : std::uint8_t { value, code };
enum class Output : std::uint8_t { value, decimal, code };
enum class FlagsColumn : std::uint8_t { absent, present };

/// As understood.
struct Request {
  const Operation* operation;
  Format operands, result;
  Mode mode;
  Input in;
  Output out;
  Reading reading;
  FlagsColumn flags;
};

Request understood(const Options& o) {
  const Operation& operation = parse_operation(o.operation);
  const Format operands = at_option("--format", [&] { return parse_format(o.format); });
  return {
      .operation = &operation,
      .operands = operands,
      .result = o.to.empty() ? operands : at_option("--to", [&] { return parse_format(o.to); }),
      .mode = at_option("--rounding", [&] { return parse_mode(o.rounding); }),
      .in = choose("--in", o.in, Choices<Input>{{"value", Input::value}, {"code", Input::code}}),
      .out = choose("--out", o.out,
                    Choices<Output>{{"value", Output::value}, {"decimal", Output::decimal}, {"code", Output::code}}),
      .reading = o.exact ? Reading::must_be_exact : Reading::rounds,
      .flags = o.flags ? FlagsColumn::present : FlagsColumn::absent};
}

// --- one line -------------------------------------------------------------------------------------------------------

constexpr std::string_view blanks = " \t\r\f\v";

/// Splits at blanks into `words`, whose memory is used again.
void split(std::string_view line, std::vector<std::string_view>& words) {
  words.clear();
  for (std::size_t begin = line.find_first_not_of(blanks); begin != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(blanks, end);
  }
}

Integer parse_code(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  if (digits.empty() || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
    throw ConfigError(fmt::format("'{}' is not a code point (accepted: hexadecimal digits such as 0x3f80)", text));
  }
  return Integer("0x" + std::string(digits));
}

Exact read_operand(const Request& request, std::string_view text) {
  if (request.in == Input::code) return decode(request.operands, parse_code(text));
  return read_value(text, request.operands, Rounding::nearest_even, request.reading);
}

std::string result_text(const Request& request, const Exact& value) {
  switch (request.out) {
    case Output::value: return to_hexadecimal(value);
    case Output::decimal: return shortest_decimal(value, request.result);
    case Output::code: return code_text(request.result, encode(request.result, value));
  }
  return {};
}

/// In the order of Berkeley TestFloat's flag bits, from the highest: a letter for a flag that is raised, a dot for one
/// that is not.
std::string flags_text(const Flags& flags) {
  return {flags.invalid ? 'v' : '.', flags.divide_by_zero ? 'i' : '.', flags.overflow ? 'o' : '.',
          flags.underflow ? 'u' : '.', flags.inexact ? 'x' : '.'};
}

/// Enough of a line to recognise it.
std::string excerpt(std::string_view line) {
  constexpr std::size_t longest = 60;
  return line.size() <= longest ? std::string(line) : fmt::format("{}...", line.substr(0, longest));
}

std::string answer(const Request& request, std::string_view line, const std::vector<std::string_view>& words) {
  const Operation& operation = *request.operation;
  if (words.size() != operation.operands) {
    throw ConfigError(fmt::format("{} takes {} operand{}, but {} found in '{}'", operation.name, operation.operands,
                                  operation.operands == 1 ? "" : "s",
                                  words.size() == 1 ? "1 is" : fmt::format("{} are", words.size()), excerpt(line)));
  }
  std::array<Exact, 2> operands;
  for (std::size_t i = 0; i < words.size(); ++i) operands[i] = read_operand(request, words[i]);
  const Rounded result = operation.apply(operands.data(), request.result, request.mode);
  std::string text = result_text(request, result.value);
  if (request.flags == FlagsColumn::present) text += " " + flags_text(result.flags);
  return text + "\n";
}

ExitCode evaluate(const Options& options) {
  const Request request = understood(options);
  StandardInput input(flush_output);
  std::vector<std::string_view> words;
  while (const auto line = input.next_line()) {
    split(*line, words);
    if (words.empty() || words.front().starts_with('#')) continue;
    print(at_option(input.place(), [&] { return answer(request, *line, words); }));
  }
  return ExitCode::fine;
}

// --- the command ----------------------------------------------------------------------------------------------------

const Manual& manual() {
  static const Manual value{
      .name = "eval",
      .summary = "single operations in any format, correctly rounded",
      .usage = "OP --format F [options] < lines",
      .details = R"(Reads one operation per line from standard input, its operands separated by blanks, and writes
one result per line. Empty lines and lines that begin with # are skipped. A result is the exact
result of the operation on the operands, rounded once.)",
      .example = R"(Flags are five letters or dots: v invalid, i infinite (division by zero), o overflow,
u underflow (tiny after rounding, and inexact), x inexact.

Example:
  echo "1 0x1p-8" | precipice eval add --format bfloat16 --flags
      0x1p+0 ....x                           absorbed: the sum is 1, and inexact
  echo 0.1 | precipice eval convert --format binary64 --to binary16 --out code
      0x2e66)"};
  return value;
}

}  // namespace

void add_eval(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return evaluate(*options); });
  command.add_option("OP", options->operation, "add, sub, mul, div: two operands; sqrt, exp, log, convert: one")
      ->type_name("")
      ->required();
  command
      .add_option("--format", options->format,
                  "format of the operands: a name or e<E>m<stored bits>\n(precipice formats)")
      ->type_name("F")
      ->required();
  command.add_option("--to", options->to, "format of the result; without it that of the operands")->type_name("F");
  command
      .add_option("--rounding", options->rounding,
                  "nearest-even (default), nearest-away, toward-zero,\ntoward-positive, toward-negative, "
                  "away-from-zero, to-odd")
      ->type_name("R");
  command
      .add_option("--in", options->in,
                  "value (default): decimals, C hexadecimal floats, inf, nan,\nrounded to the format to nearest-even; "
                  "code: hexadecimal code points")
      ->type_name("HOW");
  command
      .add_option(
          "--out", options->out,
          "value (default): C hexadecimal floats; decimal: the shortest\nthat reads back; code: code points in full "
          "width")
      ->type_name("HOW");
  command.add_flag("--exact", options->exact, "refuse operands that the format does not have")->disable_flag_override();
  command.add_flag("--flags", options->flags, "append the IEEE 754 exceptions to each result")->disable_flag_override();
}

}  // namespace precipice::cli
