#include <array>

#include "precipice/chart/figure.hpp"

namespace precipice::chart {
namespace {

constexpr std::array looks{
    OutcomeLook{Outcome::clean, "#FFF8DC", "clean", "clean"},
    OutcomeLook{Outcome::absorbs, "#FFD24D", "absorption (absorbs)", "absorbs"},
    OutcomeLook{Outcome::inflates, "#E8702A", "NFI (inflates)", "inflates (NFI)"},
    OutcomeLook{Outcome::slingshots, "#9B1748", "NFI and spikes (slingshots)", "slingshots"},
    OutcomeLook{Outcome::spikes_only, "#D58FD8", "spikes without NFI (spikes-only)", "spikes only"},
    OutcomeLook{Outcome::frozen, "#2A659C", "all gradients zero (frozen)", "frozen"},
    OutcomeLook{Outcome::never_fits, "#B8B8B8", "never fits (never-fits)", "never fits"},
    OutcomeLook{Outcome::diverges, "#000000", "diverges", "diverges"},
    OutcomeLook{Outcome::failed, "#D00000", "failed", "failed"},
};

}  // namespace

std::span<const OutcomeLook> outcome_looks() { return looks; }

}  // namespace precipice::chart
