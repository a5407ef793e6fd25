#pragma once

#include <optional>
#include <string>
#include <vector>

#include "precipice/sweep/results.hpp"

namespace precipice {

/// A way in which the formats of an experiment's roles are changed.
struct RoleChange {
  enum class Change : std::uint8_t {
    none,     ///< the experiment as it is
    control,  ///< every role in binary64
    lowered,  ///< every role in binary64 but one, which keeps its format; one that the plan leaves in binary64 gets the
              ///< plan's format
    raised,   ///< one role in binary64, all others as they are
  };
  Change change;
  std::optional<Role> role;    ///< of lowered and raised
  std::vector<Axis> settings;  ///< what is written for it beside the experiment's own settings
};

/// The experiment, its control, each role lowered alone, and each emulated role raised alone.
std::vector<RoleChange> attribution_variants(const Experiment& experiment);

/// The experiment `base` (without axes) in every variant with each seed, as a plan that may be swept.
Plan attribution_plan(const Plan& base, const std::vector<RoleChange>& variants,
                      const std::vector<std::int64_t>& seeds);

/// What happened in the runs of a variant.
struct Occurrences {
  std::size_t runs = 0;  ///< that did not fail
  std::size_t absorbs = 0, inflates = 0, spikes = 0;
};

/// Counts in the finished runs of `results`. Throws FileError for one that is damaged.
Occurrences occurrences(const Plan& base, const RoleChange& variant, const std::vector<std::int64_t>& seeds,
                        const Results& results);

/// Whether most runs have it.
inline bool is_usual(std::size_t count, std::size_t runs) { return 2 * count > runs; }

}  // namespace precipice
