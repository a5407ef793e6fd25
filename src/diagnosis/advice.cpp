#include "precipice/diagnosis/advice.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"

namespace precipice::predicted {
namespace {

constexpr double ln2 = 0.6931471805599453;
constexpr double largest_batch = 0x1p53;  // so that it is a double

/// True if the factor of all gradients, fl(fl(1/B) S), is zero in the loss format.
bool factor_vanishes(const Format& format, const Regime& r) {
  if (r.mean == MeanPlace::outside) return false;
  const Reference a(format, r.rounding);
  const Exact share = a.div(Exact::from(1), Exact::finite(Sign::positive, r.batch, 0));
  return share.is_zero() || a.mul(share, Exact::from(r.loss_scale)).is_zero();
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
bool is_closed(const Format& format, const Regime& r) {
  if (factor_vanishes(format, r)) return true;
  const int absorbed_bits = static_cast<int>(std::lround(*absorption_margin(format, r.rounding) / ln2));
  const int bits = -format.emin - (flushes_results(format) ? absorbed_bits : 0);
  return std::ldexp(1.0, bits) <= reduction(r);
}

bool is_predicted(int precision, Rounding rounding) { return precision > 1 || rounding != Rounding::to_odd; }

int smallest_precision(const Regime& r) {
  int p = 1;
  for (; !is_predicted(p, r.rounding); ++p) continue;
  while (absorption_margin(p, r.rounding).value_or(HUGE_VAL) <= r.margin) ++p;
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

Verdict verdict_on(const FormatAdvice& f, const Regime& r) {
  if (!is_wide_enough(f.format, r)) return Verdict::too_narrow;
  if (!is_predicted(f.format.precision, r.rounding)) return Verdict::not_predicted;
  if (!f.opens || *f.opens > r.margin) return Verdict::absorbs_nothing;
  return is_closed(f.format, r) ? Verdict::window_closed : Verdict::at_risk;
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
  FormatAdvice advice{format, Verdict::at_risk, absorption_margin(format, r.rounding), underflow_margin(format, r)};
  advice.verdict = verdict_on(advice, r);
  return advice;
}

Advice advise(const Regime& r) {
  check_regime(r);
  Advice advice;
  advice.precision = smallest_precision(r);
  advice.exponent_bits = smallest_exponent_bits(advice.precision, r);
  advice.closed_exponent_bits = closed_exponent_bits(r);
  advice.pieces = pieces_over_labels(r);
  for (const NamedFormat& named : catalogue()) advice.named.push_back(advice_on(named.format, r));
  return advice;
}

}  // namespace precipice::predicted
