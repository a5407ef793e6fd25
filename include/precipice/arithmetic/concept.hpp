#pragma once

#include <concepts>
#include <span>
#include <string_view>

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"

namespace precipice {

/// An engine: one format and one rounding, and operations whose result is the correctly rounded exact result, whatever
/// format the operands come from. Kernels name this concept, never an engine.
template <class A>
concept Arithmetic = requires(const A a, const typename A::Value x, double d, const Exact e) {
  { a.format() } -> std::convertible_to<Format>;
  { a.add(x, x) } -> std::same_as<typename A::Value>;
  { a.sub(x, x) } -> std::same_as<typename A::Value>;
  { a.mul(x, x) } -> std::same_as<typename A::Value>;
  { a.div(x, x) } -> std::same_as<typename A::Value>;
  { a.sqrt(x) } -> std::same_as<typename A::Value>;
  { a.fma(x, x, x) } -> std::same_as<typename A::Value>;  // x * y + z, rounded once
  { a.exp(x) } -> std::same_as<typename A::Value>;
  { a.log(x) } -> std::same_as<typename A::Value>;
  { a.tanh(x) } -> std::same_as<typename A::Value>;
  { a.sigmoid(x) } -> std::same_as<typename A::Value>;
  { a.convert(x) } -> std::same_as<typename A::Value>;  // any datum, rounded into the format
  { a.sum_exactly(std::span<const typename A::Value>{}) } -> std::same_as<typename A::Value>;  // rounded once
  { A::name() } -> std::same_as<std::string_view>;
};

}  // namespace precipice
