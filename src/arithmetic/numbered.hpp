#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"

namespace precipice::reference::detail {

/// What the roundings of one operation that has many have in common.
struct Roundings {
  std::uint64_t count = 0;
  Flags flags;

  /// The mode of the next one.
  Mode next(const Mode& mode) { return for_part(mode, count++); }
  Exact seen(Rounded rounded) {
    flags = flags | rounded.flags;
    return std::move(rounded.value);
  }
};

/// The Reference engine for one operation that has many roundings: each draws a random number of its own.
class Numbered {
 public:
  using Value = Exact;

  Numbered(const Format& format, const Mode& mode, Roundings& roundings)
      : format_(format), mode_(mode), roundings_(roundings) {}

  static std::string_view name() { return "reference"; }
  [[nodiscard]] const Format& format() const { return format_; }

  [[nodiscard]] Exact add(const Exact& x, const Exact& y) const { return seen(reference::add(x, y, format_, next())); }
  [[nodiscard]] Exact sub(const Exact& x, const Exact& y) const {
    return seen(reference::subtract(x, y, format_, next()));
  }
  [[nodiscard]] Exact mul(const Exact& x, const Exact& y) const {
    return seen(reference::multiply(x, y, format_, next()));
  }
  [[nodiscard]] Exact div(const Exact& x, const Exact& y) const {
    return seen(reference::divide(x, y, format_, next()));
  }
  [[nodiscard]] Exact sqrt(const Exact& x) const { return seen(square_root(x, format_, next())); }
  [[nodiscard]] Exact scale(const Exact& x, int exponent) const {
    return seen(reference::scale_b(x, exponent, format_, next()));
  }
  [[nodiscard]] Exact max(const Exact& x, const Exact& y) const {
    return seen(reference::maximum(x, y, format_, next()));
  }
  [[nodiscard]] std::partial_ordering compare(const Exact& x, const Exact& y) const {
    return reference::compare_quiet(x, y, format_).order;
  }
  [[nodiscard]] Exact exp(const Exact& x) const { return seen(reference::exp(x, format_, next())); }
  [[nodiscard]] Exact log(const Exact& x) const { return seen(reference::log(x, format_, next())); }
  [[nodiscard]] Exact tanh(const Exact& x) const { return seen(reference::tanh(x, format_, next())); }
  [[nodiscard]] Exact sigmoid(const Exact& x) const { return seen(reference::sigmoid(x, format_, next())); }
  [[nodiscard]] Exact convert(const Exact& x) const { return seen(reference::convert(x, format_, next())); }
  [[nodiscard]] Exact sum_exactly(std::span<const Exact> terms) const {
    return seen(reference::sum(terms, format_, next()));
  }
  [[nodiscard]] Exact fma(const Exact& x, const Exact& y, const Exact& z) const {
    return seen(reference::fused_multiply_add(x, y, z, format_, next()));
  }

 private:
  [[nodiscard]] Mode next() const { return roundings_.next(mode_); }
  Exact seen(Rounded rounded) const { return roundings_.seen(std::move(rounded)); }

  Format format_;
  Mode mode_;
  Roundings& roundings_;
};
static_assert(Arithmetic<Numbered>);

}  // namespace precipice::reference::detail
