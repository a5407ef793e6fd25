#pragma once

#include <cmath>
#include <span>
#include <string>
#include <string_view>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/rounding/draws.hpp"

namespace precipice {

/// Rounds stochastically what binary64 carries: the bits of Reference with the same draws.
///
/// Proof: an operation is first rounded to odd into a format of 51 bits whose range is wider (Carried). With g the
/// weight of the last place of that result, it and the exact one lie in the same interval [2 k g, 2 (k + 1) g), and are
/// equal if either is a multiple of 2 g. So they have one magnitude below them in the format, and one floor(f 2^m) for
/// the part f behind it, if 2^-m units in the last place of the format are at least 2 g. That is so for p + m <= 50,
/// and below the normal numbers of the format, too, where its last place weighs more; the wide format's own subnormal
/// numbers are too small to matter. With n <= m random bits floor(f 2^n) decides. Without a limit the first m bits do,
/// unless they and floor(f 2^m) sum up to 2^m - 1: Reference looks on.
class CarriedStochastic {
 public:
  using Value = double;

  /// Empty if this engine is exact for the format and mode, else the reason in words.
  static std::string refusal(const Format& format, const Mode& mode);

  /// As Reference has it. Throws ConfigError with the reason if `refusal` has one. `draws` outlive the engine.
  CarriedStochastic(const Format& format, const Mode& mode, Draws& draws);

  static std::string_view name() { return "carried-stochastic"; }
  [[nodiscard]] const Format& format() const { return reference_.format(); }
  [[nodiscard]] Rounding rounding() const { return Rounding::stochastic; }
  [[nodiscard]] Mode next_mode() const { return reference_.next_mode(); }
  [[nodiscard]] Mode last_mode() const { return reference_.last_mode(); }

  [[nodiscard]] double add(double x, double y) const { return drawn(odd_.add(x, y), reference::add, x, y); }
  [[nodiscard]] double sub(double x, double y) const { return drawn(odd_.sub(x, y), reference::subtract, x, y); }
  [[nodiscard]] double mul(double x, double y) const { return drawn(odd_.mul(x, y), reference::multiply, x, y); }
  [[nodiscard]] double div(double x, double y) const { return drawn(odd_.div(x, y), reference::divide, x, y); }
  [[nodiscard]] double sqrt(double x) const { return drawn(odd_.sqrt(x), reference::square_root, x); }
  [[nodiscard]] double fma(double x, double y, double z) const {
    return drawn(odd_.fma(x, y, z), reference::fused_multiply_add, x, y, z);
  }
  [[nodiscard]] double scale(double x, int exponent) const {
    const auto means = [=](const Exact& v, const Format& f, const Mode& mode) {
      return reference::scale_b(v, exponent, f, mode);
    };
    return drawn(odd_.scale(x, exponent), means, x);
  }
  [[nodiscard]] double max(double x, double y) const { return drawn(odd_.max(x, y), reference::maximum, x, y); }
  [[nodiscard]] std::partial_ordering compare(double x, double y) const { return x <=> y; }
  [[nodiscard]] double exp(double x) const { return drawn(odd_.exp(x), reference::exp, x); }
  [[nodiscard]] double log(double x) const { return drawn(odd_.log(x), reference::log, x); }
  [[nodiscard]] double tanh(double x) const { return drawn(odd_.tanh(x), reference::tanh, x); }
  [[nodiscard]] double sigmoid(double x) const { return drawn(odd_.sigmoid(x), reference::sigmoid, x); }
  [[nodiscard]] double convert(double x) const { return drawn(odd_.convert(x), reference::convert, x); }
  [[nodiscard]] double sum_exactly(std::span<const double> terms) const;

 private:
  /// Takes the next random number. `odd`: the result, rounded to odd; `operation`: what means the same.
  template <class Operation, class... Operands>
  double drawn(double odd, const Operation& operation, Operands... operands) const {
    double result = 0;
    if (decides(odd, draws_->take_word(), result)) return result;
    return to_double(operation(Exact::from(operands)..., format(), last_mode()).value);
  }

  /// False if 32 random bits do not decide.
  bool decides(double odd, std::uint32_t random, double& result) const {
    const double magnitude = std::fabs(odd);
    if (!(magnitude < Carrier<double>::far_above)) {
      result = narrowing_.beyond(odd, false);  // to odd no number becomes infinite
      return true;
    }
    const double scale = std::max(detail::binade(odd), narrowing_.floor), quantum = scale * narrowing_.quantum_factor;
    const double magic = scale * narrowing_.magic_factor, nearest = magnitude + magic - magic;
    double rounded = nearest > magnitude ? nearest - quantum : nearest;
    const double part = (magnitude - rounded) / quantum * whole_;  // a power of two divides
    const auto sum = static_cast<std::uint64_t>(part) + (random >> dropped_);
    if (is_unlimited_ && sum == last_open_) return part == 0 && finish(rounded, odd, result);
    if (sum > last_open_) rounded += quantum;
    return finish(rounded, odd, result);
  }

  bool finish(double rounded, double odd, double& result) const {
    const bool is_negative = std::signbit(odd);
    if (rounded > narrowing_.largest) {
      result = narrowing_.overflow[is_negative ? 1 : 0];
    } else {
      result = rounded == 0 ? narrowing_.zero(is_negative) : std::copysign(rounded, odd);
    }
    return true;
  }

  Reference reference_;
  Carried<double> odd_;
  Narrowing<double> narrowing_;
  Draws* draws_;
  bool is_unlimited_;
  unsigned dropped_;         // of 32 random bits
  double whole_;             // 2^m
  std::uint64_t last_open_;  // 2^m - 1
};
static_assert(Arithmetic<CarriedStochastic>);

}  // namespace precipice
