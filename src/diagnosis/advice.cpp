#include "precipice/diagnosis/advice.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"

namespace precipice::predicted {
namespace {

constexpr double ln2 = 0.6931471805599453;
constexpr double largest_batch = 0x1p53;  // so that it is a double

/// True if the factor of all gradients is zero in the loss format.
bool factor_vanishes(const Format& format, const Regime& r) {
  return r.mean != MeanPlace::outside && mean_factor(format, r.rounding, r.batch, r.loss_scale).is_zero();
}

/// Magnitude of the correct class's gradient while it is badly wrong.
double largest_gradient(const Regime& r) {
  return r.mean == MeanPlace::outside ? r.loss_scale : r.loss_scale / static_cast<double>(r.batch);
}

bool is_wide_enough(const Format& format, const Regime& r) {
  if (!has_sign(format) || !has_zero(format)) return false;
  const double largest = nearest_double(largest_finite(format));
  return largest >= std::max({static_cast<double>(r.classes), r.margin, largest_gradient(r)});
}

/// opens >= closes without the rounding of logarithms: 2^-emin <= reduction, and where results are flushed p less the
/// bits that absorption needs are missing.
bool is_closed(const FormatAdvice& f, const Regime& r) {
  if (factor_vanishes(f.format, r)) return true;
  if (!f.closes) return false;
  const int opening_bits = static_cast<int>(std::lround(*f.opens / ln2));
  const int bits = -f.format.emin - (flushes_results(f.format) ? opening_bits : 0);
  return std::ldexp(1.0, bits) <= reduction(r);
}

bool is_power_of_two(double x) {
  int exponent = 0;
  return std::frexp(x, &exponent) == 0.5;
}

/// Whether b is no power of two, where the exponent field is wide and p large; and what is lost is not the sum.
bool loses_mean_factor(const Regime& r) {
  const bool is_exact = is_power_of_two(static_cast<double>(r.batch)) && is_power_of_two(r.loss_scale);
  return r.mean == MeanPlace::before && !is_exact && mean_absorption_margin(2, r.rounding);
}

/// earliest_collapse where the exponent field is wide.
std::optional<double> earliest_margin(int precision, const Regime& r) {
  return loses_mean_factor(r) ? mean_absorption_margin(precision, r.rounding)
                              : absorption_margin(precision, r.rounding);
}

int smallest_precision(const Regime& r) {
  int p = r.rounding == Rounding::to_odd ? 2 : 1;
  while (earliest_margin(p, r).value_or(HUGE_VAL) <= r.margin) ++p;
  return p;
}

int smallest_exponent_bits(int precision, const Regime& r) {
  int bits = 2;
  const auto suffices = [&] {
    const Format format = ieee_like(precision, bits);
    return is_wide_enough(format, r) && underflow_margin(format, r).value_or(HUGE_VAL) > r.margin;
  };
  while (bits < largest_exponent_bits && !suffices()) ++bits;
  return bits;
}

std::optional<int> closed_exponent_bits(const Regime& r) {
  if (!absorption_margin(2, r.rounding)) return {};
  int bits = 2;
  while (bits < largest_exponent_bits && std::ldexp(1.0, -ieee_like(2, bits + 1).emin) <= reduction(r)) ++bits;
  return bits;
}

/// Whether the first and the last label have the fewest and the most terms, in whichever order.
bool is_monotonic(const SumOrder& order) {
  using Kind = SumOrder::Kind;
  return order.kind == Kind::sequential || order.kind == Kind::reverse || order.kind == Kind::correct_first ||
         order.kind == Kind::exact;
}

std::optional<PiecesOverLabels> pieces_over_labels(const Regime& r) {
  if (!is_monotonic(r.order) && r.classes > most_followed_classes) return {};
  PiecesOverLabels pieces{HUGE_VAL, 0};
  for (int label = 0; label < r.classes; label += is_monotonic(r.order) ? r.classes - 1 : 1) {
    const auto terms = terms_in_one_piece(r.order, r.classes, label);
    if (!terms) return {};
    pieces = {std::min(pieces.fewest, *terms), std::max(pieces.most, *terms)};
  }
  return pieces;
}

Verdict verdict_on(const FormatAdvice& f, bool is_predicted, const Regime& r) {
  if (!is_wide_enough(f.format, r)) return Verdict::too_narrow;
  if (!is_predicted) return Verdict::not_predicted;
  if (!f.opens || *f.opens > r.margin) return Verdict::absorbs_nothing;
  return is_closed(f, r) ? Verdict::window_closed : Verdict::at_risk;
}

}  // namespace

void check_regime(const Regime& r) {
  const double limit = *absorption_margin(largest_precision - 1, Rounding::toward_zero);
  if (!(r.margin > 0) || !(r.margin < limit)) {
    throw ConfigError(fmt::format("a margin of {} nats; it must be above 0 and below {:.0f}", r.margin, limit));
  }
  if (r.classes < 2) throw ConfigError(fmt::format("{} classes; there must be at least 2", r.classes));
  if (r.batch < 1 || static_cast<double>(r.batch) > largest_batch) {
    throw ConfigError(fmt::format("a batch of {}; it must be a number from 1 to 2^53", r.batch));
  }
  if (!(r.loss_scale > 0) || !std::isfinite(r.loss_scale)) {
    throw ConfigError(fmt::format("a loss scale of {}; it must be positive and finite", r.loss_scale));
  }
  if (!std::isfinite(static_cast<double>(r.batch) / r.loss_scale)) {
    throw ConfigError(fmt::format("a loss scale of {}; B / S must be finite", r.loss_scale));
  }
  if (r.rounding == Rounding::stochastic) {
    throw ConfigError(
        "stochastic rounding absorbs now and then, whatever the margin: there is no threshold to advise by");
  }
}

double reduction(const Regime& r) {
  const double batch = r.mean == MeanPlace::outside ? 1 : static_cast<double>(r.batch);
  return std::max(batch / r.loss_scale, 1.0);
}

std::optional<double> underflow_margin(const Format& format, const Regime& r) {
  const auto of_softmax = underflow_margin(format, r.rounding, MeanPlace::outside, 1);
  if (!of_softmax) return {};
  if (factor_vanishes(format, r)) return 0;
  return *of_softmax - Native<double>::log(reduction(r));
}

FormatAdvice advice_on(const Format& format, const Regime& r) {
  const auto [opens, is_predicted] =
      earliest_collapse(format, r.rounding, {.mean = r.mean, .scale = r.loss_scale}, r.batch);
  FormatAdvice advice{format, Verdict::at_risk, opens, underflow_margin(format, r)};
  advice.verdict = verdict_on(advice, is_predicted, r);
  return advice;
}

Advice advise(const Regime& r) {
  check_regime(r);
  Advice advice;
  advice.precision = smallest_precision(r);
  advice.loses_mean_factor = loses_mean_factor(r);
  advice.exponent_bits = smallest_exponent_bits(advice.precision, r);
  advice.closed_exponent_bits = closed_exponent_bits(r);
  advice.pieces = pieces_over_labels(r);
  for (const NamedFormat& named : catalogue()) advice.named.push_back(advice_on(named.format, r));
  return advice;
}

}  // namespace precipice::predicted
