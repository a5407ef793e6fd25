#include "diagnosis/lost_sums.hpp"

#include <algorithm>

#include "precipice/number/ordinal.hpp"

namespace precipice::predicted {

LostSums::LostSums(const GradientRules& rules, const GradientOfSum& gradient, const Places& places)
    : format_(plain(rules.format)),
      overflows_(overflows_to_infinity(rules.rounding, Sign::positive) && !saturates(rules.format)),
      gradient_(gradient),
      places_(places) {}

template <class IsLost>
Integer LostSums::last_lost(const IsLost& is_lost) const {
  const auto of_place = [&](const Integer& sum) { return is_lost(places_.number(sum)); };
  Integer one = places_.of_one();
  if (one == places_.of_largest() || !of_place(one + 1)) return one;
  return last_place(one, places_.beyond(), of_place);
}

LostSums::Range LostSums::at(const Integer& margin) const {
  const Exact d = places_.number(margin);
  const Integer last = last_lost([&](const Exact& sum) { return gradient_.of_correct(sum, d).is_zero(); });
  return {last, last};
}

const LostSums::Range& LostSums::at_any_margin() {
  if (!at_any_margin_) at_any_margin_ = at(0);
  return *at_any_margin_;
}

const LostSums::Range& LostSums::in_binade(int binade) {
  const auto known = in_binade_.find(binade);
  if (known != in_binade_.end()) return known->second;
  const Real spacing = power(quantum_exponent(format_, binade));
  const bool is_one_spacing_lost = gradient_.of_correct_with_log(to_exact(spacing).negated()).is_zero();
  return in_binade_.emplace(binade, is_one_spacing_lost ? bounded(binade) : absorbed(binade)).first->second;
}

/// The gradient is lost iff fl(d + log S) is d: that depends on the last bit of d only.
LostSums::Range LostSums::absorbed(int binade) const {
  const Integer even = ordinal(format_, Exact::finite(Sign::positive, 1, binade));
  Range of_even = at(even);
  if (format_.precision == 1) return of_even;
  const Range of_odd = at(even + 1);
  return {std::min(of_even.least, of_odd.least), std::max(of_even.most, of_odd.most)};
}

/// The gradient is lost at larger sums, too: d - fl(d + log S) misses -log S by less than the spacing at
/// 2^(binade + 1) + log S.
LostSums::Range LostSums::bounded(int binade) const {
  const auto lost_with = [&](int sign) {
    return last_lost([&](const Exact& sum) {
      const Exact log_sum = gradient_.log_of(sum);
      if (!log_sum.is_finite()) return false;
      const Real log = to_real(log_sum), top = power(binade + 1) + log;
      const Real log_p = -log - sign * power(quantum_exponent(format_, to_exact(top).top_exponent()));
      const Exact least = to_exact(abs(log_p));
      return gradient_.of_correct_with_log(log_p < 0 ? least.negated() : Exact()).is_zero();
    });
  };
  // What goes beyond the largest number may come back to it, and be nearer to d than it should.
  const bool may_saturate = binade >= format_.emax - 1 && !overflows_;
  return {lost_with(1), may_saturate ? places_.of_largest() : lost_with(-1)};
}

}  // namespace precipice::predicted
