// `precipice eval --testfloat`: the machine's own arithmetic in the form of testfloat_gen, and what is done about lines
// that are wrong.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <sstream>

#include "cli/eval_run.hpp"
#include "cli/machine_lines.hpp"
#include "precipice/rounding/rounding.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

using namespace precipice;
using namespace precipice::tests;

namespace {

/// Lines of each operation in each of four directions.
constexpr int lines_in_fast = 250, lines_in_oracle = 25'000;
constexpr std::uint64_t seed = 20260402;

/// An operation as the program knows it, and lines of it from the machine.
struct Suite {
  std::vector<std::string> arguments;
  std::function<std::string(int count, Sample& sample, int direction)> lines;
};

template <class Result, class Float, class Operation>
Suite suite(std::vector<std::string> arguments, int operands, Operation operation) {
  return {std::move(arguments), [=](int count, Sample& sample, int direction) {
            return machine_lines<Result, Float>(operands, count, sample, direction, operation);
          }};
}

/// Exact, whatever the direction; but rounding down, glibc gives zeros a wrong sign.
template <class F>
F remainder(F x, F y) {
  const testing::DirectionGuard guard(FE_TONEAREST);
  volatile F result = std::remainder(x, y);
  return result;
}

/// By the library, through a pointer: what g++ puts in place of rint only rounds to nearest.
float to_integer(float x) {
  float (*volatile const library)(float) = ::rintf;
  return library(x);
}
double to_integer(double x) {
  double (*volatile const library)(double) = ::rint;
  return library(x);
}
long double to_integer(long double x) {
  long double (*volatile const library)(long double) = ::rintl;
  return library(x);
}

template <class F>
std::vector<Suite> arithmetic(const std::string& format) {
  return {
      suite<F, F>({"add", "--format", format}, 2, [](F x, F y, F) -> F { return x + y; }),
      suite<F, F>({"sub", "--format", format}, 2, [](F x, F y, F) -> F { return x - y; }),
      suite<F, F>({"mul", "--format", format}, 2, [](F x, F y, F) -> F { return x * y; }),
      suite<F, F>({"div", "--format", format}, 2, [](F x, F y, F) -> F { return x / y; }),
      suite<F, F>({"sqrt", "--format", format}, 1, [](F x, F, F) -> F { return std::sqrt(x); }),
      suite<F, F>({"rem", "--format", format}, 2, [](F x, F y, F) -> F { return remainder(x, y); }),
      suite<F, F>({"round", "--format", format}, 1, [](F x, F, F) -> F { return to_integer(x); }),
  };
}

/// Of two formats the machine rounds into the narrower one.
template <class To, class From>
Suite conversion(const std::string& from, const std::string& to) {
  return suite<To, From>({"convert", "--format", from, "--to", to}, 1,
                         [](From x, From, From) -> To { return static_cast<To>(x); });
}

/// The quiet ones as in C++.
template <class F>
std::vector<Suite> comparisons(const std::string& format) {
  return {
      suite<bool, F>({"eq", "--format", format}, 2, [](F x, F y, F) { return x == y; }),
      suite<bool, F>({"lt-quiet", "--format", format}, 2, [](F x, F y, F) { return std::isless(x, y); }),
      suite<bool, F>({"le-quiet", "--format", format}, 2, [](F x, F y, F) { return std::islessequal(x, y); }),
  };
}

#if defined(__x86_64__)
/// By instructions, for not every compiler's < is one that signals.
bool is_less(float x, float y) { return (_mm_movemask_ps(_mm_cmplt_ss(_mm_set_ss(x), _mm_set_ss(y))) & 1) != 0; }
bool is_less_or_equal(float x, float y) {
  return (_mm_movemask_ps(_mm_cmple_ss(_mm_set_ss(x), _mm_set_ss(y))) & 1) != 0;
}
bool is_less(double x, double y) { return (_mm_movemask_pd(_mm_cmplt_sd(_mm_set_sd(x), _mm_set_sd(y))) & 1) != 0; }
bool is_less_or_equal(double x, double y) {
  return (_mm_movemask_pd(_mm_cmple_sd(_mm_set_sd(x), _mm_set_sd(y))) & 1) != 0;
}

template <class F>
std::vector<Suite> signalling_comparisons(const std::string& format) {
  return {
      suite<bool, F>({"lt", "--format", format}, 2, [](F x, F y, F) { return is_less(x, y); }),
      suite<bool, F>({"le", "--format", format}, 2, [](F x, F y, F) { return is_less_or_equal(x, y); }),
      suite<bool, F>({"eq-signaling", "--format", format}, 2,
                     [](F x, F y, F) { return is_less_or_equal(x, y) && is_less_or_equal(y, x); }),
  };
}
#else
template <class F>
std::vector<Suite> signalling_comparisons(const std::string&) {
  return {};
}
#endif

std::vector<Suite> half_conversions() {
  if (!testing::machine_has_half()) return {};
  return {
      suite<Half, float>({"convert", "--format", "f32", "--to", "f16"}, 1,
                         [](float x, float, float) { return static_cast<Half>(testing::machine_half(x)); }),
      suite<float, Half>({"convert", "--format", "f16", "--to", "f32"}, 1,
                         [](Half x, Half, Half) { return testing::machine_single(static_cast<std::uint16_t>(x)); }),
  };
}

std::vector<Suite> x87_suites() {
  if constexpr (!has_x87) return {};
  std::vector<Suite> all = arithmetic<long double>("extF80");
  all.push_back(conversion<double, long double>("extF80", "f64"));
  all.push_back(conversion<float, long double>("extF80", "f32"));
  all.push_back(conversion<long double, float>("f32", "extF80"));
  return all;
}

std::vector<Suite> suites() {
  std::vector<Suite> all;
  const auto append = [&](const std::vector<Suite>& some) { all.insert(all.end(), some.begin(), some.end()); };
  append(arithmetic<float>("f32"));
  append(arithmetic<double>("f64"));
  append(
      {suite<float, float>({"fma", "--format", "f32"}, 3, [](float x, float y, float z) { return std::fma(x, y, z); }),
       suite<double, double>({"fma", "--format", "f64"}, 3,
                             [](double x, double y, double z) { return std::fma(x, y, z); })});
  append({conversion<float, double>("f64", "f32"), conversion<double, float>("f32", "f64")});
  append(half_conversions());
  append(comparisons<float>("f32"));
  append(comparisons<double>("f64"));
  append(signalling_comparisons<float>("f32"));
  append(signalling_comparisons<double>("f64"));
  append(x87_suites());
  return all;
}

std::string tested(const std::string& lines) {
  return std::to_string(std::ranges::count(lines, '\n')) + " tested, 0 mismatches\n";
}

void check_machine(int count) {
  Sample sample(seed);
  const bool is_before = testing::machine_tininess() == Tininess::before_rounding;
  for (const Suite& each : suites()) {
    for (const testing::MachineDirection& direction : testing::machine_directions) {
      std::vector<std::string> arguments = each.arguments;
      arguments.insert(arguments.end(), {"--testfloat", "--rounding", std::string(to_text(direction.ours)),
                                         "--tininess", is_before ? "before" : "after"});
      const std::string lines = each.lines(count, sample, direction.machine);
      CHECK(answers(lines, arguments) == tested(lines));
    }
  }
}

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

TEST_CASE("the machine's arithmetic, comparisons and conversions have no mismatch") { check_machine(lines_in_fast); }

TEST_SUITE("oracle") {
  TEST_CASE("millions of the machine's results have no mismatch") { check_machine(lines_in_oracle); }
}

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

TEST_CASE("a hundred thousand lines are compared in a fraction of a second") {
  constexpr int count = 100'000;
  Sample sample(seed);
  const std::string lines =
      machine_lines<float, float>(2, count, sample, FE_TONEAREST, [](float x, float y, float) { return x + y; });
  const auto begin = std::chrono::steady_clock::now();
  CHECK(answers(lines, sums) == tested(lines));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  CHECK(seconds.count() < 10);  // generous: unoptimised builds, sanitisers, a busy machine
}
