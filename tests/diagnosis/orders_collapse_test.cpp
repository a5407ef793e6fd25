// The margin at which S becomes exactly 1, measured in every order of summation, against the predicted one.
#include <doctest/doctest.h>

#include <cmath>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "support/orders.hpp"

using namespace precipice;

namespace {

constexpr double step = 1e-4;

/// Least margin from which the sum of exp(-margin), K - 1 times, and of a 1 in the place of the label is 1. What is
/// added is the real exponential, correctly rounded to binary64: the only roundings are those of the sum.
double measured(const Carried<double>& engine, const SumOrder& order, std::size_t classes, std::size_t label) {
  std::vector<double> terms(classes), room;
  double low = 0, high = 60;
  while (high - low > step) {
    const double margin = (low + high) / 2;
    for (double& t : terms) t = Native<double>::exp(-margin);
    terms[label] = 1;
    (sum(engine, std::span<const double>(terms), order, label, room) == 1 ? high : low) = margin;
  }
  return high;
}

}  // namespace

TEST_CASE("in every order a softmax collapses where the largest piece that the 1 meets is absorbed") {
  std::vector<SumOrder> orders(testing::all_orders.begin(), testing::all_orders.end());
  for (const SumOrder& order : {SumOrder::in_vectors(8), SumOrder::in_vectors(16), SumOrder::in_cascade(8)}) {
    orders.push_back(order);
  }
  for (const int p : {8, 11, 24}) {
    const Carried<double> engine(ieee_like(p, 8));
    for (const SumOrder& order : orders) {
      if (order == SumOrder::kahan) continue;
      for (const int classes : {2, 7, 10, 17, 97}) {
        for (const int label : {0, 1, classes / 3, classes / 2, classes - 2, classes - 1}) {
          CAPTURE(p);
          CAPTURE(to_text(order));
          CAPTURE(classes);
          CAPTURE(label);
          const double predicted =
              *predicted::collapse_margin(engine.format(), Rounding::nearest_even, order, classes, label);
          const double found =
              measured(engine, order, static_cast<std::size_t>(classes), static_cast<std::size_t>(label));
          // A sum of n terms loses up to n half units of its last place, and its logarithm as much relative to it.
          CHECK(std::fabs(found - predicted) < step + classes * std::ldexp(1.0, -p));
        }
      }
    }
  }
}
