#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "precipice/format/format.hpp"
#include "support/exponents.hpp"
#include "support/sample.hpp"

namespace precipice::testing {

/// Doubles that are hard for arithmetic whose results go to a given format within binary64: its own numbers,
/// midpoints and what lies just beside them, the ends of its range and of binary64's, and pairs whose result is such
/// a number.
class Operands {
 public:
  Operands(const Format& f, std::uint64_t seed) : format_(f), exponents_(exponents_for(f)), sample_(seed) {}

  /// Any finite number of the format, with significands of few and of many ones, and exponents often near a landmark.
  double member() {
    const int stored = format_.precision - 1;
    const std::int64_t fields = (std::int64_t{1} << format_.exponent_bits) - 1;  // the last one is that of infinity
    const std::int64_t near_one = sample_.between(-format_.precision - 3, format_.precision + 3) - format_.emin + 1;
    std::int64_t field = 0;
    switch (sample_.below(4)) {
      case 0: field = sample_.between(0, fields - 1); break;
      case 1: field = sample_.coin() ? sample_.between(0, 2) : fields - sample_.between(1, 3); break;
      default: field = near_one; break;
    }
    field = std::clamp<std::int64_t>(field, 0, fields - 1);
    std::uint64_t significand = trailing(stored);
    if (field > 0) significand |= std::uint64_t{1} << stored;
    const std::int64_t exponent = std::max<std::int64_t>(field, 1) + format_.emin - 1 - stored;
    return signed_at_random(std::ldexp(static_cast<double>(significand), static_cast<int>(exponent)));
  }

  /// The middle between two numbers of the format (or one of them), if binary64 has it, else something close.
  double middle() {
    const double x = member();
    const int exponent = x == 0 ? format_.emin : std::ilogb(x);
    return x + std::ldexp(sample_.coin() ? 0.5 : -0.5, static_cast<int>(quantum_exponent(format_, exponent)));
  }

  /// Any double.
  double wide() {
    switch (sample_.below(5)) {
      case 0: return sample_.any_double();
      case 1: return beside(landmark());
      case 2: return beside(middle());
      case 3: {  // a middle and a bit far below
        const double x = middle();
        return x + signed_at_random(std::ldexp(x, -static_cast<int>(sample_.between(2, 60))));
      }
      default:
        return signed_at_random(
            std::ldexp(1 + std::ldexp(static_cast<double>(sample_.bits() >> 12), -52),
                       static_cast<int>(sample_.between(format_.emin - format_.precision - 3, format_.emax + 2))));
    }
  }

  double any() { return sample_.coin() ? member() : wide(); }

  /// Operands of + - * /.
  std::pair<double, double> pair() {
    const double x = any();
    switch (sample_.below(8)) {
      case 0: return {member(), member()};
      case 1:  // a middle, and something far below
        return {middle(), signed_at_random(std::ldexp(any(), -static_cast<int>(sample_.between(0, 120))))};
      case 2:  // x + y is close to a middle
        return {x, beside(middle() - x)};
      case 3:  // x - y
        return {x, beside(x - middle())};
      case 4:  // x * y
        return {x, beside(middle() / x)};
      case 5:  // x / y
        return {beside(middle() * x), x};
      case 6:  // nearly equal
        return {x, signed_at_random(beside(x))};
      default: return {x, any()};
    }
  }

  /// Operands of x * y + z: any, and those of which nothing, next to nothing or close to a middle is left.
  std::array<double, 3> triple() {
    const auto [x, y] = pair();
    const double product = x * y;
    switch (sample_.below(6)) {
      case 0: return {x, y, -product};
      case 1: return {x, y, beside(-product)};
      case 2: return {x, y, beside(middle() - product)};
      case 3: return {x, y, signed_at_random(std::ldexp(product, static_cast<int>(sample_.between(-120, 120))))};
      case 4: return {x, y, middle()};
      default: return {x, y, any()};
    }
  }

  /// Operands of sqrt, exp and log whose results are close to middles. The C library only makes the operands.
  double for_sqrt() {
    const double x = middle();
    return sample_.below(4) == 0 ? any() : beside(x * x);
  }
  double for_exp() { return sample_.below(4) == 0 ? any() : beside(std::log(std::fabs(middle()))); }
  double for_log() { return sample_.below(4) == 0 ? any() : beside(std::exp(middle())); }

  /// A number and an exponent: any, and those that end close to a landmark or a middle.
  std::pair<double, int> scaling() {
    const int exponent = sample_.one_of(exponents_);
    if (sample_.coin()) return {any(), exponent};
    const auto some = static_cast<int>(sample_.between(-40, 40));
    return {std::ldexp(beside(sample_.coin() ? middle() : landmark()), -some), some};
  }

  Sample& sample() { return sample_; }
  [[nodiscard]] const Format& format() const { return format_; }

 private:
  /// The double up to two code points away.
  double beside(double x) {
    if (!std::isfinite(x) || x == 0) return x;
    const auto steps = static_cast<std::uint64_t>(sample_.between(-2, 2));
    const double y = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) + steps);
    return std::isnan(y) ? x : y;
  }

  double signed_at_random(double x) { return sample_.coin() ? x : -x; }

  /// Trailing significands: random, sparse, all zeros and all ones but few.
  std::uint64_t trailing(int stored) {
    if (stored == 0) return 0;
    const std::uint64_t mask = (std::uint64_t{1} << stored) - 1;
    const auto one_bit = [&] { return std::uint64_t{1} << sample_.below(static_cast<std::uint64_t>(stored)); };
    switch (sample_.below(6)) {
      case 0: return 0;
      case 1: return mask;
      case 2: return one_bit() ^ one_bit();
      case 3: return mask ^ one_bit();
      default: return sample_.bits() & mask;
    }
  }

  /// Where something changes: in the format, in binary64, and in the proofs of the carried engine.
  double landmark() {
    const int quantum = static_cast<int>(smallest_exponent(format_));
    const std::array landmarks{0.0,
                               1.0,
                               400.0,
                               std::ldexp(1.0, quantum),
                               std::ldexp(0.5, quantum),
                               std::ldexp(1.5, quantum),
                               std::ldexp(1.0, format_.emin),
                               std::ldexp(1.0, format_.emin) - std::ldexp(0.5, quantum),
                               std::ldexp(2.0 - std::ldexp(1.0, 1 - format_.precision), format_.emax),
                               std::ldexp(2.0 - std::ldexp(1.0, -format_.precision), format_.emax),
                               std::ldexp(1.0, format_.emax) * 2,
                               (format_.emax + 1) * 0.6931471805599453,
                               (quantum - 1) * 0.6931471805599453,
                               0x1p400,
                               0x1p-400,
                               0x1p500,
                               0x1p-500,
                               0x1p501,
                               0x1p960,
                               0x1p-960,
                               0x1p-1022,
                               0x1p-1074,
                               0x1.fffffffffffffp+1023,
                               1e308,
                               std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN()};
    return signed_at_random(sample_.one_of(landmarks));
  }

  Format format_;
  std::vector<int> exponents_;
  Sample sample_;
};

/// Doubles as operands of an engine: in a float, what was a middle or just beside one is so again.
template <class V>
class Values {
 public:
  explicit Values(testing::Operands& operands) : operands_(operands) {}
  V operator()(double x) {
    if constexpr (std::is_same_v<V, float>) {
      const auto narrow = static_cast<float>(x);
      if (!std::isfinite(narrow) || narrow == 0 || operands_.sample().coin()) return narrow;
      const auto steps = static_cast<std::uint32_t>(operands_.sample().between(-2, 2));
      return std::bit_cast<float>(std::bit_cast<std::uint32_t>(narrow) + steps);
    } else {
      return x;
    }
  }

 private:
  testing::Operands& operands_;
};

}  // namespace precipice::testing
