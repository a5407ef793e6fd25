// What is said to remove inflation or spikes, or not to; and what follows for roundings that never absorb.
#include <array>
#include <limits>
#include <utility>

#include "precipice/sweep/claim.hpp"
#include "verification/ledger_entries.hpp"
#include "verification/run_measures.hpp"

namespace precipice::verification {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Saying saying(Claim claim) {
  return {std::string(to_text(claim)), [claim](const RunSeen& run, const RunSeen& control) {
            return bears_out(claim, run.diagnosis.onsets, control.diagnosis.onsets);
          }};
}

Statistic growth_against_control() {
  return {"largest ||mu_G|| over that of the run as it is", [](const RunSeen& run, const RunSeen& control) {
            return largest(run, &Record::feature_mean_norm) / largest(control, &Record::feature_mean_norm);
          }};
}

Statistic onset_against_control() {
  return {"onset of inflation over that of the run as it is", [](const RunSeen& run, const RunSeen& control) {
            const auto of_run = run.diagnosis.onsets.nfi, of_control = control.diagnosis.onsets.nfi;
            return of_run && of_control ? static_cast<double>(*of_run) / static_cast<double>(*of_control) : nan;
          }};
}

Statistic spikes_against_control() {
  return {"spikes less those of the run as it is", [](const RunSeen& run, const RunSeen& control) {
            return static_cast<double>(run.diagnosis.onsets.spikes - control.diagnosis.onsets.spikes);
          }};
}

/// The number that a claim is about.
Statistic statistic_of(Claim claim) {
  switch (claim) {
    case Claim::earlier:
    case Claim::later: return onset_against_control();
    case Claim::spikes:
    case Claim::no_spikes:
    case Claim::more_spikes:
    case Claim::fewer_spikes: return spikes_against_control();
    default: return growth_against_control();
  }
}

LedgerEntry entry(std::string name, std::string sentence, const std::vector<Claim>& claims,
                  std::vector<std::string> variants = {}) {
  LedgerEntry e;
  e.source = Source::intervention;
  e.sentence = std::move(sentence);
  e.sayings.reserve(claims.size());
  for (const Claim claim : claims) e.sayings.push_back(saying(claim));
  e.statistic = statistic_of(claims.back());
  e.variants = variants.empty() ? std::vector{name} : std::move(variants);
  e.control = plain;
  e.name = std::move(name);
  return e;
}

/// A rounding of the sum, in a variant for each precision.
LedgerEntry rounded_sum(const std::string& name, std::string sentence, const std::vector<Claim>& claims,
                        Saying correction) {
  LedgerEntry e = entry(name, std::move(sentence), claims, {name + ", p = 8", name + ", p = 11"});
  e.source = Source::prediction;
  e.correction = std::move(correction);
  return e;
}

Saying aligned() {
  return {"nothing is absorbed, but the means grow along each other",
          [](const RunSeen& run, const RunSeen&) { return run.diagnosis.onsets.aligned && !run.diagnosis.onsets.nfi; }};
}

std::vector<LedgerEntry> predictions() {
  std::vector<LedgerEntry> all{
      rounded_sum("sum rounded upward", "A sum that is rounded upward never absorbs: no inflation.",
                  {Claim::no_absorption, Claim::no_inflation}, aligned()),
      rounded_sum("sum rounded to odd", "A sum that is rounded to odd never absorbs: no inflation.",
                  {Claim::no_absorption, Claim::no_inflation}, aligned()),
      rounded_sum("sum rounded stochastically",
                  "A sum that is rounded stochastically absorbs nothing on average: no "
                  "inflation.",
                  {Claim::no_inflation}, saying(Claim::later))};
  all.push_back(entry("batch norm without its trained shift",
                      "Batch normalisation right before the classifier without a trained shift leaves mu_G = 0.",
                      {Claim::no_inflation}));
  all.back().source = Source::prediction;
  return all;
}

}  // namespace

std::vector<LedgerEntry> intervention_entries() {
  using enum Claim;
  std::vector<LedgerEntry> all{
      entry("loss in binary64", "With the loss in binary64 there is no collapse, no inflation and no spike.",
            {no_absorption, no_inflation, no_spikes}),
      entry("zero-sum projection", "Gradients less their mean over the classes remove inflation.", {no_inflation}),
      entry("classifier centred", "Without the mean of the last layer nothing inflates.", {no_inflation}),
      entry("features centred", "Features centred in the batch remove inflation.", {no_inflation}),
      entry("batch norm before the classifier", "Batch normalisation right before the classifier removes inflation.",
            {no_inflation}),
      entry("batch norm before the activations", "Batch normalisation inside the backbone does not help.", {inflates}),
      entry("layer norm before the classifier", "A layer norm before the classifier does not help, and hastens it.",
            {inflates, earlier}),
      entry("Adam epsilon 1e-6", "Adam's epsilon of 1e-6 leaves fewer spikes.", {fewer_spikes}),
      entry("Adam epsilon 1e-5", "Adam's epsilon of 1e-5 leaves no spike.", {no_spikes}),
      entry("gradient descent", "Plain gradient descent at 1e5 from the point of zero loss spikes, too, and diverges.",
            {spikes, diverges}, {"gradient descent from step 300", "gradient descent from step 1000"}),
      entry("margins clamped", "With margins clamped, which rules out underflow, spikes persist.", {spikes}),
      entry("a third of the learning rate", "A smaller learning rate makes more spikes.", {more_spikes}),
      entry("no bias in the classifier", "A bias in the classifier makes inflation begin earlier.", {later}),
      entry("label smoothing", "Label smoothing removes inflation, but not spikes at the edge of stability.",
            {no_inflation, spikes}),
      entry("weight decay 0.1", "Weight decay suppresses inflation.", {no_inflation}),
      entry("z-loss", "z-loss suppresses inflation.", {no_inflation})};
  for (LedgerEntry& e : predictions()) all.push_back(std::move(e));
  return all;
}

}  // namespace precipice::verification
