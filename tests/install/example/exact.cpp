// And with Boost.Multiprecision: numbers of any format as scalars, code points, exact thresholds.
#include <iostream>
#include <precipice/exact.hpp>

using namespace precipice;

template <class T>
T harmonic_series(T one) {
  T sum = one;
  for (T n = one + 1; sum + 1 / n != sum; n += 1) sum += 1 / n;
  return sum;
}

int main() {
  std::cout << harmonic_series(Fixed<bfloat16>(1)) << ' ' << harmonic_series(Number(1, parse_format("e5m10"))) << '\n';
  const auto [root, flags] = sqrt(Number("0.1", binary16), Rounding::toward_positive);
  std::cout << root << (flags.inexact ? " inexact" : "") << ", code " << root.code() << '\n';
  predicted::Thresholds thresholds({.format = bfloat16});
  const auto first = thresholds.collapse({.order = SumOrder::sequential, .classes = 10});
  std::cout << "collapses from " << Number::from_code(first->least, bfloat16) << " on\n";
}
