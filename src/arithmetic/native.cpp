#include "precipice/arithmetic/native.hpp"

#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/elementary.hpp"
#include "precipice/arithmetic/exact_sum.hpp"
#include "precipice/arithmetic/functions.hpp"

namespace precipice {
namespace {

/// binary32 is one of the formats that binary64 carries.
const Carried<double>& carried_binary32() {
  static const Carried<double> engine(binary32);
  return engine;
}

}  // namespace

template <class T>
T Native<T>::exp(T x) {
  if constexpr (is_binary64) return exp_binary64(x);
  return static_cast<T>(carried_binary32().exp(x));
}

template <class T>
T Native<T>::log(T x) {
  if constexpr (is_binary64) return log_binary64(x);
  return static_cast<T>(carried_binary32().log(x));
}

template <class T>
T Native<T>::tanh(T x) {
  if constexpr (is_binary64) return tanh_binary64(x);
  return static_cast<T>(to_double(reference::tanh(Exact::from(x), format(), {}).value));
}

template <class T>
T Native<T>::sigmoid(T x) {
  return static_cast<T>(to_double(reference::sigmoid(Exact::from(x), format(), {}).value));
}

template <class T>
T Native<T>::sum_exactly(std::span<const T> terms) {
  if constexpr (is_binary64) {
    const ExactSum* const sum = exact_sum(terms);
    return sum != nullptr ? sum->nearest() : sum_by_reference(terms, format(), rounding());
  } else {
    return static_cast<T>(carried_binary32().sum_exactly(std::vector<double>(terms.begin(), terms.end())));
  }
}

template class Native<double>;
template class Native<float>;

}  // namespace precipice
