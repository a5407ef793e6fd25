#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "cli/eval_run.hpp"

using namespace precipice::tests;

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

TEST_CASE("exact results have all their decimal digits") {
  CHECK(answers("0.1\n-0x1p-10\ninf\n0x1p+70\n", {"convert", "--format", "binary32", "--out", "exact"}) ==
        "0.100000001490116119384765625\n-0.0009765625\ninf\n1.180591620717411303424e+21\n");
}

TEST_CASE("each flag has its letter, in TestFloat's order") {
  CHECK(answers("0 0\n1 0\n65504 0.5\n0x1p-24 2\n1 3\n", {"div", "--format", "binary16", "--flags"}) ==
        "nan v....\ninf .i...\ninf ..o.x\n0x0p+0 ...ux\n0x1.554p-2 ....x\n");
}

TEST_CASE("infinities and NaN are values") {
  CHECK(answers("inf -inf\ninf 1\nnan 1\n", {"add", "--format", "binary16", "--flags"}) ==
        "nan v....\ninf .....\nnan .....\n");
}

TEST_CASE("the examples in the help are real") {
  const std::string help = answers("", {"--help"});
  const std::string define = "precipice() { \"$precipice_program\" \"$@\"; }; ";
  std::istringstream lines(help);
  std::string line, command;
  int examples = 0;
  while (std::getline(lines, line)) {
    CHECK(line.size() <= 95);
    if (line.starts_with("  echo ")) {
      command = line;
    } else if (!command.empty()) {
      const std::string wanted = line.substr(6, line.find("  ", 6) - 6) + "\n";
      CAPTURE(command);
      CHECK(shell("precipice_program=$precipice; " + define + command).out == wanted);
      command.clear();
      ++examples;
    }
  }
  CHECK(examples == 5);
}

TEST_CASE("a partner may ask line by line") {
  const ProgramRun run = shell(
      "coproc asked { $precipice eval add --format tf32; }; "
      "echo 1 1 >&${asked[1]}; read -t 20 first <&${asked[0]}; "
      "echo $first 1 >&${asked[1]}; read -t 20 second <&${asked[0]}; echo $second");
  CHECK(run.out == "0x1.8p+1\n");
}

TEST_CASE("a hundred thousand lines are answered by as many") {
  constexpr int count = 100000;
  std::string input;
  for (int i = 0; i < count; ++i) input += std::to_string(i) + ".37 -0.0012345e3\n";
  const std::string out = answers(input, {"add", "--format", "binary32"});
  CHECK(std::ranges::count(out, '\n') == count);
}
