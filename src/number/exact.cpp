#include "precipice/number/exact.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace precipice {

std::int64_t bit_length(const Integer& magnitude) {
  return magnitude.is_zero() ? 0 : static_cast<std::int64_t>(mpz_sizeinbase(magnitude.backend().data(), 2));
}

Exact Exact::zero(Sign sign) {
  Exact result;
  result.sign_ = sign;
  return result;
}

Exact Exact::infinity(Sign sign) {
  Exact result;
  result.kind_ = Kind::infinity;
  result.sign_ = sign;
  return result;
}

Exact Exact::nan() {
  Exact result;
  result.kind_ = Kind::nan;
  return result;
}

Exact Exact::nan(Sign sign, Signalling signalling, Integer payload) {
  Exact result = nan();
  result.sign_ = sign;
  result.exponent_ = signalling == Signalling::signalling ? 1 : 0;
  result.significand_ = std::move(payload);
  return result;
}

Exact Exact::finite(Sign sign, Integer magnitude, std::int64_t exponent) {
  if (magnitude.is_zero()) return zero(sign);
  const auto trailing_zeros = static_cast<std::int64_t>(mpz_scan1(magnitude.backend().data(), 0));
  Exact result;
  result.kind_ = Kind::finite;
  result.sign_ = sign;
  result.exponent_ = exponent + trailing_zeros;
  if (trailing_zeros > 0) magnitude >>= static_cast<std::size_t>(trailing_zeros);
  result.significand_ = std::move(magnitude);
  return result;
}

Exact Exact::from(double value) {
  const Sign sign = std::signbit(value) ? Sign::negative : Sign::positive;
  if (std::isnan(value)) return nan();
  if (std::isinf(value)) return infinity(sign);
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(value), &exponent);
  return finite(sign, Integer(static_cast<std::uint64_t>(std::ldexp(fraction, 53))), exponent - 53);
}

Exact Exact::negated() const {
  Exact result = *this;
  if (!is_nan()) result.sign_ = opposite(sign_);
  return result;
}

namespace {

/// |a| against |b|, both finite and non-zero.
std::strong_ordering compare_magnitudes(const Exact& a, const Exact& b) {
  if (const auto tops = a.top_exponent() <=> b.top_exponent(); tops != 0) return tops;
  // Equal leading exponents: aligning costs no more than the longer significand.
  const std::int64_t gap = a.exponent() - b.exponent();
  const Integer left = gap > 0 ? Integer(a.significand() << static_cast<std::size_t>(gap)) : a.significand();
  const Integer right = gap < 0 ? Integer(b.significand() << static_cast<std::size_t>(-gap)) : b.significand();
  return left.compare(right) <=> 0;
}

int signum(const Exact& x) { return x.is_zero() ? 0 : x.is_negative() ? -1 : 1; }

}  // namespace

std::partial_ordering compare(const Exact& a, const Exact& b) {
  if (a.is_nan() || b.is_nan()) return std::partial_ordering::unordered;
  if (signum(a) != signum(b)) return signum(a) <=> signum(b);
  if (a.is_zero()) return std::partial_ordering::equivalent;
  const bool reversed = a.is_negative();
  if (a.is_infinity() || b.is_infinity()) {
    if (a.is_infinity() && b.is_infinity()) return std::partial_ordering::equivalent;
    return a.is_infinity() != reversed ? std::partial_ordering::greater : std::partial_ordering::less;
  }
  return reversed ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

double to_double(const Exact& value) {
  const double sign = value.is_negative() ? -1.0 : 1.0;
  switch (value.kind()) {
    case Exact::Kind::zero: return sign * 0.0;
    case Exact::Kind::infinity: return sign * std::numeric_limits<double>::infinity();
    case Exact::Kind::nan: return std::numeric_limits<double>::quiet_NaN();
    case Exact::Kind::finite: break;
  }
  assert(bit_length(value.significand()) <= 53 && value.exponent() >= -1074 && value.top_exponent() <= 1023);
  return sign * std::ldexp(static_cast<double>(static_cast<std::uint64_t>(value.significand())),
                           static_cast<int>(value.exponent()));
}

}  // namespace precipice
