#pragma once

#include <cassert>
#include <functional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "precipice/arithmetic/fixed_limits.hpp"
#include "precipice/arithmetic/number.hpp"

#pragma GCC visibility push(default)
namespace precipice {

namespace detail {

/// decode and encode for code points of at most 64 bits, without integers of any size where the layout is plain.
Exact decode_word(const Format& format, std::uint64_t code);
std::uint64_t encode_word(const Format& format, const Exact& value);

/// Whether every datum has a code point, of at most 64 bits. IEEE-like formats of precision 1 have none for NaN.
constexpr bool fits_a_word(const Format& f) { return width(f) <= 64 && (has_nan(f) || f.specials == Specials::none); }

template <int bits>
using SmallestWord = std::conditional_t<
    bits <= 8, std::uint8_t,
    std::conditional_t<bits <= 16, std::uint16_t, std::conditional_t<bits <= 32, std::uint32_t, std::uint64_t>>>;

/// Whether every value of the constant's type is in the format, infinities and NaN included.
template <Constant C>
constexpr bool holds_all(const Format& f) {
  if (f.specials != Specials::ieee || !has_nan(f) || f.subnormals != Subnormals::gradual || saturates(f)) return false;
  if constexpr (std::floating_point<C>) {
    return contains(f, std::same_as<C, float> ? binary32 : binary64);
  } else {
    constexpr int digits = std::numeric_limits<C>::digits;  // the least of a signed type is -2^digits
    constexpr int top = std::signed_integral<C> ? digits : digits - 1;
    return f.precision >= digits && f.emax >= top && smallest_exponent(f) <= 0 &&
           (has_sign(f) || !std::signed_integral<C>);
  }
}

}  // namespace detail

/// A number of the format F, which is known at compile time: what Number is, as a type of its own, for templates that
/// were written for float. Operators and functions are in scalar.hpp, scalar_functions.hpp and scalar_discrete.hpp,
/// std::numeric_limits in fixed_limits.hpp, Eigen's traits in fixed_eigen.hpp.
///
///   using Half = Fixed<binary16>;
///   std::vector<Half> v{Half("0.1"), Half(3)};
///   const Half sum = std::accumulate(v.begin(), v.end(), Half());
///
/// A format of at most 64 bits is held as its code point in the smallest unsigned integer that takes it, so an array
/// of Fixed<bfloat16> lies in memory as a device has it; a wider one as an Exact. Two formats that differ in
/// anything, subnormals or overflow as well, are two types, and are converted only by name.
template <Format F>
class Fixed {
 public:
  /// Code point 0: +0, or the smallest number of a format that has no zero.
  Fixed() = default;
  /// The constant, rounded; implicit where the format has every value of its type. A decimal literal has been rounded
  /// to binary64 by then; as text it is rounded once.
  template <Constant C>
  explicit(!detail::holds_all<C>(F)) Fixed(C constant) : Fixed(detail::exactly(constant)) {}
  template <Constant C>
  Fixed(C constant, const Mode& mode) : Fixed(detail::exactly(constant), mode) {}
  /// The value, rounded; a NaN loses its payload (reference::convert).
  explicit Fixed(const Exact& value, const Mode& mode = {})
      : stored_(packed(reference::convert(value, F, mode).value)) {}
  /// What was written, rounded once. Throws ConfigError for what is no number of the format (see read_value).
  explicit Fixed(std::string_view text, const Mode& mode = {}) : stored_(packed(Number(text, F, mode).exact())) {}
  /// A number of another format, rounded.
  explicit Fixed(const Number& number, const Mode& mode = {}) : Fixed(number.exact(), mode) {}
  template <Format G>
  requires(!(G == F)) explicit Fixed(const Fixed<G>& number, const Mode& mode = {}) : Fixed(number.exact(), mode) {}

  /// The number of a code point. Throws ConfigError if it has more bits than the format.
  static Fixed from_code(const Integer& code) { return of_member(decode(F, code), F); }
  /// A datum that needs no rounding, such as a result of reference::. Precondition: the format, which is F, has it,
  /// or it is a NaN.
  static Fixed of_member(const Exact& value, [[maybe_unused]] const Format& format = F) {
    assert(format == F && (value.is_nan() || is_member(F, value)));
    Fixed result;
    result.stored_ = packed(value);
    return result;
  }

  static constexpr const Format& format() { return F; }
  [[nodiscard]] Exact exact() const {
    if constexpr (is_word) {
      return detail::decode_word(F, stored_);
    } else {
      return stored_;
    }
  }
  /// Throws ConfigError for the NaN of a format without a code point for it.
  [[nodiscard]] Integer code() const { return encode(F, exact()); }

  /// The same value, rounded into another format.
  template <Format G>
  [[nodiscard]] Fixed<G> to() const {
    return Fixed<G>(exact());
  }
  template <Format G>
  [[nodiscard]] Flagged<Fixed<G>> to(const Mode& mode) const {
    return detail::in_format<Fixed<G>>(reference::convert(exact(), G, mode), G);
  }

  /// The same number with its format as a value.
  explicit operator Number() const { return Number::of_member(exact(), F); }
  /// The nearest double or float. Never implicit: std::sqrt(x) would compile, and compute in another format.
  explicit operator double() const { return detail::nearest_double(exact()); }
  explicit operator float() const { return detail::nearest_float(exact()); }

 private:
  static constexpr bool is_word = detail::fits_a_word(F);
  using Stored = std::conditional_t<is_word, detail::SmallestWord<width(F)>, Exact>;

  static Stored packed(const Exact& value) {
    if constexpr (is_word) {
      return static_cast<Stored>(detail::encode_word(F, value));
    } else {
      return value;
    }
  }
  static_assert(is_word || has_zero(F));  // an Exact begins as a zero
  Stored stored_{};
};

template <Format F>
inline constexpr bool detail::is_scalar<Fixed<F>> = true;

}  // namespace precipice
#pragma GCC visibility pop

/// As of Number: equal numbers have equal hashes, and so have all NaNs.
template <precipice::Format F>
struct std::hash<precipice::Fixed<F>> {
  std::size_t operator()(const precipice::Fixed<F>& x) const { return precipice::detail::hash_of(x.exact(), F); }
};
