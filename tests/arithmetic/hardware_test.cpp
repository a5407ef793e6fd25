// The Reference engine against the machine's own binary32 and binary64: + - * / sqrt fma, in the four directions that
// the machine has, results as code points and all five exception flags.
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/direction.hpp"
#include "support/mismatches.hpp"
#include "support/operands.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::OnMachine;

namespace {

/// Operands of each of six operations in each of four directions.
constexpr int operands_in_fast = 2'000, operands_in_oracle = 250'000;
constexpr std::uint64_t seed = 20260106;

template <class Float>
struct Machine;
template <>
struct Machine<float> {
  using Code = std::uint32_t;
  static constexpr Format format = binary32;
};
template <>
struct Machine<double> {
  using Code = std::uint64_t;
  static constexpr Format format = binary64;
};

/// With the payload and quietness of a NaN.
template <class Float>
Exact to_exact(Float x) {
  if (!std::isnan(x)) return Exact::from(static_cast<double>(x));
  return decode(Machine<Float>::format, Integer(std::bit_cast<typename Machine<Float>::Code>(x)));
}

/// The operation, on ours and on the machine; x, y and z are volatile so that nothing is computed beforehand.
template <class Float>
struct Operation {
  const char* name;
  Rounded (*ours)(const Exact& x, const Exact& y, const Exact& z, const Format& f, const Mode& mode);
  Float (*machine)(volatile Float& x, volatile Float& y, volatile Float& z);
};

template <class Float>
constexpr std::array operations{
    Operation<Float>{"add",
                     [](const Exact& x, const Exact& y, const Exact&, const Format& f, const Mode& m) {
                       return reference::add(x, y, f, m);
                     },
                     [](volatile Float& x, volatile Float& y, volatile Float&) -> Float { return x + y; }},
    Operation<Float>{"subtract",
                     [](const Exact& x, const Exact& y, const Exact&, const Format& f, const Mode& m) {
                       return reference::subtract(x, y, f, m);
                     },
                     [](volatile Float& x, volatile Float& y, volatile Float&) -> Float { return x - y; }},
    Operation<Float>{"multiply",
                     [](const Exact& x, const Exact& y, const Exact&, const Format& f, const Mode& m) {
                       return reference::multiply(x, y, f, m);
                     },
                     [](volatile Float& x, volatile Float& y, volatile Float&) -> Float { return x * y; }},
    Operation<Float>{"divide",
                     [](const Exact& x, const Exact& y, const Exact&, const Format& f, const Mode& m) {
                       return reference::divide(x, y, f, m);
                     },
                     [](volatile Float& x, volatile Float& y, volatile Float&) -> Float { return x / y; }},
    Operation<Float>{"square_root",
                     [](const Exact& x, const Exact&, const Exact&, const Format& f, const Mode& m) {
                       return reference::square_root(x, f, m);
                     },
                     [](volatile Float& x, volatile Float&, volatile Float&) -> Float {
                       const Float operand = x;
                       return std::sqrt(operand);
                     }},
    Operation<Float>{"fused_multiply_add", reference::fused_multiply_add,
                     [](volatile Float& x, volatile Float& y, volatile Float& z) -> Float {
                       const Float a = x, b = y, c = z;
                       return std::fma(a, b, c);
                     }},
};

/// Clause 7.2 leaves open whether infinity times zero plus a quiet NaN is invalid; machines differ.
bool is_left_open(const Exact& x, const Exact& y, const Exact& z) {
  return z.is_nan() && ((x.is_infinity() && y.is_zero()) || (x.is_zero() && y.is_infinity()));
}

/// Any operands; of three now and then one is a NaN of either kind or any code point at all.
template <class Float>
std::array<Float, 3> hard_operands(testing::Operands& operands, std::size_t operation) {
  testing::Sample& sample = operands.sample();
  std::array<double, 3> hard = operands.triple();
  if (operation < 4 && sample.coin()) hard[0] = operands.for_sqrt();
  if (operation == 4) hard[0] = operands.for_sqrt();
  std::array<Float, 3> result{};
  for (std::size_t i = 0; i < hard.size(); ++i) result[i] = static_cast<Float>(hard[i]);
  if (sample.below(50) == 0) {
    result[sample.below(3)] = std::bit_cast<Float>(static_cast<typename Machine<Float>::Code>(sample.bits()));
    const auto infinity = std::bit_cast<typename Machine<Float>::Code>(std::numeric_limits<Float>::infinity());
    const auto payload = static_cast<typename Machine<Float>::Code>(1 + sample.below(9));
    if (sample.coin()) result[sample.below(3)] = std::bit_cast<Float>(infinity | payload);  // signalling
  }
  return result;
}

template <class Float>
void check_against_machine(int count) {
  constexpr const Format& f = Machine<Float>::format;
  testing::Mismatches mismatches;
  testing::Operands operands(f, seed);
  const Tininess tininess = testing::machine_tininess();
  Flags seen;
  for (const testing::MachineDirection& direction : testing::machine_directions) {
    const Mode mode(direction.ours, tininess);
    for (int i = 0; i < count; ++i) {
      for (std::size_t k = 0; k < operations<Float>.size(); ++k) {
        const Operation<Float>& operation = operations<Float>[k];
        const std::array<Float, 3> given = hard_operands<Float>(operands, k);
        volatile Float x = given[0], y = given[1], z = given[2];
        const auto machine = testing::on_machine<Float>(direction.machine, [&] { return operation.machine(x, y, z); });
        const std::array exact{to_exact(given[0]), to_exact(given[1]), to_exact(given[2])};
        const Rounded got = operation.ours(exact[0], exact[1], exact[2], f, mode);
        Rounded wanted{to_exact(machine.value), machine.flags};
        seen = seen | machine.flags;
        if (k == 5 && is_left_open(exact[0], exact[1], exact[2])) wanted.flags = got.flags;
        mismatches.expect(got.value == wanted.value && got.flags == wanted.flags,
                          [&] { return testing::case_line(operation.name, f, mode, exact, got, wanted); });
      }
    }
  }
  CHECK(seen == Flags{true, true, true, true, true});
}

}  // namespace

TEST_CASE("+ - * / sqrt fma and their flags are the machine's, in four directions, on a sample") {
  check_against_machine<double>(operands_in_fast);
  check_against_machine<float>(operands_in_fast);
}

TEST_SUITE("oracle") {
  TEST_CASE("a million operands each of + - * / sqrt fma in binary64 give what the machine computes and signals") {
    check_against_machine<double>(operands_in_oracle);
  }

  TEST_CASE("a million operands each of + - * / sqrt fma in binary32 give what the machine computes and signals") {
    check_against_machine<float>(operands_in_oracle);
  }
}
