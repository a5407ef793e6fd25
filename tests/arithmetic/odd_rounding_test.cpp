// Why the carried engine rounds to odd: binary64 operations followed by a rounding to the format round twice.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "support/mismatches.hpp"
#include "support/operands.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20260110;
constexpr int random_pairs = 100'000;

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

}  // namespace

TEST_CASE("rounding the binary64 result of wide operands is wrong beside a tie, and the carried engine is right") {
  const Carried<double> engine(bfloat16);
  const double tie = 0x1.01p0;  // between 1 and 1 + 2^-7
  const double next = 0x1.02p0;

  // binary64 loses 2^-80 and sees a tie, which goes to the even 1 here and up to the even 1 + 2^-6 above.
  CHECK(bits(engine.narrowing().rounded(tie + 0x1p-80)) == bits(1.0));
  CHECK(bits(engine.add(tie, 0x1p-80)) == bits(next));
  CHECK(bits(engine.narrowing().rounded(0x1.03p0 - 0x1p-80)) == bits(0x1.04p0));
  CHECK(bits(engine.sub(0x1.03p0, 0x1p-80)) == bits(next));

  // 7 * 0x125b6db6db6db7 = 257 * 2^47 + 1: binary64 loses the one and sees the tie between 256 * 2^47 and 258 * 2^47.
  CHECK(bits(engine.narrowing().rounded(7.0 * 0x125b6db6db6db7p0)) == bits(0x1p55));
  CHECK(bits(engine.mul(7.0, 0x125b6db6db6db7p0)) == bits(0x1.02p55));
}

TEST_CASE("plain binary64 operations on wide operands are wrong thousands of times where the carried engine never is") {
  for (const Format& f : {bfloat16, binary16, ieee_like(4, 4)}) {
    CAPTURE(to_text(f));
    const Carried<double> engine(f);
    const Reference reference(f);
    testing::Operands operands(f, seed);
    int wrong_sums = 0, wrong_products = 0, wrong_quotients = 0;
    Mismatches mismatches;
    for (int i = 0; i < random_pairs; ++i) {
      const auto [x, y] = operands.pair();
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      const Exact a = Exact::from(x), b = Exact::from(y);
      const auto differs = [&](double plain, double carried, const Exact& wanted) {
        mismatches.expect(Exact::from(carried) == wanted,
                          [&] { return "carried: " + to_hexadecimal(a) + " " + to_hexadecimal(b); });
        return std::fabs(plain) < 0x1p900 && Exact::from(engine.narrowing().rounded(plain)) != wanted;
      };
      wrong_sums += differs(x + y, engine.add(x, y), reference.add(a, b));
      wrong_products += differs(x * y, engine.mul(x, y), reference.mul(a, b));
      if (y != 0) wrong_quotients += differs(x / y, engine.div(x, y), reference.div(a, b));
    }
    CHECK(wrong_sums > 1000);
    CHECK(wrong_products > 100);
    CHECK(wrong_quotients > 100);
  }
}

TEST_CASE("for operands of the format itself the plain operation, rounded, is right") {
  Mismatches mismatches;
  for (const Format& f : {ieee_like(24, 8), ieee_like(24, 9), ieee_like(11, 5), ieee_like(8, 8), ieee_like(2, 3)}) {
    const Carried<double> engine(f);
    const Reference reference(f);
    testing::Operands operands(f, seed);
    for (int i = 0; i < random_pairs; ++i) {
      const double x = operands.member(), y = operands.member();
      const Exact a = Exact::from(x), b = Exact::from(y);
      const auto line = [&] {
        return fmt::format("plain {}: {} {}", to_text(f), to_hexadecimal(a), to_hexadecimal(b));
      };
      mismatches.expect(Exact::from(engine.narrowing().rounded(x + y)) == reference.add(a, b), line);
      mismatches.expect(Exact::from(engine.narrowing().rounded(x * y)) == reference.mul(a, b), line);
    }
  }
}
