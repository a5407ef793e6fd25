// Conversions among binary64, binary32 and binary16 as the machine does them, with the flags that it raises.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/direction.hpp"
#include "support/half_precision.hpp"
#include "support/mismatches.hpp"
#include "support/operands.hpp"
#include "support/report.hpp"

using namespace precipice;

namespace {

/// In each of four directions.
constexpr int operands_in_fast = 3'000, operands_in_oracle = 250'000;
constexpr std::uint64_t seed = 20260203;

Exact to_exact(double x) {
  return std::isnan(x) ? decode(binary64, Integer(std::bit_cast<std::uint64_t>(x))) : Exact::from(x);
}
Exact to_exact(float x) {
  return std::isnan(x) ? decode(binary32, Integer(std::bit_cast<std::uint32_t>(x))) : Exact::from(x);
}

class Comparison {
 public:
  void expect(const Exact& x, const Format& f, Rounding direction, const Exact& value, const Flags& flags) {
    const Mode mode(direction, tininess_);
    const Rounded got = reference::convert(x, f, mode), wanted{value, flags};
    mismatches_.expect(got.value == value && got.flags == flags,
                       [&] { return testing::case_line("convert", f, mode, {x}, got, wanted); });
  }

 private:
  const Tininess tininess_ = testing::machine_tininess();
  testing::Mismatches mismatches_;
};

/// Hard numbers, and now and then any code point.
double hard_double(testing::Operands& operands) {
  return operands.sample().below(50) == 0 ? operands.sample().any_double() : operands.wide();
}
float hard_float(testing::Operands& operands) {
  testing::Sample& sample = operands.sample();
  if (sample.below(50) == 0) {
    const auto signalling = std::bit_cast<float>(0x7f80'0001U + static_cast<std::uint32_t>(sample.below(9)));
    return sample.coin() ? sample.any_float() : signalling;
  }
  return static_cast<float>(operands.wide());
}

void check_double_to_single(int count) {
  Comparison compare;
  testing::Operands operands(binary32, seed);
  for (const testing::MachineDirection& direction : testing::machine_directions) {
    for (int i = 0; i < count; ++i) {
      const double given = hard_double(operands);
      volatile double x = given;
      const auto machine = testing::on_machine<float>(direction.machine, [&] { return static_cast<float>(x); });
      compare.expect(to_exact(given), binary32, direction.ours, to_exact(machine.value), machine.flags);
    }
  }
}

void check_single_to_double(int count) {
  Comparison compare;
  testing::Operands operands(binary32, seed + 1);
  for (int i = 0; i < count; ++i) {
    const float given = hard_float(operands);
    volatile float x = given;
    const auto machine = testing::on_machine<double>(FE_TONEAREST, [&] { return static_cast<double>(x); });
    compare.expect(to_exact(given), binary64, Rounding::nearest_even, to_exact(machine.value), machine.flags);
  }
}

void check_single_to_half(int count) {
  Comparison compare;
  testing::Operands operands(binary16, seed + 2);
  for (const testing::MachineDirection& direction : testing::machine_directions) {
    for (int i = 0; i < count; ++i) {
      const float given = hard_float(operands);
      volatile float x = given;
      const auto machine =
          testing::on_machine<std::uint16_t>(direction.machine, [&] { return testing::machine_half(x); });
      compare.expect(to_exact(given), binary16, direction.ours, decode(binary16, machine.value), machine.flags);
    }
  }
}

void check_half_to_single() {
  Comparison compare;
  for (std::uint32_t code = 0; code < 1U << 16U; ++code) {
    volatile std::uint16_t x = static_cast<std::uint16_t>(code);
    const auto machine = testing::on_machine<float>(FE_TONEAREST, [&] { return testing::machine_single(x); });
    compare.expect(decode(binary16, code), binary32, Rounding::nearest_even, to_exact(machine.value), machine.flags);
  }
}

void check_conversions(int count) {
  check_double_to_single(count);
  check_single_to_double(count);
  if (!testing::machine_has_half()) {
    MESSAGE("this machine has no conversions of binary16");
    return;
  }
  check_single_to_half(count);
}

}  // namespace

TEST_CASE("conversions among binary64, binary32 and binary16 are the machine's, with its flags, on a sample") {
  check_conversions(operands_in_fast);
  if (testing::machine_has_half()) check_half_to_single();
}

TEST_SUITE("oracle") {
  TEST_CASE("a million hard conversions each to binary32 and binary16 are the machine's, with its flags") {
    check_conversions(operands_in_oracle);
  }
}
