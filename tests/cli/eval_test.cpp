#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "support/run_program.hpp"

using precipice::tests::ProgramRun;
using precipice::tests::shell;

namespace {

ProgramRun eval(std::string_view input, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "eval");
  return precipice::tests::run_precipice(arguments, input);
}

/// The answers of a run that must be without error.
std::string answers(std::string_view input, const std::vector<std::string>& arguments) {
  const ProgramRun run = eval(input, arguments);
  CHECK(run.exit_code == 0);
  CHECK(run.err == "");
  return run.out;
}

/// Wrong usage: exit 2, `printed` on standard output, one line of error that holds each of these words.
void check_refused(const ProgramRun& run, std::initializer_list<std::string_view> words,
                   std::string_view printed = "") {
  CAPTURE(run.err);
  CHECK(run.exit_code == 2);
  CHECK(run.out == printed);
  CHECK(run.error_lines() == 1);
  CHECK(run.err.starts_with("precipice: "));
  for (const std::string_view word : words) CHECK(run.err.find(word) != std::string::npos);
}

}  // namespace

TEST_CASE("every operation answers one line with one line") {
  CHECK(answers("1 2\n", {"add", "--format", "binary16"}) == "0x1.8p+1\n");
  CHECK(answers("1 2\n", {"sub", "--format", "binary16"}) == "-0x1p+0\n");
  CHECK(answers("3 0.5\n", {"mul", "--format", "binary16"}) == "0x1.8p+0\n");
  CHECK(answers("1 3\n", {"div", "--format", "binary16"}) == "0x1.554p-2\n");
  CHECK(answers("2\n", {"sqrt", "--format", "binary16"}) == "0x1.6ap+0\n");
  CHECK(answers("1\n", {"exp", "--format", "binary16"}) == "0x1.5cp+1\n");
  CHECK(answers("2\n", {"log", "--format", "binary16"}) == "0x1.63p-1\n");
  CHECK(answers("0.1\n", {"convert", "--format", "binary16"}) == "0x1.998p-4\n");
}

TEST_CASE("a term below half an ulp is absorbed, and the flag says so") {
  CHECK(answers("1 0x1p-24\n1 0x1p-23\n", {"add", "--format", "binary32", "--flags"}) ==
        "0x1p+0 ....x\n0x1.000002p+0 .....\n");
}

TEST_CASE("blank lines, comments, carriage returns and a missing last line break are no trouble") {
  CHECK(answers("# sums\n\n1 1\r\n   \t\n\t1\t 2  \n  # more\n2 2", {"add", "--format", "binary16"}) ==
        "0x1p+1\n0x1.8p+1\n0x1p+2\n");
  CHECK(answers("", {"add", "--format", "binary16"}).empty());
}

TEST_CASE("a line longer than any buffer is one line") {
  const std::string line = std::string(200000, ' ') + "1 " + std::string(200000, '0') + "2\n";
  CHECK(answers(line + line, {"add", "--format", "binary16"}) == "0x1.8p+1\n0x1.8p+1\n");
}

TEST_CASE("the rounding is the one asked for, by any of its names") {
  CHECK(answers("1 0x1p-20\n", {"add", "--format", "bf16", "--rounding", "toward-positive"}) == "0x1.02p+0\n");
  CHECK(answers("1 0x1p-20\n", {"add", "--format", "bf16", "--rounding", "rd"}) == "0x1p+0\n");
  CHECK(answers("1 0x1p-20\n", {"add", "--format", "bf16", "--rounding", "to-odd"}) == "0x1.02p+0\n");
}

TEST_CASE("operands stay in their format and the result is rounded once into the other") {
  CHECK(answers("0.1\n", {"convert", "--format", "binary64", "--to", "binary16"}) == "0x1.998p-4\n");
  // 1 + 2^-11 + 2^-30 lies above a tie of binary16; through binary32 it would fall on it and go down.
  CHECK(answers("1 0x1.00001p-11\n", {"add", "--format", "binary64", "--to", "binary16"}) == "0x1.004p+0\n");
  CHECK(answers("1 0x1p-11\n", {"add", "--format", "binary64", "--to", "binary16"}) == "0x1p+0\n");
}

TEST_CASE("code points go in and come out in full width") {
  CHECK(answers("0x3f800000 40000000\n", {"add", "--format", "binary32", "--in", "code", "--out", "code"}) ==
        "0x40400000\n");
  CHECK(answers("7c00\n7e01\n8000\n", {"convert", "--format", "binary16", "--in", "code"}) == "inf\nnan\n-0x0p+0\n");
  CHECK(answers("0\n", {"convert", "--format", "binary16", "--to", "e4m3", "--out", "code"}) == "0x00\n");
}

TEST_CASE("decimal results are the shortest that read back") {
  CHECK(answers("0.1\n1e5\n-0\n", {"convert", "--format", "binary32", "--out", "decimal"}) == "0.1\n100000\n-0\n");
  CHECK(answers("0.1\n", {"convert", "--format", "bfloat16", "--out", "decimal"}) == "0.1\n");
}

TEST_CASE("each flag has its letter, in TestFloat's order") {
  CHECK(answers("0 0\n1 0\n65504 0.5\n0x1p-24 2\n1 3\n", {"div", "--format", "binary16", "--flags"}) ==
        "nan v....\ninf .i...\ninf ..o.x\n0x0p+0 ...ux\n0x1.554p-2 ....x\n");
}

TEST_CASE("infinities and NaN are values") {
  CHECK(answers("inf -inf\ninf 1\nnan 1\n", {"add", "--format", "binary16", "--flags"}) ==
        "nan v....\ninf .....\nnan .....\n");
}

TEST_CASE("--exact refuses operands that the format does not have") {
  CHECK(answers("0.5 0x1.004p+0\n", {"mul", "--format", "binary16", "--exact"}) == "0x1.004p-1\n");
  check_refused(eval("0.5 1\n0.1 1\n", {"mul", "--format", "binary16", "--exact"}),
                {"stdin:2: '0.1'", "binary16", "0x1.998p-4"}, "0x1p-1\n");
  check_refused(eval("1e9 1\n", {"mul", "--format", "binary16", "--exact"}), {"stdin:1: '1e9'"});
}

TEST_CASE("a wrong line is named, and what came before it has been answered") {
  const std::vector<std::string> add{"add", "--format", "binary16"};
  check_refused(eval("1 1\n# two\n1 1\n1 x\n1 1\n", add), {"stdin:4: 'x' is not a number"}, "0x1p+1\n0x1p+1\n");
  check_refused(eval("1\n", add), {"stdin:1: add takes 2 operands", "1 is found"});
  check_refused(eval("1 2 3\n", add), {"stdin:1: add takes 2 operands", "3 are found in '1 2 3'"});
  check_refused(eval("1 2\n", {"sqrt", "--format", "binary16"}), {"sqrt takes 1 operand,", "2 are found"});
}

TEST_CASE("a wrong code point is refused") {
  const std::vector<std::string> add{"add", "--format", "binary16", "--in", "code"};
  check_refused(eval("3c00 10000\n", add), {"stdin:1:", "17 bits", "has 16"});
  check_refused(eval("3c00 0x\n", add), {"stdin:1:", "'0x' is not a code point"});
  check_refused(eval("3c00 -1\n", add), {"stdin:1:", "'-1' is not a code point"});
}

TEST_CASE("a result without a code point is refused") {
  check_refused(eval("1\n-1\n", {"log", "--format", "e5m0", "--out", "code"}), {"stdin:2: nan is not in e5m0"},
                "0x00\n");
}

TEST_CASE("unknown words are named with the nearest and with the accepted ones") {
  check_refused(eval("", {"ad", "--format", "binary16"}),
                {"operation 'ad'", "did you mean 'add'?", "add, sub, mul, div, sqrt, exp, log, convert"});
  check_refused(eval("", {"add", "--format", "binry16"}), {"--format: ", "'binry16'", "did you mean 'binary16'?"});
  check_refused(eval("", {"add", "--format", "tf32", "--to", "tf23"}), {"--to: ", "'tf23'", "did you mean 'tf32'?"});
  check_refused(eval("", {"add", "--format", "tf32", "--rounding", "nearest"}), {"--rounding: ", "nearest-even"});
  check_refused(eval("", {"add", "--format", "tf32", "--in", "codes"}),
                {"--in: ", "did you mean 'code'?", "value, code"});
  check_refused(eval("", {"add", "--format", "tf32", "--out", "hex"}), {"--out: ", "value, decimal, code"});
}

TEST_CASE("input that cannot be read is an input/output error") {
  for (const char* const from : {"< /", "<&-"}) {
    const ProgramRun run = shell(std::string("$precipice eval add --format tf32 ") + from);
    CHECK(run.exit_code == 3);
    CHECK(run.error_lines() == 1);
    CHECK(run.err.starts_with("precipice: cannot read standard input: "));
  }
}

TEST_CASE("a partner may ask line by line") {
  const ProgramRun run = shell(
      "coproc asked { $precipice eval add --format tf32; }; "
      "echo 1 1 >&${asked[1]}; read -t 20 first <&${asked[0]}; "
      "echo $first 1 >&${asked[1]}; read -t 20 second <&${asked[0]}; echo $second");
  CHECK(run.out == "0x1.8p+1\n");
}

TEST_CASE("a hundred thousand sums take about a second") {
  constexpr int count = 100000;
  std::string input;
  for (int i = 0; i < count; ++i) input += std::to_string(i) + ".37 -0.0012345e3\n";
  const auto begin = std::chrono::steady_clock::now();
  const std::string out = answers(input, {"add", "--format", "binary32"});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  CHECK(std::ranges::count(out, '\n') == count);
  CHECK(seconds.count() < 10);  // generous: unoptimised builds, sanitisers, a busy machine
}
