#pragma once

#include <compare>
#include <span>
#include <string>
#include <type_traits>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/narrowing.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

/// Values of a narrow format carried in a wider native one, T = double or float: compute in the carrier, then round
/// once more, only where that is proven to be the correctly rounded result. Every direction but stochastic, every rule
/// of underflow and overflow, every family with a sign.
///
/// Proof of exactness, for 2 <= p <= Carrier<T>::widest_precision and all numbers and half quanta of the format within
/// 2^+-Carrier<T>::widest_exponent:
///
/// 1. `Narrowing::rounded(x)` rounds a value x of the carrier once. With 2^e <= |x| < 2^(e+1) and q = max(e, emin) - p
/// +
///    1, the constant C = 1.5 * 2^(q + digits - 1) has ulp 2^q, and |x| < 2^(q + p) is at most a quarter of its binade,
///    so |x| + C stays in it, the carrier's nearest-even rounding of that sum is that of |x| to a multiple of 2^q, and
///    its last bit is the parity of this multiple, for C / 2^q is even. Subtracting C is exact, and so is the distance
///    to |x|, at most half of 2^q; it says what the other directions take instead.
/// 2. Operations are rounded to odd in the carrier (Boldo and Melquiond 2008): with two bits more than p it keeps all
///    that rounding to p bits may ask (p bits, the next one, and whether anything follows), and subnormal results have
///    fewer bits still. The carrier's result and the sign of its error give the odd one. The error of + is a number of
///    the carrier (Knuth), that of * too while |x * y| >= far_below (Dekker), that of a fused multiply-add is two of
///    them (Boldo and Muller 2011), and the sign of a quotient's or a root's residual is that of an fma. A product
///    closer to zero is as good as far_below. Operands outside 2^+-moderate, whose residual may not be exact, go to
///    Reference.
/// 3. To nearest, with operands of at most p bits, 2p + 2 <= digits, the plain result of + - * / and sqrt is as good as
///    the odd one (Figueroa 1995), for it is no middle of two numbers of the format unless it is exact. A middle in the
///    subnormal range may have p bits: there a sum is only as good if both operands lie on the format's grid, for then
///    it is exact. Only vector code makes use of this.
/// 4. exp and log come as double-double with a proven error; both ends of the interval are rounded, and if they differ
///    Reference decides.
template <class T>
class Carried {
 public:
  using Value = T;

  /// Whether all numbers and half quanta of the format are within the exponents of the proof.
  static constexpr bool reaches(const Format& f) {
    return f.emax <= Carrier<T>::widest_exponent && smallest_exponent(f) - 1 >= -Carrier<T>::widest_exponent;
  }

  /// Empty if this engine is exact for the format and rounding, else the reason in words.
  static std::string refusal(const Format& format, Rounding rounding);

  /// Throws ConfigError with the reason if `refusal` has one.
  explicit Carried(const Format& format, Rounding rounding = Rounding::nearest_even);

  static std::string_view name() { return Carrier<T>::engine_name; }
  [[nodiscard]] const Format& format() const { return format_; }
  [[nodiscard]] Rounding rounding() const { return narrowing_.direction; }
  [[nodiscard]] Mode next_mode() const { return rounding(); }
  [[nodiscard]] Mode last_mode() const { return rounding(); }
  [[nodiscard]] const Narrowing<T>& narrowing() const { return narrowing_; }

  [[nodiscard]] T add(T x, T y) const { return sum_of(narrowing_.operand(x), narrowing_.operand(y)); }
  [[nodiscard]] T sub(T x, T y) const { return sum_of(narrowing_.operand(x), -narrowing_.operand(y)); }
  [[nodiscard]] T mul(T x, T y) const { return product_of(narrowing_.operand(x), narrowing_.operand(y)); }
  [[nodiscard]] T div(T x, T y) const { return quotient_of(narrowing_.operand(x), narrowing_.operand(y)); }
  [[nodiscard]] T sqrt(T x) const { return root_of(narrowing_.operand(x)); }
  /// x * y + z, rounded once.
  [[nodiscard]] T fma(T x, T y, T z) const {
    return fused(narrowing_.operand(x), narrowing_.operand(y), narrowing_.operand(z));
  }
  [[nodiscard]] T scale(T x, int exponent) const;
  [[nodiscard]] T max(T x, T y) const { return convert(detail::maximum(narrowing_.operand(x), narrowing_.operand(y))); }
  [[nodiscard]] std::partial_ordering compare(T x, T y) const {
    return narrowing_.operand(x) <=> narrowing_.operand(y);
  }
  [[nodiscard]] T exp(T x) const;
  [[nodiscard]] T log(T x) const;
  [[nodiscard]] T tanh(T x) const;
  [[nodiscard]] T sigmoid(T x) const;
  [[nodiscard]] T convert(T x) const {
    if (x == 0) return narrowing_.zero(std::signbit(x));
    return std::fabs(x) < far_above ? narrowing_.rounded(x) : narrowing_.beyond(x, std::isfinite(x));
  }
  [[nodiscard]] T sum_exactly(std::span<const T> terms) const;

  /// The same format and direction, carried in binary64.
  [[nodiscard]] const Carried<double>& wide() const {
    if constexpr (is_binary64) {
      return *this;
    } else {
      return wide_;
    }
  }

 private:
  static constexpr bool is_binary64 = std::is_same_v<T, double>;
  struct Nothing {};
  static constexpr T far_above = Carrier<T>::far_above, far_below = Carrier<T>::far_below;

  static bool is_moderate(T x) {
    return std::fabs(x) >= 1 / Carrier<T>::moderate && std::fabs(x) <= Carrier<T>::moderate;
  }

  [[nodiscard]] T sum_of(T x, T y) const {
    const T sum = x + y;
    if (!(std::fabs(sum) < far_above)) return narrowing_.beyond(sum, std::isfinite(x) && std::isfinite(y));
    if (sum == 0) return cancelled(x, y);
    return narrowing_.rounded(detail::to_odd(sum, detail::error_of_sum(x, y, sum)));
  }
  [[nodiscard]] T product_of(T x, T y) const {
    const T product = x * y;
    if (!(std::fabs(product) < far_above)) return narrowing_.beyond(product, std::isfinite(x) && std::isfinite(y));
    if (x == 0 || y == 0) return narrowing_.zero(std::signbit(product));
    if (std::fabs(product) < far_below) return narrowing_.rounded(std::copysign(far_below, product));
    return narrowing_.rounded(detail::to_odd(product, std::fma(x, y, -product)));
  }
  [[nodiscard]] T quotient_of(T x, T y) const {
    if (!is_moderate(x) || !is_moderate(y)) return unusual_quotient(x, y);
    const T quotient = x / y;
    if (std::fabs(quotient) >= far_above) return narrowing_.beyond(quotient, true);
    const T residual = std::fma(-quotient, y, x);
    return narrowing_.rounded(detail::to_odd(quotient, std::signbit(y) ? -residual : residual));
  }
  [[nodiscard]] T root_of(T x) const {
    if (!is_moderate(x) || x < 0) return unusual_root(x);
    const T root = std::sqrt(x);
    return narrowing_.rounded(detail::to_odd(root, std::fma(-root, root, x)));
  }
  [[nodiscard]] T fused(T x, T y, T z) const;

  /// The sign of x + y = 0: IEEE 754-2019, clause 6.3.
  [[nodiscard]] T cancelled(T x, T y) const {
    const bool is_downward = narrowing_.direction == Rounding::toward_negative;
    return narrowing_.zero(is_downward ? std::signbit(x) || std::signbit(y) : std::signbit(x) && std::signbit(y));
  }

  [[nodiscard]] double sum_of_operands(std::span<const double> terms) const;
  [[nodiscard]] T unusual_quotient(T x, T y) const;
  [[nodiscard]] T unusual_root(T x) const;

  Format format_;
  Narrowing<T> narrowing_;
  [[no_unique_address]] std::conditional_t<is_binary64, Nothing, Carried<double>> wide_;  // computes functions
};

extern template class Carried<double>;
extern template class Carried<float>;
static_assert(Arithmetic<Carried<double>> && Arithmetic<Carried<float>>);

}  // namespace precipice
