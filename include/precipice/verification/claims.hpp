#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "precipice/sweep/grid.hpp"
#include "precipice/verification/course.hpp"
#include "precipice/verification/ledger.hpp"

namespace precipice::verification {

struct Part;  // verification/part.hpp

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

/// An experiment that the ledger is filled from.
struct LedgerSource {
  std::string name;  ///< "digits", "modular-division"
  Plan plan;
  std::string plain, control;  ///< the variants that are called "as it is" and "loss in binary64" in the entries
};

/// The experiment `ledger`. `full`: in binary32, three seeds and 40 000 steps, and the paper's own task, which takes an
/// hour.
std::vector<LedgerSource> ledger_sources(Extent extent);

/// All runs of a source, and the entries of whose variants it has some.
struct Ledger {
  std::string name;
  std::vector<Cell> cells;
  std::vector<RunSeen> runs;  ///< of the cells
  std::vector<Judged> entries;
};
/// Throws Interrupted, FileError without data, ConfigError if a run fails.
Ledger fill_ledger(const LedgerSource& source, const std::vector<LedgerEntry>& entries, const Course& course);

/// The ledgers as tables and figures. Nothing in them is a comparison with a bound, so nothing can be missed. With a
/// folder the anatomy of the first run of each that is plain or in mini-batches, at each precision, beside its control,
/// is drawn into it and shown in the Markdown; without gnuplot nothing is.
Part claims_part(const std::vector<Ledger>& ledgers, const std::optional<std::filesystem::path>& figures = {});

}  // namespace precipice::verification
