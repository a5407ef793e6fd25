// `precipice eval --testfloat`: what is done about lines that are wrong.
#include <doctest/doctest.h>

#include <sstream>

#include "cli/eval_run.hpp"
#include "cli/machine_lines.hpp"

using namespace precipice::tests;

namespace {

const std::vector<std::string> sums{"add", "--format", "f32", "--testfloat"};

/// Lines of output that hold the word.
std::size_t lines_with(const std::string& text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, text.find('\n', at))) ++count;
  return count;
}

/// What a line of output does in a shell.
ProgramRun pasted(const std::string& line) {
  return shell("program=$precipice; precipice() { \"$program\" \"$@\"; }; " + line);
}

}  // namespace

TEST_CASE("lines of testfloat_gen are read in every width") {
  CHECK(answers("3C00 4000 4200 00\n", {"add", "--format", "f16", "--testfloat"}) == "1 tested, 0 mismatches\n");
  CHECK(answers("3FFF8000000000000000 40008000000000000000 4000C000000000000000 00\n",
                {"add", "--format", "extF80", "--testfloat"}) == "1 tested, 0 mismatches\n");
  // 1 + 2^-113 lies half way between two numbers.
  const std::string above =
      "3FFF0000000000000000000000000000 3F8E0000000000000000000000000000 "
      "3FFF0000000000000000000000000001 01\n";
  CHECK(answers(above, {"add", "--format", "f128", "--testfloat", "--rounding", "ru"}) == "1 tested, 0 mismatches\n");
  CHECK(eval(above, {"add", "--format", "f128", "--testfloat"}).exit_code == 1);
}

TEST_CASE("a wrong result and a wrong flag are found, named and can be pasted") {
  const std::string right = "3F800000 33800000 3F800000 01\n";
  const ProgramRun run =
      eval(right + "3F800000 33800000 3F800001 01\n# no line\n3F800000 33800000 3F800000 00\n", sums);
  CHECK(run.exit_code == 1);
  CHECK(run.err.empty());
  const std::string first = run.out.substr(0, run.out.find('\n') + 1);
  CHECK(first ==
        "echo 3F800000 33800000 3F800001 01 | precipice eval add --format e8m23 --rounding nearest-even "
        "--testfloat  # stdin:2: got 3f800000 01, expected 3F800001 01\n");
  check_holds(run.out, {"# stdin:4: got 3f800000 01, expected 3F800000 00\n", "\n3 tested, 2 mismatches\n"});
  const ProgramRun replay = pasted(first);
  CHECK(replay.exit_code == 1);
  check_holds(replay.out, {"got 3f800000 01, expected 3F800001 01\n", "1 tested, 1 mismatches\n"});
}

TEST_CASE("a mismatch that is pasted draws the same random bits") {
  std::string lines;
  for (int i = 0; i < 8; ++i) lines += "3F807000 7E00 00\n";
  const ProgramRun run = eval(lines, {"convert", "--format", "f32", "--to", "bf16:sat", "--rounding", "sr:3", "--seed",
                                      "9", "--tininess", "before", "--testfloat"});
  CHECK(lines_with(run.out, "got 3f80 01") > 0);
  CHECK(lines_with(run.out, "got 3f81 01") > 0);
  std::istringstream output(run.out);
  std::string line;
  for (int i = 0; i < 8 && std::getline(output, line); ++i) {
    CHECK(pasted(line).out == line + "\n1 tested, 1 mismatches\n");
  }
}

TEST_CASE("every kind of answer is compared, and its mismatch can be pasted") {
  const auto check = [](std::vector<std::string> arguments, const std::string& right, const std::string& wrong) {
    arguments.emplace_back("--testfloat");
    CHECK(answers(right + "\n", arguments) == "1 tested, 0 mismatches\n");
    const ProgramRun run = eval(wrong + "\n", arguments);
    CHECK(run.exit_code == 1);
    CHECK(run.out.ends_with("1 tested, 1 mismatches\n"));
    CHECK(pasted(run.out.substr(0, run.out.find('\n'))).out == run.out);
  };
  check({"add", "--format", "extF80"}, "3FFF8000000000000000 0 3FFF8000000000000000 00",
        "3FFF8000000000000000 0 3FFF8000000000000001 00");
  check({"lt", "--format", "f32"}, "0 1 1 00", "0 1 0 00");
  check({"lt", "--format", "f32"}, "0 7FC00000 0 10", "0 7FC00000 0 00");
  check({"compare", "--format", "f32"}, "0 80000000 equal 00", "0 80000000 greater 00");
  check({"scaleb", "--format", "f32"}, "3F800000 -3 3E000000 00", "3F800000 3 3E000000 00");
  check({"nextup", "--format", "f32"}, "0 1 00", "0 80000001 00");
  check({"sum", "--format", "f16", "--order", "reverse"}, "6800 3C00 3C00 6801 00", "6800 3C00 3C00 6800 00");
  check({"dot", "--format", "f16", "--products", "e4m3fn:sat"}, "4200 5CB0 5F00 05", "4200 5CB0 6300 00");
  check({"log", "--format", "e5m0"}, "0F 0 00", "2F 0 00");  // the NaN that is no code point of e5m0
  check({"add", "--format", "f16:daz", "--to", "f32"}, "0001 3C00 3F800000 00", "0001 3C00 3F800001 00");
}

TEST_CASE("any NaN is any NaN, but zeros differ") {
  CHECK(answers("7F800000 FF800000 7FC00000 10\n7F800000 FF800000 FFFFFFFF 10\n7F800000 FF800000 7F800001 10\n",
                sums) == "3 tested, 0 mismatches\n");
  CHECK(eval("3F800000 BF800000 80000000 00\n", sums).exit_code == 1);
  CHECK(eval("7F800000 FF800000 7F800000 10\n", sums).exit_code == 1);
}

TEST_CASE("the first twenty mismatches are shown and all are counted") {
  std::string lines;
  for (int i = 0; i < 50; ++i) lines += "0 0 1 00\n";
  const ProgramRun run = eval(lines, sums);
  CHECK(lines_with(run.out, "echo ") == 20);
  CHECK(run.out.ends_with("\n50 tested, 50 mismatches\n"));
}

TEST_CASE("a malformed line of a test is wrong usage, and --keep-going passes it over") {
  check_refused(eval("0 0 00\n", sums),
                {"stdin:1: add --testfloat takes 2 operands", "expected result", "3 are found"});
  check_refused(eval("00\n", {"sum", "--format", "f32", "--testfloat"}), {"stdin:1: sum --testfloat", "1 is found"});
  check_refused(eval("0 0 0 20\n", sums), {"stdin:1: '20'", "00 to 1f"});
  check_refused(eval("0 0 0 1\n", sums), {"stdin:1: '1'"});
  check_refused(eval("0 0 0 0G\n", sums), {"stdin:1: '0G'"});
  check_refused(eval("0 0 100000000 00\n", sums), {"stdin:1: '100000000' has 33 bits", "has 32"});
  check_refused(eval("0 1.5 0 00\n", sums), {"stdin:1: '1.5' is not a code point"});
  check_refused(eval("0 0 2 00\n", {"eq", "--format", "f32", "--testfloat"}), {"stdin:1: '2'", "0, 1"});
  check_refused(eval("0 0 same 00\n", {"compare", "--format", "f32", "--testfloat"}), {"'same'", "unordered"});
  const ProgramRun run = eval("0 0 0 00\nx\n0 0 1 00\n", {"add", "--format", "f32", "--testfloat", "--keep-going"});
  CHECK(run.exit_code == 2);
  CHECK(run.out.ends_with("\n2 tested, 1 mismatches\n"));
  check_holds(run.err, {"precipice: stdin:2: add --testfloat takes", "\nprecipice: 1 line was passed over\n"});
}

TEST_CASE("a hundred thousand lines of the machine are matched") {
  constexpr int count = 100'000;
  Sample sample(20260403);
  const std::string lines =
      machine_lines<float, float>(2, count, sample, FE_TONEAREST, [](float x, float y, float) { return x + y; });
  CHECK(answers(lines, sums) == no_mismatch_in(lines));
}
