#pragma once

#include <span>
#include <string>

#include "precipice/arithmetic/narrowing.hpp"

namespace precipice {

/// Rounds arrays of doubles stochastically into a format, with the bits that `round` would give each number: element i
/// draws for the counter `first.counter + i` (see Mode), so neither threads nor the width of vectors change a bit.
///
/// Proof: a double x is exact, so nothing is lost before it is rounded. As at Carried, |x| + C - C is the nearest
/// multiple of the quantum 2^q; if that is above |x|, the one below is the truncated one, and the distance f 2^q
/// between it and |x| is exact. With n <= 32 random bits floor(f 2^n) is an integer below 2^32; the sum with the first
/// n bits of the draw decides. In the code of a normal double f stands in the bits behind the last place of the format;
/// the draw, added to the first n of them, carries into that place exactly if floor(f 2^n) + R >= 2^n, for what stands
/// behind them is less than one unit there; where fewer than n bits stand there, the last ones of f 2^n are zero, and
/// those of R carry nothing. Without a limit 32 bits decide unless they sum up to 2^32 - 1, where
/// Reference looks on.
class StochasticRounding {
 public:
  /// Empty if vectors are exact for the format and the number of random bits, else the reason in words.
  static std::string refusal(const Format& format, int random_bits);

  /// `random_bits` as in Mode. Throws ConfigError with the reason if `refusal` has one.
  explicit StochasticRounding(const Format& format, int random_bits = unlimited_random_bits);

  [[nodiscard]] const Format& format() const { return format_; }
  [[nodiscard]] int random_bits() const { return random_bits_; }
  [[nodiscard]] const Narrowing<double>& narrowing() const { return narrowing_; }

  /// out[i] = x[i], rounded. Of equal length; `out` may be `x`.
  void round(std::span<const double> x, const Draw& first, std::span<double> out) const;
  /// One of them, by Reference.
  [[nodiscard]] double round_one(double x, const Draw& draw) const;

 private:
  Format format_;
  int random_bits_;
  Narrowing<double> narrowing_;
};

}  // namespace precipice
