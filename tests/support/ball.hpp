#pragma once

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "precipice/number/exact.hpp"

namespace precipice::testing {

/// A real number known up to an error: it lies within (middle +- radius) * 2^exponent.
struct Ball {
  Integer middle = 0, radius = 0;
  std::int64_t exponent = 0;
};

inline Ball exactly(Integer significand, std::int64_t exponent = 0) { return {std::move(significand), 0, exponent}; }
inline Ball exactly(const Exact& x) {
  return exactly(x.is_negative() ? Integer(-x.significand()) : x.significand(), x.exponent());
}
inline Ball negated(const Ball& x) { return {Integer(-x.middle), x.radius, x.exponent}; }
inline Ball times_power(const Ball& x, std::int64_t exponent) { return {x.middle, x.radius, x.exponent + exponent}; }

inline bool is_zero(const Ball& x) { return x.middle == 0 && x.radius == 0; }

/// |x| < 2^top_of(x), and no smaller power of two will do, unless x is zero.
inline std::int64_t top_of(const Ball& x) { return x.exponent + bit_length(abs(x.middle) + x.radius); }

/// floor(x * 2^shift).
inline Integer shifted(const Integer& x, std::int64_t shift) {
  return shift >= 0 ? Integer(x << static_cast<std::size_t>(shift)) : Integer(x >> static_cast<std::size_t>(-shift));
}

/// Arithmetic on balls of so many bits (as Arb has it: Johansson 2017). The result of an operation holds whatever the
/// operation gives for any numbers of its operands: what is dropped goes into the radius. Nothing is assumed of the
/// functions but their series, and of integers but that they are right.
class Balls {
 public:
  explicit Balls(std::int64_t bits) : bits_(bits) {}
  [[nodiscard]] std::int64_t bits() const { return bits_; }

  [[nodiscard]] Ball plus(const Ball& x, const Ball& y) const {
    if (is_zero(x) || is_zero(y)) return cut(is_zero(x) ? y : x);
    const bool x_is_higher = top_of(x) >= top_of(y);
    const Ball &high = x_is_higher ? x : y, &low = x_is_higher ? y : x;
    // What lies wholly below the bits that stay becomes a part of the radius.
    const std::int64_t last = top_of(high) - bits_ - 2;
    if (top_of(low) < std::min(last, high.exponent)) {
      Ball sum = aligned(high, std::min(last, high.exponent));
      sum.radius += 1;
      return cut(std::move(sum));
    }
    const std::int64_t exponent = std::min(high.exponent, low.exponent);
    const Ball a = aligned(high, exponent), b = aligned(low, exponent);
    return cut({Integer(a.middle + b.middle), Integer(a.radius + b.radius), exponent});
  }
  [[nodiscard]] Ball minus(const Ball& x, const Ball& y) const { return plus(x, negated(y)); }

  [[nodiscard]] Ball times(const Ball& x, const Ball& y) const {
    Integer radius = abs(x.middle) * y.radius + (abs(y.middle) + y.radius) * x.radius;
    return cut({Integer(x.middle * y.middle), std::move(radius), x.exponent + y.exponent});
  }

  /// With x = m +- r and y = n +- s: |x / y - m / n| <= (r + |m / n| s) / (|n| - s), and 1 for the integer quotient.
  [[nodiscard]] Ball over(const Ball& x, const Ball& y) const {
    const Integer least = abs(y.middle) - y.radius;
    if (least <= 0) throw std::domain_error("a quotient by what may be zero");
    const std::int64_t shift = std::max<std::int64_t>(0, bits_ + 2 + bit_length(y.middle) - bit_length(x.middle));
    Integer quotient = shifted(x.middle, shift) / y.middle;
    Integer radius = (shifted(x.radius, shift) + (abs(quotient) + 1) * y.radius) / least + 2;
    return cut({std::move(quotient), std::move(radius), x.exponent - y.exponent - shift});
  }

  /// |sqrt(m + r) - sqrt(m)| <= r / sqrt(m), for a ball of positive numbers.
  [[nodiscard]] Ball root(const Ball& x) const {
    if (x.middle <= x.radius) throw std::domain_error("a root of what may be negative");
    std::int64_t shift = std::max<std::int64_t>(0, 2 * bits_ + 4 - bit_length(x.middle));
    shift += (x.exponent - shift) & 1;
    Integer root = boost::multiprecision::sqrt(shifted(x.middle, shift));
    Integer radius = shifted(x.radius, shift) / root + 2;
    return cut({std::move(root), std::move(radius), (x.exponent - shift) / 2});
  }

  /// The sum of x^n / (d(1) d(2) ... d(n)) over n >= 0, with d(n) >= n rising without end.
  template <class Divisor>
  [[nodiscard]] Ball series(const Ball& x, Divisor d) const {
    const std::int64_t places = bits_ + 32;
    const Ball fixed = with_places(x, places);
    const Integer largest = abs(fixed.middle) + fixed.radius, one = Integer(1) << static_cast<std::size_t>(places);
    Integer term = one, sum = one, error = 0, error_of_sum = 0;
    for (std::int64_t n = 1;; ++n) {
      // (t +- e) (x +- r) / d, floored twice, and so is the error.
      error = shifted(error * largest + abs(term) * fixed.radius, -places) / d(n) + 4;
      term = shifted(term * fixed.middle, -places) / d(n);
      sum += term;
      error_of_sum += error;
      // From here on the terms fall by half or more at each step, so the rest is no larger than the last.
      if (abs(term) <= 1 && 2 * largest <= one * d(n + 1)) break;
    }
    return cut({std::move(sum), Integer(error_of_sum + error + 1), -places});
  }

  /// exp(x) = 2^k exp((x - k log 2) / 2^h)^(2^h). Precondition: |x| < 2^46.
  [[nodiscard]] Ball exp(const Ball& x) const {
    if (top_of(x) > 46) throw std::domain_error("an exponential far out");
    if (top_of(x) < -bits_ - 2) return {Integer(1) << static_cast<std::size_t>(bits_ + 1), 1, -bits_ - 1};
    const std::int64_t halvings = 4 + static_cast<std::int64_t>(std::sqrt(static_cast<double>(bits_)));
    const Balls wider(bits_ + 2 * halvings + 16);
    const Ball log_two = Balls(wider.bits_ + 48).log_of_two();
    const auto k = static_cast<std::int64_t>(Integer(wider.with_places(wider.over(x, log_two), 0).middle));
    const Ball rest = Balls(wider.bits_ + 48).minus(x, wider.scaled(log_two, k));
    Ball power = wider.series(times_power(rest, -halvings), [](std::int64_t n) { return n; });
    for (std::int64_t i = 0; i < halvings; ++i) power = wider.times(power, power);
    return cut(times_power(power, k));
  }

  /// exp(x) - 1, by x (1 + x / 2! + x^2 / 3! + ...) near zero.
  [[nodiscard]] Ball expm1(const Ball& x) const {
    constexpr std::int64_t small = -8;
    if (top_of(x) > small) return minus(Balls(bits_ - small).exp(x), exactly(1));
    return times(x, series(x, [](std::int64_t n) { return n + 1; }));
  }

  /// log(x) of a positive x = m 2^k with m near one: k log 2 + s + 2 artanh((z - 1) / (z + 1)) with s close to log(m)
  /// and z = m / exp(s). Near x = 1 nothing cancels, since k and s are zero.
  [[nodiscard]] Ball log(const Ball& x) const {
    if (x.middle <= x.radius) throw std::domain_error("a logarithm of what may be negative");
    const Balls wider(bits_ + 32);
    std::int64_t k = top_of(x);
    double near_m = std::ldexp(static_cast<double>(shifted(x.middle, x.exponent - k + 53)), -53);
    if (near_m < 0.75) {
      near_m *= 2;
      --k;
    }
    constexpr double close_to_one = 0x1p-10, places = 0x1p30;
    const double near_log = std::fabs(near_m - 1) < close_to_one ? 0 : std::round(std::log(near_m) * places) / places;
    const Ball m = times_power(x, -k), s = exactly(Exact::from(near_log));
    const Ball z = near_log == 0 ? m : wider.over(m, wider.exp(s));
    const Ball u = wider.over(wider.minus(z, exactly(1)), wider.plus(z, exactly(1)));
    const Ball rest = times_power(wider.times(u, wider.artanh_ratio(wider.times(u, u))), 1);
    return plus(plus(wider.scaled(wider.log_of_two(), k), s), rest);
  }

  /// log(1 + x), by 2 artanh(x / (2 + x)) near zero.
  [[nodiscard]] Ball log1p(const Ball& x) const {
    constexpr std::int64_t small = -8;
    const Balls wider(bits_ + 16);
    if (top_of(x) > small) return log(wider.plus(x, exactly(1)));
    const Ball u = wider.over(x, wider.plus(x, exactly(2)));
    return times_power(times(u, wider.artanh_ratio(wider.times(u, u))), 1);
  }

  /// 2 / sqrt(pi) x exp(-x^2) (1 + 2 x^2 / 3 + (2 x^2)^2 / (3 5) + ...): all terms are positive.
  [[nodiscard]] Ball erf(const Ball& x) const {
    const Ball square = {Integer(x.middle * x.middle), Integer((2 * abs(x.middle) + x.radius) * x.radius),
                         2 * x.exponent};
    const Ball sum = series(times_power(square, 1), [](std::int64_t n) { return 2 * n + 1; });
    return times(times(over(times_power(x, 1), root(pi())), exp(negated(square))), sum);
  }

  /// log 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749).
  [[nodiscard]] Ball log_of_two() const {
    static thread_local Constant constant{[](const Balls& b) {
      const auto term = [&](int factor, int q) { return b.times(exactly(factor), b.inverse_series(q, 1)); };
      return b.plus(b.minus(term(18, 26), term(2, 4801)), term(8, 8749));
    }};
    return constant.to(*this);
  }
  /// pi = 16 arctan(1/5) - 4 arctan(1/239).
  [[nodiscard]] Ball pi() const {
    static thread_local Constant constant{[](const Balls& b) {
      const auto term = [&](int factor, int q) { return b.times(exactly(factor), b.inverse_series(q, -1)); };
      return b.minus(term(16, 5), term(4, 239));
    }};
    return constant.to(*this);
  }

 private:
  /// A constant to as many bits as anyone asked for.
  struct Constant {
    Ball (*compute)(const Balls&);
    Ball value{};
    std::int64_t bits = 0;

    Ball to(const Balls& balls) {
      if (bits < balls.bits_) {
        bits = std::max(balls.bits_, 2 * bits);
        value = compute(Balls(bits + 32));
      }
      return balls.cut(value);
    }
  };

  static Ball aligned(const Ball& x, std::int64_t exponent) {
    return {shifted(x.middle, x.exponent - exponent), shifted(x.radius, x.exponent - exponent), exponent};
  }

  /// The same number in `bits` bits.
  [[nodiscard]] Ball cut(Ball x) const {
    const std::int64_t excess = bit_length(x.middle) - bits_;
    if (excess <= 0) return x;
    return {shifted(x.middle, -excess), Integer(shifted(x.radius, -excess) + 2), x.exponent + excess};
  }

  /// With the exponent -places.
  [[nodiscard]] Ball with_places(const Ball& x, std::int64_t places) const {
    const std::int64_t shift = x.exponent + places;
    return {shifted(x.middle, shift), Integer(shifted(x.radius, shift) + (shift < 0 ? 2 : 0)), -places};
  }

  /// k * x without any loss.
  [[nodiscard]] static Ball scaled(const Ball& x, std::int64_t k) {
    return {Integer(x.middle * k), Integer(x.radius * std::abs(k)), x.exponent};
  }

  /// artanh(u) / u = 1 + v / 3 + v^2 / 5 + ... with v = u^2 < 2^-8.
  [[nodiscard]] Ball artanh_ratio(const Ball& v) const {
    const std::int64_t places = bits_ + 32;
    const Ball fixed = with_places(v, places);
    const Integer one = Integer(1) << static_cast<std::size_t>(places);
    Integer power = one, sum = one, error = 0;
    for (std::int64_t n = 1; power != 0; ++n) {
      power = shifted(power * fixed.middle, -places);
      sum += power / (2 * n + 1);
      error += 3;  // v^n is off by less than 2 units besides n v^(n - 1) <= 1 times the error of v
    }
    return cut({std::move(sum), Integer(error + 2 * fixed.radius), -places});
  }

  /// The sum of sign^n / ((2n + 1) q^(2n + 1)): artanh(1 / q) or arctan(1 / q), for an integer q.
  [[nodiscard]] Ball inverse_series(int q, int sign) const {
    const std::int64_t places = bits_ + 32;
    Integer power = (Integer(1) << static_cast<std::size_t>(places)) / q, sum = power, error = 2;
    for (std::int64_t n = 1; power != 0; ++n) {
      power /= q * q;
      sum += power / (2 * n + 1) * (n % 2 != 0 ? sign : 1);
      error += 2;
    }
    return {std::move(sum), std::move(error), -places};
  }

  std::int64_t bits_;
};

}  // namespace precipice::testing
