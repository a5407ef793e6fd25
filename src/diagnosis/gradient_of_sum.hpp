#pragma once

#include "precipice/arithmetic/reference.hpp"
#include "precipice/diagnosis/predicted_thresholds.hpp"

namespace precipice::predicted {

/// dL/dz of a sample of EqualRivals whose sum S is given: what is left of a formulation when nothing has to be added
/// up. Rounded by the definition of rounding.
class GradientOfSum {
 public:
  explicit GradientOfSum(const GradientRules& rules)
      : rules_(rules),
        a_(rules.format, rules.rounding),
        share_(a_.div(one(), Exact::finite(Sign::positive, rules.batch, 0))) {}

  static Exact one() { return Exact::finite(Sign::positive, 1, 0); }

  /// t = fl(exp(fl(0 - margin))); the difference is exact but where it is flushed.
  [[nodiscard]] Exact term(const Exact& margin) const { return a_.exp(difference(margin)); }

  [[nodiscard]] Exact of_correct(const Exact& sum, const Exact& margin) const {
    if (rules_.formulation == Formulation::reciprocal) return with_reciprocal(sum, one(), one());
    return less_target(probability(sum, margin, margin, Exact(), one()));
  }
  /// Of the correct class whose logarithm of p is rounded from this.
  [[nodiscard]] Exact of_correct_with_log(const Exact& log) const { return less_target(a_.exp(a_.convert(log))); }

  [[nodiscard]] Exact log_of(const Exact& sum) const { return a_.log(sum); }

  [[nodiscard]] Exact of_wrong(const Exact& sum, const Exact& margin) const {
    if (rules_.formulation == Formulation::reciprocal) return with_reciprocal(sum, term(margin), Exact());
    return averaged(probability(sum, margin, Exact(), difference(margin), term(margin)));
  }

  /// g of a wrong class whose probability is p.
  [[nodiscard]] Exact averaged(const Exact& p) const {
    if (rules_.mean == MeanPlace::outside) return a_.sub(p, Exact());
    return a_.mul(p, share_);
  }

  [[nodiscard]] bool has_no_share() const { return rules_.mean != MeanPlace::outside && share_.is_zero(); }

 private:
  [[nodiscard]] Exact difference(const Exact& margin) const { return a_.sub(Exact(), margin); }

  /// Of the class with logit z, s = z - maximum, t = exp(s); the maximum is the margin.
  [[nodiscard]] Exact probability(const Exact& sum, const Exact& maximum, const Exact& z, const Exact& s,
                                  const Exact& t) const {
    switch (rules_.formulation) {
      case Formulation::lse_added: return a_.exp(a_.sub(z, a_.add(maximum, a_.log(sum))));
      case Formulation::division:
      case Formulation::accurate: return a_.div(t, sum);
      default: return a_.exp(a_.sub(s, a_.log(sum)));
    }
  }

  /// g = u t - y b with u = b / S.
  [[nodiscard]] Exact with_reciprocal(const Exact& sum, const Exact& t, const Exact& target) const {
    const bool is_averaged = rules_.mean == MeanPlace::before;
    const Exact of_target = is_averaged && !target.is_zero() ? share_ : target;
    const Exact g = a_.sub(a_.mul(a_.div(is_averaged ? share_ : one(), sum), t), of_target);
    return rules_.mean == MeanPlace::after ? a_.mul(g, share_) : g;
  }

  /// g of the correct class whose probability is p.
  [[nodiscard]] Exact less_target(const Exact& p) const {
    switch (rules_.mean) {
      case MeanPlace::before: return a_.sub(a_.mul(p, share_), share_);
      case MeanPlace::after: return a_.mul(a_.sub(p, one()), share_);
      case MeanPlace::outside: break;
    }
    return a_.sub(p, one());
  }

  GradientRules rules_;
  Reference a_;
  Exact share_;  ///< b = fl(1/B)
};

}  // namespace precipice::predicted
