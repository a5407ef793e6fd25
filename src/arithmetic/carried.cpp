#include "precipice/arithmetic/carried.hpp"

#include <fmt/core.h>

#include <type_traits>
#include <vector>

#include "arithmetic/admission.hpp"
#include "precipice/arithmetic/elementary.hpp"
#include "precipice/arithmetic/exact_sum.hpp"
#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"

namespace precipice {

// --- Narrowing ------------------------------------------------------------------------------------------------------

template <class T>
Narrowing<T> Narrowing<T>::of(const Format& f, Rounding direction) {
  const auto rounded = [&](const Exact& x) { return static_cast<T>(to_double(round(x, f, direction).value)); };
  const auto overflowed = [&](Sign sign) { return rounded(Exact::finite(sign, 1, std::int64_t{f.emax} + 2)); };
  const auto power_of_two = [](int exponent) { return std::ldexp(T{1}, exponent); };
  return {.floor = flushes_results(f) ? Carrier<T>::far_below : power_of_two(f.emin),
          .magic_factor = power_of_two(Carrier<T>::digits - f.precision) * T{1.5},
          .quantum_factor = power_of_two(1 - f.precision),
          .flushed_below = flushes_results(f) ? power_of_two(f.emin) : 0,
          .operands_from = flushes_operands(f) ? power_of_two(f.emin) : 0,
          .largest = static_cast<T>(to_double(largest_finite(f))),
          .nan = rounded(Exact::nan()),
          .negative_zero = rounded(Exact::zero(Sign::negative)),
          .overflow = {overflowed(Sign::positive), overflowed(Sign::negative)},
          .infinity = {rounded(Exact::infinity(Sign::positive)), rounded(Exact::infinity(Sign::negative))},
          .direction = direction};
}

// --- admission ------------------------------------------------------------------------------------------------------

template <class T>
std::string Carried<T>::refusal(const Format& f, Rounding rounding) {
  constexpr int widest_precision = Carrier<T>::widest_precision;
  if (rounding == Rounding::stochastic) return "it draws no random numbers";
  if (f.precision < 2 || f.precision > widest_precision) {
    return fmt::format("it is proven for 2 <= p <= {}, not p = {}", widest_precision, f.precision);
  }
  if (!has_sign(f) || !has_zero(f)) return "it is proven for formats with a sign and a zero";
  if (!reaches(f)) {
    return fmt::format("it is proven for exponents within +-{}, not 2^{} to 2^{}", Carrier<T>::widest_exponent,
                       smallest_exponent(f), f.emax);
  }
  return {};
}

template <class T>
Carried<T>::Carried(const Format& format, Rounding rounding)
    : format_(admitted(format, name(), refusal(format, rounding))),
      narrowing_(Narrowing<T>::of(format, rounding)),
      wide_([&] {
        if constexpr (is_binary64) {
          return Nothing{};
        } else {
          return Carried<double>(format, rounding);
        }
      }()) {}

// --- where the carrier is no help -----------------------------------------------------------------------------------

template <class T>
T Carried<T>::unusual_quotient(T x, T y) const {
  const T quotient = x / y;
  if (std::isnan(quotient)) return narrowing_.nan;
  if (std::isinf(x) || y == 0) return narrowing_.infinity[std::signbit(quotient) ? 1 : 0];
  if (std::isinf(y) || x == 0) return narrowing_.zero(std::signbit(quotient));
  return static_cast<T>(to_double(reference::divide(Exact::from(x), Exact::from(y), format_, rounding()).value));
}

template <class T>
T Carried<T>::unusual_root(T x) const {
  if (x == 0) return narrowing_.zero(std::signbit(x));
  if (!(x > 0)) return narrowing_.nan;
  if (std::isinf(x)) return narrowing_.infinity[0];
  return static_cast<T>(to_double(reference::square_root(Exact::from(x), format_, rounding()).value));
}

template <class T>
T Carried<T>::scale(T x, int exponent) const {
  x = narrowing_.operand(x);
  if (!std::isfinite(x)) return narrowing_.beyond(x, false);
  if (x == 0) return narrowing_.zero(std::signbit(x));
  const PowerOfTwo<T> power(exponent);
  const T scaled = x * power.half * power.rest;  // exact between far_below and far_above
  if (!(std::fabs(scaled) < far_above)) return narrowing_.beyond(scaled, true);
  return narrowing_.rounded(std::fabs(scaled) < far_below ? std::copysign(far_below, x) : scaled);
}

template <class T>
T Carried<T>::fused(T x, T y, T z) const {
  const T product = x * y, sum = std::fma(x, y, z);
  if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(z)) return narrowing_.beyond(sum, false);
  if (x == 0 || y == 0) return sum_of(product, z);
  if (std::fabs(product) < far_below || std::fabs(product) >= far_above || std::fabs(z) >= far_above) {
    const Exact exact_x = Exact::from(x), exact_y = Exact::from(y), exact_z = Exact::from(z);
    return static_cast<T>(
        to_double(reference::fused_multiply_add(exact_x, exact_y, exact_z, format_, rounding()).value));
  }
  if (sum == 0) return cancelled(product, -product);
  // ErrFma of Boldo and Muller 2011: the error of `sum` is (high + middle) + low, its sign that of the last addition.
  const T product_error = std::fma(x, y, -product);
  const T tail = z + product_error, low = detail::error_of_sum(z, product_error, tail);
  const T head = product + tail, middle = detail::error_of_sum(product, tail, head);
  return narrowing_.rounded(detail::to_odd(sum, ((head - sum) + middle) + low));
}

// --- functions ------------------------------------------------------------------------------------------------------

namespace {

/// approximation * (1 +- error), rounded; false if the interval straddles a rounding boundary.
bool settle(const Narrowing<double>& narrowing, DoubleDouble y, double relative_error, double& result) {
  // Twice the bound covers the rounding of the two ends themselves.
  const double error = 2 * relative_error * std::fabs(y.hi);
  if (std::fabs(y.lo) > error) {  // both ends lie on one side of y.hi, before its neighbour there
    result = narrowing.rounded(detail::to_odd(y.hi, y.lo));
    return true;
  }
  const DoubleDouble low = fast_two_sum(y.hi, y.lo - error), high = fast_two_sum(y.hi, y.lo + error);
  result = narrowing.rounded(detail::to_odd(low.hi, low.lo));
  return result == narrowing.rounded(detail::to_odd(high.hi, high.lo));
}

}  // namespace

template <class T>
T Carried<T>::exp(T argument) const {
  if constexpr (!is_binary64) return static_cast<T>(wide_.exp(argument));
  constexpr double surely_beyond = 660, surely_below = -660;  // exp is above 2^952, below 2^-952
  const double x = narrowing_.operand(argument);
  if (std::isnan(x)) return narrowing_.nan;
  if (std::isinf(x)) return x > 0 ? narrowing_.infinity[0] : T{0};
  if (x > surely_beyond) return narrowing_.overflow[0];
  if (x < surely_below) return narrowing_.rounded(far_below);
  if (x == 0) return narrowing_.rounded(1);
  double result = 0;
  if (!settle(wide().narrowing(), exp_double_double(x), exp_relative_error, result)) {
    result = to_double(reference::exp(Exact::from(x), format_, rounding()).value);
  }
  return static_cast<T>(result);
}

template <class T>
T Carried<T>::log(T argument) const {
  if constexpr (!is_binary64) return static_cast<T>(wide_.log(argument));
  const double x = narrowing_.operand(argument);
  if (std::isnan(x) || x < 0) return narrowing_.nan;
  if (std::isinf(x)) return narrowing_.infinity[0];
  if (x == 0) return narrowing_.infinity[1];
  if (x == 1) return 0;
  double result = 0;
  if (!settle(wide().narrowing(), log_double_double(x), log_relative_error, result)) {
    result = to_double(reference::log(Exact::from(x), format_, rounding()).value);
  }
  return static_cast<T>(result);
}

template <class T>
T Carried<T>::tanh(T x) const {
  return static_cast<T>(to_double(reference::tanh(Exact::from(x), format_, rounding()).value));
}

template <class T>
T Carried<T>::sigmoid(T x) const {
  return static_cast<T>(to_double(reference::sigmoid(Exact::from(x), format_, rounding()).value));
}

template <class T>
T Carried<T>::sum_exactly(std::span<const T> terms) const {
  if constexpr (!is_binary64) {
    return static_cast<T>(wide_.sum_exactly(std::vector<double>(terms.begin(), terms.end())));
  } else if (narrowing_.operands_from != 0) {
    std::vector<double> operands;
    operands.reserve(terms.size());
    for (const double term : terms) operands.push_back(narrowing_.operand(term));
    return sum_of_operands(operands);
  } else {
    return sum_of_operands(terms);
  }
}

template <class T>
double Carried<T>::sum_of_operands(std::span<const double> terms) const {
  const ExactSum* const sum = exact_sum(terms);
  if (sum == nullptr) return sum_by_reference(terms, format_, rounding());
  const auto [hi, lo] = sum->leading();
  return wide().narrowing().rounded(detail::to_odd(hi, lo));
}

template struct Narrowing<double>;
template struct Narrowing<float>;
template class Carried<double>;
template class Carried<float>;

}  // namespace precipice
