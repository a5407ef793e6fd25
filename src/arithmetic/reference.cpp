#include "precipice/arithmetic/reference.hpp"

#include "precipice/format/error.hpp"

namespace precipice {

Reference::Reference(Format format, Rounding rounding) : format_(format), rounding_(rounding) {
  if (rounding == Rounding::stochastic) {
    throw ConfigError("rounding: no engine rounds stochastically in a replay yet; use one of the other directions");
  }
}

}  // namespace precipice
