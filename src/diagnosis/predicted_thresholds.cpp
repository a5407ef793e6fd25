#include "precipice/diagnosis/predicted_thresholds.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

#include "diagnosis/gradient_of_sum.hpp"
#include "diagnosis/lost_sums.hpp"
#include "diagnosis/pieces.hpp"
#include "diagnosis/places.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"

namespace precipice::predicted {
namespace {

/// Of margins in higher binades the same sums are lost, or more, as their spacing grows; and no term is left that could
/// add up to another.
constexpr int last_binade = 20;

/// Which end of what is known.
enum class Bound : std::uint8_t { least, most };

}  // namespace

class Thresholds::Details {
 public:
  explicit Details(const GradientRules& rules)
      : rules_(rules),
        places_(rules.format, rules.rounding),
        gradient_(rules),
        lost_sums_(rules, gradient_, places_),
        ulp_(power(1 - rules.format.precision)),
        errors_(sum_errors(rules.format.precision, rules.rounding)) {}

  [[nodiscard]] std::optional<Threshold> collapse(const EqualRivals& rivals);
  [[nodiscard]] std::optional<Threshold> survival(const EqualRivals& rivals);

 private:
  using Pieces = std::vector<Meeting>;

  [[nodiscard]] std::optional<Pieces> pieces(const EqualRivals& rivals) const {
    if (!errors_) return {};
    const bool is_last = rules_.formulation == Formulation::accurate;
    return pieces_met(rivals.order, rivals.classes, rivals.label, *errors_,
                      is_last ? CorrectTerm::last : CorrectTerm::in_its_place);
  }

  [[nodiscard]] Real in_ulps(const Real& piece, Bound bound, bool is_first) const;
  [[nodiscard]] Real excess(const Pieces& met, const Real& term, Bound bound) const;
  [[nodiscard]] bool may_stay(const Pieces& met, const Real& term, const Integer& sum, Bound bound) const;
  [[nodiscard]] Integer last_term(const Pieces& met, const Integer& sum, Bound bound) const;
  [[nodiscard]] Threshold collapse_by_binades(const Pieces& met);
  [[nodiscard]] Threshold collapse_of(const Pieces& met, const LostSums::Range& lost) const;
  [[nodiscard]] Cause cause_of_collapse(const Pieces& met, const Threshold& found, const Integer& term,
                                        const Integer& lost) const;

  [[nodiscard]] std::optional<Exact> largest_sum(const Pieces& met, int classes, const Exact& term) const;

  GradientRules rules_;
  Places places_;
  GradientOfSum gradient_;
  LostSums lost_sums_;
  Real ulp_;
  bool overflows_ = overflows_to_infinity(rules_.rounding, Sign::positive) && !saturates(rules_.format);
  std::optional<SumErrors> errors_;
};

// --- terms that collapse -------------------------------------------------------------------------------------------

/// What a piece adds to a sum in [1, 2), a multiple of ulp(1), in these; the first one meets the 1 itself, whose last
/// bit is known.
Real Thresholds::Details::in_ulps(const Real& piece, Bound bound, bool is_first) const {
  const Real x = piece / ulp_, half = Real(1) / 2;
  Real whole = floor(x);
  const Real rest = x - whole;
  if (rest == 0) return whole;
  const Integer below = places_.of_one() + Integer(whole);
  const bool is_odd = below % 2 != 0;
  const auto one_of = [&](bool upper) { return upper ? Real(whole + 1) : whole; };
  switch (rules_.rounding) {
    case Rounding::nearest_even:
      if (rest == half) return one_of(is_first ? is_odd : bound == Bound::most);
      return one_of(rest > half);
    case Rounding::nearest_away: return one_of(rest >= half);
    case Rounding::toward_zero:
    case Rounding::toward_negative: return whole;
    case Rounding::toward_positive:
    case Rounding::away_from_zero: return whole + 1;
    case Rounding::to_odd: return one_of(is_first ? !is_odd : bound == Bound::most);
    case Rounding::stochastic: break;
  }
  return one_of(bound == Bound::most);
}

/// (S - 1) / ulp(1), as long as S < 2.
Real Thresholds::Details::excess(const Pieces& met, const Real& term, Bound bound) const {
  const Real slack = power(-real_bits);
  Real sum = 0;
  bool is_first = true;
  for (const auto& [piece, times] : met) {
    const Real factor = bound == Bound::most ? piece.most * (1 + slack) : piece.least * (1 - slack);
    const Real added = (piece.is_exact() ? piece.most : factor) * term;
    if (is_first) sum += in_ulps(added, bound, true);
    const int others = is_first ? times - 1 : times;
    if (others > 0) sum += others * in_ulps(added, bound, false);
    is_first = false;
  }
  return sum;
}

/// Whether S stays within `sum`: for certain (bound of S: most), or perhaps (least).
bool Thresholds::Details::may_stay(const Pieces& met, const Real& term, const Integer& sum, Bound bound) const {
  const Real excess_of_two = 1 / ulp_, allowed = (places_.real(sum) - 1) / ulp_;
  if (sum == places_.of_largest() && !overflows_) return true;
  if (allowed < excess_of_two) return excess(met, term, bound) <= allowed;
  // Sums of 2 and more are rounded more coarsely. The largest piece alone is a bound from below.
  const Real turn = places_.turn_behind(sum);
  const auto piece_of = [&](const Meeting& m) { return bound == Bound::most ? m.piece.most : m.piece.least; };
  if (bound == Bound::most) {
    const bool is_one = met.size() == 1 && met.front().times == 1;
    return is_one ? 1 + piece_of(met.front()) * term < turn : excess(met, term, bound) <= excess_of_two;
  }
  return std::ranges::all_of(met, [&](const Meeting& m) { return 1 + piece_of(m) * term <= turn; });
}

/// The largest term with which S stays within `sum`.
Integer Thresholds::Details::last_term(const Pieces& met, const Integer& sum, Bound bound) const {
  return last_place(0, places_.of_one() + 1,
                    [&](const Integer& term) { return may_stay(met, places_.real(term), sum, bound); });
}

// --- collapse ------------------------------------------------------------------------------------------------------

Cause Thresholds::Details::cause_of_collapse(const Pieces& met, const Threshold& found, const Integer& term,
                                             const Integer& lost) const {
  if (places_.turn_behind(term) == 0) return Cause::never;
  if (found.least > places_.of_largest()) return Cause::range;
  if (term == 0) return Cause::underflow;
  if (lost > places_.of_one()) return Cause::sum_above_one;
  const auto ends = [&](const Meeting& m) { return errors_->most_terms && m.piece.most >= *errors_->most_terms; };
  if (std::ranges::any_of(met, ends)) return Cause::stagnation;
  const auto is_exact = [](const Meeting& m) { return m.piece.is_exact(); };
  if (!std::ranges::all_of(met, is_exact)) return Cause::sum_rounding;
  return places_.is_subnormal(term) ? Cause::few_bits : Cause::exp_rounding;
}

Threshold Thresholds::Details::collapse_of(const Pieces& met, const LostSums::Range& lost) const {
  const Integer surely = last_term(met, lost.least, Bound::most), perhaps = last_term(met, lost.most, Bound::least);
  Threshold found{places_.first_margin(perhaps), places_.first_margin(surely)};
  found.cause = cause_of_collapse(met, found, surely, lost.least);
  return found;
}

/// Where the maximum is added again the lost sum goes with the spacing at the margin, so with its binade; zero has
/// none, and what is added to the largest number may saturate. Each range says what lies before its threshold.
Threshold Thresholds::Details::collapse_by_binades(const Pieces& met) {
  const Format f = plain(rules_.format);
  const auto begin_of = [&](int binade) { return ordinal(f, Exact::finite(Sign::positive, 1, binade)); };
  // At margins below 1/8 and p > 1 nothing is absorbed: the terms are larger than 7/8.
  const int first = f.precision > 1 ? std::max(f.emin, -3) : f.emin, last = std::min(f.emax, last_binade);
  Threshold all{0, 0};
  const auto take = [&](const Integer& begin, const Integer& end, const LostSums::Range& lost) {
    const Threshold found = collapse_of(met, lost);
    if (found.least > begin) all.least = std::min(found.least, end);
    if (found.most <= begin) return;
    all.most = std::min(found.most, end);
    all.cause = found.cause;
  };
  const auto take_one = [&](const Integer& margin) { take(margin, margin + 1, lost_sums_.at(margin)); };
  take_one(0);
  const Integer smallest = flushes_results(rules_.format) ? begin_of(f.emin) : Integer(1);
  take(1, smallest, {places_.of_one(), places_.of_largest()});  // margins that are flushed here and there
  for (int binade = first; binade <= last; ++binade) {
    take(binade == first ? smallest : begin_of(binade), binade == last ? places_.of_largest() : begin_of(binade + 1),
         lost_sums_.in_binade(binade));
  }
  take_one(places_.of_largest());
  return all;
}

std::optional<Threshold> Thresholds::Details::collapse(const EqualRivals& rivals) {
  if (gradient_.has_no_share()) return Threshold{0, 0, Cause::mean_factor};
  const auto met = pieces(rivals);
  if (!met) return {};
  switch (rules_.formulation) {
    case Formulation::lse_added: return collapse_by_binades(*met);
    case Formulation::accurate: {  // minus the sum of the others, which is zero when they all are
      const auto alive = survival(rivals);
      return Threshold{alive->least + 1, alive->most + 1, alive->cause};
    }
    default: return collapse_of(*met, lost_sums_.at_any_margin());
  }
}

// --- survival ------------------------------------------------------------------------------------------------------

/// A bound of S for all orders of its terms; nothing if it is beyond the largest number.
std::optional<Exact> Thresholds::Details::largest_sum(const Pieces& met, int classes, const Exact& term) const {
  const Real t = to_real(term), excess_of_two = 1 / ulp_, ulps = excess(met, t, Bound::most);
  const Real bound =
      ulps < excess_of_two ? Real(1 + ulps * ulp_) : Real((1 + (classes - 1) * t) * pow(errors_->most, classes - 1));
  const Integer place = places_.above(bound);
  if (places_.real(place) < bound && !saturates(rules_.format)) return {};
  return places_.number(place);
}

std::optional<Threshold> Thresholds::Details::survival(const EqualRivals& rivals) {
  const auto met = pieces(rivals);
  const auto dies = [&](const Integer& p) { return gradient_.averaged(places_.number(p)).is_zero(); };
  if (gradient_.has_no_share() || dies(places_.of_one())) return Threshold{-1, -1, Cause::mean_factor};
  if (!met) return {};
  const Integer last_dead = last_place(0, places_.of_one(), dies);
  const bool lives_on = places_.turn_behind(last_dead) == 0;
  Threshold found;
  found.most = places_.last_margin(last_dead);
  const auto lives = [&](const Integer& margin) {
    const Exact d = places_.number(margin);
    const auto sum = largest_sum(*met, rivals.classes, gradient_.term(d));
    return sum && !gradient_.of_wrong(*sum, d).is_zero();
  };
  if (lives(found.most)) {
    found.least = found.most;
    found.cause = lives_on                             ? Cause::never
                  : found.most == places_.of_largest() ? Cause::range
                  : places_.is_subnormal(last_dead)    ? Cause::few_bits
                                                       : Cause::exp_rounding;
  } else {
    found.least = last_place(-1, found.most, lives);
    found.cause = Cause::sum_not_one;
  }
  return found;
}

Thresholds::Thresholds(const GradientRules& rules) : details_(std::make_unique<Details>(rules)) {
  assert(has_sign(rules.format) && has_zero(rules.format) && !flushes_operands(rules.format));
}
Thresholds::~Thresholds() = default;

std::optional<Threshold> Thresholds::collapse(const EqualRivals& rivals) { return details_->collapse(rivals); }
std::optional<Threshold> Thresholds::survival(const EqualRivals& rivals) { return details_->survival(rivals); }

}  // namespace precipice::predicted
