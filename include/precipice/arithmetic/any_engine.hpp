#pragma once

#include <string_view>
#include <type_traits>
#include <variant>

#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/carried_stochastic.hpp"
#include "precipice/arithmetic/engine_kind.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"

namespace precipice {

/// Reference for values that are doubles, so of formats within binary64.
class ReferenceInBinary64 {
 public:
  using Value = double;

  /// Throws ConfigError where a number of the format is no double, and where Reference does.
  explicit ReferenceInBinary64(const Format& format, const Mode& mode = {}, Draws* draws = nullptr);

  static std::string_view name() { return Reference::name(); }
  [[nodiscard]] const Format& format() const { return a_.format(); }
  [[nodiscard]] Rounding rounding() const { return a_.rounding(); }
  [[nodiscard]] Mode next_mode() const { return a_.next_mode(); }
  [[nodiscard]] Mode last_mode() const { return a_.last_mode(); }

  [[nodiscard]] double add(double x, double y) const { return to_double(a_.add(of(x), of(y))); }
  [[nodiscard]] double sub(double x, double y) const { return to_double(a_.sub(of(x), of(y))); }
  [[nodiscard]] double mul(double x, double y) const { return to_double(a_.mul(of(x), of(y))); }
  [[nodiscard]] double div(double x, double y) const { return to_double(a_.div(of(x), of(y))); }
  [[nodiscard]] double sqrt(double x) const { return to_double(a_.sqrt(of(x))); }
  [[nodiscard]] double fma(double x, double y, double z) const { return to_double(a_.fma(of(x), of(y), of(z))); }
  [[nodiscard]] double scale(double x, int exponent) const { return to_double(a_.scale(of(x), exponent)); }
  [[nodiscard]] double max(double x, double y) const { return to_double(a_.max(of(x), of(y))); }
  [[nodiscard]] std::partial_ordering compare(double x, double y) const { return a_.compare(of(x), of(y)); }
  [[nodiscard]] double exp(double x) const { return to_double(a_.exp(of(x))); }
  [[nodiscard]] double log(double x) const { return to_double(a_.log(of(x))); }
  [[nodiscard]] double tanh(double x) const { return to_double(a_.tanh(of(x))); }
  [[nodiscard]] double sigmoid(double x) const { return to_double(a_.sigmoid(of(x))); }
  [[nodiscard]] double convert(double x) const { return to_double(a_.convert(of(x))); }
  [[nodiscard]] double sum_exactly(std::span<const double> terms) const;

 private:
  static Exact of(double x) { return Exact::from(x); }

  Reference a_;
};
static_assert(Arithmetic<ReferenceInBinary64>);

/// An engine chosen at run time, of those whose values are doubles. Number by number it decides at each operation;
/// array by array at each array.
class AnyEngine {
 public:
  using Value = double;
  using Engine =
      std::variant<Native<double>, Carried<double>, CarriedStochastic, ReferenceInBinary64>;  // as in EngineKind

  AnyEngine(const Engine& engine)  // NOLINT(google-explicit-constructor): it is one of them
      : engine_(engine) {}
  /// The engine of a kind; `mode` and `draws` as Reference takes them. Throws ConfigError with the reason if that is
  /// not exact for the format.
  AnyEngine(EngineKind kind, const Format& format, const Mode& mode, Draws* draws = nullptr);

  /// visitor(the engine itself).
  template <class Visitor>
  decltype(auto) visit(const Visitor& visitor) const {
    return std::visit(visitor, engine_);
  }

  /// Nothing if it is another one.
  template <class A>
  [[nodiscard]] const A* get_if() const {
    return std::get_if<A>(&engine_);
  }

  static std::string_view name() { return "any"; }
  [[nodiscard]] EngineKind kind() const { return static_cast<EngineKind>(engine_.index()); }
  [[nodiscard]] const Format& format() const {
    return visit([](const auto& a) -> const Format& { return a.format(); });
  }
  [[nodiscard]] Rounding rounding() const {
    return visit([](const auto& a) { return a.rounding(); });
  }
  [[nodiscard]] Mode next_mode() const {
    return visit([](const auto& a) { return a.next_mode(); });
  }
  [[nodiscard]] Mode last_mode() const {
    return visit([](const auto& a) { return a.last_mode(); });
  }

  [[nodiscard]] double add(double x, double y) const {
    return visit([=](const auto& a) { return a.add(x, y); });
  }
  [[nodiscard]] double sub(double x, double y) const {
    return visit([=](const auto& a) { return a.sub(x, y); });
  }
  [[nodiscard]] double mul(double x, double y) const {
    return visit([=](const auto& a) { return a.mul(x, y); });
  }
  [[nodiscard]] double div(double x, double y) const {
    return visit([=](const auto& a) { return a.div(x, y); });
  }
  [[nodiscard]] double sqrt(double x) const {
    return visit([=](const auto& a) { return a.sqrt(x); });
  }
  [[nodiscard]] double fma(double x, double y, double z) const {
    return visit([=](const auto& a) { return a.fma(x, y, z); });
  }
  [[nodiscard]] double scale(double x, int exponent) const {
    return visit([=](const auto& a) { return a.scale(x, exponent); });
  }
  [[nodiscard]] double max(double x, double y) const {
    return visit([=](const auto& a) { return a.max(x, y); });
  }
  [[nodiscard]] std::partial_ordering compare(double x, double y) const {
    return visit([=](const auto& a) { return a.compare(x, y); });
  }
  [[nodiscard]] double exp(double x) const {
    return visit([=](const auto& a) { return a.exp(x); });
  }
  [[nodiscard]] double log(double x) const {
    return visit([=](const auto& a) { return a.log(x); });
  }
  [[nodiscard]] double tanh(double x) const {
    return visit([=](const auto& a) { return a.tanh(x); });
  }
  [[nodiscard]] double sigmoid(double x) const {
    return visit([=](const auto& a) { return a.sigmoid(x); });
  }
  [[nodiscard]] double convert(double x) const {
    return visit([=](const auto& a) { return a.convert(x); });
  }
  [[nodiscard]] double sum_exactly(std::span<const double> terms) const {
    return visit([=](const auto& a) { return a.sum_exactly(terms); });
  }

 private:
  Engine engine_;
};
static_assert(Arithmetic<AnyEngine>);

/// The fastest engine that is exact for a format within binary64 and a mode, whatever its draw.
EngineKind fastest_engine(const Format& format, const Mode& mode);
/// native, carried-binary64, ...
std::string_view name_of(EngineKind kind);

/// The engine chosen at run time whose values are V.
template <class V>
using EngineOf = std::conditional_t<std::is_same_v<V, double>, AnyEngine, Reference>;

/// Whether two engines give the same results. Of two that round stochastically each has random numbers of its own.
template <Arithmetic A, Arithmetic B>
bool are_alike(const A& a, const B& b) {
  return a.format() == b.format() && a.rounding() == b.rounding() && a.rounding() != Rounding::stochastic;
}
/// Whether each may compute what the other is there for: nobody could tell.
template <Arithmetic A>
bool are_interchangeable(const A& a, const A& b) {
  return are_alike(a, b);
}

void each(const AnyEngine& a, Elementwise operation, const detail::ArrayOperands<double>& in, std::span<double> out);
void scale(const AnyEngine& a, std::span<const double> x, int exponent, std::span<double> out);
void add_to_rows(const AnyEngine& a, std::span<const double> addends, MatrixView<double> rows);
void add_up_rows(const AnyEngine& a, MatrixView<const double> rows, std::span<double> sums);
void multiply(const AnyEngine& products, const AnyEngine& sums, MatrixView<const double> left,
              MatrixView<const double> right, MatrixView<double> out);
void multiply_fused(const AnyEngine& sums, MatrixView<const double> left, MatrixView<const double> right,
                    MatrixView<double> out);

}  // namespace precipice
