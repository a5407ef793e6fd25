#include "precipice/arithmetic/native.hpp"

namespace precipice {

double Native<double>::sum_exactly(std::span<const double> terms) {
  const auto special = special_sum(terms, binary64);
  return special ? *special : exact_sum(terms).nearest();
}

}  // namespace precipice
