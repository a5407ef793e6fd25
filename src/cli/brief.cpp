#include "precipice/cli/brief.hpp"

#include <fmt/core.h>

#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice::cli {
namespace {

constexpr double ln10 = 2.302585092994046;

/// Exponents up to 2^31 times log10(2) to 2^-65.
constexpr unsigned fixed_point = 96;
const Integer& log10_of_2() {
  static const Integer value("0x4d104d427de7fbcc47c4acd6");  // floor(2^96 log10(2))
  return value;
}

/// x > 0 as mantissa * 10^exponent through logarithms, 1 <= mantissa < 20.
struct Decimal {
  double mantissa;
  std::int64_t exponent;
};

Decimal decimal_of(const Exact& x) {
  const std::int64_t top = x.top_exponent();
  const double leading = nearest_double(Exact::finite(Sign::positive, x.significand(), x.exponent() - top));  // 1..2
  const Integer scaled = log10_of_2() * top;
  Integer whole, rest;
  mpz_fdiv_q_2exp(whole.backend().data(), scaled.backend().data(), fixed_point);
  mpz_fdiv_r_2exp(rest.backend().data(), scaled.backend().data(), fixed_point);
  const double fraction = nearest_double(Exact::finite(Sign::positive, rest, -std::int64_t{fixed_point}));
  return {Native<double>::exp(fraction * ln10) * leading, static_cast<std::int64_t>(whole)};
}

}  // namespace

std::string brief_decimal(const Exact& value) {
  const Exact rounded = round(value, binary64, Rounding::nearest_even).value;
  if (value.kind() != Exact::Kind::finite) return fmt::format("{}", to_double(rounded));
  const bool in_range = rounded.is_finite() && value.top_exponent() >= binary64.emin;
  if (in_range || rounded == value) return fmt::format("{:.5g}", to_double(rounded));
  const Decimal decimal = decimal_of(value);
  // "1.2345e+01" of the mantissa; its exponent moves into ours.
  const std::string text = fmt::format("{:.4e}", decimal.mantissa);
  std::string digits = text.substr(0, text.find('e'));
  digits.erase(digits.find_last_not_of("0.") + 1);
  const std::int64_t exponent = decimal.exponent + (text.ends_with("e+01") ? 1 : 0);
  return fmt::format("{}{}e{:+}", value.is_negative() ? "-" : "", digits, exponent);
}

}  // namespace precipice::cli
