#pragma once

#include <cmath>

#include "support/elementary_oracle.hpp"
#include "support/hard_operands.hpp"

namespace precipice::testing {

/// The first `bits` bits of the middle of a ball.
inline Exact first_bits(const Ball& x, std::int64_t bits) {
  const Integer magnitude = abs(x.middle);
  const std::int64_t excess = std::max<std::int64_t>(0, bit_length(magnitude) - bits);
  return Exact::finite(x.middle < 0 ? Sign::negative : Sign::positive, shifted(magnitude, -excess),
                       x.exponent + excess);
}

/// What makes operands of functions hard, whatever the function: shapes of significands, and results worth aiming at.
class HardTargets {
 public:
  HardTargets(const Format& f, Sample& sample)
      : format_(f), sample_(sample), any_(f, sample), balls_(2 * f.precision + 160) {}

 protected:
  [[nodiscard]] std::int64_t p() const { return format_.precision; }
  Sign sign() { return sample_.coin() ? Sign::positive : Sign::negative; }

  /// Of so many bits and a leading one at 2^top: random, all ones, a one at both ends, a power of two.
  Exact number(std::int64_t bits, std::int64_t top) {
    Integer significand = 1;
    const auto shape = sample_.below(6);
    for (std::int64_t i = 1; i < bits; ++i) {
      const bool one = shape == 0 ? true : shape == 1 ? i + 1 == bits : shape == 2 ? false : sample_.coin();
      significand = 2 * significand + (one ? 1 : 0);
    }
    return Exact::finite(sign(), significand, top - bits + 1);
  }

  /// Moved by little.
  Exact beside(const Exact& x) {
    const std::int64_t distance = sample_.between(1, (sample_.coin() ? 1 : 2) * p() + 2);
    const std::int64_t plenty = bit_length(x.significand()) + distance + 2;
    const Exact step = Exact::finite(sign(), 1, x.top_exponent() - distance);
    return first_bits(Balls(plenty).plus(exactly(x), exactly(step)), plenty);
  }

  /// In the bits of the format, or in so many more that the result comes that much closer to what was aimed at.
  Exact cut(const Ball& x) { return first_bits(x, sample_.coin() ? p() : p() + sample_.between(1, p() + 20)); }

  /// A positive number of the format or a midpoint, with its leading one at 2^top.
  Ball target(std::int64_t top) {
    const std::int64_t bits = std::max<std::int64_t>(1, std::min(p(), top - smallest_exponent(format_) + 1));
    return exactly(number(bits + sample_.between(0, 1), top).magnitude());
  }
  std::int64_t any_exponent() { return sample_.between(smallest_exponent(format_) - 1, format_.emax); }

  /// log2 of the first number beyond the range, the smallest normal one, the smallest one and half of it.
  Ball end_of_range() {
    const std::array ends{std::int64_t{format_.emax} + 1, std::int64_t{format_.emin}, smallest_exponent(format_),
                          smallest_exponent(format_) - 1};
    return exactly(Integer(sample_.one_of(ends)));
  }

  Format format_;
  Sample& sample_;
  HardOperands any_;
  Balls balls_;
};

/// Operands of elementary functions that are hard to round into a given format: results close to its numbers and
/// midpoints, by the inverse functions; results at the ends of its range; operands at which a function is as good as
/// its first terms or its limit, from both sides.
class HardArguments : HardTargets {
 public:
  using HardTargets::HardTargets;

  /// For any function.
  Exact general() {
    switch (sample_.below(6)) {
      case 0: return any_.any();
      case 1: return number(sample_.between(1, sample_.coin() ? p() : 2 * p()), sample_.between(-p() - 8, 8));
      case 2: return slight();
      case 3: return large();
      case 4: return simple();
      default: return beside(simple());
    }
  }

  /// For a function by its index in elementary_functions: the inverse of something close to a target within its range.
  Exact hard_for(std::size_t function) {
    using This = HardArguments;
    constexpr std::array inverses{&This::for_exp,   &This::for_expm1, &This::for_exp2, &This::for_log,
                                  &This::for_log1p, &This::for_log2,  &This::for_tanh, &This::for_sigmoid,
                                  &This::for_erf,   &This::for_rsqrt};
    static_assert(inverses.size() == elementary_functions.size());
    const bool is_exponential = function < 3;
    if (!is_exponential || sample_.below(4) != 0) return cut((this->*inverses.at(function))());
    const bool is_exp2 = function == 2;
    const Exact end = cut(is_exp2 ? end_of_range() : balls_.times(end_of_range(), balls_.log_of_two()));
    return sample_.coin() ? end : beside(end);
  }

 private:
  Ball for_exp() { return balls_.log(target(any_exponent())); }
  Ball for_exp2() { return balls_.over(for_exp(), balls_.log_of_two()); }
  Ball for_expm1() { return balls_.log1p(sample_.coin() ? target(any_exponent()) : signed_target_below_one()); }
  Ball for_log() { return balls_.exp(target_of_logarithm()); }
  Ball for_log2() { return balls_.exp(balls_.times(target_of_logarithm(), balls_.log_of_two())); }
  Ball for_log1p() { return balls_.expm1(target_of_logarithm()); }
  Ball for_tanh() {
    const Ball t = signed_target_below_one();
    return times_power(balls_.log1p(balls_.over(times_power(t, 1), balls_.minus(exactly(1), t))), -1);
  }
  Ball for_sigmoid() {
    const Ball t = target(std::min<std::int64_t>(sample_.coin() ? any_exponent() : -sample_.between(1, 3), -1));
    return balls_.log(balls_.over(t, balls_.minus(exactly(1), t)));
  }
  Ball for_rsqrt() {
    const Ball t = target(any_exponent());
    return balls_.over(exactly(1), balls_.times(t, t));
  }
  /// By Newton's method: in double, then in balls.
  Ball for_erf() {
    const Ball t = signed_target_below_one(), slope = balls_.over(exactly(2), balls_.root(balls_.pi()));
    Ball y = balls_.over(t, slope);
    constexpr std::int64_t small = -30;
    if (top_of(t) > small) {
      const double wanted = to_double(first_bits(t, 53));
      double near_y = wanted;
      for (int i = 0; i < 30; ++i) near_y += (wanted - std::erf(near_y)) * std::exp(near_y * near_y);
      y = exactly(Exact::from(near_y));
    }
    for (std::int64_t bits = -small; bits < balls_.bits(); bits *= 2) {
      const Ball error = balls_.minus(balls_.erf(y), t);
      const Ball steepness = balls_.times(slope, balls_.exp(negated(balls_.times(y, y))));
      y = exactly(first_bits(balls_.minus(y, balls_.over(error, steepness)), balls_.bits()));
    }
    return y;
  }

  Ball with_random_sign(const Ball& x) { return sample_.coin() ? x : negated(x); }
  Ball signed_target_below_one() { return with_random_sign(target(-sample_.between(1, sample_.coin() ? 3 : p() + 8))); }
  Ball target_of_logarithm() { return with_random_sign(target(sample_.between(-p() - 8, format_.exponent_bits - 3))); }

  /// About as small as it takes for the second term of a series to vanish beside the first, for operands of few and of
  /// many bits, or the third.
  Exact slight() {
    const std::int64_t bits = sample_.coin() ? sample_.between(1, 3) : sample_.between(p(), 2 * p());
    const std::int64_t precision = sample_.coin() ? p() : std::max(p(), bits);
    const std::int64_t top = -(precision + sample_.between(-6, 16));
    return number(bits, sample_.below(4) == 0 ? top / 2 : top);
  }
  /// About as large as it takes for a limit to be reached: exp(-x) or exp(-x^2) vanishes beside 1; exponentials
  /// beyond every format.
  Exact large() {
    if (sample_.below(4) == 0) return number(sample_.between(1, p()), sample_.between(27, 64));
    const double log_two = sample_.coin() ? 1 : 0.6931471805599453;
    const double limit = static_cast<double>(p() + sample_.between(-8, 16)) * log_two;
    const double fraction = static_cast<double>(sample_.between(-128, 128)) / 128;
    const Exact x = Exact::from((sample_.coin() ? limit : std::sqrt(std::fabs(limit))) + fraction);
    return sample_.coin() ? x : x.negated();
  }
  /// Integers, halves and powers of two.
  Exact simple() {
    const std::int64_t top = sample_.coin() ? sample_.between(0, 3) : sample_.between(-p() - 4, format_.exponent_bits);
    return number(sample_.between(1, 3), top);
  }
};

}  // namespace precipice::testing
