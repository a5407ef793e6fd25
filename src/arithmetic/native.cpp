#include "precipice/arithmetic/native.hpp"

#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/functions.hpp"

namespace precipice {

double Native<double>::tanh(double x) { return to_double(reference::tanh(Exact::from(x), binary64, {}).value); }

double Native<double>::sigmoid(double x) { return to_double(reference::sigmoid(Exact::from(x), binary64, {}).value); }

double Native<double>::sum_exactly(std::span<const double> terms) {
  const auto special = special_sum(terms, binary64);
  return special ? *special : exact_sum(terms).nearest();
}

namespace {

/// binary32 is one of the formats that binary64 carries.
const Carried<double>& carried_binary32() {
  static const Carried<double> engine(binary32);
  return engine;
}

}  // namespace

float Native<float>::exp(float x) { return static_cast<float>(carried_binary32().exp(x)); }

float Native<float>::log(float x) { return static_cast<float>(carried_binary32().log(x)); }

float Native<float>::tanh(float x) { return static_cast<float>(carried_binary32().tanh(x)); }

float Native<float>::sigmoid(float x) { return static_cast<float>(carried_binary32().sigmoid(x)); }

float Native<float>::sum_exactly(std::span<const float> terms) {
  const std::vector<double> wide(terms.begin(), terms.end());
  return static_cast<float>(carried_binary32().sum_exactly(wide));
}

}  // namespace precipice
