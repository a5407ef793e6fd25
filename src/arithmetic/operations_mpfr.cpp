// The one file of Reference's operations that speaks MPFR, whose exponents are ours plus one. MPFR truncates to a few
// bits more than the format and tells whether anything was lost; `round` then rounds once, subnormals and overflow
// included. The ends of MPFR's own exponent range (default: about 2^30) are never approached.
#include <mpfr.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "precipice/arithmetic/operations.hpp"

namespace precipice::reference {
namespace {

class Mpfr {
 public:
  explicit Mpfr(std::int64_t bits) {
    mpfr_init2(x_, static_cast<mpfr_prec_t>(std::max<std::int64_t>(bits, MPFR_PREC_MIN)));
  }
  explicit Mpfr(const Exact& value) : Mpfr(bit_length(value.significand())) {
    assert(value.kind() == Exact::Kind::finite && std::abs(value.top_exponent()) < (std::int64_t{1} << 30) - 1);
    mpfr_set_z_2exp(x_, value.significand().backend().data(), static_cast<mpfr_exp_t>(value.exponent()), MPFR_RNDZ);
    if (value.is_negative()) mpfr_neg(x_, x_, MPFR_RNDZ);
  }
  ~Mpfr() { mpfr_clear(x_); }
  Mpfr(const Mpfr&) = delete;
  Mpfr& operator=(const Mpfr&) = delete;

  mpfr_ptr get() { return x_; }
  mpfr_srcptr get() const { return x_; }

  /// The number as a result truncated toward zero; `ternary` is what MPFR said of the operation.
  [[nodiscard]] Unrounded truncated(int ternary) const {
    Integer significand;
    const mpfr_exp_t exponent = mpfr_get_z_2exp(significand.backend().data(), x_);
    const Sign sign = significand < 0 ? Sign::negative : Sign::positive;
    if (ternary == 0) return Exact::finite(sign, abs(significand), exponent);
    return Unrounded::truncated(sign, abs(significand), exponent);
  }

 private:
  mpfr_t x_;
};

constexpr double ln2 = 0.6931471805599453;

}  // namespace

Rounded exponential(const Exact& x, const Format& f, Rounding direction) {
  if (x.is_nan()) return {x, {}};
  if (x.is_infinity()) return {x.is_negative() ? Exact::zero(Sign::positive) : x, {}};
  if (x.is_zero()) return {Exact::finite(Sign::positive, 1, 0), {}};
  const std::int64_t bits = std::int64_t{f.precision} + 4;
  // |x| < 2^-(p + 4): the result lies strictly between 1 and its neighbour in a format of `bits` bits.
  if (x.top_exponent() < -bits) {
    const Integer one = Integer(1) << static_cast<std::size_t>(bits);
    return round(Unrounded::truncated(Sign::positive, x.is_negative() ? Integer(one - 1) : one, -bits), f, direction);
  }
  const Mpfr argument(x);
  const double estimate =
      x.top_exponent() > 62 ? (x.is_negative() ? -1e300 : 1e300) : mpfr_get_d(argument.get(), MPFR_RNDN);
  if (estimate > (f.emax + 2.0) * ln2)
    return round(Exact::finite(Sign::positive, 1, std::int64_t{f.emax} + 1), f, direction);
  if (estimate < (static_cast<double>(smallest_exponent(f)) - 3.0) * ln2) {
    return round(Unrounded::truncated(Sign::positive, 1, smallest_exponent(f) - 3), f, direction);
  }
  Mpfr result(bits);
  const int ternary = mpfr_exp(result.get(), argument.get(), MPFR_RNDZ);
  return round(result.truncated(ternary), f, direction);
}

Rounded logarithm(const Exact& x, const Format& f, Rounding direction) {
  if (x.is_nan()) return {x, {}};
  if (x.is_zero()) return {Exact::infinity(Sign::negative), Flags{.divide_by_zero = true}};
  if (x.is_negative()) return {Exact::nan(), Flags{.invalid = true}};
  if (x.is_infinity()) return {x, {}};
  const Mpfr argument(x);
  Mpfr result(std::int64_t{f.precision} + 4);
  const int ternary = mpfr_log(result.get(), argument.get(), MPFR_RNDZ);
  if (mpfr_zero_p(result.get()) != 0) return {Exact::zero(Sign::positive), {}};
  return round(result.truncated(ternary), f, direction);
}

}  // namespace precipice::reference
