#include "diagnosis/pieces.hpp"

#include <algorithm>
#include <cassert>

#include "precipice/arithmetic/sum.hpp"

namespace precipice::predicted {
namespace {

bool are_same(const Piece& a, const Piece& b) { return a.count == b.count && a.least == b.least && a.most == b.most; }

/// Terms for SumFormula.
class Follower {
 public:
  Follower(std::size_t count, std::size_t label, const SumErrors& errors, CorrectTerm correct,
           std::vector<Meeting>& met)
      : count_(count), label_(label), errors_(errors), correct_(correct), met_(met) {}

  [[nodiscard]] Piece join(const Piece& u, const Piece& v) const {
    if (u.has_correct || v.has_correct) {
      meet(u.has_correct ? v : u);
      return with_correct(u.count + v.count);
    }
    if (u.count == 0) return v;
    if (v.count == 0) return u;
    Piece both{u.count + v.count, u.least + v.least, u.most + v.most};
    if (u.is_exact() && are_same(u, v)) return both;  // twice a number
    both.least = std::max({Real(both.least * errors_.least), u.least, v.least});
    both.most *= errors_.most;
    return both;
  }
  template <class Index>
  Piece run_on(Piece total, std::size_t n, const Index& index) const {
    // A sum that is already larger absorbs the terms.
    const Real end = errors_.most_terms ? std::max(*errors_.most_terms, total.most) : Real(0);
    for (std::size_t i = 0; i < n; ++i) {
      total = join(total, term(index(i)));
      if (errors_.most_terms && total.most > end) total.most = end;
    }
    return total;
  }
  template <class Index>
  Piece run(std::size_t n, const Index& index) const {
    return run_on({}, n, index);
  }
  [[nodiscard]] Piece run_from_marked() const {
    return run(count_, [&](std::size_t i) { return detail::index_from_marked(i, label_); });
  }
  [[nodiscard]] Piece exact() const {
    const auto wrong = static_cast<double>(count_ - 1);
    if (correct_ == CorrectTerm::last) return {wrong, wrong * errors_.least, wrong * errors_.most};
    return join(with_correct(0), {wrong, wrong, wrong});
  }
  [[nodiscard]] static Piece zero() { return {}; }
  [[nodiscard]] static Piece compensated() { return {}; }
  [[nodiscard]] static std::vector<Piece> sums(std::size_t n) { return std::vector<Piece>(n); }

  void meet(const Piece& piece) const {
    if (piece.count == 0) return;
    if (!met_.empty() && are_same(met_.back().piece, piece)) {
      ++met_.back().times;
    } else {
      met_.push_back({piece});
    }
  }

 private:
  static Piece with_correct(double count) { return {count, 0, 0, true}; }
  [[nodiscard]] Piece term(std::size_t k) const {
    if (k != label_) return {1, 1, 1};
    return correct_ == CorrectTerm::last ? Piece{} : with_correct(0);
  }

  std::size_t count_, label_;
  const SumErrors& errors_;
  CorrectTerm correct_;
  std::vector<Meeting>& met_;
};

}  // namespace

std::optional<SumErrors> sum_errors(int precision, Rounding rounding) {
  const Real u = power(-precision), one = 1;
  switch (rounding) {
    case Rounding::nearest_even:
    case Rounding::nearest_away: return SumErrors{one - u, one + u, power(precision + 1)};
    case Rounding::toward_zero:
    case Rounding::toward_negative: return SumErrors{one - 2 * u, one, power(precision)};
    case Rounding::toward_positive:
    case Rounding::away_from_zero: return SumErrors{one, one + 2 * u, {}};
    case Rounding::to_odd: return SumErrors{one - 2 * u, one + 2 * u, {}};
    case Rounding::stochastic: break;
  }
  return {};
}

std::optional<std::vector<Meeting>> pieces_met(const SumOrder& order, int classes, int label, const SumErrors& errors,
                                               CorrectTerm correct) {
  assert(classes >= 2 && label >= 0 && label < classes);
  if (order.kind == SumOrder::Kind::kahan) return {};
  std::vector<Meeting> met;
  const Follower terms(static_cast<std::size_t>(classes), static_cast<std::size_t>(label), errors, correct, met);
  const auto total = detail::SumFormula::total<Piece>(order, static_cast<std::size_t>(classes), terms);
  if (correct == CorrectTerm::last) terms.meet(total);
  return met;
}

}  // namespace precipice::predicted
