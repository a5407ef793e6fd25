#pragma once

#include <map>
#include <optional>

#include "diagnosis/gradient_of_sum.hpp"
#include "diagnosis/places.hpp"

namespace precipice::predicted {

/// Which sums S are lost: the correct class's gradient is zero although S may be more than 1. They are those up to a
/// largest one.
class LostSums {
 public:
  /// Place of the largest sum that is lost: least and most of it over a range of margins.
  struct Range {
    Integer least, most;
  };

  /// These outlive it.
  LostSums(const GradientRules& rules, const GradientOfSum& gradient, const Places& places);

  [[nodiscard]] Range at(const Integer& margin) const;
  /// At every margin, where the maximum is not added again.
  const Range& at_any_margin();
  /// Of margins in [2^binade, 2^(binade + 1)), where the spacing is the same and the maximum is added again.
  const Range& in_binade(int binade);

 private:
  template <class IsLost>
  [[nodiscard]] Integer last_lost(const IsLost& is_lost) const;
  [[nodiscard]] Range absorbed(int binade) const;
  [[nodiscard]] Range bounded(int binade) const;

  Format format_;
  bool overflows_;
  const GradientOfSum& gradient_;
  const Places& places_;
  std::optional<Range> at_any_margin_;
  std::map<int, Range> in_binade_;
};

}  // namespace precipice::predicted
