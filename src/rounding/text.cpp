#include "precipice/rounding/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/rounding/round.hpp"

namespace precipice {
namespace {

/// A literal as written: (-1)^sign * digits * base^exponent, base 2 or 10.
struct Literal {
  Sign sign;
  Integer digits;
  std::int64_t exponent;
  bool binary;
};

/// Exponents beyond this lie outside every format that parse_format admits; more digits of them change nothing.
constexpr std::int64_t far_exponent = std::int64_t{1} << 40;

std::optional<std::int64_t> parse_exponent(std::string_view text) {
  if (text.starts_with("+-")) return {};
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return {};
  if (error == std::errc::result_out_of_range) return text.starts_with('-') ? -far_exponent : far_exponent;
  return std::clamp(value, -far_exponent, far_exponent);
}

std::optional<Literal> parse_literal(std::string_view text) {
  Literal result{Sign::positive, 0, 0, false};
  if (text.starts_with('-')) result.sign = Sign::negative;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with("0x") || text.starts_with("0X")) {
    result.binary = true;
    text.remove_prefix(2);
  }
  const std::size_t mark = text.find_first_of(result.binary ? "pP" : "eE");
  std::string digits(text.substr(0, mark));
  if (mark != std::string_view::npos) {
    const auto exponent = parse_exponent(text.substr(mark + 1));
    if (!exponent) return {};
    result.exponent = *exponent;
  }
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    const auto behind = static_cast<std::int64_t>(digits.size() - point - 1);
    result.exponent -= result.binary ? 4 * behind : behind;
    digits.erase(point, 1);
  }
  const char* const alphabet = result.binary ? "0123456789abcdefABCDEF" : "0123456789";
  if (digits.empty() || digits.find_first_not_of(alphabet) != std::string::npos) return {};
  // mpz_set_str takes leading zeros as they are when the base is given.
  mpz_set_str(result.digits.backend().data(), digits.c_str(), result.binary ? 16 : 10);
  return result;
}

Integer power_of_ten(std::int64_t exponent) {
  Integer result;
  mpz_ui_pow_ui(result.backend().data(), 10, static_cast<unsigned long>(exponent));
  return result;
}

/// numerator / denominator with at least `bits` bits, the rest in the sticky part. Both positive.
Unrounded ratio(Sign sign, const Integer& numerator, const Integer& denominator, std::int64_t bits) {
  const std::int64_t shift = std::max<std::int64_t>(0, bits + 1 - bit_length(numerator) + bit_length(denominator));
  Integer quotient, remainder;
  boost::multiprecision::divide_qr(Integer(numerator << static_cast<std::size_t>(shift)), denominator, quotient,
                                   remainder);
  if (remainder.is_zero()) return Exact::finite(sign, std::move(quotient), -shift);
  return Unrounded::truncated(sign, std::move(quotient), -shift);
}

/// The literal as a result to be rounded, of at least `bits` bits if it is cut off. A decimal far outside the format's
/// range is replaced by a power of two that is as far outside, so that nobody computes 10^(10^12).
Unrounded unrounded(const Literal& x, const Format& f, std::int64_t bits) {
  if (x.digits.is_zero()) return Exact::zero(x.sign);
  if (x.binary) return Exact::finite(x.sign, x.digits, x.exponent);
  const double decades = static_cast<double>(x.exponent) + static_cast<double>(bit_length(x.digits)) * 0.30103;
  const double log2_high = (decades + 1) * 3.3219281, log2_low = (decades - 2) * 3.3219281;
  if (log2_low > f.emax + 2.0) return Exact::finite(x.sign, 1, std::int64_t{f.emax} + 2);
  if (log2_high < static_cast<double>(vanishing_exponent(f))) return vanishing(x.sign, f);
  if (x.exponent >= 0) return Exact::finite(x.sign, x.digits * power_of_ten(x.exponent), 0);
  return ratio(x.sign, x.digits, power_of_ten(-x.exponent), bits);
}

std::optional<Exact> parse_special(std::string_view text) {
  const Sign sign = text.starts_with('-') ? Sign::negative : Sign::positive;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  std::string word(text);
  std::ranges::transform(word, word.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (word == "inf" || word == "infinity") return Exact::infinity(sign);
  if (word == "nan") return Exact::nan();
  return {};
}

/// The two multiples of 10^scale that enclose |value|, in units of it: the closer first, of two equally close the even.
struct Enclosure {
  Integer closer, other;
};

Enclosure enclosed(const Exact& value, std::int64_t scale) {
  Integer numerator = value.significand(), denominator = 1;
  if (value.exponent() > 0) numerator <<= static_cast<std::size_t>(value.exponent());
  if (value.exponent() < 0) denominator <<= static_cast<std::size_t>(-value.exponent());
  if (scale > 0) denominator *= power_of_ten(scale);
  if (scale < 0) numerator *= power_of_ten(-scale);
  Integer below, remainder;
  boost::multiprecision::divide_qr(numerator, denominator, below, remainder);
  Integer above = below + 1;
  const int against_half = Integer(remainder * 2).compare(denominator);
  const bool upward = against_half > 0 || (against_half == 0 && mpz_odd_p(below.backend().data()) != 0);
  return upward ? Enclosure{std::move(above), std::move(below)} : Enclosure{std::move(below), std::move(above)};
}

/// floor(log10 |value|).
std::int64_t decimal_exponent(const Exact& value) {
  // From below: the logarithm of the leading bit is at most one too small.
  const auto low =
      static_cast<std::int64_t>(std::floor(static_cast<double>(value.top_exponent()) * 0.3010299956639812));
  const auto [closer, other] = enclosed(value, low + 1);
  return closer.is_zero() || other.is_zero() ? low : low + 1;
}

std::string special_text(const Exact& value) {
  return value.is_zero() ? (value.is_negative() ? "-0" : "0") : to_hexadecimal(value);
}

/// Why a format has no datum for what was typed.
std::string_view what_lacks(const Format& f) {
  if (!has_sign(f)) return has_zero(f) ? "it has no sign" : "it has neither a sign nor a zero";
  return "it has no NaN";
}

/// digits * 10^scale as people write it: plain for moderate exponents, else scientific.
std::string decimal_text(Sign sign, std::string digits, std::int64_t scale) {
  while (digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    ++scale;
  }
  const auto count = static_cast<std::int64_t>(digits.size());
  const std::int64_t leading = count + scale - 1;  // decimal exponent of the first digit
  const char* const minus = sign == Sign::negative ? "-" : "";
  if (leading >= -5 && leading < 0)
    return fmt::format("{}0.{}{}", minus, std::string(static_cast<std::size_t>(-leading - 1), '0'), digits);
  if (leading >= 0 && leading < 17) {
    if (scale >= 0) return fmt::format("{}{}{}", minus, digits, std::string(static_cast<std::size_t>(scale), '0'));
    const auto whole = static_cast<std::size_t>(leading + 1);
    return fmt::format("{}{}.{}", minus, digits.substr(0, whole), digits.substr(whole));
  }
  return fmt::format("{}{}{}{}e{:+}", minus, digits.front(), count > 1 ? "." : "", digits.substr(1), leading);
}

}  // namespace

Exact read_value(std::string_view text, const Format& format, const Mode& mode, Reading reading) {
  const auto special = parse_special(text);
  const auto literal = special ? std::nullopt : parse_literal(text);
  if (!special && !literal) {
    throw ConfigError(
        fmt::format("'{}' is not a number (accepted: decimals such as -1.5e-3, hexadecimal floats such as "
                    "0x1.8p+1, inf, nan)",
                    text));
  }
  Rounded result =
      special ? round(*special, format, mode)
              : round_truncated([&](std::int64_t bits) { return unrounded(*literal, format, bits); }, format, mode);
  const bool is_lost = special ? result.value != *special : result.flags.inexact || result.flags.invalid;
  if (result.flags.invalid && !(special && special->is_infinity())) {
    throw ConfigError(fmt::format("'{}' is not a value of {}: {}", text, describe(format), what_lacks(format)));
  }
  if (reading == Reading::must_be_exact && is_lost) {
    throw ConfigError(fmt::format("'{}' is not a value of {}; the nearest is {}", text, describe(format),
                                  to_hexadecimal(result.value)));
  }
  return std::move(result.value);
}

std::string exact_decimal(const Exact& value) {
  if (value.kind() != Exact::Kind::finite) return special_text(value);
  // significand * 2^-k = significand * 5^k * 10^-k.
  Integer digits = value.significand();
  if (value.exponent() >= 0) {
    digits <<= static_cast<std::size_t>(value.exponent());
  } else {
    Integer power;
    mpz_ui_pow_ui(power.backend().data(), 5, static_cast<unsigned long>(-value.exponent()));
    digits *= power;
  }
  return decimal_text(value.sign(), digits.str(), std::min<std::int64_t>(value.exponent(), 0));
}

std::string shortest_decimal(const Exact& value, const Format& its_format) {
  if (value.kind() != Exact::Kind::finite) return special_text(value);
  const Format format = plain(its_format);  // what it flushes, its code points still hold
  if (!is_member(format, value)) {
    throw ConfigError(fmt::format("{} is not in {}", to_hexadecimal(value), describe(format)));
  }
  const std::int64_t leading = decimal_exponent(value);
  for (std::int64_t digits = 1;; ++digits) {
    const std::int64_t scale = leading + 1 - digits;
    // Above a power of two numbers lie farther apart than below: the other one may read back though the closer does
    // not.
    const auto [closer, other] = enclosed(value, scale);
    for (const Integer& candidate : {closer, other}) {
      std::string text = decimal_text(value.sign(), candidate.str(), scale);
      if (read_value(text, format) == value) return text;
    }
  }
}

}  // namespace precipice
