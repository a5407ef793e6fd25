#include "precipice/sweep/claim.hpp"

#include <array>
#include <limits>

#include "precipice/format/word.hpp"

namespace precipice {
namespace {

/// In the order of the enumerators.
constexpr std::array<std::string_view, 11> words{"absorbs", "no-absorption", "inflates",    "no-inflation",
                                                 "spikes",  "no-spikes",     "more-spikes", "fewer-spikes",
                                                 "earlier", "later",         "diverges"};

/// Never is after every step.
std::int64_t when(const std::optional<std::int64_t>& onset) {
  return onset.value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

std::string_view to_text(Claim claim) { return words[static_cast<std::size_t>(claim)]; }

Claim parse_claim(std::string_view word) { return static_cast<Claim>(index_of_word("claim", word, words)); }

bool compares(Claim claim) {
  return claim == Claim::more_spikes || claim == Claim::fewer_spikes || claim == Claim::earlier ||
         claim == Claim::later;
}

bool bears_out(Claim claim, const Onsets& run, const Onsets& reference) {
  switch (claim) {
    case Claim::absorbs: return run.first_absorption.has_value();
    case Claim::no_absorption: return !run.first_absorption;
    case Claim::inflates: return run.nfi.has_value();
    case Claim::no_inflation: return !run.nfi;
    case Claim::spikes: return run.first_spike.has_value();
    case Claim::no_spikes: return !run.first_spike;
    case Claim::more_spikes: return run.spikes > reference.spikes;
    case Claim::fewer_spikes: return run.spikes < reference.spikes;
    case Claim::earlier: return when(run.nfi) < when(reference.nfi);
    case Claim::later: return when(run.nfi) > when(reference.nfi);
    case Claim::diverges: return run.diverged_at.has_value();
  }
  return false;
}

}  // namespace precipice
