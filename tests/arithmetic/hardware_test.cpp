// The Reference engine against the machine's own binary32 and binary64, in the four directions that it has.
#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "precipice/arithmetic/operations.hpp"
#include "support/direction.hpp"
#include "support/mismatches.hpp"
#include "support/operands.hpp"
#include "support/report.hpp"

using namespace precipice;

namespace {

constexpr int pairs_per_direction = 500'000;  // two million pairs for each of the two formats
constexpr std::uint64_t seed = 20260106;

/// + - * / of the pair and the root of the first, as the machine has them in its present direction.
template <class Float>
std::array<double, 5> on_machine(double x, double y, int direction) {
  const testing::DirectionGuard guard(direction);
  volatile Float a = static_cast<Float>(x), b = static_cast<Float>(y);
  volatile Float sum = a + b, difference = a - b, product = a * b, quotient = a / b;
  const Float operand = a;
  volatile Float root = std::sqrt(operand);
  return {static_cast<double>(sum), static_cast<double>(difference), static_cast<double>(product),
          static_cast<double>(quotient), static_cast<double>(root)};
}

template <class Float>
void check_against_machine(const Format& f) {
  testing::Mismatches mismatches;
  testing::Operands operands(f, seed);
  for (const testing::MachineDirection& direction : testing::machine_directions) {
    for (int i = 0; i < pairs_per_direction; ++i) {
      auto [x, y] = operands.pair();
      if (i % 8 == 0) x = operands.for_sqrt();
      x = static_cast<double>(static_cast<Float>(x));
      y = static_cast<double>(static_cast<Float>(y));
      const Exact a = Exact::from(x), b = Exact::from(y);
      const std::array got{reference::add(a, b, f, direction.ours), reference::subtract(a, b, f, direction.ours),
                           reference::multiply(a, b, f, direction.ours), reference::divide(a, b, f, direction.ours),
                           reference::square_root(a, f, direction.ours)};
      constexpr std::array names{"add", "subtract", "multiply", "divide", "square_root"};
      const std::array<double, 5> machine = on_machine<Float>(x, y, direction.machine);
      for (std::size_t k = 0; k < got.size(); ++k) {
        const Exact wanted = Exact::from(machine[k]);
        mismatches.expect(got[k].value == wanted, [&] {
          return testing::case_line(names[k], f, direction.ours, {a, b}, got[k], {wanted, got[k].flags});
        });
      }
    }
  }
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("two million pairs of binary64 are what the machine computes, in four directions") {
    check_against_machine<double>(binary64);
  }

  TEST_CASE("two million pairs of binary32 are what the machine computes, in four directions") {
    check_against_machine<float>(binary32);
  }
}
