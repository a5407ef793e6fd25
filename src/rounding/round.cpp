#include "precipice/rounding/round.hpp"

#include <algorithm>
#include <cassert>

#include "precipice/number/code_point.hpp"
#include "precipice/rounding/random_bits.hpp"

namespace precipice {
namespace {

// --- one cut --------------------------------------------------------------------------------------------------------

/// A magnitude cut at a quantum: kept * 2^quantum + tail.
struct Cut {
  Integer kept;
  std::int64_t quantum;
  Tail tail;
};

Tail tail_of(const Integer& significand, std::int64_t dropped, bool sticky) {
  assert(dropped >= 1);
  if (dropped > bit_length(significand)) return Tail::below_half;
  const bool half_bit = mpz_tstbit(significand.backend().data(), static_cast<mp_bitcnt_t>(dropped - 1)) != 0;
  const auto lowest_one = static_cast<std::int64_t>(mpz_scan1(significand.backend().data(), 0));
  const bool more = sticky || lowest_one < dropped - 1;
  if (half_bit) return more ? Tail::above_half : Tail::half;
  return more ? Tail::below_half : Tail::zero;
}

/// floor(magnitude * 2^-quantum).
Integer kept_at(const Exact& head, std::int64_t quantum) {
  const std::int64_t dropped = quantum - head.exponent();
  if (dropped <= 0) return head.significand() << static_cast<std::size_t>(-dropped);
  if (dropped > bit_length(head.significand())) return 0;
  return head.significand() >> static_cast<std::size_t>(dropped);
}

Cut cut(const Unrounded& exact, std::int64_t quantum) {
  const std::int64_t dropped = quantum - exact.head.exponent();
  const Tail tail = dropped > 0    ? tail_of(exact.head.significand(), dropped, exact.sticky)
                    : exact.sticky ? Tail::below_half
                                   : Tail::zero;
  return {kept_at(exact.head, quantum), quantum, tail};
}

/// Parity of the code point; for precision 1 the only stored bits are those of the exponent.
bool is_odd(const Cut& c, const Format& f) {
  if (f.precision > 1 || c.kept.is_zero()) return mpz_odd_p(c.kept.backend().data()) != 0;
  return ((c.quantum + bias(f)) & 1) != 0;
}

// --- which way ------------------------------------------------------------------------------------------------------

/// Whether floor(f * 2^n) + R >= 2^n for the part f behind the quantum; nothing if the head has too few bits to say.
std::optional<bool> goes_up_at_random(const Unrounded& exact, const Cut& c, const Mode& mode) {
  if (c.tail == Tail::zero) return false;
  // All that the head has below the quantum. Behind the last bit of an exact head follow zeros; behind a sticky one,
  // something.
  const std::int64_t given = c.quantum - (exact.sticky ? exact.last_exponent : exact.head.exponent());
  const bool is_limited = mode.random_bits != unlimited_random_bits;
  if (exact.sticky && given < (is_limited ? mode.random_bits : 1)) return {};
  // Unlimited, a few bits decide, however many there are: a head may end hundreds of millions of bits below the
  // quantum.
  constexpr std::int64_t at_first = 64;
  for (std::int64_t bits = is_limited ? mode.random_bits : std::min(given, at_first);;
       bits = std::min(2 * bits, given)) {
    const Integer whole = Integer(1) << static_cast<std::size_t>(bits);
    const Integer part = kept_at(exact.head, c.quantum - bits) - (c.kept << static_cast<std::size_t>(bits));
    const Integer sum = part + random_bits(mode.draw, bits);
    if (sum >= whole) return true;
    const bool is_open = !is_limited && sum == whole - 1;  // what follows may still carry
    if (!is_open) return false;
    if (bits == given) return exact.sticky ? std::optional<bool>() : false;
  }
}

struct AtQuantum {
  Exact value;
  bool is_exact;
};

/// Rounds to a multiple of 2^quantum.
std::optional<AtQuantum> rounded_at(const Unrounded& exact, std::int64_t quantum, const Format& f, const Mode& mode) {
  Cut c = cut(exact, quantum);
  assert((!exact.sticky || mode.direction == Rounding::stochastic || exact.last_exponent < quantum) &&
         "a sticky result needs bits below the quantum");
  const Sign sign = exact.head.sign();
  const std::optional<bool> up = mode.direction == Rounding::stochastic
                                     ? goes_up_at_random(exact, c, mode)
                                     : rounds_up(mode.direction, sign, c.tail, is_odd(c, f));
  if (!up) return {};
  if (*up) c.kept += 1;
  return AtQuantum{Exact::finite(sign, std::move(c.kept), quantum), c.tail == Tail::zero};
}

/// Whether a result is tiny after rounding: with an unbounded exponent it would lie below the smallest normal number.
std::optional<bool> is_tiny_after(const Unrounded& exact, const Format& f, const Mode& mode) {
  const std::int64_t top = exact.head.top_exponent();
  if (top != f.emin - 1) return top < f.emin;
  const auto unbounded = rounded_at(exact, top - trailing_bits(f), f, mode);
  if (!unbounded) return {};
  return unbounded->value.top_exponent() < f.emin;
}

// --- the ends of the format -----------------------------------------------------------------------------------------

Exact largest_of(const Format& f, Sign sign) {
  return sign == Sign::negative ? largest_finite(f).negated() : largest_finite(f);
}

Rounded not_a_number(const Format& f, Flags flags) {
  if (f.specials != Specials::none) return {Exact::nan(), flags};
  flags.invalid = true;
  return {largest_finite(f), flags};
}

Rounded invalid(const Format& f) { return not_a_number(f, Flags{.invalid = true}); }

Rounded zero(const Format& f, Sign sign, const Flags& flags) {
  if (!has_zero(f)) return invalid(f);
  return {has_negative_zero(f) ? Exact::zero(sign) : Exact(), flags};
}

/// A number below zero, however far, in a format without a sign.
Rounded negative(const Format& f) {
  if (!saturates(f)) return invalid(f);
  return {has_zero(f) ? Exact() : smallest_positive(f), Flags{.inexact = true}};
}

Rounded infinite(const Format& f, Sign sign) {
  if (sign == Sign::negative && !has_sign(f)) return negative(f);
  if (saturates(f)) return {largest_of(f, sign), Flags{.inexact = true, .overflow = true}};
  return has_infinity(f) ? Rounded{Exact::infinity(sign), {}} : invalid(f);
}

Rounded overflow(const Format& f, Sign sign, Rounding direction) {
  constexpr Flags flags{.inexact = true, .overflow = true};
  if (sign == Sign::negative && !has_sign(f)) return negative(f);
  if (saturates(f) || !overflows_to_infinity(direction, sign)) return {largest_of(f, sign), flags};
  return has_infinity(f) ? Rounded{Exact::infinity(sign), flags} : not_a_number(f, flags);
}

bool is_beyond(const Exact& value, const Format& f) {
  if (value.is_zero() || value.top_exponent() < f.emax) return false;
  return value.top_exponent() > f.emax ||
         (units_below_all_ones(f) > 0 && compare(value.magnitude(), largest_finite(f)) > 0);
}

std::optional<Rounded> round_finite(const Unrounded& exact, const Format& f, const Mode& mode) {
  const Sign sign = exact.head.sign();
  const std::int64_t top = exact.head.top_exponent();
  // Beyond the range before any rounding: decided without building a number of that many bits.
  if (top > f.emax) return overflow(f, sign, mode.direction);
  auto at = rounded_at(exact, quantum_exponent(f, top), f, mode);
  const std::optional<bool> tiny_after = top < f.emin ? is_tiny_after(exact, f, mode) : false;
  if (!at || !tiny_after) return {};
  if (is_beyond(at->value, f)) return overflow(f, sign, mode.direction);
  if (*tiny_after && flushes_results(f) && has_zero(f)) return zero(f, sign, Flags{.inexact = true, .underflow = true});
  const bool is_tiny = mode.tininess == Tininess::before_rounding ? top < f.emin : *tiny_after;
  Flags flags{.inexact = !at->is_exact, .underflow = !at->is_exact && is_tiny};
  if (at->value.is_zero() && has_zero(f)) return zero(f, sign, flags);
  if (sign == Sign::negative && !has_sign(f)) return negative(f);
  // Without a zero the smallest number is all that is left for what is smaller.
  if (!has_zero(f) && (at->value.is_zero() || at->value.top_exponent() < f.emin)) {
    return Rounded{smallest_positive(f), Flags{.inexact = true, .underflow = true}};
  }
  return Rounded{std::move(at->value), flags};
}

}  // namespace

std::optional<Rounded> try_round(const Unrounded& exact, const Format& f, const Mode& mode) {
  switch (exact.head.kind()) {
    case Exact::Kind::nan: return not_a_number(f, {});
    case Exact::Kind::infinity: return infinite(f, exact.head.sign());
    case Exact::Kind::zero: return zero(f, exact.head.sign(), {});
    case Exact::Kind::finite: break;
  }
  return round_finite(exact, f, mode);
}

Rounded round(const Unrounded& exact, const Format& f, const Mode& mode) {
  auto rounded = try_round(exact, f, mode);
  assert(rounded && "a truncated head needs more bits; see round_truncated");
  return *std::move(rounded);
}

std::int64_t head_bits(const Format& f, const Mode& mode) {
  constexpr std::int64_t at_first = 16;  // unlimited: enough for all but 2^-16 of the cases
  const std::int64_t random = mode.direction != Rounding::stochastic      ? 0
                              : mode.random_bits == unlimited_random_bits ? at_first
                                                                          : mode.random_bits;
  return std::int64_t{f.precision} + 3 + random;
}

}  // namespace precipice
