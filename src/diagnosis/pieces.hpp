#pragma once

#include <optional>
#include <vector>

#include "diagnosis/real.hpp"
#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice::predicted {

/// By which factors a rounded sum of positive numbers may miss the sum of its two operands, and where running sums of
/// equal terms end.
struct SumErrors {
  Real least, most;                ///< factors
  std::optional<Real> most_terms;  ///< equal terms t stagnate at this times t at the latest
};

/// Of sums in a format of precision p, nothing of which overflows; below emin sums are exact. To nearest |error| <= u
/// of the result; directed and odd ones less than 2u, on one side or on both. Equal terms stagnate where half of the
/// spacing, or all of it if truncated, is more than the term. Nothing for stochastic roundings.
std::optional<SumErrors> sum_errors(int precision, Rounding rounding);

/// Wrong classes' terms that have been added up: how many, and the rounded sum over the term.
struct Piece {
  double count = 0;
  Real least = 0, most = 0;
  bool has_correct = false;  ///< the correct class's 1 is in it; the bounds are then of no use

  [[nodiscard]] bool is_exact() const { return least == most; }
};

/// The pieces that the 1 meets, in their order, each run of the same ones as one.
struct Meeting {
  Piece piece;
  int times = 1;
};

/// Where the correct class's term stands in a sum.
enum class CorrectTerm : std::uint8_t {
  in_its_place,
  last  ///< in its place is a zero, and the term is added to the sum
};

/// Follows an order of summation with K - 1 equal wrong terms: nothing is added up but bounds. Nothing for compensated
/// sums.
std::optional<std::vector<Meeting>> pieces_met(const SumOrder& order, int classes, int label, const SumErrors& errors,
                                               CorrectTerm correct = CorrectTerm::in_its_place);

}  // namespace precipice::predicted
