#include "precipice/arithmetic/carried.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "precipice/arithmetic/elementary.hpp"
#include "precipice/arithmetic/exact_sum.hpp"
#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

constexpr int widest_precision = 24;
constexpr int widest_exponent = 500;

}  // namespace

std::string Carried<double>::refusal(const Format& format, Rounding rounding) {
  if (rounding != Rounding::nearest_even) {
    return fmt::format("it rounds nearest-even only, not {}", to_text(rounding));
  }
  if (format.precision < 2 || format.precision > widest_precision) {
    return fmt::format("it is proven for 2 <= p <= {}, not p = {}", widest_precision, format.precision);
  }
  if (format.specials != Specials::ieee || !has_sign(format)) {
    return "it is proven for signed zeros, infinities and NaN as IEEE 754 has them";
  }
  if (format.subnormals != Subnormals::gradual) return "it underflows gradually";
  if (saturates(format)) return "it overflows to infinity";
  if (format.emax > widest_exponent || smallest_exponent(format) - 1 < -widest_exponent) {
    return fmt::format("it is proven for exponents within +-{}, not 2^{} to 2^{}", widest_exponent,
                       smallest_exponent(format), format.emax);
  }
  return {};
}

Carried<double>::Carried(const Format& format, Rounding rounding)
    : format_(format),
      overflow_threshold_(std::ldexp(2.0 - std::ldexp(1.0, -format.precision), format.emax)),
      smallest_normal_(std::ldexp(1.0, format.emin)),
      magic_factor_(std::ldexp(1.5, 53 - format.precision)) {
  if (const std::string reason = refusal(format, rounding); !reason.empty()) {
    throw ConfigError(fmt::format("engine '{}' is not exact for {}: {}; use 'auto' or 'reference'", name(),
                                  describe(format), reason));
  }
}

double Carried<double>::unusual_div(double x, double y, double quotient) const {
  if (!std::isfinite(x) || !std::isfinite(y) || x == 0 || y == 0) return quotient;
  return to_double(reference::divide(Exact::from(x), Exact::from(y), format_, Rounding::nearest_even).value);
}

double Carried<double>::unusual_sqrt(double x, double root) const {
  if (!(x > 0) || std::isinf(x)) return root;
  return to_double(reference::square_root(Exact::from(x), format_, Rounding::nearest_even).value);
}

bool Carried<double>::settle(DoubleDouble y, double relative_error, double& result) const {
  // Twice the bound covers the rounding of the two ends themselves.
  const double error = 2 * relative_error * std::fabs(y.hi);
  const DoubleDouble low = fast_two_sum(y.hi, y.lo - error), high = fast_two_sum(y.hi, y.lo + error);
  result = nearest(to_odd(low.hi, low.lo));
  return result == nearest(to_odd(high.hi, high.lo));
}

double Carried<double>::exp(double x) const {
  if (std::isnan(x)) return x;
  if (x > 400) return std::numeric_limits<double>::infinity();  // 2^577: above every admitted range
  if (x < -400) return 0.0;                                     // below half of every smallest number
  if (x == 0) return 1.0;
  if (double result = 0; settle(exp_double_double(x), exp_relative_error, result)) return result;
  return to_double(reference::exp(Exact::from(x), format_, Rounding::nearest_even).value);
}

double Carried<double>::log(double x) const {
  if (std::isnan(x) || x == std::numeric_limits<double>::infinity()) return x;
  if (x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (x == 1) return 0.0;
  if (double result = 0; settle(log_double_double(x), log_relative_error, result)) return result;
  return to_double(reference::log(Exact::from(x), format_, Rounding::nearest_even).value);
}

double Carried<double>::sum_exactly(std::span<const double> terms) const {
  if (const auto special = special_sum(terms, format_)) return *special;
  const DoubleDouble sum = exact_sum(terms).leading();
  return nearest(to_odd(sum.hi, sum.lo));
}

}  // namespace precipice
