// Every operation of `precipice eval`, with results worked out by hand or from tables.
#include <doctest/doctest.h>
#include <array>

#include "cli/eval_run.hpp"

using namespace precipice::tests;

namespace {

/// What an operation answers to one line, in binary16 and with flags.
struct Case {
  const char* operation;
  const char* operands;
  const char* answer;
};

constexpr std::array in_binary16{
    Case{"add", "1 2", "0x1.8p+1 ....."},
    Case{"sub", "1 2", "-0x1p+0 ....."},
    Case{"mul", "3 0.5", "0x1.8p+0 ....."},
    Case{"div", "1 3", "0x1.554p-2 ....x"},
    Case{"rem", "5 3", "-0x1p+0 ....."},  // by the nearest quotient, 2
    Case{"rem", "inf 3", "nan v...."},
    Case{"fma", "3 0.5 1", "0x1.4p+1 ....."},
    Case{"fma", "0x1.004p+0 0x1.004p+0 -0x1.008p+0", "0x1p-20 ....."},  // the product is not rounded
    Case{"sqrt", "2", "0x1.6ap+0 ....x"},
    Case{"sqrt", "-2", "nan v...."},
    Case{"rsqrt", "4", "0x1p-1 ....."},
    Case{"rsqrt", "-0", "-inf .i..."},
    Case{"convert", "0.1", "0x1.998p-4 ....."},  // 0.1 was rounded when it was read
    Case{"round", "2.5", "0x1p+1 ....x"},
    Case{"round", "-0.5", "-0x0p+0 ....x"},
    Case{"scaleb", "3 -2", "0x1.8p-1 ....."},
    Case{"scaleb", "1 +15", "0x1p+15 ....."},
    Case{"scaleb", "-1 99999999999999999999", "-inf ..o.x"},
    Case{"scaleb", "-1 -99999999999999999999", "-0x0p+0 ...ux"},
    Case{"logb", "10", "0x1.8p+1 ....."},
    Case{"logb", "0", "-inf .i..."},
    Case{"nextup", "1", "0x1.004p+0 ....."},
    Case{"nextup", "65504", "inf ....."},
    Case{"nextdown", "1", "0x1.ffcp-1 ....."},
    Case{"nextdown", "0", "-0x1p-24 ....."},
    Case{"exp", "1", "0x1.5cp+1 ....x"},
    Case{"expm1", "1", "0x1.b8p+0 ....x"},
    Case{"exp2", "0.5", "0x1.6ap+0 ....x"},
    Case{"exp2", "-3", "0x1p-3 ....."},
    Case{"log", "2", "0x1.63p-1 ....x"},
    Case{"log", "0", "-inf .i..."},
    Case{"log1p", "1", "0x1.63p-1 ....x"},
    Case{"log2", "3", "0x1.95cp+0 ....x"},
    Case{"tanh", "1", "0x1.86p-1 ....x"},
    Case{"sigmoid", "1", "0x1.764p-1 ....x"},
    Case{"erf", "1", "0x1.af8p-1 ....x"},
    Case{"pow", "2 0.5", "0x1.6ap+0 ....x"},
    Case{"pow", "nan 0", "0x1p+0 ....."},
    Case{"min", "1 -2", "-0x1p+1 ....."},
    Case{"max", "-0 0", "0x0p+0 ....."},
    Case{"minimum", "nan 1", "nan ....."},
    Case{"maximum", "1 nan", "nan ....."},
    Case{"minimum-number", "nan 1", "0x1p+0 ....."},
    Case{"maximum-number", "-1 nan", "-0x1p+0 ....."},
    Case{"minimum-magnitude", "1 -2", "0x1p+0 ....."},
    Case{"maximum-magnitude", "1 -2", "-0x1p+1 ....."},
    Case{"minimum-magnitude-number", "nan -2", "-0x1p+1 ....."},
    Case{"maximum-magnitude-number", "1 nan", "0x1p+0 ....."},
    Case{"compare", "1 2", "less ....."},
    Case{"compare", "0 -0", "equal ....."},
    Case{"compare", "2 -inf", "greater ....."},
    Case{"compare", "2 nan", "unordered ....."},
    Case{"eq", "nan nan", "0 ....."},
    Case{"eq-signaling", "nan nan", "0 v...."},
    Case{"lt", "1 2", "1 ....."},
    Case{"lt", "nan 2", "0 v...."},
    Case{"lt-quiet", "nan 2", "0 ....."},
    Case{"le", "2 2", "1 ....."},
    Case{"le", "nan 2", "0 v...."},
    Case{"le-quiet", "nan 2", "0 ....."},
    Case{"sum", "2048 1 1", "0x1p+11 ....x"},
    Case{"sum", "0.5", "0x1p-1 ....."},
    Case{"dot", "1 2 3 4", "0x1.cp+3 ....."},
    Case{"dot", "-1 0x1.008p+0 0x1.004p+0 0x1.004p+0", "0x1p-20 ....."},
};

}  // namespace

TEST_CASE("every operation answers one line with one line") {
  for (const Case& x : in_binary16) {
    CAPTURE(x.operation);
    CAPTURE(x.operands);
    CHECK(answers(x.operands, {x.operation, "--format", "binary16", "--flags"}) == std::string(x.answer) + "\n");
  }
}

TEST_CASE("TestFloat's names of operations are known") {
  CHECK(answers("3 0.5 1\n", {"mulAdd", "--format", "f16"}) == "0x1.4p+1\n");
  CHECK(answers("2.5\n", {"roundToInt", "--format", "f16"}) == "0x1p+1\n");
  CHECK(answers("1 2\n", {"lt_quiet", "--format", "f16"}) == "1\n");
  CHECK(answers("1 2\n", {"le_quiet", "--format", "f16"}) == "1\n");
  CHECK(answers("1 2\n", {"eq_signaling", "--format", "f16"}) == "0\n");
}

TEST_CASE("a signalling NaN is invalid, a quiet one is not") {
  const std::vector<std::string> options{"--format", "binary16", "--in", "code", "--flags"};
  const auto with = [&](const char* operation) {
    std::vector<std::string> arguments{operation};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return arguments;
  };
  CHECK(answers("7c01 3c00\n7e00 3c00\n", with("add")) == "nan v....\nnan .....\n");
  CHECK(answers("7c01 3c00\n7e00 3c00\n", with("compare")) == "unordered v....\nunordered .....\n");
  CHECK(answers("7c01 3c00\n7e00 3c00\n", with("minimum-number")) == "0x1p+0 v....\n0x1p+0 .....\n");
  CHECK(answers("7c01\n7e00\n", with("nextup")) == "nan v....\nnan .....\n");
}

TEST_CASE("the order of a sum decides its bits") {
  const auto sum = [](const std::string& order) {
    return answers("2048 1 1\n", {"sum", "--format", "binary16", "--out", "decimal", "--order", order});
  };
  for (const char* const order : {"sequential", "lanes:2", "butterfly"}) CHECK(sum(order) == "2048\n");
  for (const char* const order : {"reverse", "pairwise", "kahan", "exact"}) CHECK(sum(order) == "2050\n");
}

TEST_CASE("products enter a dot product as they are, or rounded into a format of their own") {
  const char* const line = "-1 0x1.008p+0 0x1.004p+0 0x1.004p+0\n";
  CHECK(answers(line, {"dot", "--format", "binary16"}) == "0x1p-20\n");
  CHECK(answers(line, {"dot", "--format", "binary16", "--products", "binary16"}) == "0x0p+0\n");
  CHECK(answers(line, {"dot", "--format", "binary16", "--products", "binary32"}) == "0x1p-20\n");
  CHECK(answers("3 300 1 1\n", {"dot", "--format", "binary16", "--products", "e4m3fn:sat"}) == "0x1.c1p+8\n");
}

TEST_CASE("a format that flushes operands flushes those of its own, whatever the result's format") {
  const auto sum = [](const char* format, const char* to) {
    return answers("0x1p-20 1\n", {"add", "--format", format, "--to", to, "--flags"});
  };
  CHECK(sum("binary16", "binary32") == "0x1.00001p+0 .....\n");
  CHECK(sum("binary16:daz", "binary32") == "0x1p+0 .....\n");
  CHECK(sum("binary32", "binary16:daz") ==
        "0x1p+0 ....x\n");  // no subnormal number of binary32, and no operand of :daz
  CHECK(answers("0x1p-20 1024\n", {"mul", "--format", "binary32", "--to", "binary16:daz"}) == "0x1p-10\n");
  CHECK(answers("-0x1p-20\n", {"convert", "--format", "binary16:daz", "--flags"}) == "-0x0p+0 .....\n");
  CHECK(answers("0x1p-20 0\n", {"compare", "--format", "binary16:daz"}) == "equal\n");
  CHECK(answers("0x1p-24\n", {"nextup", "--format", "binary16:daz"}) == "0x1p-23\n");  // neighbours count all codes
}

TEST_CASE("a format that flushes results reads its subnormal numbers as they are") {
  CHECK(answers("-0x1p-20\n", {"convert", "--format", "binary16:ftz", "--flags"}) == "-0x0p+0 ...ux\n");
  CHECK(answers("0x1p-20 1024\n", {"mul", "--format", "binary16:ftz", "--exact"}) == "0x1p-10\n");
}

TEST_CASE("a saturating format ends at its largest number") {
  CHECK(answers("1e9\n-inf\n448\n", {"convert", "--format", "binary32", "--to", "e4m3fn:sat", "--out", "exact",
                                     "--flags"}) == "448 ..o.x\n-448 ..o.x\n448 .....\n");
  CHECK(answers("1e9\n", {"convert", "--format", "binary32", "--to", "e4m3fn", "--flags"}) == "nan ..o.x\n");
}

TEST_CASE("tininess decides the underflow flag of a result that rounds up to the smallest normal number") {
  const std::vector<std::string> convert{"convert", "--format", "binary32", "--to", "binary16", "--flags"};
  const auto with_tininess = [&](const char* when) {
    std::vector<std::string> arguments = convert;
    arguments.insert(arguments.end(), {"--tininess", when});
    return answers("0x1.fffp-15\n", arguments);
  };
  CHECK(answers("0x1.fffp-15\n", convert) == "0x1p-14 ....x\n");
  CHECK(with_tininess("after") == "0x1p-14 ....x\n");
  CHECK(with_tininess("before") == "0x1p-14 ...ux\n");
}
