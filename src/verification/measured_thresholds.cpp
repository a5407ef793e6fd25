#include "precipice/verification/measured_thresholds.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"
#include "precipice/training/loss.hpp"
#include "verification/remembering.hpp"

namespace precipice::verification {
namespace {

constexpr int ladder_begins = -12, ladder_ends = 20;  // exponents

/// What the gradient is like at a margin.
struct Look {
  bool correct_is_zero, wrong_are_zero;
};
using Property = bool Look::*;

/// Looks at margins, many at once.
template <Arithmetic A>
class Probe {
 public:
  using V = typename A::Value;

  static constexpr bool is_fast = std::is_same_v<V, double>;
  /// Interior points by which a bisection cuts an interval: as many as cost no more than one.
  static constexpr int cuts = is_fast ? 7 : 1;
  /// How many numbers of each binade are tried: log2.
  static constexpr int log2_steps = is_fast ? 4 : 1;
  /// Every number so near to where it turns is tried.
  static constexpr int neighbourhood = is_fast ? 128 : 32;
  /// Formats of no more numbers than this are tried whole.
  static constexpr int tried_whole = is_fast ? 4096 : 512;

  Probe(const A& engine, const MeasuredLoss& loss)
      : format_(plain(loss.format)),
        label_(static_cast<std::uint32_t>(loss.label)),
        classes_(static_cast<std::size_t>(loss.classes)),
        head_(engine, Loss{.formulation = loss.formulation, .order = loss.order, .mean = loss.mean},
              static_cast<std::size_t>(loss.batch), classes_) {}

  [[nodiscard]] Integer beyond() const { return ordinal(format_, largest_finite(format_)) + 1; }
  [[nodiscard]] std::size_t margins() const { return margins_; }

  std::vector<Look> at(const std::vector<Integer>& margins) {
    margins_ += margins.size();
    Matrix<V> logits(margins.size(), classes_), gradients(margins.size(), classes_);
    for (std::size_t i = 0; i < margins.size(); ++i) {
      logits(i, label_) = transfer<V>(number_at(format_, margins[i]));
    }
    const std::vector<std::uint32_t> labels(margins.size(), label_);
    head_.gradient(std::as_const(logits).view(), labels, gradients.view());
    std::vector<Look> looks;
    looks.reserve(margins.size());
    for (std::size_t i = 0; i < margins.size(); ++i) looks.push_back(look({gradients.row(i), classes_}));
    return looks;
  }

 private:
  [[nodiscard]] Look look(std::span<const V> gradient) const {
    Look result{is_zero(gradient[label_]), true};
    for (std::size_t k = 0; k < classes_; ++k) {
      if (k != label_ && !is_zero(gradient[k])) result.wrong_are_zero = false;
    }
    return result;
  }

  Format format_;
  std::uint32_t label_;
  std::size_t classes_;
  SoftmaxCrossEntropy<A> head_;
  std::size_t margins_ = 0;
};

/// The numbers first, ..., last.
std::vector<Integer> range(const Integer& first, const Integer& last) {
  std::vector<Integer> all;
  if (first <= last) all.reserve(static_cast<std::size_t>(last - first + 1));
  for (Integer i = first; i <= last; ++i) all.push_back(i);
  return all;
}

/// 2^log2_steps numbers at equal distances in each binade, and the largest two of all.
std::vector<Integer> ladder(const Format& f, int log2_steps) {
  const int steps = 1 << log2_steps;
  const auto place_of = [&](const Exact& x) { return ordinal(plain(f), x); };
  const Integer largest = place_of(largest_finite(f));
  std::vector<Integer> places{largest - 1, largest};
  for (int e = std::max(f.emin, ladder_begins); e <= std::min(f.emax, ladder_ends); ++e) {
    for (int i = 0; i < steps; ++i) {
      const Exact x = Exact::finite(Sign::positive, steps + i, e - log2_steps);
      if (is_member(plain(f), x)) places.push_back(place_of(x));
    }
  }
  return places;
}

/// A place in (without, with] with the property, the one before without.
template <class P>
Integer bisected(P& probe, Property property, Integer without, Integer with) {
  while (with - without > 1) {
    std::vector<Integer> cuts;
    for (int i = 1; i <= P::cuts; ++i) {
      Integer cut = without + (with - without) * i / (P::cuts + 1);
      if (cut > without && cut < with && (cuts.empty() || cut != cuts.back())) cuts.push_back(std::move(cut));
    }
    if (cuts.empty()) cuts.push_back(without + 1);
    const std::vector<Look> looks = probe.at(cuts);
    const auto holds = [&](std::size_t i) { return looks[i].*property; };
    std::size_t i = 0;
    while (i < cuts.size() && !holds(i)) ++i;
    if (i < cuts.size()) with = cuts[i];
    if (i > 0) without = cuts[i - 1];
  }
  return with;
}

/// Every look that was had, by place.
class Seen {
 public:
  template <class P>
  void see(P& probe, const std::vector<Integer>& places) {
    std::vector<Integer> unseen;
    for (const Integer& place : places) {
      if (!looks_.contains(place)) unseen.push_back(place);
    }
    if (unseen.empty()) return;
    const std::vector<Look> looks = probe.at(unseen);
    for (std::size_t i = 0; i < unseen.size(); ++i) looks_.emplace(unseen[i], looks[i]);
  }

  [[nodiscard]] Turn turn(Property property, const Integer& beyond) const {
    Turn result{beyond, beyond};
    for (const auto& [place, look] : looks_) {
      if (look.*property) {
        result.first = std::min(result.first, place);
        if (result.from == beyond) result.from = place;
      } else {
        result.from = beyond;
      }
    }
    return result;
  }
  /// The last place before another that was seen without the property; -1 if there is none.
  [[nodiscard]] Integer last_without(Property property, const Integer& before) const {
    for (auto at = std::make_reverse_iterator(looks_.lower_bound(before)); at != looks_.rend(); ++at) {
      if (!(at->second.*property)) return at->first;
    }
    return -1;
  }

 private:
  std::map<Integer, Look> looks_;
};

template <class P>
Turn find_turn(P& probe, Property property, Seen& seen) {
  const Integer beyond = probe.beyond();
  for (Integer without = -1, with = beyond;;) {
    const Integer at = bisected(probe, property, without, with);
    seen.see(probe, range(std::max(Integer(0), Integer(at - P::neighbourhood)),
                          std::min(Integer(beyond - 1), Integer(at + P::neighbourhood))));
    Turn turn = seen.turn(property, beyond);
    if (turn.from == at) return turn;
    with = turn.from;
    without = seen.last_without(property, with);
  }
}

template <Arithmetic A>
MeasuredThresholds measure(const A& engine, const MeasuredLoss& loss) {
  Probe<A> probe(engine, loss);
  Seen seen;
  seen.see(probe, probe.beyond() <= Probe<A>::tried_whole ? range(0, probe.beyond() - 1)
                                                          : ladder(loss.format, Probe<A>::log2_steps));
  MeasuredThresholds result;
  result.collapse = find_turn(probe, &Look::correct_is_zero, seen);
  result.death = find_turn(probe, &Look::wrong_are_zero, seen);
  result.margins = probe.margins();
  return result;
}

}  // namespace

MeasuredThresholds measure_thresholds(const MeasuredLoss& loss) {
  if (Carried<double>::refusal(loss.format, loss.rounding).empty()) {
    return measure(Carried<double>(loss.format, loss.rounding), loss);
  }
  if (loss.format == binary64 && loss.rounding == Rounding::nearest_even) return measure(Native<double>(), loss);
  return measure(Remembering(Reference(loss.format, loss.rounding)), loss);
}

}  // namespace precipice::verification
