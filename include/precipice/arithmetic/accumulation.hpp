#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// A block as tensor cores add it up: Fasi, Higham, Mikaitis and Pranesh 2021, "Numerical behavior of NVIDIA tensor
/// cores", PeerJ Computer Science 7:e330. Of a running sum s in a format of precision p, and the products:
/// 1. A product of factors x and y has the exponent e(x) + e(y), where e(x) = max(floor(log2 |x|),
///    least_factor_exponent): its significand lies in [1, 4) and is not normalised. A product that was rounded has its
///    own exponent floor(log2 |t|). The exponent of s is max(floor(log2 |s|), emin). Zeros have none.
/// 2. All are aligned to the largest of these exponents, at least emin, and each is truncated toward zero to the bits
///    down to 2^(largest - (p - 1) - extra_bits).
/// 3. What is left is added exactly: there is no normalisation from one addition to the next, and no carry is lost.
/// 4. The sum is rounded once, as s rounds.
/// That paper finds truncation, no extra bits on V100 (blocks of 4) and one or more on T4 and A100; Xie, Wang, Yang and
/// Yang 2025 ("MMA-Sim", arXiv 2511.10909) give one for Turing and Ampere (blocks of 8 for binary16) and two for Hopper
/// (16), where sums of 8-bit products are e8m13 with none. Sums that end in binary16 are aligned as those in binary32
/// (13 bits more) and rounded to nearest.
struct Alignment {
  int extra_bits = 0;
  /// emin of the factors' format, if its subnormal numbers are not normalised; else every factor is.
  std::int64_t least_factor_exponent = -std::int64_t{2} * largest_exponent - largest_precision;

  friend constexpr bool operator==(const Alignment&, const Alignment&) = default;
};

/// How products that are rounded by themselves are rounded.
struct ProductRounding {
  Format format;
  Mode mode;

  friend constexpr bool operator==(const ProductRounding&, const ProductRounding&) = default;
};

/// How a dot product is accumulated, but for the format and mode of the running sums.
struct Accumulation {
  SumOrder order = SumOrder::sequential;  ///< in which the products are met
  /// Nothing: products are exact, and enter a running sum by a fused multiply-add.
  std::optional<ProductRounding> products = {};
  /// So many products at a time are added exactly to a running sum, which is then rounded once; the last block of a
  /// running sum may be shorter. 1 is an addition or a fused multiply-add.
  std::size_t block = 1;
  std::optional<Alignment> alignment = {};  ///< before that exact addition

  friend bool operator==(const Accumulation&, const Accumulation&) = default;
};

/// Empty, or why there is no such dot product: blocks and alignment are about running sums.
std::string refusal(const Accumulation& how);

}  // namespace precipice
#pragma GCC visibility pop
