#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "support/direction.hpp"
#include "support/half_precision.hpp"
#include "support/sample.hpp"

/// Lines as testfloat_gen writes them, from the machine's own arithmetic and exception flags.
namespace precipice::tests {

using testing::Sample;

/// True where long double is the format of 80 bits of x87.
constexpr bool has_x87 = std::numeric_limits<long double>::digits == 64;

/// A code point of binary16, of which the machine only has conversions.
enum class Half : std::uint16_t {};

template <class Float>
struct Widths;
template <>
struct Widths<Half> {
  static constexpr int exponent = 5, trailing = 10;
};
template <>
struct Widths<float> {
  static constexpr int exponent = 8, trailing = 23;
};
template <>
struct Widths<double> {
  static constexpr int exponent = 11, trailing = 52;
};
template <>
struct Widths<long double> {
  static constexpr int exponent = 15, trailing = 63;
};

struct Parts {
  std::uint64_t sign, field, trailing;
};

template <class Float>
Float from_parts(const Parts& x) {
  constexpr int exponent = Widths<Float>::exponent, trailing = Widths<Float>::trailing;
  if constexpr (std::same_as<Float, long double>) {
    const std::uint64_t significand = x.trailing | (x.field == 0 ? 0 : std::uint64_t{1} << 63);
    const auto upper = static_cast<std::uint16_t>(x.sign << exponent | x.field);
    long double value = 0;
    std::memcpy(&value, &significand, sizeof significand);
    std::memcpy(reinterpret_cast<char*>(&value) + sizeof significand, &upper, sizeof upper);
    return value;
  } else {
    const std::uint64_t code = x.sign << (exponent + trailing) | x.field << trailing | x.trailing;
    if constexpr (std::same_as<Float, double>) return std::bit_cast<double>(code);
    if constexpr (std::same_as<Float, float>) return std::bit_cast<float>(static_cast<std::uint32_t>(code));
    if constexpr (std::same_as<Float, Half>) return static_cast<Half>(code);
  }
}

inline std::string hexadecimal(Half x) { return fmt::format("{:04X}", static_cast<unsigned>(x)); }
inline std::string hexadecimal(float x) { return fmt::format("{:08X}", std::bit_cast<std::uint32_t>(x)); }
inline std::string hexadecimal(double x) { return fmt::format("{:016X}", std::bit_cast<std::uint64_t>(x)); }
inline std::string hexadecimal(long double x) {
  std::uint64_t significand = 0;
  std::uint16_t upper = 0;
  std::memcpy(&significand, &x, sizeof significand);
  std::memcpy(&upper, reinterpret_cast<const char*>(&x) + sizeof significand, sizeof upper);
  return fmt::format("{:04X}{:016X}", upper, significand);
}
inline std::string hexadecimal(bool x) { return x ? "1" : "0"; }

/// Operands where something happens: exponents at the ends, around 1 and close to one another, significands of few ones
/// or few zeros; NaNs of both kinds.
template <class Float>
class HardOperands {
 public:
  explicit HardOperands(Sample& sample) : sample_(sample) {}

  Float next() { return from_parts<Float>({sample_.below(2), field(), trailing()}); }

 private:
  static constexpr std::int64_t last_field = (std::int64_t{1} << Widths<Float>::exponent) - 1;
  static constexpr int bits = Widths<Float>::trailing;

  std::uint64_t field() {
    const std::array<std::int64_t, 4> landmarks{0, last_field / 2, last_field, last_};
    const auto reach = sample_.coin() ? 2 : bits + 3;
    last_ = std::clamp<std::int64_t>(sample_.one_of(landmarks) + sample_.between(-reach, reach), 0, last_field);
    return static_cast<std::uint64_t>(last_);
  }

  std::uint64_t trailing() {
    const std::uint64_t all = (std::uint64_t{1} << bits) - 1;
    const std::uint64_t one = std::uint64_t{1} << sample_.below(bits);
    switch (sample_.below(6)) {
      case 0: return 0;
      case 1: return one;
      case 2: return all ^ one;
      case 3: return all ^ (one - 1);
      case 4: return one | 1;
      default: return sample_.bits() & all;
    }
  }

  Sample& sample_;
  std::int64_t last_ = 0;
};

inline unsigned flag_bits(const Flags& flags) {
  return (flags.inexact ? 1U : 0U) | (flags.underflow ? 2U : 0U) | (flags.overflow ? 4U : 0U) |
         (flags.divide_by_zero ? 8U : 0U) | (flags.invalid ? 16U : 0U);
}

/// Clause 7.2 leaves open whether infinity times zero plus a quiet NaN is invalid; machines differ.
template <class Float>
bool is_left_open(int operands, const std::array<Float, 3>& x) {
  if constexpr (std::floating_point<Float>) {
    return operands == 3 && std::isnan(x[2]) && std::isnan(x[0] * x[1]);
  } else {
    return false;
  }
}

/// `count` lines of an operation(x, y, z) in a direction of the machine, of which the first `operands` are given.
template <class Result, class Float, class Operation>
std::string machine_lines(int operands, int count, Sample& sample, int direction, const Operation& operation) {
  HardOperands<Float> hard(sample);
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::array<Float, 3> x{hard.next(), hard.next(), hard.next()};
    volatile Float a = x[0], b = x[1], c = x[2];
    const auto result = testing::on_machine<Result>(direction, [&] { return operation(a, b, c); });
    if (is_left_open(operands, x)) continue;
    for (int k = 0; k < operands; ++k) text += hexadecimal(x[k]) + " ";
    text += fmt::format("{} {:02X}\n", hexadecimal(result.value), flag_bits(result.flags));
  }
  return text;
}

/// What the program says of lines that are right.
inline std::string no_mismatch_in(const std::string& lines) {
  return fmt::format("{} tested, 0 mismatches\n", std::ranges::count(lines, '\n'));
}

}  // namespace precipice::tests
