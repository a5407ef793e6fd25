#pragma once

#include <fmt/core.h>

#include <span>
#include <string>
#include <vector>

#include "precipice/arithmetic/arrays.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/mismatches.hpp"
#include "support/operands.hpp"
#include "support/same.hpp"

namespace precipice::testing {

inline constexpr Elementwise all_operations[] = {Elementwise::convert, Elementwise::sqrt, Elementwise::exp,
                                                 Elementwise::log,     Elementwise::tanh, Elementwise::sigmoid,
                                                 Elementwise::add,     Elementwise::sub,  Elementwise::mul,
                                                 Elementwise::div,     Elementwise::max,  Elementwise::fma};

constexpr const char* name_of(Elementwise operation) {
  constexpr const char* names[] = {"convert", "sqrt", "exp", "log", "tanh", "sigmoid",
                                   "add",     "sub",  "mul", "div", "max",  "fma"};
  return names[static_cast<std::size_t>(operation)];
}

constexpr bool is_function(Elementwise operation) {
  return operation >= Elementwise::exp && operation <= Elementwise::sigmoid;
}

template <class A>
std::string text_of(const A& engine) {
  return fmt::format("{} {} {}", A::name(), to_text(engine.format()), to_text(engine.rounding()));
}

/// Elements that are numbers, bit for bit; `what()` says what was computed.
template <class V, class What>
void expect_same(std::span<const V> got, std::span<const V> wanted, const What& what, Mismatches& mismatches) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    mismatches.expect(same_bits(got[i], wanted[i]), [&] {
      return fmt::format("{}: element {} of {} is {:a}, expected {:a}", what(), i, wanted.size(),
                         static_cast<double>(got[i]), static_cast<double>(wanted[i]));
    });
  }
}

/// What sum_columns means: one sum at a time.
template <class A, class V = typename A::Value>
std::vector<V> sums_one_by_one(const A& engine, MatrixView<const V> terms, const SumOrder& order,
                               std::span<const std::uint32_t> marked) {
  std::vector<V> result, column(terms.rows);
  for (std::size_t j = 0; j < terms.cols; ++j) {
    for (std::size_t i = 0; i < terms.rows; ++i) column[i] = terms(i, j);
    result.push_back(sum<A>(engine, column, order, marked[marked.size() == 1 ? 0 : j]));
  }
  return result;
}

/// Three arrays of hard operands, or of members of the format with few others.
template <class V>
struct Arrays {
  std::vector<V> x, y, z;

  Arrays(Operands& operands, std::size_t count, bool only_members) {
    Values<V> value(operands);
    for (std::size_t i = 0; i < count; ++i) {
      const auto [a, b, c] = operands.triple();
      const bool is_member = only_members || operands.sample().below(4) == 0;
      x.push_back(is_member ? static_cast<V>(operands.member()) : value(a));
      y.push_back(is_member ? static_cast<V>(operands.member()) : value(b));
      z.push_back(is_member ? static_cast<V>(operands.member()) : value(c));
    }
  }
};

/// Numbers of every kind: what a format holds, what cancels, zeros, subnormals, infinities, NaN, and anything.
template <class V>
class Mixture {
 public:
  enum class Kind : std::uint8_t { members, cancelling, tiny, special, any };

  explicit Mixture(Operands& operands) : operands_(operands), value_(operands) {}

  Kind kind() {
    constexpr Kind kinds[] = {Kind::members, Kind::cancelling, Kind::tiny, Kind::special, Kind::any};
    return operands_.sample().one_of(kinds);
  }
  V operator()(Kind kind) {
    Sample& sample = operands_.sample();
    switch (kind) {
      case Kind::members: break;
      case Kind::cancelling: last_ = sample.coin() ? -last_ : static_cast<V>(operands_.member()); return last_;
      case Kind::tiny:
        return static_cast<V>(std::ldexp(static_cast<double>(sample.between(-40, 40)),
                                         static_cast<int>(smallest_exponent(operands_.format()))));
      case Kind::special: return sample.below(8) == 0 ? special() : static_cast<V>(operands_.member());
      case Kind::any: return value_(operands_.any());
    }
    return static_cast<V>(operands_.member());
  }

 private:
  V special() {
    constexpr V infinity = std::numeric_limits<V>::infinity(), nan = std::numeric_limits<V>::quiet_NaN();
    constexpr V specials[] = {V{0}, -V{0}, V{0}, -V{0}, infinity, -infinity, nan};
    return operands_.sample().one_of(specials);
  }

  Operands& operands_;
  Values<V> value_;
  V last_{};
};

}  // namespace precipice::testing
