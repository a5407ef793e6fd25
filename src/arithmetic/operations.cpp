#include "precipice/arithmetic/operations.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "arithmetic/special_results.hpp"

namespace precipice::reference {
namespace {

using detail::invalid;
using detail::nan_of;

/// x + something of the given sign that is smaller than any bit that matters: below the last bit of x cut at `bits`
/// bits. Growing x is a truncation; shrinking it is the truncation of the next smaller head.
Unrounded nudged(const Exact& x, Sign direction, std::int64_t bits) {
  const std::int64_t extra = std::max<std::int64_t>(0, bits - bit_length(x.significand()));
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

/// True if everything below 2^limit lies under the first `bits` bits of x and those that it has.
bool is_far_below(std::int64_t limit, const Exact& x, std::int64_t bits) {
  return limit < std::min(x.exponent(), x.top_exponent() - bits) - 1;
}

/// Exact sum of two finite non-zero numbers, without ever aligning exponents that are far apart.
Unrounded finite_sum(const Exact& x, const Exact& y, std::int64_t bits, Rounding direction) {
  if (is_far_below(y.top_exponent() + 1, x, bits)) return nudged(x, y.sign(), bits + 1);
  if (is_far_below(x.top_exponent() + 1, y, bits)) return nudged(y, x.sign(), bits + 1);
  return sum_of_close(x, y, direction);
}

/// numerator / denominator * 2^exponent to `bits` bits: quotient of integers and whether something remained.
Unrounded quotient(Sign sign, const Integer& numerator, const Integer& denominator, std::int64_t exponent,
                   std::int64_t bits) {
  const std::int64_t shift = std::max<std::int64_t>(0, bits + 1 - bit_length(numerator) + bit_length(denominator));
  Integer whole, rest;
  boost::multiprecision::divide_qr(Integer(numerator << static_cast<std::size_t>(shift)), denominator, whole, rest);
  if (rest.is_zero()) return Exact::finite(sign, std::move(whole), exponent - shift);
  return Unrounded::truncated(sign, std::move(whole), exponent - shift);
}

/// The root of a positive number to `bits` bits: significand * 2^(exponent - shift) with an even exponent.
Unrounded root(const Exact& x, std::int64_t bits) {
  std::int64_t shift = std::max<std::int64_t>(0, 2 * bits - bit_length(x.significand()));
  if (((x.exponent() - shift) & 1) != 0) ++shift;
  Integer rest;
  Integer whole = boost::multiprecision::sqrt(Integer(x.significand() << static_cast<std::size_t>(shift)), rest);
  const std::int64_t exponent = (x.exponent() - shift) / 2;
  if (rest.is_zero()) return Exact::finite(Sign::positive, std::move(whole), exponent);
  return Unrounded::truncated(Sign::positive, std::move(whole), exponent);
}

/// 1 / sqrt(x) of a positive number to `bits` bits: floor(sqrt(N / s)) is floor(sqrt(floor(N / s))).
Unrounded reciprocal_root(const Exact& x, std::int64_t bits) {
  std::int64_t shift = 2 * bits + bit_length(x.significand());
  if (((x.exponent() + shift) & 1) != 0) ++shift;
  const Integer power = Integer(1) << static_cast<std::size_t>(shift);
  Integer rest;
  Integer whole = boost::multiprecision::sqrt(Integer(power / x.significand()), rest);
  const std::int64_t exponent = -(x.exponent() + shift) / 2;
  if (Integer(whole * whole * x.significand()) == power)
    return Exact::finite(Sign::positive, std::move(whole), exponent);
  return Unrounded::truncated(Sign::positive, std::move(whole), exponent);
}

/// x + y for data other than NaN, with `mode` for the sign of a cancellation.
Rounded sum_of_two(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  if (x.is_infinity() && y.is_infinity() && x.sign() != y.sign()) return invalid(f);
  if (x.is_infinity()) return round(x, f, mode);
  if (y.is_infinity()) return round(y, f, mode);
  if (x.is_zero() && y.is_zero()) {
    return round(x.sign() == y.sign() ? x : Exact::zero(sign_of_cancellation(mode.direction)), f, mode);
  }
  if (x.is_zero()) return round(y, f, mode);
  if (y.is_zero()) return round(x, f, mode);
  return round_truncated([&](std::int64_t bits) { return finite_sum(x, y, bits, mode.direction); }, f, mode);
}

/// The exact product of data other than NaN, and not of infinity and zero.
Exact product(const Exact& x, const Exact& y) {
  const Sign sign = product_sign(x.sign(), y.sign());
  if (x.is_infinity() || y.is_infinity()) return Exact::infinity(sign);
  return Exact::finite(sign, x.significand() * y.significand(), x.exponent() + y.exponent());
}

bool is_infinity_times_zero(const Exact& x, const Exact& y) {
  return (x.is_infinity() && y.is_zero()) || (x.is_zero() && y.is_infinity());
}

/// The sum of the first terms, and how many they are: all, or so many that the sum stands far above all that is left.
struct LeadingSum {
  Exact sum;
  std::size_t count;
};

LeadingSum leading_sum(std::span<const Exact> terms, std::int64_t bits, Rounding direction) {
  Exact sum = Exact::zero(sign_of_cancellation(direction));
  constexpr std::int64_t count_bits = 40;  // fewer terms than 2^40: the rest is below 2^(top + 1 + 40)
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (sum.is_zero()) {
      sum = terms[i];
    } else if (is_far_below(terms[i].top_exponent() + 1 + count_bits, sum, bits)) {
      return {std::move(sum), i};
    } else {
      sum = sum_of_close(sum, terms[i], direction);
    }
  }
  return {std::move(sum), terms.size()};
}

/// Sum of finite non-zero terms in order of falling magnitude. Of what is left below the leading sum only the sign
/// matters, which is that of its own leading sum.
Unrounded descending_sum(std::span<const Exact> terms, std::int64_t bits, Rounding direction) {
  LeadingSum leading = leading_sum(terms, bits, direction);
  const Exact rest = leading_sum(terms.subspan(leading.count), bits, direction).sum;
  return rest.is_zero() ? Unrounded(std::move(leading.sum)) : nudged(leading.sum, rest.sign(), bits + 1);
}

/// The terms that are not finite and non-zero, added up as IEEE does; nothing if there are none.
struct SpecialSum {
  std::optional<Exact> value;
  Flags flags;
};

SpecialSum special_sum_of(std::span<const Exact> terms, Rounding direction) {
  SpecialSum sum;
  for (const Exact& term : terms) {
    if (term.kind() == Exact::Kind::finite) continue;
    if (!sum.value) {
      sum.value = term;
      sum.flags.invalid = term.is_signalling();
      continue;
    }
    Rounded next = add(*sum.value, term, binary64, direction);
    sum.value = std::move(next.value);
    sum.flags = sum.flags | next.flags;
  }
  return sum;
}

}  // namespace

Rounded add(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x, &y}, f)) return *nan;
  return sum_of_two(as_operand(x, f), as_operand(y, f), f, mode);
}

Rounded subtract(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return add(x, y.negated(), f, mode);
}

Rounded multiply(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x, &y}, f)) return *nan;
  const Exact a = as_operand(x, f), b = as_operand(y, f);
  return is_infinity_times_zero(a, b) ? invalid(f) : round(product(a, b), f, mode);
}

Rounded fused_multiply_add(const Exact& x, const Exact& y, const Exact& z, const Format& f, const Mode& mode) {
  const Exact a = as_operand(x, f), b = as_operand(y, f), c = as_operand(z, f);
  if (!a.is_nan() && !b.is_nan() && is_infinity_times_zero(a, b)) return invalid(f);
  if (const auto nan = nan_of({&x, &y, &z}, f)) return *nan;
  return sum_of_two(product(a, b), c, f, mode);
}

Rounded divide(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x, &y}, f)) return *nan;
  const Exact a = as_operand(x, f), b = as_operand(y, f);
  if ((a.is_infinity() && b.is_infinity()) || (a.is_zero() && b.is_zero())) return invalid(f);
  const Sign sign = product_sign(a.sign(), b.sign());
  if (b.is_zero() && !a.is_infinity()) return detail::pole(sign, f, mode);
  if (a.is_infinity()) return round(Exact::infinity(sign), f, mode);
  if (b.is_infinity() || a.is_zero()) return round(Exact::zero(sign), f, mode);
  const auto truncated = [&](std::int64_t bits) {
    return quotient(sign, a.significand(), b.significand(), a.exponent() - b.exponent(), bits);
  };
  return round_truncated(truncated, f, mode);
}

Rounded square_root(const Exact& x, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  const Exact a = as_operand(x, f);
  if (a.is_zero()) return round(a, f, mode);
  if (a.is_negative()) return invalid(f);
  if (a.is_infinity()) return round(a, f, mode);
  return round_truncated([&](std::int64_t bits) { return root(a, bits); }, f, mode);
}

Rounded rsqrt(const Exact& x, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  const Exact a = as_operand(x, f);
  if (a.is_zero()) return detail::pole(a.sign(), f, mode);
  if (a.is_negative()) return invalid(f);
  if (a.is_infinity()) return round(Exact(), f, mode);
  return round_truncated([&](std::int64_t bits) { return reciprocal_root(a, bits); }, f, mode);
}

Rounded convert(const Exact& x, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  return round(x, f, mode);
}

Rounded sum(std::span<const Exact> terms, const Format& f, const Mode& mode) {
  std::vector<Exact> seen;
  for (const Exact& term : terms) seen.push_back(as_operand(term, f));
  SpecialSum special = special_sum_of(seen, mode.direction);
  std::erase_if(seen, [](const Exact& term) { return term.kind() != Exact::Kind::finite; });
  if (special.value && special.value->is_nan())
    return special.flags.invalid ? invalid(f) : round(Exact::nan(), f, mode);
  if (seen.empty() || (special.value && special.value->is_infinity())) {
    return round(special.value.value_or(Exact()), f, mode);
  }
  std::ranges::stable_sort(seen, std::ranges::greater{}, &Exact::top_exponent);
  return round_truncated([&](std::int64_t bits) { return descending_sum(seen, bits, mode.direction); }, f, mode);
}

}  // namespace precipice::reference
