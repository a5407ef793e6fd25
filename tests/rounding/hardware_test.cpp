// The machine's conversion of binary64 to binary32 in the four directions that it has.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "precipice/number/code_point.hpp"
#include "support/direction.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;

namespace {

constexpr int random_values = 100'000;
constexpr std::uint64_t seed = 20260103;

float converted(double x, const testing::MachineDirection& direction) {
  const testing::DirectionGuard guard(direction.machine);
  volatile double operand = x;
  volatile float result = static_cast<float>(operand);
  return result;
}

}  // namespace

TEST_CASE("binary64 is converted to binary32 as the machine does it") {
  testing::Sample sample(seed);
  testing::Mismatches mismatches;
  for (const testing::MachineDirection& direction : testing::machine_directions) {
    for (int i = 0; i < random_values; ++i) {
      // The exponents of binary32 and a little more; every second one close to a number or a midpoint of it.
      const double random = sample.any_double();
      if (!std::isfinite(random) || random == 0) continue;
      int ignored = 0;
      double x = std::ldexp(std::frexp(random, &ignored), static_cast<int>(sample.between(-152, 130)));
      if (i % 2 == 0) {
        const auto bits = std::bit_cast<std::uint64_t>(x) & ~((std::uint64_t{1} << 28) - 1);
        x = std::bit_cast<double>(bits + static_cast<std::uint64_t>(sample.between(-2, 2)));
      }
      const auto wanted = static_cast<double>(converted(x, direction));
      const Rounded got = round(Exact::from(x), binary32, direction.ours);
      mismatches.expect(got.value == Exact::from(wanted), [&] {
        return testing::case_line("convert", binary32, direction.ours, {Exact::from(x)}, got,
                                  {Exact::from(wanted), {}});
      });
    }
  }
}
