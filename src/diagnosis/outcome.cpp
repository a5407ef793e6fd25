#include "precipice/diagnosis/outcome.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "precipice/arithmetic/native.hpp"
#include "precipice/diagnosis/terms.hpp"

namespace precipice {
namespace {

constexpr std::array<Term, 9> terms{{
    {"failed", "the program could not finish it"},
    {"diverges", "a loss or norm is not finite, before any inflation"},
    {"never-fits", "never classified its training samples"},
    {"slingshots", "Numerical Feature Inflation and loss spikes"},
    {"inflates", "Numerical Feature Inflation without spikes"},
    {"spikes-only", "loss spikes without inflation"},
    {"frozen", "every gradient underflowed to zero"},
    {"absorbs", "softmax collapse of some sample, and nothing came of it"},
    {"clean", "none of these"},
}};
constexpr auto names = words_of(terms);

std::optional<std::int64_t> first_step(std::span<const Record> records,
                                       const std::function<bool(const Record&)>& holds) {
  const auto found = std::ranges::find_if(records, holds);
  return found == records.end() ? std::nullopt : std::optional(found->step);
}

/// Loss spikes after the fit: the log-loss against its mean over the records of the last spike_window steps (the one
/// before at least). A spike ends when the loss is back at half the factor, in logarithms.
void find_spikes(std::span<const Record> records, const Rules& rules, Onsets& onsets) {
  if (!onsets.fitted) return;
  // A loss of exactly zero (every wrong term underflowed even in binary64) counts as the smallest double.
  const auto level = [](const Record& r) { return Native<double>::log(std::max(r.loss, 0x1p-1074)); };
  const double height = Native<double>::log(rules.spike_factor);
  bool inside = false;
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i - 1].step < *onsets.fitted || !std::isfinite(records[i].loss)) continue;
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t j = i; j-- > 0;) {
      const bool recent = static_cast<double>(records[i].step - records[j].step) <= rules.spike_window;
      if (count > 0 && (!recent || records[j].step < *onsets.fitted)) break;
      sum += level(records[j]);
      ++count;
    }
    const double rise = level(records[i]) - sum / static_cast<double>(count);
    if (rise >= height && !inside) {
      if (!onsets.first_spike) onsets.first_spike = records[i].step;
      ++onsets.spikes;
    }
    inside = rise >= height || (inside && rise >= height / 2);
  }
}

/// Centred features have a mean of rounding errors, which grows as the features do and means nothing.
bool has_grown(const Record& now, const Record& then, const Rules& rules) {
  return now.feature_mean_norm >= rules.inflation_growth * then.feature_mean_norm &&
         !(now.feature_mean_norm < rules.mean_share * now.feature_norm);  // earlier traces do not have it
}

Outcome outcome_of(const Onsets& o) {
  if (o.diverged_at && !o.nfi) return Outcome::diverges;
  if (!o.fitted) return Outcome::never_fits;
  if (o.nfi && o.first_spike) return Outcome::slingshots;
  if (o.nfi) return Outcome::inflates;
  if (o.first_spike) return Outcome::spikes_only;
  if (o.frozen_at) return Outcome::frozen;
  return o.first_absorption ? Outcome::absorbs : Outcome::clean;
}

}  // namespace

std::string_view to_text(Outcome outcome) { return names[static_cast<std::size_t>(outcome)]; }

std::span<const std::string_view> outcome_names() { return names; }
std::span<const Term> outcome_terms() { return terms; }

std::optional<std::int64_t> nfi_onset(std::span<const Record> records, const Rules& rules) {
  const auto first = std::ranges::find_if(records, [](const Record& r) { return r.collapsed_share > 0; });
  bool broken = false;
  for (auto r = first; r != records.end(); ++r) {
    broken =
        broken || (r->residual_probability > 0 && r->zero_sum_residual >= rules.broken_share * r->residual_probability);
    if (broken && has_grown(*r, *first, rules) && r->mean_cosine <= -rules.opposed_cosine) return r->step;
  }
  return std::nullopt;
}

std::optional<std::int64_t> aligned_onset(std::span<const Record> records, const Rules& rules) {
  const auto fitted =
      std::ranges::find_if(records, [&](const Record& r) { return r.train_accuracy >= 1 - rules.misfit_share; });
  const auto first = std::find_if(fitted, records.end(), [&](const Record& r) {
    return r.zero_sum_residual > 0 && r.zero_sum_residual >= rules.broken_share * r.residual_probability;
  });
  return first_step({first, records.end()}, [&](const Record& r) {
    return has_grown(r, *first, rules) && r.mean_cosine >= rules.opposed_cosine;
  });
}

std::optional<double> inflation_rate(std::span<const Record> records, std::int64_t onset) {
  const auto first = std::ranges::find(records, onset, &Record::step);
  if (first == records.end() || !(first->feature_mean_norm > 0)) return {};
  constexpr double e = 0x1.5bf0a8b145769p+1;
  const auto grown = std::find_if(first, records.end(), [&](const Record& r) {
    return std::isfinite(r.feature_mean_norm) && r.feature_mean_norm >= e * first->feature_mean_norm;
  });
  if (grown == records.end()) return {};
  return Native<double>::log(grown->feature_mean_norm / first->feature_mean_norm) /
         static_cast<double>(grown->step - first->step);
}

Diagnosis diagnose(const Trace& trace, const Rules& rules) {
  const std::span<const Record> records(trace.records);
  Onsets onsets;
  onsets.fitted = first_step(records, [&](const Record& r) { return r.train_accuracy >= 1 - rules.misfit_share; });
  onsets.first_absorption = first_step(records, [](const Record& r) { return r.collapsed_share > 0; });
  onsets.sc50 = first_step(records, [&](const Record& r) { return r.collapsed_share >= rules.collapsed_share; });
  onsets.nfi = nfi_onset(records, rules);
  onsets.aligned = aligned_onset(records, rules);
  const auto reached = [&](double accuracy) {
    return first_step(records, [&](const Record& r) { return r.test_accuracy >= accuracy; });
  };
  onsets.test_accuracy_50 = reached(0.5);
  onsets.test_accuracy_90 = reached(0.9);
  onsets.test_accuracy_99 = reached(0.99);
  onsets.frozen_at = trace.frozen_at;
  onsets.diverged_at = trace.diverged_at;
  find_spikes(records, rules, onsets);
  return {outcome_of(onsets), onsets, onsets.nfi ? inflation_rate(records, *onsets.nfi) : std::nullopt};
}

}  // namespace precipice
