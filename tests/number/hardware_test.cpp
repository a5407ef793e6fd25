// The machine's own binary32 and binary64 know what their code points mean.
#include <doctest/doctest.h>

#include <bit>
#include <cfenv>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

#include "precipice/number/code_point.hpp"
#include "support/mismatches.hpp"
#include "support/report_number.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {
constexpr int random_codes = 200'000;
constexpr std::uint64_t seed = 20260101;

/// Whether the machine's arithmetic finds the operand invalid, as it does signalling NaNs.
template <class Float>
bool is_invalid_operand(Float x) {
  volatile Float operand = x, one = 1;
  std::feclearexcept(FE_ALL_EXCEPT);
  volatile Float product = operand * one;
  static_cast<void>(product);
  return std::fetestexcept(FE_INVALID) != 0;
}

}  // namespace

TEST_CASE("binary64 decodes and encodes as the machine does") {
  testing::Sample sample(seed);
  Mismatches mismatches;
  for (int i = 0; i < random_codes; ++i) {
    // Every fourth one is subnormal, zero, infinite or NaN.
    std::uint64_t code = sample.bits();
    if (i % 4 == 0) code = (code & 0x800f'ffff'ffff'ffff) | (sample.coin() ? 0x7ff0'0000'0000'0000 : 0);
    if (i % 64 == 0) code &= 0xfff0'0000'0000'0000;
    const auto expected = std::bit_cast<double>(code);
    const Exact x = decode(binary64, code);
    const auto line = [&] { return testing::code_line("decode", binary64, code, x); };
    if (std::isnan(expected)) {
      mismatches.expect(x.is_nan() && Exact::from(expected).is_nan() && std::isnan(to_double(x)), line);
      mismatches.expect(encode(binary64, x) == code && x.is_signalling() == is_invalid_operand(expected), line);
      continue;
    }
    mismatches.expect(x == Exact::from(expected), line);
    mismatches.expect(std::bit_cast<std::uint64_t>(to_double(x)) == code && encode(binary64, x) == code, line);
  }
}

TEST_CASE("binary32 decodes and encodes as the machine does") {
  testing::Sample sample(seed + 1);
  Mismatches mismatches;
  for (int i = 0; i < random_codes; ++i) {
    auto code = static_cast<std::uint32_t>(sample.bits());
    if (i % 4 == 0) code = (code & 0x807f'ffff) | (sample.coin() ? 0x7f80'0000 : 0);
    const auto expected = std::bit_cast<float>(code);
    const Exact x = decode(binary32, code);
    const auto line = [&] { return testing::code_line("decode", binary32, code, x); };
    if (std::isnan(expected)) {
      mismatches.expect(x.is_nan() && encode(binary32, x) == code, line);
      mismatches.expect(x.is_signalling() == is_invalid_operand(expected), line);
      continue;
    }
    const bool encoded = encode(binary32, x) == code;
    mismatches.expect(encoded && std::bit_cast<std::uint32_t>(static_cast<float>(to_double(x))) == code, line);
    mismatches.expect(x == Exact::from(static_cast<double>(expected)), line);
  }
}

TEST_CASE("neighbours and order are the machine's") {
  testing::Sample sample(seed + 2);
  Mismatches mismatches;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (int i = 0; i < random_codes; ++i) {
    const double x = sample.any_double(), y = i % 3 == 0 ? std::nextafter(x, infinity) : sample.any_double();
    if (std::isnan(x) || std::isnan(y)) continue;
    const Exact a = Exact::from(x), b = Exact::from(y);
    const auto line = [&] { return testing::value_line("neighbours of", binary64, a); };
    if (x != 0) {
      mismatches.expect(next_up(binary64, a) == Exact::from(std::nextafter(x, infinity)), line);
      mismatches.expect(next_down(binary64, a) == Exact::from(std::nextafter(x, -infinity)), line);
    }
    mismatches.expect(compare(a, b) == (x <=> y), line);
  }
}
