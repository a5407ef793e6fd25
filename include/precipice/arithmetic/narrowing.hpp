#pragma once

#include <algorithm>
#include <array>

#include "precipice/arithmetic/carrier.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// How a carrier's values are rounded into a format; vector code does the same with the same constants. What stands at
/// the ends of the format is asked of `round`, the one definition.
template <class T>
struct Narrowing {
  T floor;           ///< no binade below this is told apart: 2^emin; far_below if results are flushed
  T magic_factor;    ///< 1.5 * 2^(digits - p): times 2^e it is a constant whose ulp is 2^(e - p + 1)
  T quantum_factor;  ///< 2^(1 - p): times 2^e it is that ulp
  T flushed_below;   ///< smaller results become zero: 2^emin if results are flushed, else 0
  T operands_from;   ///< smaller operands are taken as zero: 2^emin if operands are flushed, else 0
  T largest;         ///< the largest finite number
  T nan, negative_zero;
  std::array<T, 2> overflow, infinity;  ///< what becomes of finite results beyond the range, and of infinities; by sign
  Rounding direction;

  /// Precondition: Carried<T> takes the format and direction.
  static Narrowing of(const Format& format, Rounding direction);

  /// Whether nothing but nearest_even, gradual underflow, zeros of both signs and NaN is asked for, and so infinite
  /// results and operands have one meaning.
  [[nodiscard]] bool is_plain() const {
    return direction == Rounding::nearest_even && flushed_below == 0 && operands_from == 0 &&
           std::signbit(negative_zero) && std::isnan(nan);
  }

  /// A finite value of the carrier below far_above in magnitude, rounded once. Its proof stands at Carried.
  [[nodiscard]] T rounded(T x) const {
    const T magnitude = std::fabs(x);
    const T scale = std::max(detail::binade(x), floor);
    const T magic = scale * magic_factor;
    const T shifted = magnitude + magic;
    T result = shifted - magic;
    if (direction != Rounding::nearest_even && result != magnitude) {
      const bool is_even = (detail::bits_of(shifted) & 1U) == 0;
      result = redirected(result, magnitude - result, scale * quantum_factor, std::signbit(x), is_even);
    }
    if (result > largest) return overflow[std::signbit(x) ? 1 : 0];
    if (result == 0 || result < flushed_below) return zero(std::signbit(x));
    return std::copysign(result, x);
  }

  /// What is not below far_above: a NaN, an infinity, or a number, or what the carrier made of one.
  [[nodiscard]] T beyond(T x, bool is_number) const {
    if (std::isnan(x)) return nan;
    return (is_number ? overflow : infinity)[std::signbit(x) ? 1 : 0];
  }

  [[nodiscard]] T zero(bool is_negative) const { return is_negative ? negative_zero : T{0}; }

  [[nodiscard]] T operand(T x) const { return std::fabs(x) < operands_from ? std::copysign(T{0}, x) : x; }

 private:
  /// What the direction takes instead of the nearest multiple of the quantum, which lies `distance` below the
  /// magnitude.
  [[nodiscard]] T redirected(T nearest, T distance, T quantum, bool is_negative, bool is_even) const {
    switch (direction) {
      case Rounding::nearest_away: return distance == quantum / 2 ? nearest + quantum : nearest;
      case Rounding::to_odd: return is_even ? nearest + std::copysign(quantum, distance) : nearest;
      case Rounding::toward_positive: return sideways(nearest, distance, quantum, !is_negative);
      case Rounding::toward_negative: return sideways(nearest, distance, quantum, is_negative);
      case Rounding::away_from_zero: return sideways(nearest, distance, quantum, true);
      case Rounding::toward_zero: return sideways(nearest, distance, quantum, false);
      case Rounding::nearest_even:
      case Rounding::stochastic: break;
    }
    return nearest;
  }
  static T sideways(T nearest, T distance, T quantum, bool grows) {
    if (grows) return distance > 0 ? nearest + quantum : nearest;
    return distance < 0 ? nearest - quantum : nearest;
  }
};

extern template struct Narrowing<double>;
extern template struct Narrowing<float>;

}  // namespace precipice
