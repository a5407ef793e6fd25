#include "precipice/arithmetic/reference.hpp"

#include "precipice/format/error.hpp"

namespace precipice {

Reference::Reference(Format format, const Mode& mode, Draws* draws)
    : format_(format), mode_(mode), draws_(mode.direction == Rounding::stochastic ? draws : nullptr) {
  if (mode.direction == Rounding::stochastic && draws == nullptr) {
    throw ConfigError("rounding: stochastic takes random numbers, and there are none here; use another direction");
  }
}

}  // namespace precipice
