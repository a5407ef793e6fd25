#pragma once

#include <cstdint>
#include <string_view>

#include "precipice/diagnosis/outcome.hpp"

namespace precipice {

/// What is said of a variant of an experiment, by itself or against the same run of the first variant, its reference.
enum class Claim : std::uint8_t {
  absorbs,
  no_absorption,
  inflates,
  no_inflation,
  spikes,
  no_spikes,
  more_spikes,   ///< than the reference
  fewer_spikes,  ///< than the reference
  earlier,       ///< begins to inflate before the reference
  later,         ///< begins to inflate after it, or never
  diverges
};

std::string_view to_text(Claim claim);

/// The claim of this word; throws ConfigError that names the nearest.
Claim parse_claim(std::string_view word);

/// Whether the claim needs a reference.
bool compares(Claim claim);

/// Whether a run bears the claim out. `reference` counts only for claims that compare.
bool bears_out(Claim claim, const Onsets& run, const Onsets& reference);

}  // namespace precipice
