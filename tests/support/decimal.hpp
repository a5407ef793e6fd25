#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/values.hpp"

namespace precipice::testing {

inline Integer power_of(unsigned base, std::int64_t exponent) {
  Integer result;
  mpz_ui_pow_ui(result.backend().data(), base, static_cast<unsigned long>(exponent));
  return result;
}

/// A decimal as people write it, taken apart: (-1)^negative * digits * 10^exponent, no zero at either end of the
/// digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Precondition: [-]digits[.digits][e[+-]digits].
inline Decimal parse_decimal(std::string_view text) {
  Decimal result;
  if (text.starts_with('-')) {
    result.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t mark = text.find('e');
  if (mark != std::string_view::npos) result.exponent = std::stoll(std::string(text.substr(mark + 1)));
  result.digits = text.substr(0, mark);
  if (const std::size_t point = result.digits.find('.'); point != std::string::npos) {
    result.exponent -= static_cast<std::int64_t>(result.digits.size() - point - 1);
    result.digits.erase(point, 1);
  }
  result.digits.erase(0, std::min(result.digits.find_first_not_of('0'), result.digits.size()));
  while (!result.digits.empty() && result.digits.back() == '0') {
    result.digits.pop_back();
    ++result.exponent;
  }
  if (result.digits.empty()) result.exponent = 0;
  return result;
}

inline Rational to_rational(const Decimal& x) {
  if (x.digits.empty()) return 0;
  const Rational digits = Rational(Integer(x.digits));
  const Rational power = power_of(10, x.exponent < 0 ? -x.exponent : x.exponent);
  const Rational magnitude = x.exponent < 0 ? Rational(digits / power) : Rational(digits * power);
  return x.negative ? Rational(-magnitude) : magnitude;
}

/// All digits of a dyadic number: significand * 2^-k is significand * 5^k * 10^-k.
inline std::string all_digits(const Exact& x) {
  const char* const sign = x.is_negative() ? "-" : "";
  if (x.is_zero()) return fmt::format("{}0", sign);
  if (x.exponent() >= 0)
    return fmt::format("{}{}", sign, Integer(x.significand() << static_cast<std::size_t>(x.exponent())).str());
  return fmt::format("{}{}e{}", sign, Integer(x.significand() * power_of(5, -x.exponent())).str(), x.exponent());
}

}  // namespace precipice::testing
