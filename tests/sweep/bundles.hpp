#pragma once

#include <fmt/core.h>

#include <string_view>

#include "sweep/one_experiment.hpp"

namespace precipice::testing {

/// An experiment of this bundle and format.
inline Experiment with_bundle(std::string_view bundle, std::string_view format) {
  return experiment(fmt::format("[loss]\nbundle = \"{}\"\n[precision]\nformat = \"{}\"\n", bundle, format));
}

}  // namespace precipice::testing
