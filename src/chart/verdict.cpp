#include "chart/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace precipice::chart {
namespace {

/// The onsets that claims are about, from a row of cells.csv.
Onsets onsets_of(const Results& results, const FinishedRun& run) {
  const auto whole = [&](std::string_view name) -> std::optional<std::int64_t> {
    const auto column = results.column(name);
    const auto number = column ? number_of(run.fields[*column]) : std::nullopt;
    return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
  };
  Onsets onsets;
  onsets.first_absorption = whole("first_absorption");
  onsets.nfi = whole("nfi_onset");
  onsets.first_spike = whole("first_spike");
  onsets.spikes = whole("spikes").value_or(0);
  onsets.diverged_at = whole("diverged_at");
  return onsets;
}

const Variant* variant_of(const Results& results, const FinishedRun& run) {
  const auto axis = results.axis(variant_axis);
  return axis ? find_variant(results, run.point[*axis]) : nullptr;
}

/// The run of the first variant that differs from this one by the variant alone.
const FinishedRun* reference_of(const Results& results, const FinishedRun& run, const Variant& variant) {
  const std::size_t axis = axis_called(results, variant_axis);
  const auto found = std::ranges::find_if(results.runs, [&](const FinishedRun& other) {
    return differs_on_one_axis(results, other, run, axis, results.variants.front().name, &variant);
  });
  return found == results.runs.end() ? nullptr : &*found;
}

/// How many of the runs bear a claim out; nothing if one that is to be compared lacks its reference.
std::optional<std::size_t> count(const Results& results, const std::vector<const FinishedRun*>& runs,
                                 const Variant& variant, Claim claim) {
  std::size_t borne_out = 0;
  for (const FinishedRun* run : runs) {
    const FinishedRun* const reference = compares(claim) ? reference_of(results, *run, variant) : run;
    if (reference == nullptr) return {};
    if (bears_out(claim, onsets_of(results, *run), onsets_of(results, *reference))) ++borne_out;
  }
  return borne_out;
}

}  // namespace

bool claims_anything(const Results& results) {
  return std::ranges::any_of(results.variants, [](const Variant& v) { return !v.claims.empty(); });
}

Judgement judge(const Results& results, const std::vector<const FinishedRun*>& runs) {
  const Variant* const variant = runs.empty() ? nullptr : variant_of(results, *runs.front());
  const bool is_of_one =
      std::ranges::all_of(runs, [&](const FinishedRun* run) { return variant_of(results, *run) == variant; });
  if (variant == nullptr || variant->claims.empty() || !is_of_one) return {};
  Judgement judgement;
  std::size_t usual = 0, known = 0;
  for (const Claim claim : variant->claims) {
    const auto borne_out = count(results, runs, *variant, claim);
    judgement.claims.push_back({claim, borne_out});
    if (!borne_out) continue;
    ++known;
    if (2 * *borne_out > runs.size()) ++usual;
  }
  if (known == judgement.claims.size())
    judgement.verdict = usual == known ? "agrees" : usual == 0 ? "disagrees" : "partly";
  return judgement;
}

}  // namespace precipice::chart
