#include "precipice/arithmetic/fixed.hpp"

namespace precipice::detail {
namespace {

std::uint64_t sign_bit(const Format& f) { return has_sign(f) ? std::uint64_t{1} << (width(f) - 1) : 0; }

std::uint64_t trailing_mask(const Format& f) { return (std::uint64_t{1} << trailing_bits(f)) - 1; }

/// Exponent field and trailing significand of the largest number: up to here every magnitude is that of a finite one.
std::uint64_t largest_magnitude(const Format& f) {
  const auto field = static_cast<std::uint64_t>(std::int64_t{f.emax} + bias(f));
  return (field << trailing_bits(f)) + trailing_mask(f) - static_cast<std::uint64_t>(units_below_all_ones(f));
}

}  // namespace

Exact decode_word(const Format& f, std::uint64_t code) {
  const std::uint64_t magnitude = code & ~sign_bit(f);
  const bool is_negative = magnitude != code;
  // Where one zero is all there is, the code of -0 is NaN.
  const bool is_finite = magnitude <= largest_magnitude(f) && !(magnitude == 0 && is_negative);
  if (!is_finite || f.leading_bit == LeadingBit::stored) return decode(f, code);
  const Sign sign = is_negative ? Sign::negative : Sign::positive;
  const std::uint64_t trailing = magnitude & trailing_mask(f);
  const auto field = static_cast<std::int64_t>(magnitude >> trailing_bits(f));
  if (field == 0 && has_zero(f)) return Exact::finite(sign, trailing, smallest_exponent(f));
  return Exact::finite(sign, trailing + trailing_mask(f) + 1, field - bias(f) - trailing_bits(f));
}

std::uint64_t encode_word(const Format& f, const Exact& value) {
  if (value.kind() != Exact::Kind::finite || f.leading_bit == LeadingBit::stored) {
    return static_cast<std::uint64_t>(encode(f, value));
  }
  const std::int64_t top = value.top_exponent();
  const auto shift = static_cast<unsigned>(value.exponent() - quantum_exponent(f, top));
  const std::uint64_t units = static_cast<std::uint64_t>(value.significand()) << shift;
  const std::uint64_t sign = value.is_negative() ? sign_bit(f) : 0;
  if (top < f.emin) return sign + units;
  return sign + (static_cast<std::uint64_t>(top + bias(f)) << trailing_bits(f)) + (units & trailing_mask(f));
}

}  // namespace precipice::detail
