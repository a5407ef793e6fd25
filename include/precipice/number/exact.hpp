#pragma once

#include <boost/multiprecision/gmp.hpp>
#include <compare>
#include <cstdint>

#include "precipice/number/sign.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// An integer of any size. Expression templates are off: `auto` means what it says.
using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;

/// Bits of a positive integer; 0 for zero.
std::int64_t bit_length(const Integer& magnitude);

enum class Signalling : std::uint8_t { quiet, signalling };

/// A datum of floating-point arithmetic, unrounded: a dyadic rational of any size, a signed zero, an infinity or NaN.
/// A finite non-zero one is (-1)^sign * significand * 2^exponent with an odd significand, so equal data have equal
/// members. A NaN keeps the sign, the payload and the quietness of the code point that it was decoded from; operations
/// make quiet ones with a positive sign and no payload.
class Exact {
 public:
  enum class Kind : std::uint8_t { zero, finite, infinity, nan };

  Exact() = default;  ///< +0
  static Exact zero(Sign sign);
  static Exact infinity(Sign sign);
  static Exact nan();  ///< quiet, positive, without payload
  static Exact nan(Sign sign, Signalling signalling, Integer payload);
  /// (-1)^sign * magnitude * 2^exponent; magnitude >= 0, and a zero keeps the sign.
  static Exact finite(Sign sign, Integer magnitude, std::int64_t exponent);
  /// The same datum; every double is one.
  static Exact from(double value);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] Sign sign() const { return sign_; }
  [[nodiscard]] bool is_zero() const { return kind_ == Kind::zero; }
  [[nodiscard]] bool is_finite() const { return kind_ == Kind::zero || kind_ == Kind::finite; }
  [[nodiscard]] bool is_infinity() const { return kind_ == Kind::infinity; }
  [[nodiscard]] bool is_nan() const { return kind_ == Kind::nan; }
  [[nodiscard]] bool is_negative() const { return sign_ == Sign::negative; }

  [[nodiscard]] bool is_signalling() const { return is_nan() && exponent_ != 0; }

  /// Odd for a finite non-zero datum, the payload of a NaN, zero for others.
  [[nodiscard]] const Integer& significand() const { return significand_; }
  /// Exponent of the last bit of the significand.
  [[nodiscard]] std::int64_t exponent() const { return exponent_; }
  /// floor(log2 |x|): the exponent e with 2^e <= |x| < 2^(e+1). Finite and non-zero only.
  [[nodiscard]] std::int64_t top_exponent() const { return exponent_ + bit_length(significand_) - 1; }

  [[nodiscard]] Exact negated() const;
  [[nodiscard]] Exact magnitude() const { return is_negative() ? negated() : *this; }

  /// The same datum: zeros differ by sign, any NaN is any NaN. For `compare` see below.
  friend bool operator==(const Exact& a, const Exact& b) {
    if (a.is_nan() || b.is_nan()) return a.is_nan() && b.is_nan();
    return a.kind_ == b.kind_ && a.sign_ == b.sign_ && a.exponent_ == b.exponent_ && a.significand_ == b.significand_;
  }

 private:
  Kind kind_ = Kind::zero;
  Sign sign_ = Sign::positive;
  std::int64_t exponent_ = 0;  // of a signalling NaN 1
  Integer significand_;
};

/// IEEE comparison: zeros are equal, NaN is unordered.
std::partial_ordering compare(const Exact& a, const Exact& b);

/// The double that is this datum. Precondition: there is one (see contains(binary64, ...)).
double to_double(const Exact& value);

}  // namespace precipice
#pragma GCC visibility pop
