#pragma once

#include <cassert>
#include <functional>
#include <string_view>
#include <utility>

#include "precipice/arithmetic/scalar.hpp"
#include "precipice/arithmetic/scalar_discrete.hpp"
#include "precipice/arithmetic/scalar_functions.hpp"
#include "precipice/number/code_point.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// A number of a format that is known at run time. Operators and functions are in scalar.hpp, scalar_functions.hpp and
/// scalar_discrete.hpp.
///
///   const Format f = parse_format("bfloat16");
///   const Number x("0.1", f), y(3, f);
///   std::cout << x * y + 1 << ' ' << sqrt(y, Rounding::toward_zero).flags.inexact;
///
/// A Number always has a format, so there is none by default: Number cannot be default constructed. Assignment takes
/// the format over with the value.
class Number {
 public:
  /// The constant, rounded. A decimal literal has been rounded to binary64 by then; as text it is rounded once.
  template <Constant C>
  Number(C constant, const Format& format, const Mode& mode = {}) : Number(detail::exactly(constant), format, mode) {}
  /// The value, rounded; a NaN loses its payload (reference::convert).
  Number(const Exact& value, const Format& format, const Mode& mode = {});
  /// What was written, rounded once. Throws ConfigError for what is no number of the format (see read_value).
  Number(std::string_view text, const Format& format, const Mode& mode = {});

  /// The number of a code point. Throws ConfigError if it has more bits than the format.
  static Number from_code(const Integer& code, const Format& format) {
    return {Unchecked{}, decode(format, code), format};
  }
  /// A datum that needs no rounding, such as a result of reference::. Precondition: the format has it, or it is a
  /// NaN.
  static Number of_member(Exact value, const Format& format) {
    assert(value.is_nan() || is_member(format, value));
    return {Unchecked{}, std::move(value), format};
  }

  [[nodiscard]] const Format& format() const { return format_; }
  [[nodiscard]] const Exact& exact() const { return value_; }
  /// Throws ConfigError for the NaN of a format without a code point for it.
  [[nodiscard]] Integer code() const { return encode(format_, value_); }

  /// The same value, rounded into another format.
  [[nodiscard]] Number to(const Format& format) const { return {value_, format}; }
  [[nodiscard]] Flagged<Number> to(const Format& format, const Mode& mode) const;

  /// The nearest double or float. Never implicit: std::sqrt(x) would compile, and compute in another format.
  explicit operator double() const { return detail::nearest_double(value_); }
  explicit operator float() const { return detail::nearest_float(value_); }

 private:
  struct Unchecked {};
  Number(Unchecked /*tag*/, Exact value, const Format& format) : format_(format), value_(std::move(value)) {}

  Format format_;
  Exact value_;
};

template <>
inline constexpr bool detail::is_scalar<Number> = true;

}  // namespace precipice
#pragma GCC visibility pop

/// Equal numbers of a format have equal hashes: zeros of both signs, and what the format takes for zero. All NaNs
/// have one. A table has keys of one format: comparing two throws.
template <>
struct std::hash<precipice::Number> {
  std::size_t operator()(const precipice::Number& x) const { return precipice::detail::hash_of(x.exact(), x.format()); }
};
