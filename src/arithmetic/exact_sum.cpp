#include "precipice/arithmetic/exact_sum.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "precipice/arithmetic/operations.hpp"

namespace precipice {

void ExactSum::add(double term) {
  std::size_t kept = 0;
  for (double part : parts_) {
    if (std::fabs(term) < std::fabs(part)) std::swap(term, part);
    const DoubleDouble s = fast_two_sum(term, part);
    if (s.lo != 0) parts_[kept++] = s.lo;
    term = s.hi;
  }
  parts_.resize(kept);
  if (term != 0) parts_.push_back(term);
}

DoubleDouble ExactSum::leading() const {
  if (parts_.empty()) return {0.0, 0.0};
  DoubleDouble s{parts_.back(), 0.0};
  // What is left below a part that did not fit is smaller than that part's last bit, of which lo is a multiple.
  for (std::size_t i = parts_.size() - 1; i > 0 && s.lo == 0; --i) s = fast_two_sum(s.hi, parts_[i - 1]);
  return s;
}

double ExactSum::nearest() const {
  DoubleDouble s{0.0, 0.0};
  std::size_t i = parts_.size();
  if (i > 0) s.hi = parts_[--i];
  while (i > 0 && s.lo == 0) s = fast_two_sum(s.hi, parts_[--i]);
  // A tie broken to even is wrong if more of lo's sign lies below it.
  if (i > 0 && s.lo != 0 && (s.lo < 0) == (parts_[i - 1] < 0)) {
    const double twice = s.lo * 2;
    const double moved = s.hi + twice;
    if (moved - s.hi == twice) return moved;
  }
  return s.hi;
}

const ExactSum* exact_sum(std::span<const double> terms) {
  constexpr double huge = 0x1p900;
  thread_local ExactSum sum;
  sum.clear();
  for (const double term : terms) {
    if (!(std::fabs(term) < huge)) return nullptr;
    sum.add(term);
  }
  return sum.leading().hi == 0 ? nullptr : &sum;
}

double sum_by_reference(std::span<const double> terms, const Format& format, Rounding rounding) {
  std::vector<Exact> exact;
  exact.reserve(terms.size());
  for (const double term : terms) exact.push_back(Exact::from(term));
  return to_double(reference::sum(exact, format, rounding).value);
}

}  // namespace precipice
