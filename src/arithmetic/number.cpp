#include "precipice/arithmetic/number.hpp"

#include <fmt/core.h>

#include <istream>
#include <ostream>
#include <string>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/rounding/text.hpp"

namespace precipice {

Number::Number(const Exact& value, const Format& format, const Mode& mode)
    : format_(format), value_(reference::convert(value, format, mode).value) {}

Number::Number(std::string_view text, const Format& format, const Mode& mode)
    : format_(format), value_(read_value(text, format, mode)) {}

Flagged<Number> Number::to(const Format& format, const Mode& mode) const {
  return detail::in_format<Number>(reference::convert(value_, format, mode), format);
}

namespace detail {

Exact exactly_integer(Sign sign, std::uint64_t magnitude) { return Exact::finite(sign, magnitude, 0); }

void refuse_mixed(const Format& left, const Format& right) {
  throw ConfigError(fmt::format("operands of two formats, {} and {}: convert one, as in x.to(y.format())",
                                describe(left), describe(right)));
}

Exact negated(const Exact& x, const Format& format) {
  if (x.is_nan()) {
    if (!has_negative_zero(format)) return x;  // the one NaN has no sign
    return Exact::nan(opposite(x.sign()), x.is_signalling() ? Signalling::signalling : Signalling::quiet,
                      x.significand());
  }
  Exact result = x.negated();
  return is_member(format, result) ? result : round(result, format, {}).value;
}

double nearest_double(const Exact& x) { return to_double(round(x, binary64, {}).value); }

float nearest_float(const Exact& x) { return static_cast<float>(to_double(round(x, binary32, {}).value)); }

std::size_t hash_of(const Exact& x, const Format& format) {
  const Exact seen = reference::as_operand(x, format);
  std::size_t hash = static_cast<std::size_t>(seen.kind());
  if (seen.is_zero() || seen.is_nan()) return hash;
  for (const std::size_t part : {static_cast<std::size_t>(seen.is_negative()),
                                 static_cast<std::size_t>(seen.exponent()), hash_value(seen.significand())}) {
    constexpr std::size_t spread = 0x9e37'79b9'7f4a'7c15;  // 2^64 / golden ratio, as in Fibonacci hashing
    hash = (hash ^ part) * spread;
    hash ^= hash >> 32;
  }
  return hash;
}

void write(std::ostream& stream, const Exact& x, const Format& format) {
  const bool is_hexadecimal = (stream.flags() & std::ios_base::floatfield) == std::ios_base::floatfield;
  stream << (is_hexadecimal ? to_hexadecimal(x) : shortest_decimal(x, format));
}

std::optional<Exact> read(std::istream& stream, const Format& format) {
  std::string word;
  if (!(stream >> word)) return {};
  try {
    return read_value(word, format);
  } catch (const ConfigError&) {
    stream.setstate(std::ios_base::failbit);
    return {};
  }
}

}  // namespace detail
}  // namespace precipice
