#include "precipice/rounding/round.hpp"

#include <cassert>

#include "precipice/number/code_point.hpp"

namespace precipice {
namespace {

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

Cut cut(const Unrounded& exact, std::int64_t quantum) {
  const Exact& head = exact.head;
  const std::int64_t dropped = quantum - head.exponent();
  if (dropped <= 0) {
    if (!exact.sticky) return {Integer(head.significand() << static_cast<std::size_t>(-dropped)), quantum, Tail::zero};
    assert(exact.last_exponent < quantum && "a sticky result needs bits below the quantum");
    return {Integer(head.significand() << static_cast<std::size_t>(-dropped)), quantum, Tail::below_half};
  }
  const Tail tail = tail_of(head.significand(), dropped, exact.sticky);
  if (dropped > bit_length(head.significand())) return {Integer(0), quantum, tail};
  return {Integer(head.significand() >> static_cast<std::size_t>(dropped)), quantum, tail};
}

/// Parity of the code point; for precision 1 the only stored bits are those of the exponent.
bool is_odd(const Cut& c, const Format& f) {
  if (f.precision > 1 || c.kept.is_zero()) return mpz_odd_p(c.kept.backend().data()) != 0;
  return ((c.quantum + bias(f)) & 1) != 0;
}

Exact rounded_at(const Unrounded& exact, std::int64_t quantum, const Format& f, Rounding direction, Tail& tail) {
  Cut c = cut(exact, quantum);
  tail = c.tail;
  if (rounds_up(direction, exact.head.sign(), c.tail, is_odd(c, f))) c.kept += 1;
  return Exact::finite(exact.head.sign(), std::move(c.kept), quantum);
}

/// Tiny after rounding: with an unbounded exponent the result would lie below the smallest normal number.
bool is_tiny(const Unrounded& exact, const Format& f, Rounding direction) {
  const std::int64_t top = exact.head.top_exponent();
  if (top != f.emin - 1) return top < f.emin;
  Tail ignored{};
  return rounded_at(exact, top - trailing_bits(f), f, direction, ignored).top_exponent() < f.emin;
}

}  // namespace

Rounded round(const Unrounded& exact, const Format& f, Rounding direction) {
  if (exact.head.kind() != Exact::Kind::finite) return {exact.head, {}};
  const Sign sign = exact.head.sign();
  Tail tail{};
  Flags flags;
  // Beyond the range before any rounding: decided without building a number of that many bits.
  const bool far_beyond = exact.head.top_exponent() > f.emax;
  Exact value =
      far_beyond ? exact.head : rounded_at(exact, quantum_exponent(f, exact.head.top_exponent()), f, direction, tail);
  if (!value.is_zero() && value.top_exponent() > f.emax) {
    flags.overflow = flags.inexact = true;
    if (overflows_to_infinity(direction, sign)) return {Exact::infinity(sign), flags};
    return {sign == Sign::negative ? largest_finite(f).negated() : largest_finite(f), flags};
  }
  flags.inexact = tail != Tail::zero;
  flags.underflow = flags.inexact && is_tiny(exact, f, direction);
  return {std::move(value), flags};
}

}  // namespace precipice
