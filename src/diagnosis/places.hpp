#pragma once

#include "diagnosis/real.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice::predicted {

/// Numbers of a format >= 0 by their ordinals, and the reals between them at which a rounding turns from one to the
/// next.
class Places {
 public:
  Places(const Format& format, Rounding rounding);

  [[nodiscard]] const Integer& of_one() const { return one_; }
  [[nodiscard]] const Integer& of_largest() const { return largest_; }
  [[nodiscard]] Integer beyond() const { return largest_ + 1; }
  [[nodiscard]] bool is_subnormal(const Integer& place) const { return place > 0 && place < smallest_normal_; }
  [[nodiscard]] Exact number(const Integer& place) const;
  [[nodiscard]] Real real(const Integer& place) const { return to_real(number(place)); }

  /// The largest number <= x.
  [[nodiscard]] Integer below(const Real& x) const;
  /// The smallest >= x, or the largest of all.
  [[nodiscard]] Integer above(const Real& x) const;

  /// The real up to which numbers are rounded to that of `place` or to a smaller one, itself aside.
  [[nodiscard]] Real turn_behind(const Integer& place) const;

  /// The first margin d whose term fl(exp(-d)) is at most that of `place`: one beyond the largest number if there is
  /// none.
  [[nodiscard]] Integer first_margin(const Integer& place) const;
  /// The last margin whose term is larger. Precondition: place < of_one().
  [[nodiscard]] Integer last_margin(const Integer& place) const;

 private:
  [[nodiscard]] Real turn_to_smallest_normal() const;

  Format format_;  ///< with gradual underflow
  bool flushes_;
  Rounding rounding_;
  Integer one_, largest_, smallest_normal_;
};

/// The last place in [first, end) at which `holds` is true; it is at `first`, and turns false once at most.
template <class Holds>
Integer last_place(Integer first, Integer end, const Holds& holds) {
  while (end - first > 1) {
    const Integer middle = (first + end) / 2;
    (holds(middle) ? first : end) = middle;
  }
  return first;
}

}  // namespace precipice::predicted
