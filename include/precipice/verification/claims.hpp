#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "precipice/sweep/grid.hpp"
#include "precipice/verification/ledger.hpp"
#include "precipice/verification/part.hpp"

namespace precipice::verification {

/// How many of n runs, and the exact 95 % interval of the share that they are a sample of (Clopper and Pearson 1934).
struct Share {
  std::size_t yes = 0, runs = 0;

  /// At least 4 of 5 (decision 0023).
  [[nodiscard]] bool is_borne_out() const { return runs > 0 && 5 * yes >= 4 * runs; }
  /// The ends of the interval, by bisection in binary64.
  [[nodiscard]] double least() const;
  [[nodiscard]] double most() const;
};

/// What one pair of runs answers.
struct Answer {
  int precision = 0;
  std::uint64_t seed = 0;
  std::vector<bool> sayings;  ///< each saying of the entry
  bool corrected = false;
  double statistic = 0;
};

enum class Verdict : std::uint8_t {
  holds,
  corrected,
  not_observed,
  undecided  ///< one of these, and another one without one of the seeds
};
std::string_view to_text(Verdict verdict);

struct Judgement {
  Verdict verdict = Verdict::not_observed;
  std::string correction;  ///< which

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// The verdict on an entry, by the rules of decision 0023.
Judgement judge(const LedgerEntry& entry, const std::vector<Answer>& answers);

/// An entry and what its runs answered, in the order of variants, formats and seeds.
struct Judged {
  LedgerEntry entry;
  std::vector<Answer> answers;
  Judgement judgement;
};

/// The experiment `ledger`, at another extent: `full` has binary32 instead of p = 8 and 11, three seeds and 40 000
/// steps.
Plan ledger_plan(Extent extent);

/// All runs of a plan with the ledger's variants; those of `entries` whose variants it has are judged. Throws
/// Interrupted, FileError without data, ConfigError if a run fails.
struct Ledger {
  std::vector<Cell> cells;
  std::vector<RunSeen> runs;  ///< of the cells
  std::vector<Judged> entries;
};
Ledger fill_ledger(const Plan& plan, const std::vector<LedgerEntry>& entries, const Course& course);

/// The ledger as tables and figures. Nothing in it is a comparison with a bound, so nothing can be missed.
Part claims_part(const Ledger& ledger);

/// Draws the anatomy of the first run as it is, at each precision, and of the first one in mini-batches, each beside
/// its control, into `directory`. Returns the Markdown that shows them; empty without gnuplot.
std::string draw_claims(const Ledger& ledger, const std::filesystem::path& directory);

}  // namespace precipice::verification
