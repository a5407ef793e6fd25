#pragma once

#include <cmath>
#include <vector>

#include "support/operands.hpp"

namespace precipice::testing {

/// Terms of a sum that cancel to a large part, in no order; some far below the others, and now and then a zero.
inline std::vector<double> random_terms(Operands& operands, std::uint64_t most) {
  Sample& sample = operands.sample();
  std::vector<double> terms;
  const std::uint64_t count = 1 + sample.below(most);
  const bool wide = sample.coin();
  while (terms.size() < count) {
    double x = wide && sample.below(4) == 0 ? operands.wide() : operands.member();
    if (sample.below(4) == 0) x = std::ldexp(x, -static_cast<int>(sample.between(0, 120)));
    if (sample.below(32) == 0) x = sample.coin() ? 0.0 : -0.0;
    terms.push_back(x);
    if (sample.below(3) == 0) terms.push_back(-sample.one_of(terms));
  }
  for (std::size_t i = terms.size() - 1; i > 0; --i) std::swap(terms[i], terms[sample.below(i + 1)]);
  return terms;
}

}  // namespace precipice::testing
