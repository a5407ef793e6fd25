#include "precipice/diagnosis/predicted_regions.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>

#include "diagnosis/places.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/diagnosis/predicted_thresholds.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"

namespace precipice::predicted {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Exact whole(std::int64_t n) { return Exact::finite(Sign::positive, n, 0); }

/// The factor of the loss's gradients, in their format.
Exact factor_of(const RegionSetting& s) {
  Exact scale = exactly<Exact>(s.scale);
  if (s.mean == MeanPlace::outside) return scale;
  const Reference a(s.format, s.rounding);
  const Exact share = a.div(whole(1), whole(s.batch));
  return s.scale == 1 ? share : a.mul(share, scale);
}

MeanFactor kind_of(const Exact& factor) {
  if (factor.is_zero()) return MeanFactor::vanishes;
  return factor.is_finite() ? MeanFactor::sound : MeanFactor::overflows;
}

/// Whether a wrong class of K alike has no gradient.
bool is_blind(const RegionSetting& s, const Exact& factor) {
  const Reference a(s.format, s.rounding);
  return a.mul(a.div(whole(1), whole(s.classes)), factor).is_zero();
}

/// The two thresholds under the factor of a setting. Each is that of a lone rival and of equal ones.
class Ends {
 public:
  explicit Ends(const RegionSetting& setting)
      : setting_(setting),
        factor_(factor_of(setting)),
        largest_(ordinal(plain(setting.format), largest_finite(setting.format))),
        thresholds_({.format = setting.format,
                     .rounding = setting.rounding,
                     .formulation = Formulation::shift,
                     .mean = setting.scale == 1 ? setting.mean : MeanPlace::outside,
                     .batch = setting.batch}) {
    assert(setting.scale == 1 || is_normal(factor_) || !factor_.is_finite());
  }

  [[nodiscard]] const Integer& largest() const { return largest_; }

  /// Nothing where nothing is known of the order.
  std::optional<Threshold> collapse(const EqualRivals& rivals) { return thresholds_.collapse(rivals); }

  std::optional<Threshold> survival(const EqualRivals& rivals) {
    if (setting_.scale == 1) return thresholds_.survival(rivals);
    const auto unscaled = thresholds_.survival(rivals);  // of the exponential: no product is above it in range
    if (!unscaled) return {};
    const Integer last = last_product();
    // A sum above 1 makes probabilities less than their exponentials, at most by the factor K.
    const auto collapsed = thresholds_.collapse(rivals);
    if (collapsed && last >= collapsed->most) return Threshold{last, last, unscaled->cause};
    return Threshold{-1, last, Cause::sum_not_one};
  }

 private:
  [[nodiscard]] bool is_normal(const Exact& x) const {
    return !x.is_zero() && x.is_finite() && x.top_exponent() >= setting_.format.emin;
  }

  /// The last margin whose exponential has a product with the factor.
  [[nodiscard]] Integer last_product() const {
    const Format f = plain(setting_.format);
    const Reference a(setting_.format, setting_.rounding);
    return last_place(-1, largest_ + 1, [&](const Integer& margin) {
      return !a.mul(a.exp(number_at(f, margin).negated()), factor_).is_zero();
    });
  }

  const RegionSetting& setting_;
  Exact factor_;
  Integer largest_;
  Thresholds thresholds_;
};

/// The number with this ordinal.
double margin_at(const Format& format, const Integer& place) { return nearest_double(number_at(plain(format), place)); }

/// A margin beyond the largest number. To nearest it is rounded to infinity, whose exponential is zero.
double beyond_range(const RegionSetting& s) {
  const bool to_nearest = s.rounding == Rounding::nearest_even || s.rounding == Rounding::nearest_away;
  return to_nearest && !saturates(s.format) ? std::ldexp(1.0, s.format.emax + 1) : infinity;
}

/// Adds what one label's thresholds say to a window.
void widen(MarginWindow& w, const RegionSetting& s, Ends& ends, int label) {
  const EqualRivals lone{s.order, 2, std::min(label, 1)}, equal{s.order, s.classes, label};
  const auto first = ends.collapse(lone), last = ends.collapse(equal);
  const auto longest = ends.survival(lone), shortest = ends.survival(equal);
  const bool is_known = first && last && longest && shortest;
  assert(is_known);
  if (!is_known) return;
  const Integer& top = ends.largest();
  const auto comes = [&](const Threshold& t) { return t.least <= top || t.cause == Cause::range; };
  // A margin is rounded to a number when it lies behind the one before.
  const auto behind = [&](const Integer& place) { return place < 0 ? -infinity : margin_at(s.format, place); };
  const auto at = [&](const Integer& place) { return place <= top ? behind(place) : beyond_range(s); };
  const bool collapses = comes(*first) && comes(*last);
  if (collapses) w.opens_earliest = std::min(w.opens_earliest, behind(std::min(first->least, top + 1) - 1));
  w.can_collapse = w.can_collapse || collapses;
  w.is_open = w.is_open || (collapses && first->least <= longest->most);
  w.is_whole = w.is_whole && last->most <= shortest->least;
  const bool is_sure = last->most <= top || last->cause == Cause::range;
  w.opens_latest = std::max(w.opens_latest, is_sure ? at(last->most) : infinity);
  w.dies_earliest = std::min(w.dies_earliest, behind(shortest->least));
  w.dies_latest = std::max(w.dies_latest, longest->cause == Cause::never ? infinity : at(longest->most + 1));
}

Region absorption(const MarginWindow& w, const MarginsReached& reached) {
  if (w.factor == MeanFactor::vanishes) return {Verdict::no, Ground::no_factor, true};
  if (w.factor == MeanFactor::overflows) return {Verdict::no, Ground::overflow, true};
  if (!w.is_open) return {Verdict::no, w.can_collapse ? Ground::closed : Ground::never, true};
  if (reached.largest <= w.opens_earliest) return {Verdict::no, Ground::not_reached};
  if (!w.is_whole) return {Verdict::edge, w.dies_latest == infinity ? Ground::some_labels : Ground::partly_open};
  if (reached.largest < w.opens_latest) return {Verdict::edge, Ground::partly_reached};
  return {Verdict::yes, Ground::open};
}

/// Half of one at the end: margins lie closer together before, and samples gather behind the window, where they stop.
constexpr double enough_samples = 0.5;

/// Of samples whose margins are spread evenly, those that a window open to a lone rival holds at a time.
double samples_inside(const MarginWindow& w, const MarginsReached& reached) {
  const double width = w.dies_latest - std::max(w.opens_earliest, 0.0);
  return reached.samples * width / (reached.largest - reached.least);
}

Region inflation(const MarginWindow& w, const MarginsReached& reached) {
  const Region absorbs = absorption(w, reached);
  if (absorbs.verdict != Verdict::no && w.floor_ratio > 0) {
    return w.floor_ratio > 1 ? Region{Verdict::yes, Ground::floor} : Region{Verdict::no, Ground::over_count};
  }
  if (absorbs.ground == Ground::partly_open && samples_inside(w, reached) < enough_samples)
    return {Verdict::no, Ground::narrow};
  if (absorbs.verdict != Verdict::yes || reached.median >= w.opens_latest) return absorbs;
  return {Verdict::edge, Ground::partly_reached};
}

Region freezing(const MarginWindow& w, const MarginsReached& reached) {
  if (w.factor == MeanFactor::vanishes) return {Verdict::yes, Ground::no_factor, true};
  if (w.factor == MeanFactor::overflows) return {Verdict::no, Ground::overflow, true};
  if (w.dies_latest == infinity) return {Verdict::no, Ground::never};
  if (w.is_blind) return {Verdict::edge, Ground::blind};
  if (reached.largest <= w.dies_earliest) return {Verdict::no, Ground::not_reached};
  if (w.is_whole && reached.least <= w.dies_earliest) return {Verdict::no, Ground::not_reached};
  if (w.is_whole) return {Verdict::edge, Ground::race};
  if (reached.least < std::max(w.opens_latest, w.dies_latest)) return {Verdict::edge, Ground::partly_reached};
  return {Verdict::yes, Ground::underflow};
}

}  // namespace

double rounded_up_floor(const RegionSetting& s) {
  const bool rounds_up = s.rounding == Rounding::toward_positive || s.rounding == Rounding::away_from_zero;
  if (!rounds_up || s.order != SumOrder::sequential || flushes_results(s.format)) return 0;
  double ulps = 0;
  for (int label = 0; label < s.classes; ++label) ulps += std::max(s.classes - 1 - label, 1);
  const double factor = (s.mean == MeanPlace::outside ? 1 : 1 / static_cast<double>(s.batch)) * s.scale;
  return (s.classes - 1) * std::ldexp(1.0, s.format.emin) / (factor * ulps / s.classes);
}

MarginWindow margin_window(const RegionSetting& setting) {
  MarginWindow w;
  const Exact factor = factor_of(setting);
  w.factor = kind_of(factor);
  w.opens_earliest = w.dies_earliest = infinity;
  w.opens_latest = w.dies_latest = -infinity;
  if (w.factor != MeanFactor::sound) return w;
  w.floor_ratio = rounded_up_floor(setting);
  w.is_blind = is_blind(setting, factor);
  w.is_whole = true;
  Ends ends(setting);
  for (int label = 0; label < setting.classes; ++label) widen(w, setting, ends, label);
  return w;
}

Regions regions(const MarginWindow& window, const MarginsReached& reached) {
  return {absorption(window, reached), inflation(window, reached), freezing(window, reached)};
}

std::string_view to_text(Verdict verdict) {
  constexpr std::array<std::string_view, 3> words{"no", "edge", "yes"};
  return words[static_cast<std::size_t>(verdict)];
}

std::string_view to_text(Ground ground) {
  switch (ground) {
    case Ground::open: return "the window is open for every label";
    case Ground::closed: return "the window is closed for every label";
    case Ground::never: return "the rounding never gets there";
    case Ground::no_factor: return "1/B is zero";
    case Ground::overflow: return "the scaled 1/B is infinite";
    case Ground::not_reached: return "margins do not get there";
    case Ground::partly_reached: return "margins of some samples get there";
    case Ground::partly_open: return "the window is open in part";
    case Ground::some_labels: return "some labels collapse, by 1/B";
    case Ground::narrow: return "less than half a sample in the window";
    case Ground::blind: return "no gradient of a wrong class at guessing";
    case Ground::underflow: return "margins get behind the window";
    case Ground::over_count: return "rounded up: a break of the other sign";
    case Ground::floor: return "rounded up: no gradient gets small";
    case Ground::race: break;
  }
  return "margins get behind, or inflation is first";
}

}  // namespace precipice::predicted
