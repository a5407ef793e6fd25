#pragma once

#include <compare>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/observed.hpp"

namespace precipice {

/// The engine A, observed or not, as is decided at run time. Array by array it works as A does where it is not
/// observed, number by number where it is. The bits are those of A.
template <Observable A>
class Watched {
 public:
  using Value = typename A::Value;

  explicit Watched(A engine) : engine_(std::move(engine)) {}
  /// Observed; `counts` outlives the engine.
  Watched(A engine, Observations& counts) : engine_(Observed<A>(std::move(engine), counts)) {}

  /// visitor(A), or visitor(Observed<A>).
  template <class Visitor>
  decltype(auto) visit(const Visitor& visitor) const {
    return std::visit(visitor, engine_);
  }
  [[nodiscard]] bool is_observed() const { return std::holds_alternative<Observed<A>>(engine_); }
  /// Nothing if it is not observed.
  [[nodiscard]] const Observed<A>* observed() const { return std::get_if<Observed<A>>(&engine_); }

  static std::string_view name() { return A::name(); }
  [[nodiscard]] const Format& format() const {
    return visit([](const auto& a) -> const Format& { return a.format(); });
  }
  [[nodiscard]] Rounding rounding() const {
    return visit([](const auto& a) { return a.rounding(); });
  }
  [[nodiscard]] Mode next_mode() const {
    return visit([](const auto& a) { return a.next_mode(); });
  }

  [[nodiscard]] Value add(const Value& x, const Value& y) const {
    return visit([&](const auto& a) { return a.add(x, y); });
  }
  [[nodiscard]] Value sub(const Value& x, const Value& y) const {
    return visit([&](const auto& a) { return a.sub(x, y); });
  }
  [[nodiscard]] Value mul(const Value& x, const Value& y) const {
    return visit([&](const auto& a) { return a.mul(x, y); });
  }
  [[nodiscard]] Value div(const Value& x, const Value& y) const {
    return visit([&](const auto& a) { return a.div(x, y); });
  }
  [[nodiscard]] Value sqrt(const Value& x) const {
    return visit([&](const auto& a) { return a.sqrt(x); });
  }
  [[nodiscard]] Value fma(const Value& x, const Value& y, const Value& z) const {
    return visit([&](const auto& a) { return a.fma(x, y, z); });
  }
  [[nodiscard]] Value scale(const Value& x, int exponent) const {
    return visit([&](const auto& a) { return a.scale(x, exponent); });
  }
  [[nodiscard]] Value max(const Value& x, const Value& y) const {
    return visit([&](const auto& a) { return a.max(x, y); });
  }
  [[nodiscard]] std::partial_ordering compare(const Value& x, const Value& y) const {
    return visit([&](const auto& a) { return a.compare(x, y); });
  }
  [[nodiscard]] Value exp(const Value& x) const {
    return visit([&](const auto& a) { return a.exp(x); });
  }
  [[nodiscard]] Value log(const Value& x) const {
    return visit([&](const auto& a) { return a.log(x); });
  }
  [[nodiscard]] Value tanh(const Value& x) const {
    return visit([&](const auto& a) { return a.tanh(x); });
  }
  [[nodiscard]] Value sigmoid(const Value& x) const {
    return visit([&](const auto& a) { return a.sigmoid(x); });
  }
  [[nodiscard]] Value convert(const Value& x) const {
    return visit([&](const auto& a) { return a.convert(x); });
  }
  [[nodiscard]] Value sum_exactly(std::span<const Value> terms) const {
    return visit([&](const auto& a) { return a.sum_exactly(terms); });
  }

 private:
  std::variant<A, Observed<A>> engine_;
};
static_assert(Arithmetic<Watched<AnyEngine>> && Arithmetic<Watched<Reference>>);

/// What is observed counts for itself.
template <class A>
bool are_interchangeable(const Watched<A>& a, const Watched<A>& b) {
  return are_alike(a, b) && !a.is_observed() && !b.is_observed();
}

template <class A>
void each(const Watched<A>& a, Elementwise operation, const detail::ArrayOperands<typename A::Value>& in,
          std::span<typename A::Value> out) {
  a.visit([&](const auto& engine) { each(engine, operation, in, out); });
}

template <class A>
void add_to_rows(const Watched<A>& a, std::span<const typename A::Value> addends, MatrixView<typename A::Value> rows) {
  a.visit([&](const auto& engine) { add_to_rows(engine, addends, rows); });
}

template <class A>
void add_up_rows(const Watched<A>& a, MatrixView<const typename A::Value> rows, std::span<typename A::Value> sums) {
  a.visit([&](const auto& engine) { add_up_rows(engine, rows, sums); });
}

template <class A>
void multiply(const Watched<A>& products, const Watched<A>& sums, MatrixView<const typename A::Value> left,
              MatrixView<const typename A::Value> right, MatrixView<typename A::Value> out) {
  products.visit([&](const auto& p) { sums.visit([&](const auto& s) { multiply(p, s, left, right, out); }); });
}

}  // namespace precipice
