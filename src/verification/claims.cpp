#include "precipice/verification/claims.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "precipice/format/error.hpp"
#include "precipice/sweep/experiments.hpp"
#include "verification/answers.hpp"
#include "verification/ledger_entries.hpp"
#include "verification/training.hpp"

namespace precipice::verification {
namespace {

// --- runs ----------------------------------------------------------------------------------------------------------

std::vector<RunSeen> train(const std::vector<Cell>& cells, const Course& course) {
  std::vector<Experiment> experiments;
  experiments.reserve(cells.size());
  for (const Cell& cell : cells) experiments.push_back(cell.experiment);
  std::vector<RunSeen> runs(cells.size());
  train_each(experiments, course, [&](std::size_t i, Trace trace) {
    runs[i].experiment = cells[i].experiment;
    runs[i].diagnosis = diagnose(trace);
    runs[i].trace = std::move(trace);
  });
  return runs;
}

/// The control of a run: the same seed, and the same format if the control has it.
const RunSeen& control_of(const std::vector<Cell>& cells, const std::vector<RunSeen>& runs, const LedgerEntry& entry,
                          std::size_t i) {
  const RunSeen* found = nullptr;
  for (std::size_t j = 0; j < cells.size(); ++j) {
    if (cells[j].variant != entry.control || cells[j].experiment.run.seed != cells[i].experiment.run.seed) continue;
    const bool same = cells[j].experiment.precision.emulated() == cells[i].experiment.precision.emulated();
    if (found == nullptr || same) found = &runs[j];
  }
  if (found == nullptr)
    throw ConfigError(fmt::format("ledger: no run of '{}' stands beside '{}'", entry.control, entry.name));
  return *found;
}

Answer answer_of(const LedgerEntry& entry, const RunSeen& run, const RunSeen& control) {
  Answer answer{run.experiment.precision.emulated().precision,
                run.experiment.run.seed,
                {},
                false,
                entry.statistic.of(run, control)};
  for (const Saying& saying : entry.sayings) answer.sayings.push_back(saying.is_borne_out(run, control));
  answer.corrected = entry.correction && entry.correction->is_borne_out(run, control);
  return answer;
}

std::vector<Answer> answers_of(const LedgerEntry& entry, const std::vector<Cell>& cells,
                               const std::vector<RunSeen>& runs) {
  std::vector<Answer> answers;
  for (const std::string& variant : entry.variants) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].variant == variant) {
        answers.push_back(answer_of(entry, runs[i], control_of(cells, runs, entry, i)));
      }
    }
  }
  return answers;
}

// --- verdicts ------------------------------------------------------------------------------------------------------

/// The precisions at which it is borne out.
template <class Holds>
std::set<int> borne_out_at(const std::vector<Answer>& answers, const Holds& holds) {
  std::set<int> precisions;
  for (const auto& [precision, share] : shares(answers, holds)) {
    if (share.is_borne_out()) precisions.insert(precision);
  }
  return precisions;
}

std::string at_precisions(const std::set<int>& precisions) {
  std::string text;
  for (const int p : precisions) text += fmt::format("{}p = {}", text.empty() ? "" : " and ", p);
  return text;
}

/// What of a sentence of several parts is borne out: some at every precision, or all of it at some.
std::optional<std::string> partial_correction(const LedgerEntry& entry, const std::vector<Answer>& answers,
                                              std::size_t precisions) {
  const std::set<int> of_all = borne_out_at(answers, says_all);
  if (!of_all.empty()) return "only at " + at_precisions(of_all);
  std::string held;
  for (std::size_t part = 0; part < entry.sayings.size(); ++part) {
    const auto says = [&](const Answer& a) { return a.sayings[part]; };
    if (borne_out_at(answers, says).size() < precisions) continue;
    held += (held.empty() ? "only: " : ", ") + entry.sayings[part].words;
  }
  return held.empty() ? std::nullopt : std::optional(held);
}

Judgement judged(const LedgerEntry& entry, const std::vector<Answer>& answers) {
  const std::size_t precisions = shares(answers, says_all).size();
  if (precisions == 0) return {};
  if (borne_out_at(answers, says_all).size() == precisions) return {Verdict::holds, ""};
  const auto corrected = [](const Answer& answer) { return answer.corrected; };
  if (entry.correction && borne_out_at(answers, corrected).size() == precisions) {
    return {Verdict::corrected, entry.correction->words};
  }
  const auto partial = partial_correction(entry, answers, precisions);
  return partial ? Judgement{Verdict::corrected, *partial} : Judgement{};
}

std::vector<Answer> without_seed(const std::vector<Answer>& answers, std::uint64_t seed) {
  std::vector<Answer> rest;
  std::ranges::copy_if(answers, std::back_inserter(rest), [&](const Answer& a) { return a.seed != seed; });
  return rest;
}

/// P(X <= yes) of a binomial distribution: sums and products alone.
double at_most(std::size_t yes, std::size_t runs, double p) {
  double sum = 0;
  for (std::size_t k = 0; k <= yes; ++k) {
    double term = 1;
    for (std::size_t i = 0; i < k; ++i) {
      term = term * p * static_cast<double>(runs - i) / static_cast<double>(i + 1);
    }
    for (std::size_t i = k; i < runs; ++i) term *= 1 - p;
    sum += term;
  }
  return sum;
}

constexpr double each_side = 0.025;
constexpr int halvings = 60;

/// Where a falling function of p passes `value`.
template <class Falling>
double where(const Falling& falling, double value) {
  double low = 0, high = 1;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    (falling(middle) > value ? low : high) = middle;
  }
  return low;
}

}  // namespace

double Share::least() const {
  if (yes == 0) return 0;
  return where([this](double p) { return at_most(yes - 1, runs, p); }, 1 - each_side);
}

double Share::most() const {
  if (yes == runs) return 1;
  return where([this](double p) { return at_most(yes, runs, p); }, each_side);
}

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::corrected: return "holds with a correction";
    case Verdict::undecided: return "undecided";
    case Verdict::not_observed: break;
  }
  return "not observed here";
}

Judgement judge(const LedgerEntry& entry, const std::vector<Answer>& answers) {
  const Judgement all = judged(entry, answers);
  std::set<std::uint64_t> seeds;
  for (const Answer& answer : answers) seeds.insert(answer.seed);
  const bool is_stable = seeds.size() > 1 && std::ranges::all_of(seeds, [&](std::uint64_t seed) {
                           return judged(entry, without_seed(answers, seed)) == all;
                         });
  return is_stable ? all : Judgement{Verdict::undecided, ""};
}

std::vector<LedgerSource> ledger_sources(Extent extent) {
  LedgerSource digits{"digits", plan_of(*find_experiment("ledger")), std::string(plain), std::string(in_binary64)};
  if (extent == Extent::usual) return {std::move(digits)};
  for (const char* setting :
       {"precision.format=[\"binary32\"]", "run.seed=[0, 1, 2]", "run.steps=40000", "run.record_every=20"}) {
    override_setting(digits.plan, setting);
  }
  LedgerSource division{"modular-division", plan_of(*find_experiment("modular-division")), "binary32", "binary64"};
  override_setting(division.plan, "sweep.run.seed=[0, 1, 2]");
  return {std::move(digits), std::move(division)};
}

Ledger fill_ledger(const LedgerSource& source, const std::vector<LedgerEntry>& entries, const Course& course) {
  Ledger ledger;
  ledger.name = source.name;
  ledger.cells = expand(source.plan);
  for (Cell& cell : ledger.cells) {
    if (cell.variant == source.plain) cell.variant = plain;
    if (cell.variant == source.control) cell.variant = in_binary64;
  }
  ledger.runs = train(ledger.cells, course);
  for (const LedgerEntry& entry : entries) {
    std::vector<Answer> answers = answers_of(entry, ledger.cells, ledger.runs);
    if (answers.empty()) continue;
    Judgement judgement = judge(entry, answers);
    ledger.entries.push_back({entry, std::move(answers), std::move(judgement)});
  }
  return ledger;
}

}  // namespace precipice::verification
