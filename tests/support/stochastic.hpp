#pragma once

#include <stdexcept>

#include "support/format_ends.hpp"
#include "support/philox.hpp"
#include "support/values.hpp"

namespace precipice::testing {

/// floor(|x| * 2^bits), and whether that is all of it.
struct Scaled {
  Integer floor;
  bool is_whole;
};

/// Exact results by their definitions: a dyadic number, a fraction, the root of a fraction.
struct DyadicResult {
  Exact value;

  [[nodiscard]] Sign sign() const { return value.sign(); }
  [[nodiscard]] Scaled scaled(std::int64_t bits) const {
    const std::int64_t shift = value.exponent() + bits;
    if (shift >= 0) return {value.significand() << static_cast<std::size_t>(shift), true};
    if (-shift > bit_length(value.significand())) return {0, false};
    const Integer floor = value.significand() >> static_cast<std::size_t>(-shift);
    return {floor, Integer(floor << static_cast<std::size_t>(-shift)) == value.significand()};
  }
  [[nodiscard]] std::int64_t top() const { return value.top_exponent(); }
};

struct FractionResult {
  Rational value;  ///< not zero

  [[nodiscard]] Sign sign() const { return value < 0 ? Sign::negative : Sign::positive; }
  [[nodiscard]] Scaled scaled(std::int64_t bits) const {
    const Rational product = abs(value) * power_of_two(bits);
    const Integer floor = numerator(product) / denominator(product);
    return {floor, floor == product};
  }
  [[nodiscard]] std::int64_t top() const {
    std::int64_t result = bit_length(abs(numerator(value))) - bit_length(denominator(value));
    if (abs(value) < power_of_two(result)) --result;
    return result;
  }
};

struct RootResult {
  Rational square;  ///< positive

  [[nodiscard]] static Sign sign() { return Sign::positive; }
  [[nodiscard]] Scaled scaled(std::int64_t bits) const {
    const Rational wanted = square * power_of_two(2 * bits);
    Integer root;
    const Integer below = numerator(wanted) / denominator(wanted);
    mpz_sqrt(root.backend().data(), below.backend().data());
    const Integer next = root + 1;
    if (Rational(root * root) > wanted || Rational(next * next) <= wanted) throw std::logic_error("not the root");
    return {root, Rational(root * root) == wanted};
  }
  [[nodiscard]] std::int64_t top() const {
    const std::int64_t of_square = FractionResult{square}.top();
    return of_square >= 0 ? of_square / 2 : -((1 - of_square) / 2);
  }
};

/// Stochastic rounding as the comment on Mode defines it, with random bits of its own: up if floor(f * 2^n) + R >=
/// 2^n, or, without a limit, if f + R >= 1, for which so many bits of both are taken that nothing is left in doubt.
class StochasticOracle {
 public:
  explicit StochasticOracle(const Format& f) : ends_(f) {}

  template <class Result>
  [[nodiscard]] Rounded round(const Result& exact, const Mode& mode) const {
    const Format& f = ends_.format();
    const std::int64_t top = exact.top();
    const Multiple at = chosen(exact, quantum_of(std::max<std::int64_t>(top, f.emin)), mode);
    const bool tiny_before = top < f.emin;
    bool tiny_after = tiny_before;
    if (top == f.emin - 1) {
      const Multiple unbounded = chosen(exact, quantum_of(top), mode);
      tiny_after = unbounded.units < Integer(1) << static_cast<unsigned>(f.precision);
    }
    return ends_.finish({Exact::finite(exact.sign(), at.units, at.quantum), at.is_inexact, tiny_before, tiny_after},
                        mode);
  }

  [[nodiscard]] const FormatEnds& ends() const { return ends_; }

 private:
  struct Multiple {
    Integer units;
    std::int64_t quantum;
    bool is_inexact;
  };

  [[nodiscard]] std::int64_t quantum_of(std::int64_t exponent) const {
    return exponent - (ends_.format().precision - 1);
  }

  template <class Result>
  static Multiple chosen(const Result& exact, std::int64_t quantum, const Mode& mode) {
    constexpr std::int64_t enough = 256;
    const bool is_limited = mode.random_bits != unlimited_random_bits;
    const std::int64_t bits = is_limited ? mode.random_bits : enough;
    const Scaled scaled = exact.scaled(bits - quantum);
    const Integer one = Integer(1) << static_cast<std::size_t>(bits);
    const Integer units = scaled.floor / one, part = scaled.floor % one, sum = part + bits_of_draw(mode.draw, bits);
    if (!is_limited && !scaled.is_whole && sum == one - 1) throw std::logic_error("256 bits do not decide");
    return {sum >= one ? Integer(units + 1) : units, quantum, !scaled.is_whole || !part.is_zero()};
  }

  FormatEnds ends_;
};

/// A stochastic mode of so many bits (or unlimited) and a draw.
inline Mode stochastic(int random_bits, const Draw& draw, Tininess tininess = Tininess::after_rounding) {
  Mode mode(Rounding::stochastic, tininess);
  mode.random_bits = random_bits;
  mode.draw = draw;
  return mode;
}

}  // namespace precipice::testing
