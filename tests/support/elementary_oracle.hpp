#pragma once

#include <array>
#include <string_view>
#include <variant>

#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "support/enclosure.hpp"

/// Elementary functions before they are rounded, by their series in ball arithmetic: an oracle that shares nothing with
/// MPFR. What is exact is known from number theory: exp, expm1, log, log1p, tanh, the logistic function and erf of a
/// rational number other than the zero of the exponent are transcendental (Lindemann, Siegel); 2^x is rational only for
/// integers, and log2(x) only for powers of two among dyadic numbers.
namespace precipice::testing {

/// A number, or a zero, an infinity or NaN with its flags.
using Outcome = std::variant<Enclosure, Rounded>;

inline Outcome exact_outcome(const Exact& x) {
  return x.kind() == Exact::Kind::finite ? Outcome(exact_enclosure(x)) : Outcome(Rounded{x, {}});
}
inline Outcome invalid_outcome() { return Rounded{Exact::nan(), Flags{.invalid = true}}; }
inline Outcome pole_outcome(Sign sign) { return Rounded{Exact::infinity(sign), Flags{.divide_by_zero = true}}; }

/// One for zeros, zero for -infinity, infinity for itself.
inline Outcome exponential_of_special(const Exact& x) {
  if (x.is_zero()) return exact_outcome(Exact::from(1));
  return exact_outcome(x.is_negative() ? Exact() : x);
}
/// Zero for itself, +-1 for the infinities.
inline Outcome bounded_of_special(const Exact& x) {
  return exact_outcome(x.is_zero() ? x : Exact::finite(x.sign(), 1, 0));
}
inline Outcome logarithm_of_special(const Exact& x) {
  if (x.is_zero()) return pole_outcome(Sign::negative);
  return x.is_negative() ? invalid_outcome() : exact_outcome(x);
}

/// |x| < 2^-(max(bits, length of x) + 4): the second term of a series is nothing beside the first, nor the first beside
/// one.
inline bool is_slight(const Exact& x, std::int64_t bits) {
  return x.top_exponent() + 5 + std::max(bits, bit_length(x.significand())) < 0;
}
/// |x| > 2^40, so that |exp(x)| is out of every format.
inline bool is_enormous(const Exact& x) { return x.top_exponent() >= 40; }
/// exp(-|x|) < 2^-(bits + 2).
inline bool is_large(const Exact& x, std::int64_t bits) {
  return is_enormous(x) || compare(x.magnitude(), Exact::finite(Sign::positive, bits + 2, 0)) > 0;
}
inline Enclosure beside_one(Sign side, std::int64_t bits) {
  return beside(Exact::from(1), side == Sign::positive ? Beside::farther_from_zero : Beside::nearer_to_zero, bits);
}
inline Enclosure exponential_far_out(const Exact& x, std::int64_t bits) {
  return far_out(Sign::positive, x.is_negative() ? Beside::nearer_to_zero : Beside::farther_from_zero, bits);
}

// --- the functions of a finite x other than zero
// ----------------------------------------------------------------------

inline Enclosure exp_of(const Exact& x, std::int64_t bits) {
  if (is_enormous(x)) return exponential_far_out(x, bits);
  if (is_slight(x, bits)) return beside_one(x.sign(), bits);
  return enclosed(bits, [&](const Balls& b) { return b.exp(exactly(x)); });
}

/// x + x^2 / 2 + ...
inline Enclosure expm1_of(const Exact& x, std::int64_t bits) {
  if (x.is_negative() && is_large(x, bits)) return beside(Exact::from(-1), Beside::nearer_to_zero, bits);
  if (is_enormous(x)) return exponential_far_out(x, bits);
  if (is_slight(x, bits)) return beside(x, x.is_negative() ? Beside::nearer_to_zero : Beside::farther_from_zero, bits);
  return enclosed(bits, [&](const Balls& b) { return b.expm1(exactly(x)); });
}

/// 2^k * 2^(x - k) with an integer k.
inline Enclosure exp2_of(const Exact& x, std::int64_t bits) {
  if (is_enormous(x)) return exponential_far_out(x, bits);
  if (is_slight(x, bits)) return beside_one(x.sign(), bits);
  const Ball given = exactly(x);
  const Integer floor = shifted(given.middle, given.exponent);
  const auto k = static_cast<std::int64_t>(floor);
  if (x.exponent() >= 0) return {Sign::positive, 1, k, true};
  const Ball fraction = exactly(Integer(given.middle - shifted(floor, -given.exponent)), given.exponent);
  return enclosed(bits, [&](const Balls& b) { return times_power(b.exp(b.times(fraction, b.log_of_two())), k); });
}

inline Outcome log_of(const Exact& x, std::int64_t bits) {
  if (x.is_negative()) return invalid_outcome();
  if (x == Exact::from(1)) return exact_outcome(Exact());
  return enclosed(bits, [&](const Balls& b) { return b.log(exactly(x)); });
}

inline Outcome log2_of(const Exact& x, std::int64_t bits) {
  if (x.is_negative()) return invalid_outcome();
  const std::int64_t k = x.exponent();
  if (x.significand() == 1)
    return exact_outcome(Exact::finite(k < 0 ? Sign::negative : Sign::positive, std::abs(k), 0));
  return enclosed(bits, [&](const Balls& b) { return b.over(b.log(exactly(x)), b.log_of_two()); });
}

/// x - x^2 / 2 + ...
inline Outcome log1p_of(const Exact& x, std::int64_t bits) {
  const auto against_pole = compare(x, Exact::from(-1));
  if (against_pole == 0) return pole_outcome(Sign::negative);
  if (against_pole < 0) return invalid_outcome();
  if (is_slight(x, bits)) return beside(x, x.is_negative() ? Beside::farther_from_zero : Beside::nearer_to_zero, bits);
  return enclosed(bits, [&](const Balls& b) { return b.log1p(exactly(x)); });
}

/// x - x^3 / 3 + ..., and e / (e + 2) with e = exp(2x) - 1.
inline Enclosure tanh_of(const Exact& x, std::int64_t bits) {
  const Exact one = Exact::finite(x.sign(), 1, 0);
  if (is_large(x, bits)) return beside(one, Beside::nearer_to_zero, bits);
  if (is_slight(x, bits)) return beside(x, Beside::nearer_to_zero, bits);
  return enclosed(bits, [&](const Balls& b) {
    const Ball e = b.expm1(times_power(exactly(x), 1));
    return b.over(e, b.plus(e, exactly(2)));
  });
}

/// 1 / (1 + exp(-x)), and 1/2 + x / 4 - ...
inline Enclosure sigmoid_of(const Exact& x, std::int64_t bits) {
  if (!x.is_negative() && is_large(x, bits)) return beside_one(Sign::negative, bits);
  if (is_enormous(x)) return exponential_far_out(x, bits);
  const Beside side = x.is_negative() ? Beside::nearer_to_zero : Beside::farther_from_zero;
  if (is_slight(x, bits)) return beside(Exact::from(0.5), side, bits);
  return enclosed(bits,
                  [&](const Balls& b) { return b.over(exactly(1), b.plus(exactly(1), b.exp(negated(exactly(x))))); });
}

/// 1 - erf(x) < exp(-x^2).
inline Enclosure erf_of(const Exact& x, std::int64_t bits) {
  const Exact square = Exact::finite(Sign::positive, x.significand() * x.significand(), 2 * x.exponent());
  if (is_large(square, bits)) return beside(Exact::finite(x.sign(), 1, 0), Beside::nearer_to_zero, bits);
  return enclosed(bits, [&](const Balls& b) { return b.erf(exactly(x)); });
}

/// Exact for even powers of two.
inline Outcome rsqrt_of(const Exact& x, std::int64_t bits) {
  if (x.is_negative()) return invalid_outcome();
  if (x.significand() == 1 && x.exponent() % 2 == 0)
    return exact_outcome(Exact::finite(Sign::positive, 1, -x.exponent() / 2));
  return enclosed(bits, [&](const Balls& b) { return b.over(exactly(1), b.root(exactly(x))); });
}

// --- the table
// --------------------------------------------------------------------------------------------------------

/// A function of one operand: what the library makes of it, and what it is.
struct ElementaryFunction {
  std::string_view name;
  Rounded (*ours)(const Exact& x, const Format& f, const Mode& mode);
  Outcome (*of_special)(const Exact& x);  ///< zeros and infinities
  Outcome (*of_number)(const Exact& x, std::int64_t bits);
};

/// Makes outcomes of enclosures.
template <auto function>
Outcome as_outcome(const Exact& x, std::int64_t bits) {
  return function(x, bits);
}

inline constexpr std::array elementary_functions{
    ElementaryFunction{"exp", reference::exp, exponential_of_special, as_outcome<exp_of>},
    ElementaryFunction{
        "expm1", reference::expm1,
        [](const Exact& x) { return exact_outcome(x.is_infinity() && x.is_negative() ? Exact::from(-1) : x); },
        as_outcome<expm1_of>},
    ElementaryFunction{"exp2", reference::exp2, exponential_of_special, as_outcome<exp2_of>},
    ElementaryFunction{"log", reference::log, logarithm_of_special, log_of},
    ElementaryFunction{"log1p", reference::log1p,
                       [](const Exact& x) { return x.is_zero() ? exact_outcome(x) : logarithm_of_special(x); },
                       log1p_of},
    ElementaryFunction{"log2", reference::log2, logarithm_of_special, log2_of},
    ElementaryFunction{"tanh", reference::tanh, bounded_of_special, as_outcome<tanh_of>},
    ElementaryFunction{
        "sigmoid", reference::sigmoid,
        [](const Exact& x) {
          return exact_outcome(x.is_zero() ? Exact::from(0.5) : x.is_negative() ? Exact() : Exact::from(1));
        },
        as_outcome<sigmoid_of>},
    ElementaryFunction{"erf", reference::erf, bounded_of_special, as_outcome<erf_of>},
    ElementaryFunction{"rsqrt", reference::rsqrt,
                       [](const Exact& x) {
                         if (x.is_zero()) return pole_outcome(x.sign());
                         return x.is_negative() ? invalid_outcome() : exact_outcome(Exact());
                       },
                       rsqrt_of}};

/// What a NaN among the operands makes of any function.
inline Outcome nan_outcome(bool is_signalling) { return Rounded{Exact::nan(), Flags{.invalid = is_signalling}}; }

/// Of any datum, with `bits` bits if it is inexact.
inline Outcome outcome_of(const ElementaryFunction& function, const Exact& x, std::int64_t bits) {
  if (x.is_nan()) return nan_outcome(x.is_signalling());
  return x.kind() == Exact::Kind::finite ? function.of_number(x, bits) : function.of_special(x);
}

}  // namespace precipice::testing
