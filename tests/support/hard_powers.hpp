#pragma once

#include "support/hard_arguments.hpp"

namespace precipice::testing {

/// Pairs x, y whose power is hard to round into a given format: exact or the middle between two numbers, close to such
/// results, close to one, at the ends of the range; with bases close to one and exponents far from it.
class HardPowers : HardTargets {
 public:
  using HardTargets::HardTargets;

  std::pair<Exact, Exact> pair() {
    auto [x, y] = positive_base();
    const bool is_integer = y.kind() == Exact::Kind::finite && y.exponent() >= 0;
    if (sample_.below(is_integer ? 2 : 16) == 0) x = x.negated();
    if (sample_.below(32) == 0) x = any_.special();
    if (sample_.below(32) == 0) y = any_.special();
    return {x, y};
  }

 private:
  std::pair<Exact, Exact> positive_base() {
    switch (sample_.below(9)) {
      case 0: return {any_.any().magnitude(), any_.any()};
      case 1: return dyadic();
      case 2: {
        const auto [x, y] = dyadic();
        return {beside(x), y};
      }
      case 3: {  // the base of a given power
        const Exact y = exponent(-2, 6);
        return {cut(balls_.exp(balls_.over(balls_.log(target(any_exponent())), exactly(y)))), y};
      }
      case 4: return with_log(balls_.log(target(any_exponent())));
      case 5: return with_log(balls_.times(end_of_range(), balls_.log_of_two()));
      case 6: return with_log(exactly(number(p(), -p() + sample_.between(-16, 6))));  // close to one
      case 7: {
        const Exact x = beside(Exact::from(1));
        return {x, exponent(0, 2 * p() + format_.exponent_bits)};
      }
      default: return {number(sample_.between(1, 3), sample_.between(-4, 4)).magnitude(), exponent(-3, 8)};
    }
  }

  /// (s^(2^n) 2^(e 2^n))^(t / 2^n) = s^t 2^(e t): of about p bits, or p + 1, which makes a midpoint.
  std::pair<Exact, Exact> dyadic() {
    const std::int64_t t = 2 * sample_.between(0, sample_.coin() ? 2 : p() / 2) + 1, n = sample_.between(0, 3);
    Integer s = number((p() + t) / t, 0).significand();
    std::int64_t e = sample_.between(-3, 3);
    for (std::int64_t i = 0; i < n; ++i) {
      s *= s;
      e *= 2;
    }
    const Sign of_exponent = sample_.below(4) == 0 ? Sign::negative : Sign::positive;
    return {Exact::finite(Sign::positive, s, e), Exact::finite(of_exponent, t, -n)};
  }

  /// A base, and the exponent that gives its power this logarithm.
  std::pair<Exact, Exact> with_log(const Ball& log) {
    const Exact x = sample_.below(3) == 0 ? beside(Exact::from(1)) : any_.any().magnitude();
    if (x.is_zero() || x == Exact::from(1)) return {x, any_.any()};
    return {x, cut(balls_.over(log, balls_.log(exactly(x))))};
  }

  Exact exponent(std::int64_t lowest, std::int64_t highest) {
    return number(sample_.coin() ? sample_.between(1, 6) : p(), sample_.between(lowest, highest));
  }
};

}  // namespace precipice::testing
