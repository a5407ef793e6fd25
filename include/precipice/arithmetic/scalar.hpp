#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <type_traits>

#include "precipice/arithmetic/operations.hpp"

#pragma GCC visibility push(default)
/// What the scalar types have in common: Number, whose format is a value, and Fixed<format>, whose format is part of
/// its type. Operators and functions are correctly rounded: the meaning of each is the function of reference:: of
/// that name.
///
/// - Operators, and functions without a Mode, round to nearest-even and give a number. There is no rounding mode in
///   the background, and no status: who wants another direction, or the flags, calls a function with a Mode, and gets
///   both (Flagged).
/// - A constant of C++ (see Constant) beside a number is first rounded to nearest-even into that number's format,
///   also in a comparison: where 0.1 is not in the format of x, x == 0.1 asks whether x is the number next to it. A
///   constant beyond the range becomes what the format makes of it: an infinity, the largest number, NaN.
/// - Numbers of two formats do not meet: Number throws ConfigError naming both, Fixed does not compile.
namespace precipice {

/// A number and what the operation signalled that gave it.
template <class T>
struct Flagged {
  T value;
  Flags flags;
};

/// Types whose values may stand beside a number as they are. Not bool, which is no number, nor long double, which is
/// another format on each machine.
template <class C>
concept Constant = (std::integral<C> && !std::same_as<C, bool>) || std::same_as<C, float> || std::same_as<C, double>;

namespace detail {

template <class T>
inline constexpr bool is_scalar = false;

Exact exactly_integer(Sign sign, std::uint64_t magnitude);

template <Constant C>
Exact exactly(C constant) {
  if constexpr (std::floating_point<C>) {
    return Exact::from(constant);
  } else {
    const auto magnitude = static_cast<std::uint64_t>(constant);
    if (constant < C{0}) return exactly_integer(Sign::negative, std::uint64_t{0} - magnitude);
    return exactly_integer(Sign::positive, magnitude);
  }
}

[[noreturn]] void refuse_mixed(const Format& left, const Format& right);

/// The datum with the other sign, as far as the format has it: a NaN keeps its payload.
Exact negated(const Exact& x, const Format& format);

double nearest_double(const Exact& x);
float nearest_float(const Exact& x);
std::size_t hash_of(const Exact& x, const Format& format);
void write(std::ostream& stream, const Exact& x, const Format& format);
std::optional<Exact> read(std::istream& stream, const Format& format);

}  // namespace detail

/// Number, or Fixed of some format.
template <class T>
concept Scalar = detail::is_scalar<T>;

/// What may stand beside a T: a T, or a constant.
template <class Y, class T>
concept OperandFor = std::same_as<Y, T> || Constant<Y>;

namespace detail {

template <Scalar T>
const T& adopted(const T& operand, const T& /*other*/) {
  return operand;
}
/// The constant in the format of the other operand.
template <Scalar T, Constant C>
T adopted(C constant, const T& other) {
  return T::of_member(reference::convert(exactly(constant), other.format(), {}).value, other.format());
}

using Unary = Rounded (*)(const Exact&, const Format&, const Mode&);
using Binary = Rounded (*)(const Exact&, const Exact&, const Format&, const Mode&);

template <Scalar T>
const Format& common_format(const T& x, const T& y) {
  if (!(x.format() == y.format())) refuse_mixed(x.format(), y.format());
  return x.format();
}

template <Scalar T>
Flagged<T> in_format(Rounded&& result, const Format& format) {
  return {T::of_member(std::move(result.value), format), result.flags};
}

template <Scalar T>
Flagged<T> applied(Unary operation, const T& x, const Mode& mode) {
  return in_format<T>(operation(x.exact(), x.format(), mode), x.format());
}
template <Scalar T>
Flagged<T> applied(Binary operation, const T& x, const T& y, const Mode& mode) {
  const Format& format = common_format(x, y);
  return in_format<T>(operation(x.exact(), y.exact(), format, mode), format);
}

}  // namespace detail

// --- arithmetic: rounded to nearest-even ----------------------------------------------------------------------------

template <Scalar T, OperandFor<T> Y>
T operator+(const T& x, const Y& y) {
  return detail::applied(reference::add, x, detail::adopted(y, x), {}).value;
}
template <Scalar T, OperandFor<T> Y>
T operator-(const T& x, const Y& y) {
  return detail::applied(reference::subtract, x, detail::adopted(y, x), {}).value;
}
template <Scalar T, OperandFor<T> Y>
T operator*(const T& x, const Y& y) {
  return detail::applied(reference::multiply, x, detail::adopted(y, x), {}).value;
}
template <Scalar T, OperandFor<T> Y>
T operator/(const T& x, const Y& y) {
  return detail::applied(reference::divide, x, detail::adopted(y, x), {}).value;
}

template <Constant C, Scalar T>
T operator+(C x, const T& y) {
  return detail::adopted(x, y) + y;
}
template <Constant C, Scalar T>
T operator-(C x, const T& y) {
  return detail::adopted(x, y) - y;
}
template <Constant C, Scalar T>
T operator*(C x, const T& y) {
  return detail::adopted(x, y) * y;
}
template <Constant C, Scalar T>
T operator/(C x, const T& y) {
  return detail::adopted(x, y) / y;
}

template <Scalar T, OperandFor<T> Y>
T& operator+=(T& x, const Y& y) {
  return x = x + y;
}
template <Scalar T, OperandFor<T> Y>
T& operator-=(T& x, const Y& y) {
  return x = x - y;
}
template <Scalar T, OperandFor<T> Y>
T& operator*=(T& x, const Y& y) {
  return x = x * y;
}
template <Scalar T, OperandFor<T> Y>
T& operator/=(T& x, const Y& y) {
  return x = x / y;
}

template <Scalar T>
T operator+(const T& x) {
  return x;
}
/// The other sign, of zeros and NaNs too, without rounding. In a format without a sign, or with one zero, what
/// rounding makes of -x.
template <Scalar T>
T operator-(const T& x) {
  return T::of_member(detail::negated(x.exact(), x.format()), x.format());
}

// --- comparison -----------------------------------------------------------------------------------------------------

/// IEEE comparison: zeros are equal, NaN is unordered, also with itself. In a format that flushes operands, subnormal
/// numbers are zeros.
template <Scalar T, OperandFor<T> Y>
std::partial_ordering operator<=>(const T& x, const Y& y) {
  const T& other = detail::adopted(y, x);
  return reference::compare_quiet(x.exact(), other.exact(), detail::common_format(x, other)).order;
}
template <Scalar T, OperandFor<T> Y>
bool operator==(const T& x, const Y& y) {
  return (x <=> y) == 0;
}

// --- streams --------------------------------------------------------------------------------------------------------

/// The shortest decimal that reads back as the same number of the format; under std::hexfloat C hexadecimal text. The
/// stream's width counts, its precision does not.
template <Scalar T>
std::ostream& operator<<(std::ostream& stream, const T& x) {
  detail::write(stream, x.exact(), x.format());
  return stream;
}
/// Reads a word as read_value does, into the format that x has, to nearest-even. What is no number of it sets failbit
/// and leaves x as it was.
template <Scalar T>
std::istream& operator>>(std::istream& stream, T& x) {
  if (auto value = detail::read(stream, x.format())) x = T::of_member(*std::move(value), x.format());
  return stream;
}

}  // namespace precipice
#pragma GCC visibility pop
