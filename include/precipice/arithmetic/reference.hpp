#pragma once

#include <span>
#include <string_view>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"

namespace precipice {

/// The engine that is the meaning of all others: any precision, any range, every direction; integers and MPFR, scalar.
class Reference {
 public:
  using Value = Exact;

  /// Throws ConfigError for stochastic rounding: its operations would all draw the same random number. Whoever numbers
  /// them calls the functions of namespace reference with a mode for each.
  explicit Reference(Format format, Rounding rounding = Rounding::nearest_even);

  static std::string_view name() { return "reference"; }
  [[nodiscard]] const Format& format() const { return format_; }
  [[nodiscard]] Rounding rounding() const { return rounding_; }

  [[nodiscard]] Exact add(const Exact& x, const Exact& y) const {
    return reference::add(x, y, format_, rounding_).value;
  }
  [[nodiscard]] Exact sub(const Exact& x, const Exact& y) const {
    return reference::subtract(x, y, format_, rounding_).value;
  }
  [[nodiscard]] Exact mul(const Exact& x, const Exact& y) const {
    return reference::multiply(x, y, format_, rounding_).value;
  }
  [[nodiscard]] Exact div(const Exact& x, const Exact& y) const {
    return reference::divide(x, y, format_, rounding_).value;
  }
  [[nodiscard]] Exact sqrt(const Exact& x) const { return reference::square_root(x, format_, rounding_).value; }
  [[nodiscard]] Exact fma(const Exact& x, const Exact& y, const Exact& z) const {
    return reference::fused_multiply_add(x, y, z, format_, rounding_).value;
  }
  [[nodiscard]] Exact scale(const Exact& x, int exponent) const {
    return reference::scale_b(x, exponent, format_, rounding_).value;
  }
  [[nodiscard]] Exact max(const Exact& x, const Exact& y) const {
    return reference::maximum(x, y, format_, rounding_).value;
  }
  [[nodiscard]] std::partial_ordering compare(const Exact& x, const Exact& y) const {
    return reference::compare_quiet(x, y, format_).order;
  }
  [[nodiscard]] Exact exp(const Exact& x) const { return reference::exp(x, format_, rounding_).value; }
  [[nodiscard]] Exact log(const Exact& x) const { return reference::log(x, format_, rounding_).value; }
  [[nodiscard]] Exact tanh(const Exact& x) const { return reference::tanh(x, format_, rounding_).value; }
  [[nodiscard]] Exact sigmoid(const Exact& x) const { return reference::sigmoid(x, format_, rounding_).value; }
  [[nodiscard]] Exact convert(const Exact& x) const { return reference::convert(x, format_, rounding_).value; }
  [[nodiscard]] Exact sum_exactly(std::span<const Exact> terms) const {
    return reference::sum(terms, format_, rounding_).value;
  }

 private:
  Format format_;
  Rounding rounding_;
};
static_assert(Arithmetic<Reference>);

}  // namespace precipice
