#pragma once

#include <span>
#include <vector>

#include "precipice/arithmetic/double_double.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// An exact sum of doubles as an expansion of non-overlapping parts (Shewchuk 1997, "Adaptive precision floating-point
/// arithmetic", theorem 10). Finite terms below 2^1000 in magnitude, fewer than 2^20 of them; reusable.
class ExactSum {
 public:
  ExactSum() { parts_.reserve(most_parts); }
  void clear() { parts_.clear(); }
  void add(double term);
  /// The sum, correctly rounded to binary64, ties to even; an exact zero is +0.
  [[nodiscard]] double nearest() const;
  /// The sum as hi + lo: hi the binary64 sum of the leading parts, lo of the sign of all that hi lacks, zero only if hi
  /// is exact, and hi + lo + (what is not in either) strictly between the neighbours of hi.
  [[nodiscard]] DoubleDouble leading() const;

 private:
  /// Parts do not overlap: each has 53 of the 2098 bits that doubles have, but for the sparse ones.
  static constexpr std::size_t most_parts = 64;

  std::vector<double> parts_;  // rising magnitude
};

/// The sum of the terms, until the thread asks for another; nothing where an expansion is no help: for no terms, only
/// zeros, an exact cancellation, infinities, NaN and huge terms.
const ExactSum* exact_sum(std::span<const double> terms);

/// The rounded sum of any terms, by Reference.
double sum_by_reference(std::span<const double> terms, const Format& format, Rounding rounding);

}  // namespace precipice
