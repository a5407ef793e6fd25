#pragma once

#include <cmath>
#include <cstring>

namespace precipice::testing {

/// The same bits; any NaN is the same as any NaN.
template <class V>
bool same_bits(V x, V y) {
  return (std::isnan(x) && std::isnan(y)) || std::memcmp(&x, &y, sizeof x) == 0;
}

}  // namespace precipice::testing
