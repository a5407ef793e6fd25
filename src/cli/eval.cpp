#include <fmt/core.h>

#include <memory>

#include "cli/eval_lines.hpp"
#include "cli/testfloat.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

std::string answer_to(const EvalRequest& request, const InputLine& line, Operands& operands) {
  const Operation& operation = *request.computation.operation;
  if (!takes(operation, line.words.size())) {
    throw ConfigError(fmt::format("{} takes {}, but {}", operation.name, operands_text(operation),
                                  found_text(line.words, line.text)));
  }
  read_operands(request, line.words, operands);
  return answer_text(request, evaluate(at_line(request, line.number), operands)) + "\n";
}

ExitCode answer_lines(const EvalRequest& request) {
  Operands operands;
  refuse_passed_over(for_each_line(request, [&](const InputLine& line) { print(answer_to(request, line, operands)); }));
  return ExitCode::fine;
}

ExitCode evaluate_input(const EvalOptions& options) {
  const EvalRequest request = understood(options);
  return options.testfloat ? check_testfloat(request) : answer_lines(request);
}

// --- the command ----------------------------------------------------------------------------------------------------

const Manual& manual() {
  static const Manual value{
      .name = "eval",
      .summary = "single operations in any format, correctly rounded",
      .usage = "OP --format F [options] < lines",
      .details = R"(Reads one operation per line from standard input, its operands separated by blanks, and writes
one result per line. Empty lines and lines that begin with # are skipped. A result is the exact
result of the operation on the operands, rounded once.

Operations (names and special cases of IEEE 754-2019):
  one operand    sqrt rsqrt exp expm1 exp2 log log1p log2 tanh sigmoid erf; convert;
                 round: to an integer; logb: the exponent; nextup nextdown: the neighbours
  two            add sub mul div rem pow; scaleb: x and an integer n give x * 2^n
                 minimum maximum (short: min max): NaN if either is one;
                 minimum-number maximum-number: NaN only if both are; also
                 minimum-magnitude maximum-magnitude minimum-magnitude-number
                 maximum-magnitude-number
                 compare: less, equal, greater or unordered; eq lt le eq-signaling lt-quiet
                 le-quiet: 1 or 0 (lt, le and eq-signaling: any NaN is invalid)
  three          fma: x y z give x * y + z
  any number     sum: x0 x1 ...; dot: x0 y0 x1 y1 ...)",
      .example = R"(Flags are five letters or dots: v invalid, i infinite (division by zero), o overflow,
u underflow (tiny and inexact), x inexact. Operands belong to --format: if that flushes them
(:daz), subnormal ones are zeros to the operation, whatever the format of the result.
Exit codes: 1 there are mismatches, 2 a line is wrong.

Example:
  echo "1 0x1p-8" | precipice eval add --format bfloat16 --flags
      0x1p+0 ....x                    absorbed: the sum is 1, and inexact
  echo "0.1 10 -1" | precipice eval fma --format binary32 --out exact
      1.490116119384765625e-8         rounded once: ten times the error of 0.1 in binary32
  echo 300 | precipice eval convert --format binary32 --to e5m2 --rounding sr:8 --seed 1
      0x1.4p+8                        by 8 random bits: 320 in 11 cases of 16, else 256
  echo 1e9 | precipice eval convert --format binary32 --to e4m3fn:sat --out exact --flags
      448 ..o.x                       the largest number of OCP's E4M3
  echo "3F800000 33800000 3F800000 01" | precipice eval add --format f32 --testfloat
      1 tested, 0 mismatches          a line of testfloat_gen f32_add)",
      .instead = "operands come from standard input, as in: echo '1 0x1p-8' | precipice eval add --format bfloat16"};
  return value;
}

void add_text_option(CLI::App& command, const std::string& name, std::string& into, const std::string& what,
                     const std::string& type) {
  command.add_option(name, into, what)->type_name(type);
}

void add_computation_options(CLI::App& command, EvalOptions& o) {
  command.add_option("OP", o.operation, "one of the operations above")->type_name("")->required();
  command.add_option("--format", o.format, "format of the operands: a name or e<E>m<stored bits>\n(precipice formats)")
      ->type_name("F")
      ->required();
  add_text_option(command, "--to", o.to, "format of the result; without it that of the operands", "F");
  add_text_option(command, "--rounding", o.rounding,
                  "nearest-even (default), nearest-away, toward-zero,\ntoward-positive, toward-negative, "
                  "away-from-zero, to-odd,\nstochastic, stochastic:<random bits>; short: rne rna rz ru rd\nraz ro sr",
                  "R");
  add_text_option(command, "--tininess", o.tininess, "underflow is judged after (default) or before rounding", "WHEN");
  add_text_option(command, "--seed", o.seed,
                  "of stochastic rounding (default 0): with the number of the\nline it decides the random bits", "S");
  add_text_option(
      command, "--order", o.order,
      "of sum and dot: sequential (default), reverse, pairwise,\nlanes:<n>, exact, ... ('precipice help orders')",
      "ORDER");
  add_text_option(command, "--products", o.products, "of dot: the format into which each product is rounded first",
                  "F");
}

void add_text_options(CLI::App& command, EvalOptions& o) {
  add_text_option(command, "--in", o.in,
                  "value (default): decimals, C hexadecimal floats, inf, nan,\nrounded to the format to nearest-even; "
                  "code: hexadecimal code points",
                  "HOW");
  add_text_option(command, "--out", o.out,
                  "value (default): C hexadecimal floats; decimal: the shortest\nthat reads back; exact: all decimal "
                  "digits; code: code points\nin full width",
                  "HOW");
  command.add_flag("--exact", o.exact, "refuse operands that the format does not have")->disable_flag_override();
  command.add_flag("--flags", o.flags, "append the IEEE 754 exceptions to each result")->disable_flag_override();
  command
      .add_flag("--testfloat", o.testfloat,
                "read \"operands... result flags\" in code points, as Berkeley\ntestfloat_gen writes them; compare, "
                "count, show some mismatches")
      ->disable_flag_override();
  command.add_flag("--keep-going", o.keep_going, "tell of a wrong line and go on with the next (exit code 2)")
      ->disable_flag_override();
  add_text_option(command, "--first-line", o.first_line, "number of the first line of input (default 1)", "N");
}

}  // namespace

void add_eval(Commands& commands) {
  const auto options = std::make_shared<EvalOptions>();
  CLI::App& command = commands.add(manual(), [options] { return evaluate_input(*options); });
  add_computation_options(command, *options);
  add_text_options(command, *options);
}

}  // namespace precipice::cli
