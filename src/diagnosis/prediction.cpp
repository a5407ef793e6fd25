#include "precipice/diagnosis/prediction.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "diagnosis/pieces.hpp"
#include "diagnosis/real.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"

namespace precipice::predicted {
namespace {

constexpr double ln2 = 0.6931471805599453;

double ln(double x) { return Native<double>::log(x); }
double log2(double x) { return Native<double>::log(x) / ln2; }

/// 2^x; exact for whole x.
double power_of_two(double x) {
  const double whole = std::floor(x);
  return std::ldexp(Native<double>::exp((x - whole) * ln2), static_cast<int>(whole));
}

/// How a rounding treats what is added to 1, and equal terms that are added up.
struct Absorption {
  double bits_short;   ///< s is absorbed by 1 from s = 2^-(p - bits_short) down
  double bits_beyond;  ///< equal terms t stagnate at about 2^(p + bits_beyond) t
};

std::optional<Absorption> absorption(Rounding rounding) {
  switch (rounding) {
    case Rounding::nearest_even: return Absorption{0, 0};
    case Rounding::nearest_away: return Absorption{0, 1};  // the tie at 2^p t goes up
    case Rounding::toward_zero:
    case Rounding::toward_negative: return Absorption{1, 0};
    case Rounding::toward_positive:
    case Rounding::away_from_zero:
    case Rounding::to_odd:
    case Rounding::stochastic: break;  // the last absorbs now and then, whatever the margin
  }
  return {};
}

/// What limits a sum of equal terms before the 1 meets it.
enum class Limit : std::uint8_t { none, stagnation, unknown };

/// Of orders with lanes or windows as if none of their running sums were long enough to stagnate.
Limit limit_of(const SumOrder& order) {
  switch (order.kind) {
    case SumOrder::Kind::sequential:
    case SumOrder::Kind::reverse:
    case SumOrder::Kind::correct_first: return Limit::stagnation;
    case SumOrder::Kind::exact:
    case SumOrder::Kind::pairwise:
    case SumOrder::Kind::lanes:
    case SumOrder::Kind::butterfly:
    case SumOrder::Kind::vector:
    case SumOrder::Kind::strided:
    case SumOrder::Kind::packets:
    case SumOrder::Kind::windows:
    case SumOrder::Kind::cascade: return Limit::none;
    case SumOrder::Kind::kahan: break;
  }
  return Limit::unknown;
}

/// The rounding's, if it absorbs at all and sums in this order are understood.
std::optional<Absorption> absorption(Rounding rounding, const SumOrder& order) {
  return limit_of(order) == Limit::unknown ? std::nullopt : absorption(rounding);
}

/// log2 of the terms that the 1 meets in one piece, as the running sum can hold them.
double log2_piece(double p, const Absorption& a, const SumOrder& order, double terms) {
  const double bits = log2(terms);
  return limit_of(order) == Limit::none ? bits : std::min(bits, p + a.bits_beyond);
}

/// ln of what the loss format's gradients are divided by.
double ln_divisor(MeanPlace mean, std::int64_t batch) {
  assert(batch >= 1);
  return mean == MeanPlace::outside ? 0 : ln(static_cast<double>(batch));
}

}  // namespace

std::optional<double> absorption_margin(double p, Rounding rounding) {
  const auto a = absorption(rounding);
  if (!a) return {};
  return (p - a->bits_short) * ln2;
}

std::optional<double> absorption_margin(const Format& format, Rounding rounding) {
  return absorption_margin(format.precision, rounding);
}

std::optional<double> terms_in_one_piece(const SumOrder& order, int classes, int label) {
  const auto met = pieces_met(order, classes, label, {1, 1, {}});
  if (!met) return {};
  double largest = 0;
  for (const Meeting& meeting : *met) largest = std::max(largest, meeting.piece.count);
  return largest;
}

std::optional<double> median_terms_in_one_piece(const SumOrder& order, int classes) {
  if (limit_of(order) == Limit::unknown) return {};
  std::vector<double> terms;
  terms.reserve(static_cast<std::size_t>(std::max(classes, 0)));
  for (int label = 0; label < classes; ++label) terms.push_back(*terms_in_one_piece(order, classes, label));
  std::ranges::sort(terms);
  const auto count = static_cast<std::size_t>(classes);
  return std::sqrt(terms[(count - 1) / 2] * terms[count / 2]);
}

std::optional<double> collapse_margin(double p, Rounding rounding, const SumOrder& order, double terms) {
  const auto a = absorption(rounding, order);
  if (!a) return {};
  return (p - a->bits_short + log2_piece(p, *a, order, terms)) * ln2;
}

std::optional<double> collapse_margin(const Format& format, Rounding rounding, const SumOrder& order, int classes,
                                      int label) {
  const auto terms = terms_in_one_piece(order, classes, label);
  if (!terms) return {};
  return collapse_margin(format.precision, rounding, order, *terms);
}

std::optional<double> behind_collapse_margin(const Exact& margin, const Format& format, Rounding rounding,
                                             const SumOrder& order, int classes, int label) {
  const auto a = absorption(rounding, order);
  const auto terms = terms_in_one_piece(order, classes, label);
  if (!a || !terms) return {};
  const Real all = *terms, held = power(format.precision + static_cast<int>(a->bits_beyond));
  const Real piece = limit_of(order) == Limit::none ? all : std::min(all, held);
  return static_cast<double>(to_real(margin) + log(power(static_cast<int>(a->bits_short) - format.precision) / piece));
}

std::optional<double> collapse_precision(double margin, Rounding rounding, const SumOrder& order, double terms) {
  const auto a = absorption(rounding, order);
  if (!a) return {};
  // margin / ln 2 = p - bits_short + min(log2 n, p + bits_beyond), which grows with p: invert both branches.
  const double bits = margin / ln2 + a->bits_short;
  const double all_terms = bits - log2(terms);
  return limit_of(order) == Limit::none ? all_terms : std::max(all_terms, (bits - a->bits_beyond) / 2);
}

std::optional<double> underflow_margin(double p, double emin, Rounding rounding, MeanPlace mean, std::int64_t batch) {
  // Next to zero a rounding does what it does next to 1: half of the spacing is lost to nearest, all of it if
  // truncated.
  const auto a = absorption(rounding);
  if (!a) return {};
  return (p - a->bits_short - emin) * ln2 - ln_divisor(mean, batch);
}

std::optional<double> underflow_margin(const Format& format, Rounding rounding, MeanPlace mean, std::int64_t batch) {
  if (!has_zero(format)) return {};
  if (flushes_results(format)) return -format.emin * ln2 - ln_divisor(mean, batch);
  return underflow_margin(format.precision, format.emin, rounding, mean, batch);
}

std::optional<double> behind_underflow_margin(const Exact& margin, const Format& format, Rounding rounding,
                                              MeanPlace mean, std::int64_t batch) {
  const auto a = absorption(rounding);
  if (!has_zero(format) || (!flushes_results(format) && !a)) return {};
  const int below = flushes_results(format) ? 0 : format.precision - static_cast<int>(a->bits_short);
  const Real divisor = mean == MeanPlace::outside ? Real(1) : Real(batch);
  return static_cast<double>(to_real(margin) + log(power(format.emin - below) * divisor));
}

double ieee_like_emin(double exponent_bits) { return 2 - power_of_two(exponent_bits - 1); }

std::optional<double> mean_absorption_margin(double p, Rounding rounding) {
  switch (rounding) {
    case Rounding::toward_positive:
    case Rounding::away_from_zero: return (p - 1) * ln2;
    case Rounding::to_odd: return (p - 2) * ln2;
    case Rounding::nearest_even:
    case Rounding::nearest_away:
    case Rounding::toward_zero:
    case Rounding::toward_negative:
    case Rounding::stochastic: break;
  }
  return {};
}

EarliestCollapse earliest_collapse(const Format& format, Rounding rounding, const Loss& loss, std::int64_t batch) {
  const Formulation f = loss.formulation;
  if (f == Formulation::accurate) return {};
  const bool is_absorbed = f == Formulation::shift || f == Formulation::division || f == Formulation::reciprocal ||
                           f == Formulation::composed;
  const bool is_known = rounding != Rounding::stochastic && !(rounding == Rounding::to_odd && format.precision == 1);
  if (!is_absorbed || !is_known) return {{}, false};
  if (const auto absorbed = absorption_margin(format, rounding)) return {absorbed};
  if (f == Formulation::composed) return {{}, false};
  if (loss.mean != MeanPlace::before || f == Formulation::reciprocal) return {};
  const Exact b = mean_factor(format, rounding, batch, loss.scale);
  if (b.is_zero() || !b.is_finite()) return {};  // no gradient at all, or none that is finite
  if (b.top_exponent() < format.emin) return {{}, false};
  const Exact below_one = Exact::finite(Sign::positive, (Integer(1) << format.precision) - 1, -format.precision);
  if (Reference(format, rounding).mul(below_one, b) != b) return {};
  return {mean_absorption_margin(format.precision, rounding)};
}

Exact mean_factor(const Format& format, Rounding rounding, std::int64_t batch, double scale) {
  assert(batch >= 1);
  const Reference a(format, rounding);
  const Exact share = a.div(Exact::finite(Sign::positive, 1, 0), Exact::finite(Sign::positive, batch, 0));
  return scale == 1 ? share : a.mul(share, Exact::from(scale));
}

bool mean_factor_vanishes(const Format& format, Rounding rounding, MeanPlace mean, std::int64_t batch) {
  if (mean == MeanPlace::outside || rounding == Rounding::stochastic) return false;
  return mean_factor(format, rounding, batch).is_zero();
}

std::optional<NfiWindow> nfi_window(const Format& format, Rounding rounding, const SumOrder& order, int classes,
                                    int label, MeanPlace mean, std::int64_t batch) {
  const auto opens = collapse_margin(format, rounding, order, classes, label);
  const auto closes = underflow_margin(format, rounding, mean, batch);
  if (!opens || !closes) return {};
  return NfiWindow{*opens, mean_factor_vanishes(format, rounding, mean, batch) ? 0 : *closes};
}

std::optional<double> closing_exponent_bits(double p, Rounding rounding, const SumOrder& order, double terms,
                                            MeanPlace mean, std::int64_t batch, const Format& family) {
  const auto a = absorption(rounding, order);
  if (!a || !has_zero(family)) return {};
  // -emin of the format whose window has width zero; -emin + 1 is its bias.
  double bias = 1 + ln_divisor(mean, batch) / ln2 + log2_piece(p, *a, order, terms);
  if (flushes_results(family)) bias += p - a->bits_short;
  constexpr int any_width = 8;
  const int short_of_power = (1 << (any_width - 1)) - default_bias(any_width, family.specials);
  return 1 + log2(bias + short_of_power);
}

}  // namespace precipice::predicted
