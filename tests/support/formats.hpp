#pragma once

#include <string>
#include <vector>

#include "precipice/format/catalogue.hpp"

namespace precipice::testing {

/// Every IEEE-like format of at most `widest` bits (sign, exponent, trailing significand), precision 1 included.
inline std::vector<Format> formats_up_to(int widest, int least_precision = 1) {
  std::vector<Format> result;
  for (int exponent_bits = 2; exponent_bits < widest; ++exponent_bits) {
    for (int precision = least_precision; exponent_bits + precision <= widest; ++precision) {
      result.push_back(ieee_like(precision, exponent_bits));
    }
  }
  return result;
}

inline constexpr Specials all_specials[] = {Specials::ieee,  Specials::no_infinity, Specials::fnuz,
                                            Specials::p3109, Specials::e8m0,        Specials::none};
inline constexpr Signedness both_signednesses[] = {Signedness::with_sign, Signedness::without_sign};

/// Whether there is such a format: it has a normal number, IEEE's specials need an exponent field beside their own, and
/// with neither sign nor stored bits nor infinity there is no zero either.
inline bool is_possible(int precision, int exponent_bits, Specials specials, Signedness signedness) {
  const bool is_unsigned = signedness == Signedness::without_sign;
  if (specials == Specials::e8m0) return is_unsigned && precision == 1;
  if (specials == Specials::ieee && exponent_bits < 2) return false;
  if (specials == Specials::no_infinity && is_unsigned && precision == 1) return false;
  const Format f = laid_out(precision, exponent_bits, specials, signedness);
  return f.emax >= f.emin;
}

/// Every format of exactly `bits` bits of a family, with the bias that is usual for it.
inline std::vector<Format> family_of_width(Specials specials, int bits) {
  std::vector<Format> result;
  for (const Signedness signedness : both_signednesses) {
    const int significant = signedness == Signedness::with_sign ? bits - 1 : bits;
    for (int exponent_bits = 1; exponent_bits <= significant; ++exponent_bits) {
      const int precision = significant - exponent_bits + 1;
      if (!is_possible(precision, exponent_bits, specials, signedness)) continue;
      result.push_back(laid_out(precision, exponent_bits, specials, signedness));
    }
  }
  return result;
}

/// Every format of exactly `bits` bits of every family.
inline std::vector<Format> families_of_width(int bits) {
  std::vector<Format> result;
  for (const Specials specials : all_specials) {
    for (const Format& f : family_of_width(specials, bits)) result.push_back(f);
  }
  return result;
}

inline std::vector<Format> families_up_to(int widest) {
  std::vector<Format> result;
  for (int bits = 2; bits <= widest; ++bits) {
    for (const Format& f : families_of_width(bits)) result.push_back(f);
  }
  return result;
}

inline constexpr Subnormals all_subnormals[] = {Subnormals::gradual, Subnormals::flush_results,
                                                Subnormals::flush_operands, Subnormals::flush_both};

/// A format with every rule for its ends: underflow, and overflow where it has a choice.
inline std::vector<Format> with_every_rule(const Format& f) {
  std::vector<Format> result;
  for (const Subnormals subnormals : all_subnormals) {
    Format variant = with_subnormals(f, subnormals);
    result.push_back(variant);
    if (variant.overflow != Overflow::saturating) result.push_back(saturating(variant));
  }
  return result;
}

/// A format as others write it.
inline std::vector<Format> catalogue_formats() {
  std::vector<Format> result;
  for (const NamedFormat& named : catalogue()) result.push_back(named.format);
  return result;
}

}  // namespace precipice::testing
