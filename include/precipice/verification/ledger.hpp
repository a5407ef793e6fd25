#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/trace.hpp"
#include "precipice/training/experiment.hpp"

/// What the paper (arXiv 2605.06152) says, sentence by sentence, and how a run is asked whether it is so. Decision 0023
/// has the rules; corrections were written before the runs.
namespace precipice::verification {

/// A finished run of the ledger's experiment.
struct RunSeen {
  Experiment experiment;
  Trace trace;
  Diagnosis diagnosis;
};

/// A thing that a sentence says, of a run beside its control.
struct Saying {
  std::string words;  ///< a few: "inflates", "spikes"
  std::function<bool(const RunSeen& run, const RunSeen& control)> is_borne_out;
};

/// The number that is reported of each pair; NaN where a run has none.
struct Statistic {
  std::string words;
  std::function<double(const RunSeen& run, const RunSeen& control)> of;
};

/// Where a sentence stands.
enum class Source : std::uint8_t {
  abstract,      ///< of the paper
  intervention,  ///< what is said to remove inflation or spikes, or not to
  prediction     ///< what follows from where absorption begins; not in the paper
};
std::string_view to_text(Source source);

struct LedgerEntry {
  std::string name;
  Source source = Source::abstract;
  std::string sentence;              ///< in our words
  std::vector<Saying> sayings;       ///< all of them make the sentence
  std::optional<Saying> correction;  ///< what is expected to hold if the sentence does not
  Statistic statistic;
  std::vector<std::string>
      variants;         ///< of the experiment `ledger`: the runs; several where each precision has its own
  std::string control;  ///< the variant whose runs with the same seed (and format, if it has several)
                        ///< stand beside them
};

/// All entries, abstract first.
std::vector<LedgerEntry> ledger();

}  // namespace precipice::verification
