#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/double_double.hpp"
#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/observations.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

namespace detail {

inline constexpr std::uint64_t fraction_bits = (std::uint64_t{1} << 52U) - 1, largest_field = 2047;
/// The biased exponent of a double.
constexpr std::uint64_t field_of(double x) { return std::bit_cast<std::uint64_t>(x) >> 52U & largest_field; }

constexpr Exact::Kind kind_of(double x) {
  if (x == 0) return Exact::Kind::zero;
  if (field_of(x) < largest_field) return Exact::Kind::finite;
  return x != x ? Exact::Kind::nan : Exact::Kind::infinity;
}
inline Exact::Kind kind_of(const Exact& x) { return x.kind(); }
inline double negated(double x) { return -x; }
inline Exact negated(const Exact& x) { return x.negated(); }
inline double magnitude(double x) { return std::fabs(x); }
inline Exact magnitude(const Exact& x) { return x.magnitude(); }
inline bool is_equal(double x, double y) { return x == y; }
inline bool is_equal(const Exact& x, const Exact& y) { return compare(x, y) == 0; }

/// Exponents of the leading and of the last non-zero bit.
struct BitSpan {
  std::int64_t top, last;
};

// Of numbers other than zero; of exact sums other than zero.

constexpr BitSpan bit_span(double x) {
  const std::uint64_t field = field_of(x), fraction = std::bit_cast<std::uint64_t>(x) & fraction_bits;
  const std::uint64_t significand = field == 0 ? fraction : fraction + fraction_bits + 1;
  const std::int64_t exponent = static_cast<std::int64_t>(field == 0 ? 1 : field) - 1075;
  return {exponent + static_cast<std::int64_t>(std::bit_width(significand)) - 1,
          exponent + std::countr_zero(significand)};
}
inline BitSpan bit_span(const Exact& x) { return {x.top_exponent(), x.exponent()}; }

constexpr std::int64_t top_of(double x) {
  const std::uint64_t field = field_of(x);
  return field == 0 ? bit_span(x).top : static_cast<std::int64_t>(field) - 1023;
}
inline std::int64_t top_of(const Exact& x) { return x.top_exponent(); }

/// Whether nothing of x + y was lost; false if that is not known.
constexpr bool is_sum(double x, double y, double result) { return result == x + y && two_sum(x, y).lo == 0; }
inline bool is_sum(const Exact&, const Exact&, const Exact&) { return false; }

BitSpan bit_span_of_sum(const Exact& x, const Exact& y);
inline BitSpan bit_span_of_sum(double x, double y) {
  constexpr double huge = 0x1p1020;
  if (std::fabs(x) >= huge || std::fabs(y) >= huge) return bit_span_of_sum(Exact::from(x), Exact::from(y));
  const auto [sum, error] = two_sum(x, y);
  const BitSpan span = bit_span(sum);
  if (error == 0) return span;
  const bool borrows = (sum > 0) != (error > 0) && span.top == span.last;
  return {span.top - (borrows ? 1 : 0), bit_span(error).last};
}

/// How many bits of a summand stand below the last place of the sum; none if nothing of the sum does.
inline std::uint64_t bits_below(const Format& format, const BitSpan& sum, const BitSpan& summand) {
  const std::int64_t quantum = quantum_exponent(format, sum.top);
  if (sum.last >= quantum) return 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, std::min(quantum, summand.top + 1) - summand.last));
}

/// Whether finite terms add up to anything but zero.
bool is_nonzero_sum(std::span<const double> terms);
bool is_nonzero_sum(std::span<const Exact> terms);

/// What an operation was given.
enum class Operands : std::uint8_t { finite, infinite, nan };

template <class V>
Operands operands_of(std::span<const V> all) {
  Operands result = Operands::finite;
  for (const V& x : all) {
    const Exact::Kind kind = kind_of(x);
    if (kind == Exact::Kind::nan) return Operands::nan;
    if (kind == Exact::Kind::infinity) result = Operands::infinite;
  }
  return result;
}

}  // namespace detail

/// An engine that tells how its last operation rounded.
template <class A>
concept Observable = Arithmetic<A> && requires(const A a) {
  { a.rounding() } -> std::same_as<Rounding>;
  { a.last_mode() } -> std::same_as<Mode>;
};

/// The engine A, bit for bit, that counts what happens. The caller owns the counts, which outlive the engine; threads
/// have counts of their own, added up in the end.
template <Observable A>
class Observed {
 public:
  using Value = typename A::Value;

  Observed(A engine, Observations& counts) : a_(std::move(engine)), counts_(&counts) {}

  [[nodiscard]] const A& engine() const { return a_; }
  [[nodiscard]] Observations& counts() const { return *counts_; }

  static std::string_view name() { return A::name(); }
  [[nodiscard]] decltype(auto) format() const { return a_.format(); }
  [[nodiscard]] Rounding rounding() const { return a_.rounding(); }
  [[nodiscard]] Mode next_mode() const { return a_.next_mode(); }
  [[nodiscard]] Mode last_mode() const { return a_.last_mode(); }

  [[nodiscard]] Value add(const Value& x, const Value& y) const { return added(x, y, a_.add(x, y)); }
  [[nodiscard]] Value sub(const Value& x, const Value& y) const { return added(x, detail::negated(y), a_.sub(x, y)); }
  [[nodiscard]] Value mul(const Value& x, const Value& y) const {
    const bool is_nonzero = !is_zero(x) && !is_zero(y);
    return counted(is_nonzero, a_.mul(x, y), reference::multiply, x, y);
  }
  [[nodiscard]] Value div(const Value& x, const Value& y) const {
    const bool is_nonzero = !is_zero(x) && !is_zero(y);  // a zero divisor makes no finite number
    return counted(is_nonzero, a_.div(x, y), reference::divide, x, y);
  }
  [[nodiscard]] Value sqrt(const Value& x) const { return counted(!is_zero(x), a_.sqrt(x), reference::square_root, x); }
  /// Counts no addition: of the sum there is only the rounded one.
  [[nodiscard]] Value fma(const Value& x, const Value& y, const Value& z) const {
    Value result = a_.fma(x, y, z);
    const auto is_inexact = [&] {
      return reference::fused_multiply_add(as_exact(x), as_exact(y), as_exact(z), format(), a_.last_mode())
          .flags.inexact;
    };
    const bool is_nonzero = is_zero(result) && is_inexact();
    return counted(is_nonzero, std::move(result), reference::fused_multiply_add, x, y, z);
  }
  [[nodiscard]] Value scale(const Value& x, int exponent) const {
    const auto means = [=](const Exact& v, const Format& f, const Mode& mode) {
      return reference::scale_b(v, exponent, f, mode);
    };
    return counted(!is_zero(x), a_.scale(x, exponent), means, x);
  }
  [[nodiscard]] Value max(const Value& x, const Value& y) const {
    return counted(!is_zero(is_less(x, y) ? y : x), a_.max(x, y), reference::maximum, x, y);
  }
  /// Rounds nothing and counts nothing.
  [[nodiscard]] std::partial_ordering compare(const Value& x, const Value& y) const { return a_.compare(x, y); }
  [[nodiscard]] Value tanh(const Value& x) const { return counted(!is_zero(x), a_.tanh(x), reference::tanh, x); }
  [[nodiscard]] Value sigmoid(const Value& x) const { return counted(true, a_.sigmoid(x), reference::sigmoid, x); }
  [[nodiscard]] Value exp(const Value& x) const { return counted(true, a_.exp(x), reference::exp, x); }
  [[nodiscard]] Value log(const Value& x) const {
    const bool is_nonzero = !is_zero(x) && !detail::is_equal(x, exactly<Value>(1));
    return counted(is_nonzero, a_.log(x), reference::log, x);
  }
  [[nodiscard]] Value convert(const Value& x) const {
    return counted(!is_zero(x), a_.convert(x), reference::convert, x);
  }
  [[nodiscard]] Value sum_exactly(std::span<const Value> terms) const {
    Value result = a_.sum_exactly(terms);
    const auto flags = [&] {
      std::vector<Exact> exact;
      for (const Value& term : terms) exact.push_back(as_exact(term));
      return reference::sum(exact, format(), a_.last_mode()).flags;
    };
    const auto operands = [&] { return detail::operands_of(terms); };
    const bool may_underflow = is_zero(result) && operands() == detail::Operands::finite;
    count(operands, may_underflow && detail::is_nonzero_sum(terms), result, flags);
    return result;
  }

 private:
  /// `is_nonzero`: whether the exact result is, if it is finite; `operation`: what means the same.
  template <class Operation, class... V>
  Value counted(bool is_nonzero, Value result, Operation operation, const V&... operands) const {
    const Value all[] = {operands...};
    const auto flags = [&] { return operation(as_exact(operands)..., format(), a_.last_mode()).flags; };
    count([&] { return detail::operands_of(std::span<const Value>(all)); }, is_nonzero, result, flags);
    return result;
  }

  /// Everything but absorption. True if the result overflowed. Operands and flags are asked for where they matter.
  template <class OperandsOf, class FlagsOf>
  bool count(const OperandsOf& operands_of, bool is_nonzero, const Value& result, const FlagsOf& flags) const;

  [[nodiscard]] Value added(const Value& x, const Value& y, Value result) const;

  A a_;
  Observations* counts_;
};

template <Observable A>
template <class OperandsOf, class FlagsOf>
bool Observed<A>::count(const OperandsOf& operands_of, bool is_nonzero, const Value& result,
                        const FlagsOf& flags) const {
  ++counts_->operations;
  const Exact::Kind kind = detail::kind_of(result);
  const std::int64_t top = kind == Exact::Kind::finite ? detail::top_of(result) : format().emax;
  if (top < format().emin) ++counts_->subnormal_results;
  if (top < format().emax) return false;  // an overflow ends at the largest number, an infinity or NaN
  const detail::Operands operands = operands_of();
  if (kind == Exact::Kind::nan && operands != detail::Operands::nan) ++counts_->nans_made;
  if (operands != detail::Operands::finite) return false;
  if (kind == Exact::Kind::zero) {
    if (is_nonzero) ++counts_->underflows_to_zero;
    return false;
  }
  const Flags signalled = flags();
  const bool overflowed = signalled.overflow && !signalled.divide_by_zero;
  if (overflowed) ++counts_->overflows;
  return overflowed;
}

template <Observable A>
typename A::Value Observed<A>::added(const Value& x, const Value& y, Value result) const {
  const Value both[] = {x, y};
  const auto operands = [&] { return detail::operands_of(std::span<const Value>(both)); };
  const auto flags = [&] { return reference::add(as_exact(x), as_exact(y), format(), a_.last_mode()).flags; };
  const bool is_cancelled = detail::is_equal(x, detail::negated(y));
  const bool overflowed = count(operands, !is_cancelled, result, flags);
  const auto is_number = [](const Value& v) { return detail::kind_of(v) == Exact::Kind::finite; };
  if (!is_number(x) || !is_number(y)) return result;
  ++counts_->additions;
  if (overflowed || !is_number(result) || detail::is_sum(x, y, result)) return result;
  const auto smaller = detail::bit_span(is_less(detail::magnitude(x), detail::magnitude(y)) ? x : y);
  if (detail::is_equal(result, x) || detail::is_equal(result, y)) {
    ++counts_->absorbed;
    counts_->bits_lost += static_cast<std::uint64_t>(smaller.top - smaller.last + 1);
    return result;
  }
  const std::uint64_t lost = detail::bits_below(format(), detail::bit_span_of_sum(x, y), smaller);
  if (lost > 0) ++counts_->partially_absorbed;
  counts_->bits_lost += lost;
  return result;
}

}  // namespace precipice
