#include "precipice/arithmetic/operations.hpp"

#include <algorithm>
#include <vector>

namespace precipice::reference {
namespace {

Rounded invalid() { return {Exact::nan(), Flags{.invalid = true}}; }

/// Bits that an inexact head must have so that `round` sees the half and the rest apart.
std::int64_t guarded(const Format& f) { return std::int64_t{f.precision} + 3; }

/// x + something of the given sign that is smaller than any bit that matters: far below the last bit of x cut at
/// guarded(f) bits. Growing x is a truncation; shrinking it is the truncation of the next smaller head.
Unrounded nudged(const Exact& x, Sign direction, const Format& f) {
  const std::int64_t extra = std::max<std::int64_t>(0, guarded(f) - bit_length(x.significand()));
  Integer head = x.significand() << static_cast<std::size_t>(extra);
  if (direction != x.sign()) head -= 1;
  return Unrounded::truncated(x.sign(), std::move(head), x.exponent() - extra);
}

Exact sum_of_close(const Exact& x, const Exact& y, Rounding direction) {
  const std::int64_t exponent = std::min(x.exponent(), y.exponent());
  Integer left = x.significand() << static_cast<std::size_t>(x.exponent() - exponent);
  Integer right = y.significand() << static_cast<std::size_t>(y.exponent() - exponent);
  if (x.is_negative()) left = -left;
  if (y.is_negative()) right = -right;
  left += right;
  if (left.is_zero()) return Exact::zero(sign_of_cancellation(direction));
  const Sign sign = left < 0 ? Sign::negative : Sign::positive;
  return Exact::finite(sign, abs(left), exponent);
}

/// True if everything below 2^limit lies under the bits of x that matter.
bool is_far_below(std::int64_t limit, const Exact& x, const Format& f) {
  return limit < std::min(x.exponent(), x.top_exponent() - guarded(f)) - 1;
}

/// Exact sum of two finite non-zero numbers, without ever aligning exponents that are far apart.
Unrounded finite_sum(const Exact& x, const Exact& y, const Format& f, Rounding direction) {
  if (is_far_below(y.top_exponent() + 1, x, f)) return nudged(x, y.sign(), f);
  if (is_far_below(x.top_exponent() + 1, y, f)) return nudged(y, x.sign(), f);
  return sum_of_close(x, y, direction);
}

/// x / y or the like to guarded(f) bits: quotient of integers and whether something remained.
Unrounded quotient(Sign sign, const Integer& numerator, const Integer& denominator, std::int64_t exponent,
                   const Format& f) {
  const std::int64_t shift =
      std::max<std::int64_t>(0, guarded(f) + 1 - bit_length(numerator) + bit_length(denominator));
  Integer whole, rest;
  boost::multiprecision::divide_qr(Integer(numerator << static_cast<std::size_t>(shift)), denominator, whole, rest);
  if (rest.is_zero()) return Exact::finite(sign, std::move(whole), exponent - shift);
  return Unrounded::truncated(sign, std::move(whole), exponent - shift);
}

/// The sum of the first terms, and how many they are: all, or so many that the sum stands far above all that is left.
struct LeadingSum {
  Exact sum;
  std::size_t count;
};

LeadingSum leading_sum(std::span<const Exact> terms, const Format& f, Rounding direction) {
  Exact sum = Exact::zero(sign_of_cancellation(direction));
  constexpr std::int64_t count_bits = 40;  // fewer terms than 2^40: the rest is below 2^(top + 1 + 40)
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (sum.is_zero()) {
      sum = terms[i];
    } else if (is_far_below(terms[i].top_exponent() + 1 + count_bits, sum, f)) {
      return {std::move(sum), i};
    } else {
      sum = sum_of_close(sum, terms[i], direction);
    }
  }
  return {std::move(sum), terms.size()};
}

/// Sum of finite non-zero terms in order of falling magnitude. Of what is left below the leading sum only the sign
/// matters, which is that of its own leading sum.
Unrounded descending_sum(std::span<const Exact> terms, const Format& f, Rounding direction) {
  LeadingSum leading = leading_sum(terms, f, direction);
  const Exact rest = leading_sum(terms.subspan(leading.count), f, direction).sum;
  return rest.is_zero() ? Unrounded(std::move(leading.sum)) : nudged(leading.sum, rest.sign(), f);
}

}  // namespace

Rounded add(const Exact& x, const Exact& y, const Format& f, Rounding direction) {
  if (x.is_nan() || y.is_nan()) return {Exact::nan(), {}};
  if (x.is_infinity() && y.is_infinity()) return x.sign() == y.sign() ? Rounded{x, {}} : invalid();
  if (x.is_infinity()) return {x, {}};
  if (y.is_infinity()) return {y, {}};
  if (x.is_zero() && y.is_zero()) {
    return {x.sign() == y.sign() ? x : Exact::zero(sign_of_cancellation(direction)), {}};
  }
  if (x.is_zero()) return round(y, f, direction);
  if (y.is_zero()) return round(x, f, direction);
  return round(finite_sum(x, y, f, direction), f, direction);
}

Rounded subtract(const Exact& x, const Exact& y, const Format& f, Rounding direction) {
  return add(x, y.negated(), f, direction);
}

Rounded multiply(const Exact& x, const Exact& y, const Format& f, Rounding direction) {
  if (x.is_nan() || y.is_nan()) return {Exact::nan(), {}};
  const Sign sign = product_sign(x.sign(), y.sign());
  if (x.is_infinity() || y.is_infinity()) {
    return x.is_zero() || y.is_zero() ? invalid() : Rounded{Exact::infinity(sign), {}};
  }
  if (x.is_zero() || y.is_zero()) return {Exact::zero(sign), {}};
  return round(Exact::finite(sign, x.significand() * y.significand(), x.exponent() + y.exponent()), f, direction);
}

Rounded divide(const Exact& x, const Exact& y, const Format& f, Rounding direction) {
  if (x.is_nan() || y.is_nan()) return {Exact::nan(), {}};
  const Sign sign = product_sign(x.sign(), y.sign());
  if (x.is_infinity()) return y.is_infinity() ? invalid() : Rounded{Exact::infinity(sign), {}};
  if (y.is_infinity()) return {Exact::zero(sign), {}};
  if (y.is_zero()) return x.is_zero() ? invalid() : Rounded{Exact::infinity(sign), Flags{.divide_by_zero = true}};
  if (x.is_zero()) return {Exact::zero(sign), {}};
  return round(quotient(sign, x.significand(), y.significand(), x.exponent() - y.exponent(), f), f, direction);
}

Rounded square_root(const Exact& x, const Format& f, Rounding direction) {
  if (x.is_nan() || x.is_zero()) return {x, {}};
  if (x.is_negative()) return invalid();
  if (x.is_infinity()) return {x, {}};
  // significand * 2^(exponent - shift) with an even exponent and enough bits for guarded(f) in the root.
  std::int64_t shift = std::max<std::int64_t>(0, 2 * guarded(f) - bit_length(x.significand()));
  if (((x.exponent() - shift) & 1) != 0) ++shift;
  Integer rest;
  Integer root = boost::multiprecision::sqrt(Integer(x.significand() << static_cast<std::size_t>(shift)), rest);
  const std::int64_t exponent = (x.exponent() - shift) / 2;
  if (rest.is_zero()) return round(Exact::finite(Sign::positive, std::move(root), exponent), f, direction);
  return round(Unrounded::truncated(Sign::positive, std::move(root), exponent), f, direction);
}

Rounded convert(const Exact& x, const Format& f, Rounding direction) { return round(x, f, direction); }

Rounded sum(std::span<const Exact> terms, const Format& f, Rounding direction) {
  std::vector<Exact> finite;
  Exact special = terms.empty() ? Exact() : terms.front();  // zeros, infinities and NaN, added up as IEEE does
  bool first = true;
  for (const Exact& term : terms) {
    if (term.kind() == Exact::Kind::finite) {
      finite.push_back(term);
    } else {
      Rounded next = first ? Rounded{term, {}} : add(special, term, f, direction);
      if (next.flags.invalid) return next;
      special = std::move(next.value);
      first = false;
    }
  }
  if (finite.empty() || (!first && !special.is_zero())) return {special, {}};
  std::ranges::stable_sort(finite, std::ranges::greater{}, &Exact::top_exponent);
  return round(descending_sum(finite, f, direction), f, direction);
}

}  // namespace precipice::reference
