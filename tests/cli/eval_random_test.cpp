// Stochastic rounding from the command line: the draw of a line.
#include <doctest/doctest.h>

#include <algorithm>

#include "cli/eval_run.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/rounding/text.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

constexpr int lines = 200;
constexpr std::uint64_t seed = 12345678901234567890U;
constexpr const char* operand = "0x1.0017p+0";  // between two numbers of binary16

std::vector<std::string> conversion(const std::string& rounding, const std::string& of_seed) {
  return {"convert", "--format", "binary32", "--to", "binary16", "--rounding", rounding, "--seed", of_seed};
}

std::string repeated(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::string(operand) + "\n";
  return text;
}

/// What the library makes of the operand in the lines from `first` on, counting from 0.
std::string from_library(int random_bits, int first) {
  std::string text;
  Mode mode(Rounding::stochastic);
  mode.random_bits = random_bits;
  for (int i = first; i < lines; ++i) {
    mode.draw = {.key = seed, .counter = static_cast<std::uint64_t>(i)};
    text += to_hexadecimal(reference::convert(read_value(operand, binary32), binary16, mode).value) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("seed and number of a line, counting from 0, are key and counter of its draw") {
  const std::string text = answers(repeated(lines), conversion("sr:7", std::to_string(seed)));
  CHECK(text == from_library(7, 0));
  CHECK(text.find("0x1p+0\n") != std::string::npos);
  CHECK(text.find("0x1.004p+0\n") != std::string::npos);
  CHECK(answers(repeated(lines), conversion("stochastic", std::to_string(seed))) ==
        from_library(unlimited_random_bits, 0));
}

TEST_CASE("empty lines and comments count as lines") {
  CHECK(answers("# a comment\n\n" + repeated(lines - 2), conversion("sr:7", std::to_string(seed))) ==
        from_library(7, 2));
}

TEST_CASE("--first-line says where a part of the input stood") {
  std::vector<std::string> arguments = conversion("sr:7", std::to_string(seed));
  arguments.insert(arguments.end(), {"--first-line", "101"});
  CHECK(answers(repeated(lines - 100), arguments) == from_library(7, 100));
}

TEST_CASE("another seed draws other bits, and none is seed 0") {
  CHECK(answers(repeated(lines), conversion("sr:7", "1")) != answers(repeated(lines), conversion("sr:7", "2")));
  std::vector<std::string> without = conversion("sr:7", "0");
  without.resize(without.size() - 2);
  CHECK(answers(repeated(lines), conversion("sr:7", "0")) == answers(repeated(lines), without));
}

TEST_CASE("the roundings of a sum draw different bits") {
  // Every addition of 0x1p-12 to 1 in binary16 goes up with probability 1/4.
  const std::vector<std::string> sum{"sum", "--format", "binary16", "--rounding", "sr", "--seed", "5"};
  std::string terms = "1";
  for (int i = 0; i < 64; ++i) terms += " 0x1p-12";
  const std::string text = answers(terms + "\n", sum);
  CHECK(text != "0x1p+0\n");    // all down
  CHECK(text != "0x1.1p+0\n");  // all up
}
