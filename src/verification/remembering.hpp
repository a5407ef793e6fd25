#pragma once

#include <optional>
#include <span>
#include <tuple>

#include "precipice/arithmetic/concept.hpp"

namespace precipice::verification {

/// An engine that gives the same result again where an operation's operands are those of the last one of its kind: a
/// softmax whose wrong classes are all equal then costs a few functions, not hundreds. For deterministic engines, which
/// it does not change in a bit. Not for several threads.
template <Arithmetic A>
class Remembering {
 public:
  using Value = typename A::Value;

  explicit Remembering(A engine) : a_(std::move(engine)) {}

  static std::string_view name() { return A::name(); }
  [[nodiscard]] const Format& format() const { return a_.format(); }
  [[nodiscard]] Rounding rounding() const { return a_.rounding(); }

  [[nodiscard]] Value add(const Value& x, const Value& y) const { return a_.add(x, y); }
  [[nodiscard]] Value sub(const Value& x, const Value& y) const {
    return sub_.of(std::tuple(x, y), [&] { return a_.sub(x, y); });
  }
  [[nodiscard]] Value mul(const Value& x, const Value& y) const {
    return mul_.of(std::tuple(x, y), [&] { return a_.mul(x, y); });
  }
  [[nodiscard]] Value div(const Value& x, const Value& y) const {
    return div_.of(std::tuple(x, y), [&] { return a_.div(x, y); });
  }
  [[nodiscard]] Value exp(const Value& x) const {
    return exp_.of(std::tuple(x), [&] { return a_.exp(x); });
  }
  [[nodiscard]] Value log(const Value& x) const {
    return log_.of(std::tuple(x), [&] { return a_.log(x); });
  }
  [[nodiscard]] Value sqrt(const Value& x) const { return a_.sqrt(x); }
  [[nodiscard]] Value fma(const Value& x, const Value& y, const Value& z) const { return a_.fma(x, y, z); }
  [[nodiscard]] Value scale(const Value& x, int exponent) const { return a_.scale(x, exponent); }
  [[nodiscard]] Value max(const Value& x, const Value& y) const { return a_.max(x, y); }
  [[nodiscard]] std::partial_ordering compare(const Value& x, const Value& y) const { return a_.compare(x, y); }
  [[nodiscard]] Value tanh(const Value& x) const { return a_.tanh(x); }
  [[nodiscard]] Value sigmoid(const Value& x) const { return a_.sigmoid(x); }
  [[nodiscard]] Value convert(const Value& x) const { return a_.convert(x); }
  [[nodiscard]] Value sum_exactly(std::span<const Value> terms) const { return a_.sum_exactly(terms); }

 private:
  template <class Operands>
  struct Last {
    std::optional<Operands> operands;
    Value result;

    template <class Compute>
    const Value& of(Operands now, const Compute& compute) {
      if (operands != now) {
        result = compute();
        operands = std::move(now);
      }
      return result;
    }
  };

  A a_;
  mutable Last<std::tuple<Value>> exp_, log_;
  mutable Last<std::tuple<Value, Value>> sub_, mul_, div_;
};

}  // namespace precipice::verification
