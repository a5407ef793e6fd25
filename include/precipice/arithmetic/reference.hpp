#pragma once

#include <span>
#include <string_view>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/rounding/draws.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// The engine that is the meaning of all others: any precision, any range, every direction; integers and MPFR, scalar.
class Reference {
 public:
  using Value = Exact;

  /// The draw of `mode` is not used: a stochastic rounding takes those of `draws`, which outlive the engine. Throws
  /// ConfigError for one without them, for its operations would all draw the same random number.
  explicit Reference(Format format, const Mode& mode = {}, Draws* draws = nullptr);

  static std::string_view name() { return "reference"; }
  [[nodiscard]] const Format& format() const { return format_; }
  [[nodiscard]] Rounding rounding() const { return mode_.direction; }
  /// How one more operation rounds; a stochastic one takes its random number.
  [[nodiscard]] Mode next_mode() const { return draws_ == nullptr ? mode_ : mode_with(draws_->take()); }
  /// How the last operation rounded.
  [[nodiscard]] Mode last_mode() const { return draws_ == nullptr ? mode_ : mode_with(draws_->last()); }

  [[nodiscard]] Exact add(const Exact& x, const Exact& y) const {
    return reference::add(x, y, format_, next_mode()).value;
  }
  [[nodiscard]] Exact sub(const Exact& x, const Exact& y) const {
    return reference::subtract(x, y, format_, next_mode()).value;
  }
  [[nodiscard]] Exact mul(const Exact& x, const Exact& y) const {
    return reference::multiply(x, y, format_, next_mode()).value;
  }
  [[nodiscard]] Exact div(const Exact& x, const Exact& y) const {
    return reference::divide(x, y, format_, next_mode()).value;
  }
  [[nodiscard]] Exact sqrt(const Exact& x) const { return reference::square_root(x, format_, next_mode()).value; }
  [[nodiscard]] Exact fma(const Exact& x, const Exact& y, const Exact& z) const {
    return reference::fused_multiply_add(x, y, z, format_, next_mode()).value;
  }
  [[nodiscard]] Exact scale(const Exact& x, int exponent) const {
    return reference::scale_b(x, exponent, format_, next_mode()).value;
  }
  [[nodiscard]] Exact max(const Exact& x, const Exact& y) const {
    return reference::maximum(x, y, format_, next_mode()).value;
  }
  [[nodiscard]] std::partial_ordering compare(const Exact& x, const Exact& y) const {
    return reference::compare_quiet(x, y, format_).order;
  }
  [[nodiscard]] Exact exp(const Exact& x) const { return reference::exp(x, format_, next_mode()).value; }
  [[nodiscard]] Exact log(const Exact& x) const { return reference::log(x, format_, next_mode()).value; }
  [[nodiscard]] Exact tanh(const Exact& x) const { return reference::tanh(x, format_, next_mode()).value; }
  [[nodiscard]] Exact sigmoid(const Exact& x) const { return reference::sigmoid(x, format_, next_mode()).value; }
  [[nodiscard]] Exact convert(const Exact& x) const { return reference::convert(x, format_, next_mode()).value; }
  [[nodiscard]] Exact sum_exactly(std::span<const Exact> terms) const {
    return reference::sum(terms, format_, next_mode()).value;
  }

 private:
  [[nodiscard]] Mode mode_with(const Draw& draw) const {
    Mode mode = mode_;
    mode.draw = draw;
    return mode;
  }

  Format format_;
  Mode mode_;
  Draws* draws_;
};
static_assert(Arithmetic<Reference>);

}  // namespace precipice
#pragma GCC visibility pop
