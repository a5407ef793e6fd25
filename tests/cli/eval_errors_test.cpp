// What `precipice eval` refuses: one line on standard error, the right exit code, and no crash whatever comes in.
#include <doctest/doctest.h>

#include <array>

#include "cli/eval_run.hpp"
#include "support/sample.hpp"

using namespace precipice::tests;

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
  check_refused(eval("3c00 3c0g\n", add), {"stdin:1:", "'3c0g' is not a code point"});
  CHECK(answers("3c00 0x0000000000000000000000000000000003c00\n", add) == "0x1p+1\n");
  const std::string far_too_long(1000000, 'f');
  check_refused(eval("3c00 " + far_too_long + "\n", add), {"stdin:1: 'fff", "fff...'", "4000000 bits", "has 16"});
}

TEST_CASE("a result without a code point is refused") {
  check_refused(eval("1\n-1\n", {"log", "--format", "e5m0", "--out", "code"}), {"stdin:2: nan is not in e5m0"},
                "0x00\n");
}

TEST_CASE("unknown words are named with the nearest and with the accepted ones") {
  check_refused(eval("", {"ad", "--format", "binary16"}),
                {"operation 'ad'", "did you mean 'add'?", "accepted: add, sub, mul, div, sqrt, fma, rem"});
  check_refused(eval("", {"add", "--format", "binry16"}), {"--format: ", "'binry16'", "did you mean 'binary16'?"});
  check_refused(eval("", {"add", "--format", "tf32", "--to", "tf23"}), {"--to: ", "'tf23'", "did you mean 'tf32'?"});
  check_refused(eval("", {"add", "--format", "tf32", "--rounding", "nearest"}), {"--rounding: ", "nearest-even"});
  check_refused(eval("", {"add", "--format", "tf32", "--in", "codes"}),
                {"--in: ", "did you mean 'code'?", "value, code"});
  check_refused(eval("", {"add", "--format", "tf32", "--out", "hex"}), {"--out: ", "value, decimal, exact, code"});
}

TEST_CASE("input that cannot be read is an input/output error") {
  for (const char* const from : {"< /", "<&-"}) {
    const ProgramRun run = shell(std::string("$precipice eval add --format tf32 ") + from);
    CHECK(run.exit_code == 3);
    CHECK(run.error_lines() == 1);
    CHECK(run.err.starts_with("precipice: cannot read standard input: "));
  }
}

TEST_CASE("--exact refuses operands that the format does not have") {
  CHECK(answers("0.5 0x1.004p+0\n", {"mul", "--format", "binary16", "--exact"}) == "0x1.004p-1\n");
  check_refused(eval("0.5 1\n0.1 1\n", {"mul", "--format", "binary16", "--exact"}),
                {"stdin:2: '0.1'", "binary16", "0x1.998p-4"}, "0x1p-1\n");
  check_refused(eval("1e9 1\n", {"mul", "--format", "binary16", "--exact"}), {"stdin:1: '1e9'"});
}

TEST_CASE("options out of range are refused, and so are those that say nothing to the operation") {
  const auto refused = [](std::vector<std::string> arguments, std::initializer_list<std::string_view> words) {
    arguments.insert(arguments.begin() + 1, {"--format", "tf32"});
    check_refused(eval("1 2\n", arguments), words);
  };
  refused({"add", "--rounding", "sr:0"}, {"--rounding: 'sr:0'", "1 to 4096"});
  refused({"add", "--rounding", "sr:4097"}, {"--rounding: 'sr:4097'", "1 to 4096"});
  refused({"add", "--rounding", "sr:x"}, {"--rounding: 'sr:x'"});
  refused({"add", "--rounding", "rne:3"}, {"--rounding: 'rne' takes no random bits"});
  refused({"add", "--tininess", "befor"}, {"--tininess: ", "did you mean 'before'?"});
  refused({"add", "--seed", "-1"}, {"--seed: '-1'", "from 0 to 18446744073709551615"});
  refused({"add", "--seed", "18446744073709551616"}, {"--seed: '18446744073709551616'"});
  refused({"add", "--seed", "7x"}, {"--seed: '7x'"});
  refused({"add", "--first-line", "0"}, {"--first-line: '0'", "from 1"});
  refused({"add", "--order", "reverse"}, {"--order: add adds no terms up"});
  refused({"sum", "--order", "revers"}, {"--order: ", "did you mean 'reverse'?"});
  refused({"sum", "--order", "lanes:3"}, {"--order: ", "power of two"});
  refused({"sum", "--order", "correct-first"}, {"--order: 'correct-first'", "marked"});
  refused({"sum", "--products", "tf32"}, {"--products: sum", "only dot"});
  refused({"dot", "--products", "tf23"}, {"--products: ", "did you mean 'tf32'?"});
  refused({"lt", "--to", "tf32"}, {"--to: lt gives no number"});
  refused({"nextup", "--to", "binary16"}, {"--to: nextup"});
  refused({"add", "--testfloat", "--in", "value"}, {"--in: --testfloat", "code points"});
  refused({"add", "--testfloat", "--out", "decimal"}, {"--out: --testfloat", "code points"});
}

TEST_CASE("the number of operands and their kind are checked") {
  check_refused(eval("1 2\n", {"fma", "--format", "tf32"}),
                {"stdin:1: fma takes 3 operands, but 2 are found in '1 2'"});
  check_refused(eval("1 2 3\n", {"dot", "--format", "tf32"}), {"stdin:1: dot takes pairs of operands, but 3"});
  for (const char* const wrong : {"2.0", "0x10", "1e3", "+-1", "--1", "+", "inf", "x"}) {
    check_refused(eval(std::string("1 ") + wrong + "\n", {"scaleb", "--format", "tf32"}),
                  {"stdin:1: '", wrong, "is not an integer", "scaleb"});
  }
}

TEST_CASE("--keep-going tells of every wrong line, answers the others and ends with exit code 2") {
  const ProgramRun run = eval("1 1\n1 x\n\n1 2 3\n2 2\n", {"add", "--format", "binary16", "--keep-going"});
  CHECK(run.exit_code == 2);
  CHECK(run.out == "0x1p+1\n0x1p+2\n");
  CHECK(run.error_lines() == 3);
  check_holds(run.err, {"precipice: stdin:2: 'x' is not a number", "precipice: stdin:4: add takes 2 operands",
                        "precipice: 2 lines were passed over\n"});
  CHECK(answers("1 1\n", {"add", "--format", "binary16", "--keep-going"}) == "0x1p+1\n");
}

TEST_CASE("an error that nobody can read is still an error") {
  CHECK(shell("echo x | $precipice eval sqrt --format tf32 2>&-").exit_code == 2);
  CHECK(shell("echo x | $precipice eval sqrt --format tf32 2>/dev/full").exit_code == 2);
}

namespace {

std::size_t count_of(const std::string& text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

constexpr std::uint64_t fuzz_seed = 20260401;
constexpr int fuzz_lines = 60;

/// Words that are nearly right, and bytes that are not.
std::string fuzz_line(precipice::testing::Sample& sample) {
  constexpr std::string_view likely = "0123456789abcdefABCDEFxXpP.+-eE  \t\r#infa";
  std::string line;
  for (auto length = sample.below(40); length > 0; --length) {
    const bool is_likely = sample.below(12) != 0;
    const char c = is_likely ? sample.one_of(likely) : static_cast<char>(sample.bits());
    if (c != '\n') line += c;
  }
  return line + "\n";
}

/// Lines that end in whole words of the right shape now and then.
std::string fuzz_input(precipice::testing::Sample& sample) {
  constexpr std::array<std::string_view, 12> words{"1", "-0x1p-30", "7fff", "nan",  "inf", "1e9999999999999",
                                                   "0", "3c00",     "00",   "1e-5", "-3",  "0x1p-99999999999"};
  std::string text;
  for (int i = 0; i < fuzz_lines; ++i) {
    if (sample.coin()) {
      text += fuzz_line(sample);
      continue;
    }
    for (auto count = sample.below(6); count > 0; --count) text += std::string(sample.one_of(words)) + " ";
    text += '\n';
  }
  return text;
}

constexpr std::array<const char*, 14> fuzz_operations{"add",    "rem",     "fma", "sqrt", "round", "scaleb", "logb",
                                                      "nextup", "compare", "lt",  "exp",  "pow",   "sum",    "dot"};
constexpr std::array<const char*, 7> fuzz_formats{"binary16", "e4m3fn:sat:daz", "e8m0fnu",  "e2m1fn",
                                                  "x87",      "e5m0",           "binary8p3"};
const std::vector<std::vector<std::string>> fuzz_options{{},
                                                         {"--in", "code", "--out", "code", "--flags"},
                                                         {"--out", "decimal", "--exact", "--rounding", "sr:3"},
                                                         {"--out", "exact", "--rounding", "ru"},
                                                         {"--testfloat"}};

}  // namespace

TEST_CASE("whatever bytes come in, every line is answered or told of") {
  precipice::testing::Sample sample(fuzz_seed);
  for (const char* const operation : fuzz_operations) {
    for (const std::vector<std::string>& options : fuzz_options) {
      std::vector<std::string> arguments{operation, "--format", sample.one_of(fuzz_formats), "--keep-going"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const ProgramRun run = eval(fuzz_input(sample), arguments);
      CAPTURE(operation);
      CAPTURE(arguments[2]);
      CAPTURE(run.err);
      CHECK(run.exit_code == 2);
      CHECK(run.err.ends_with("passed over\n"));
      CHECK(static_cast<std::size_t>(run.error_lines()) == count_of(run.err, "precipice: "));
      CHECK(count_of(run.err, "precipice: stdin:") + 1 == count_of(run.err, "precipice: "));
    }
  }
}
