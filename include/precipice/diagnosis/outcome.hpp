#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "precipice/diagnosis/record.hpp"
#include "precipice/diagnosis/trace.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// What became of a run, in the order of precedence of the words (see outcome_of).
enum class Outcome : std::uint8_t {
  failed,       ///< the program could not finish it
  diverges,     ///< a loss or norm that is not finite
  never_fits,   ///< never classified its training samples
  slingshots,   ///< inflation and loss spikes
  inflates,     ///< Numerical Feature Inflation without spikes
  spikes_only,  ///< loss spikes without inflation
  frozen,       ///< every gradient underflowed to zero
  absorbs,      ///< softmax collapse of some sample, and nothing came of it
  clean,
};

std::string_view to_text(Outcome outcome);
std::span<const std::string_view> outcome_names();

/// The constants of the diagnosis. src/decisions/0004-outcomes.md gives the reason for each; `precipice outcomes DIR`
/// shows what moves when they do.
struct Rules {
  double misfit_share = 0.1;     ///< fits: train accuracy reached 1 - this
  double collapsed_share = 0.5;  ///< SC50
  double inflation_growth = 5;   ///< ||mu_G|| over its value at the first absorption
  double broken_share = 0.1;     ///< zero-sum residual over eps, since the first absorption
  double opposed_cosine = 0.5;   ///< cos(W_G, mu_G) <= -this
  double mean_share = 0.01;      ///< ||mu_G|| over the root mean square of the features' norms
  double spike_factor = 10;      ///< loss over the geometric mean of what was before
  double spike_window = 200;     ///< of that mean, in steps
};

struct RuleConstant {
  std::string_view name;
  double Rules::*value;
};
inline constexpr std::array rule_constants{
    RuleConstant{"misfit_share", &Rules::misfit_share},
    RuleConstant{"collapsed_share", &Rules::collapsed_share},
    RuleConstant{"inflation_growth", &Rules::inflation_growth},
    RuleConstant{"broken_share", &Rules::broken_share},
    RuleConstant{"opposed_cosine", &Rules::opposed_cosine},
    RuleConstant{"mean_share", &Rules::mean_share},
    RuleConstant{"spike_factor", &Rules::spike_factor},
    RuleConstant{"spike_window", &Rules::spike_window},
};

/// Recorded steps at which things began; nothing if they did not.
struct Onsets {
  std::optional<std::int64_t> fitted{};            ///< train accuracy reached 1 - misfit_share
  std::optional<std::int64_t> first_absorption{};  ///< a sample in softmax collapse
  std::optional<std::int64_t> sc50{};              ///< half of the samples in softmax collapse
  std::optional<std::int64_t> nfi{};
  std::optional<std::int64_t> aligned{};  ///< the mirror image of inflation, see aligned_onset; no outcome of its own
  std::optional<std::int64_t> first_spike{};
  std::int64_t spikes = 0;                         ///< separate ones
  std::optional<std::int64_t> test_accuracy_50{};  ///< reached that many per cent
  std::optional<std::int64_t> test_accuracy_90{};
  std::optional<std::int64_t> test_accuracy_99{};
  std::optional<std::int64_t> frozen_at{};
  std::optional<std::int64_t> diverged_at{};
};

struct OnsetStep {
  std::string_view name;
  std::optional<std::int64_t> Onsets::*step;
};
/// All steps of Onsets by the names that files and tables have for them.
inline constexpr std::array onset_steps{
    OnsetStep{"fitted", &Onsets::fitted},
    OnsetStep{"first_absorption", &Onsets::first_absorption},
    OnsetStep{"sc50", &Onsets::sc50},
    OnsetStep{"nfi_onset", &Onsets::nfi},
    OnsetStep{"aligned_onset", &Onsets::aligned},
    OnsetStep{"first_spike", &Onsets::first_spike},
    OnsetStep{"frozen_at", &Onsets::frozen_at},
    OnsetStep{"diverged_at", &Onsets::diverged_at},
    OnsetStep{"test_accuracy_50", &Onsets::test_accuracy_50},
    OnsetStep{"test_accuracy_90", &Onsets::test_accuracy_90},
    OnsetStep{"test_accuracy_99", &Onsets::test_accuracy_99},
};

struct Diagnosis {
  Outcome outcome = Outcome::failed;
  Onsets onsets;
  std::optional<double> inflation_rate{};  ///< see inflation_rate
};

/// Inflation: from the first absorption on, the zero-sum residual has reached broken_share of eps at some record, and
/// now ||mu_G|| is inflation_growth times its value at the first absorption, W_G points against it, and it is more than
/// the rounding errors of centred features (mean_share). All four at once.
std::optional<std::int64_t> nfi_onset(std::span<const Record> records, const Rules& rules);

/// The mirror image of inflation, which needs no absorption: where the wrong classes' gradients underflow first, the
/// correct class's stays, the sum over classes is negative, and the means grow along each other. From the first record
/// after the fit with a broken sum (eps may be zero): ||mu_G|| has grown by inflation_growth and cos(W_G, mu_G) >=
/// opposed_cosine.
std::optional<std::int64_t> aligned_onset(std::span<const Record> records, const Rules& rules);

/// How fast ||mu_G|| grows as inflation begins, per step: the mean slope of its logarithm from a record at step `onset`
/// (nfi_onset) to the first one where it is e times as large. Nothing if it never is.
std::optional<double> inflation_rate(std::span<const Record> records, std::int64_t onset);

/// A run's diagnosis: a function of its trace alone.
Diagnosis diagnose(const Trace& trace, const Rules& rules = {});

}  // namespace precipice
#pragma GCC visibility pop
