// `precipice eval --testfloat` against the machine's own arithmetic.
#include <doctest/doctest.h>

#include <functional>

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

void check_machine(int count) {
  Sample sample(seed);
  const bool is_before = testing::machine_tininess() == Tininess::before_rounding;
  for (const Suite& each : suites()) {
    for (const testing::MachineDirection& direction : testing::machine_directions) {
      std::vector<std::string> arguments = each.arguments;
      arguments.insert(arguments.end(), {"--testfloat", "--rounding", std::string(to_text(direction.ours)),
                                         "--tininess", is_before ? "before" : "after"});
      const std::string lines = each.lines(count, sample, direction.machine);
      CHECK(answers(lines, arguments) == no_mismatch_in(lines));
    }
  }
}

}  // namespace

TEST_CASE("the machine's arithmetic, comparisons and conversions have no mismatch") { check_machine(lines_in_fast); }

TEST_SUITE("oracle") {
  TEST_CASE("millions of the machine's results have no mismatch") { check_machine(lines_in_oracle); }
}
