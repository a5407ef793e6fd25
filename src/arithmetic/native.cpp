#include "precipice/arithmetic/native.hpp"

#include "precipice/arithmetic/functions.hpp"

namespace precipice {

double Native<double>::tanh(double x) { return to_double(reference::tanh(Exact::from(x), binary64, {}).value); }

double Native<double>::sigmoid(double x) { return to_double(reference::sigmoid(Exact::from(x), binary64, {}).value); }

double Native<double>::sum_exactly(std::span<const double> terms) {
  const auto special = special_sum(terms, binary64);
  return special ? *special : exact_sum(terms).nearest();
}

}  // namespace precipice
