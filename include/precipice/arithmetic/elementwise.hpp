#pragma once

#include <cstddef>
#include <cstdint>

#pragma GCC visibility push(default)
namespace precipice {

/// What is done with each element of arrays, each result rounded once.
enum class Elementwise : std::uint8_t { convert, sqrt, exp, log, tanh, sigmoid, add, sub, mul, div, max, fma };

constexpr std::size_t operands_of(Elementwise operation) {
  return operation < Elementwise::add ? 1 : operation < Elementwise::fma ? 2 : 3;
}

}  // namespace precipice
#pragma GCC visibility pop
