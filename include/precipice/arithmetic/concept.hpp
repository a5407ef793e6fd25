#pragma once

#include <compare>
#include <concepts>
#include <span>
#include <string_view>

#include "precipice/format/format.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// An engine: one format and one rounding, and operations whose result is the correctly rounded exact result, whatever
/// format the operands come from. Kernels name this concept, never an engine.
template <class A>
concept Arithmetic = requires(const A a, const typename A::Value x) {
  { a.format() } -> std::convertible_to<Format>;
  { a.add(x, x) } -> std::same_as<typename A::Value>;
  { a.sub(x, x) } -> std::same_as<typename A::Value>;
  { a.mul(x, x) } -> std::same_as<typename A::Value>;
  { a.div(x, x) } -> std::same_as<typename A::Value>;
  { a.sqrt(x) } -> std::same_as<typename A::Value>;
  { a.fma(x, x, x) } -> std::same_as<typename A::Value>;       // x * y + z, rounded once
  { a.scale(x, 1) } -> std::same_as<typename A::Value>;        // x * 2^n (IEEE 754-2019, scaleB)
  { a.max(x, x) } -> std::same_as<typename A::Value>;          // maximum of clause 9.6: NaN wins, -0 is below +0
  { a.compare(x, x) } -> std::same_as<std::partial_ordering>;  // of the operands as the format sees them
  { a.exp(x) } -> std::same_as<typename A::Value>;
  { a.log(x) } -> std::same_as<typename A::Value>;
  { a.tanh(x) } -> std::same_as<typename A::Value>;
  { a.sigmoid(x) } -> std::same_as<typename A::Value>;
  { a.convert(x) } -> std::same_as<typename A::Value>;  // any datum, rounded into the format
  { a.sum_exactly(std::span<const typename A::Value>{}) } -> std::same_as<typename A::Value>;  // rounded once
  { A::name() } -> std::same_as<std::string_view>;
};

}  // namespace precipice
#pragma GCC visibility pop
