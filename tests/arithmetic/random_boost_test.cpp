// A second opinion on + - * / sqrt: Boost.Multiprecision's binary floating point, which rounds to nearest-even and
// shares no code with MPFR.
#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "precipice/arithmetic/operations.hpp"
#include "support/hard_operands.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::HardOperands;

namespace {

constexpr int operands_per_operation = 40'000;
constexpr std::uint64_t seed = 20260202;
constexpr int chunk_bits = 32;

/// Exponents far beyond those of the results: Boost has no subnormal numbers.
template <unsigned precision>
using Bin =
    boost::multiprecision::number<boost::multiprecision::cpp_bin_float<precision, boost::multiprecision::digit_base_2,
                                                                       void, std::int32_t, -1'000'000, 1'000'000>,
                                  boost::multiprecision::et_off>;

/// Precondition: x has at most `precision` bits.
template <unsigned precision>
Bin<precision> to_bin(const Exact& x) {
  Bin<precision> result = 0;
  for (std::int64_t place = bit_length(x.significand()) / chunk_bits * chunk_bits; place >= 0; place -= chunk_bits) {
    const Integer chunk = (x.significand() >> static_cast<std::size_t>(place)) & 0xffff'ffffU;
    result = ldexp(result, chunk_bits) + static_cast<std::uint32_t>(chunk);
  }
  result = ldexp(result, static_cast<int>(x.exponent()));
  return x.is_negative() ? Bin<precision>(-result) : result;
}

template <unsigned precision>
Exact from_bin(const Bin<precision>& x) {
  int exponent = 0;
  Bin<precision> rest = frexp(abs(x), &exponent);
  Integer significand = 0;
  for (; rest != 0; exponent -= chunk_bits) {
    rest = ldexp(rest, chunk_bits);
    const auto chunk = rest.template convert_to<std::uint32_t>();
    significand = (significand << 32U) + chunk;
    rest -= chunk;
  }
  return Exact::finite(signbit(x) != 0 ? Sign::negative : Sign::positive, significand, exponent);
}

template <unsigned precision>
class Comparison {
 public:
  void run() {
    testing::Sample sample(seed + precision);
    HardOperands hard(operands_, sample);
    for (int i = 0; i < operands_per_operation; ++i) {
      if (const auto xy = hard.for_sum(); !is_wrong_in_boost(xy[0], xy[1])) {
        compare("add", reference::add, xy, [](const auto& x, const auto& y) { return Number(x + y); });
      }
      if (const auto xy = hard.for_difference(); !is_wrong_in_boost(xy[0], xy[1])) {
        compare("subtract", reference::subtract, xy, [](const auto& x, const auto& y) { return Number(x - y); });
      }
      compare("multiply", reference::multiply, hard.for_product(),
              [](const auto& x, const auto& y) { return Number(x * y); });
      compare("divide", reference::divide, hard.for_quotient(),
              [](const auto& x, const auto& y) { return Number(x / y); });
      const auto root = [](const Exact& x, const Exact&, const Format& f, const Mode& mode) {
        return reference::square_root(x.magnitude(), f, mode);
      };
      compare("square_root", root, {hard.for_root()[0], Exact::from(1)},
              [](const auto& x, const auto&) { return Number(sqrt(abs(x))); });
    }
  }

 private:
  using Number = Bin<precision>;

  /// The operands, cut to the precision that Boost has; zeros are left to others.
  template <class Ours, class Theirs>
  void compare(const char* name, Ours ours, const std::array<Exact, 3>& operands, Theirs theirs) {
    const Exact x = cut(operands[0]), y = cut(operands[1]);
    if (x.is_zero() || y.is_zero()) return;
    const Rounded got = ours(x, y, results_, Rounding::nearest_even);
    if (got.value.is_zero()) return;
    const Rounded wanted{from_bin<precision>(theirs(to_bin<precision>(x), to_bin<precision>(y))), got.flags};
    mismatches_.expect(testing::same(got, wanted), [&] {
      return testing::case_line(name, results_, Mode(), {x, y}, got, wanted);
    });
  }

  /// Boost 1.74 takes a number that lies p + 1 binades below another for half a unit when it subtracts: for p = 24 it
  /// has 0x1.2d37c2p+23 - 0x1.fffff8p-2 = 0x1.2d37cp+23.
  static bool is_wrong_in_boost(const Exact& x, const Exact& y) {
    return x.is_zero() || y.is_zero() || std::abs(x.top_exponent() - y.top_exponent()) == precision + 1;
  }

  static Exact cut(const Exact& x) {
    const std::int64_t excess = std::max<std::int64_t>(bit_length(x.significand()) - std::int64_t{precision}, 0);
    return Exact::finite(x.sign(), x.significand() >> static_cast<std::size_t>(excess), x.exponent() + excess);
  }

  const Format operands_ = ieee_like(precision, 17), results_ = ieee_like(precision, 20);
  testing::Mismatches mismatches_;
};

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("+ - * / sqrt of hard operands of 24, 53, 113 and 237 bits are Boost's") {
    Comparison<24>().run();
    Comparison<53>().run();
    Comparison<113>().run();
    Comparison<237>().run();
  }
}
