#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstdint>
#include <vector>

#include "precipice/format/format.hpp"

namespace precipice::testing {

/// significand * 2^exponent.
struct Dyadic {
  std::uint64_t significand;
  std::int64_t exponent;
};

/// floor(log2 x) of x > 0.
inline std::int64_t top_of(const Dyadic& x) { return x.exponent + 63 - std::countl_zero(x.significand); }

inline std::strong_ordering compare(const Dyadic& x, const Dyadic& y) {
  if (x.significand == 0 || y.significand == 0) return (x.significand != 0) <=> (y.significand != 0);
  if (top_of(x) != top_of(y)) return top_of(x) <=> top_of(y);
  return x.significand << std::countl_zero(x.significand) <=> y.significand << std::countl_zero(y.significand);
}

/// What a code point stands for.
struct Datum {
  enum class Kind : std::uint8_t { number, infinity, quiet_nan, signalling_nan };
  Kind kind;
  bool negative;
  Dyadic magnitude;  ///< of a NaN the payload
};

inline bool is_nan(const Datum& x) { return x.kind == Datum::Kind::quiet_nan || x.kind == Datum::Kind::signalling_nan; }
inline bool is_zero(const Datum& x) { return x.kind == Datum::Kind::number && x.magnitude.significand == 0; }

constexpr std::uint64_t ones(int count) { return (std::uint64_t{1} << count) - 1; }

/// Bits of a code point without its sign.
constexpr int magnitude_width(const Format& f) {
  return f.exponent_bits + f.precision - 1 + (f.leading_bit == LeadingBit::stored ? 1 : 0);
}
constexpr int code_width(const Format& f) {
  return magnitude_width(f) + (f.signedness == Signedness::with_sign ? 1 : 0);
}

/// The fields of a code point. Without a stored leading bit that bit follows from the exponent field.
struct Fields {
  bool negative;
  std::uint64_t exponent, leading, trailing;
};

inline Fields fields_of(const Format& f, std::uint64_t code) {
  const int stored = f.precision - 1;
  const bool negative = f.signedness == Signedness::with_sign && (code >> magnitude_width(f)) != 0;
  const std::uint64_t trailing = code & ones(stored);
  std::uint64_t rest = (code & ones(magnitude_width(f))) >> stored, leading = 0;
  if (f.leading_bit == LeadingBit::stored) {
    leading = rest & 1;
    rest >>= 1;
  } else {
    leading = rest == 0 && f.specials != Specials::e8m0 ? 0 : 1;
  }
  return {negative, rest, leading, trailing};
}

/// The value of the fields as those of a number. The lowest exponent 2^emin belongs to the fields 0 and 1; E8M0, which
/// has no zero, counts from 0.
inline Dyadic number_of(const Format& f, const Fields& fields) {
  const int stored = f.precision - 1;
  const auto field = static_cast<std::int64_t>(fields.exponent);
  const std::int64_t above_lowest = f.specials == Specials::e8m0 || field == 0 ? field : field - 1;
  return {(fields.leading << stored) + fields.trailing, f.emin - stored + above_lowest};
}

/// The datum of a code point of up to 64 bits from the descriptions of the families (IEEE 754-2019, clause 3.4; OCP's
/// 8-bit and MX formats; "fnuz" of ml_dtypes and LLVM; P3109; x87's stored leading bit). Shares nothing with decode().
/// Of a format only the widths, the family, emin (which is the bias) and emax (where it was lowered) are used.
inline Datum datum_of(const Format& f, std::uint64_t code) {
  using Kind = Datum::Kind;
  const Fields fields = fields_of(f, code);
  const bool is_signed = f.signedness == Signedness::with_sign;
  const std::uint64_t magnitude = (fields.exponent << (f.precision - 1)) + fields.trailing;
  const std::uint64_t top = ones(f.exponent_bits + f.precision - 1);
  const bool is_negative_zero = fields.negative && magnitude == 0;
  const Datum nan{Kind::quiet_nan, false, {0, 0}}, infinity{Kind::infinity, fields.negative, {0, 0}};
  const Datum reserved{Kind::signalling_nan, fields.negative, {0, 0}};
  switch (f.specials) {
    case Specials::ieee: {
      if (f.leading_bit == LeadingBit::stored && fields.exponent != 0 && fields.leading == 0) return reserved;
      if (fields.exponent != ones(f.exponent_bits)) break;
      if (fields.trailing == 0) return infinity;
      const std::uint64_t quiet = std::uint64_t{1} << (f.precision - 2);
      const Kind kind = (fields.trailing & quiet) != 0 ? Kind::quiet_nan : Kind::signalling_nan;
      return {kind, fields.negative, {fields.trailing & (quiet - 1), 0}};
    }
    case Specials::no_infinity:
      if (magnitude == top) return {Kind::quiet_nan, fields.negative, {0, 0}};
      break;
    case Specials::fnuz:
      if (is_signed ? is_negative_zero : magnitude == top) return nan;
      break;
    case Specials::p3109:
      if (is_signed ? is_negative_zero : magnitude == top) return nan;
      if (magnitude == (is_signed ? top : top - 1)) return infinity;
      break;
    case Specials::e8m0:
      if (magnitude == top) return nan;
      break;
    case Specials::none: break;
  }
  const Dyadic number = number_of(f, fields);
  if (number.significand != 0 && top_of(number) > f.emax) return reserved;
  return {Kind::number, fields.negative, number};
}

/// From -infinity to +infinity, -0 before +0 (clause 5.10). Not for NaNs.
inline std::strong_ordering total_order(const Datum& x, const Datum& y) {
  if (x.negative != y.negative) return x.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  const bool x_is_infinite = x.kind == Datum::Kind::infinity, y_is_infinite = y.kind == Datum::Kind::infinity;
  const auto magnitudes =
      x_is_infinite || y_is_infinite ? x_is_infinite <=> y_is_infinite : compare(x.magnitude, y.magnitude);
  return x.negative ? 0 <=> magnitudes : magnitudes;
}

/// All data of a small format but NaNs, in that order.
inline std::vector<Datum> data_in_order(const Format& f) {
  std::vector<Datum> row;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << code_width(f); ++code) {
    const Datum x = datum_of(f, code);
    if (!is_nan(x)) row.push_back(x);
  }
  std::ranges::sort(row, [](const Datum& x, const Datum& y) { return total_order(x, y) < 0; });
  // With a stored leading bit some numbers have two codes.
  const auto same = [](const Datum& x, const Datum& y) { return total_order(x, y) == 0; };
  row.erase(std::unique(row.begin(), row.end(), same), row.end());
  return row;
}

/// The neighbours of the i-th in the row: those beside it, zeros being one number; at the ends there is nothing to go
/// to.
struct Neighbours {
  Datum below, above;
};

inline Neighbours neighbours_of(const std::vector<Datum>& row, std::size_t i) {
  const bool zero_above = i + 1 < row.size() && is_zero(row[i]) && is_zero(row[i + 1]);
  const bool zero_below = i > 0 && is_zero(row[i]) && is_zero(row[i - 1]);
  return {row[i - std::min<std::size_t>(i, zero_below ? 2 : 1)],
          row[std::min(i + (zero_above ? 2 : 1), row.size() - 1)]};
}

}  // namespace precipice::testing
