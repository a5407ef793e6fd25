#include "precipice/training/loss.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "precipice/format/catalogue.hpp"

using namespace precipice;

namespace {

struct Row {
  std::vector<double> logits;
  std::uint32_t label;
};

template <class A>
std::vector<double> gradient(const A& a, const Loss& loss, const Row& row, std::size_t batch) {
  using V = typename A::Value;
  Matrix<V> logits(1, row.logits.size()), out(1, row.logits.size());
  for (std::size_t k = 0; k < row.logits.size(); ++k) logits(0, k) = exactly<V>(row.logits[k]);
  SoftmaxCrossEntropy<A> head(a, loss, batch, row.logits.size());
  const std::vector<std::uint32_t> labels{row.label};
  head.gradient(std::as_const(logits).view(), labels, out.view());
  std::vector<double> result;
  for (const V& g : out.values()) result.push_back(nearest_double(g));
  return result;
}

}  // namespace

TEST_CASE("in binary64 the gradient is softmax minus one-hot, over B") {
  const Row row{{0.5, -1.0, 2.0}, 1};
  const double sum = std::exp(0.5) + std::exp(-1.0) + std::exp(2.0);
  const auto g = gradient(Native<double>{}, Loss{}, row, 4);
  for (std::size_t k = 0; k < 3; ++k) {
    const double exact = (std::exp(row.logits[k]) / sum - (k == 1 ? 1 : 0)) / 4;
    CHECK(g[k] == doctest::Approx(exact).epsilon(1e-14));  // a few ulps: the reference here is the C library's
  }
}

TEST_CASE("a logit that is NaN makes every gradient of its sample NaN") {
  for (std::size_t where = 0; where < 3; ++where) {
    Row row{{1, 2, 3}, 0};
    row.logits[where] = std::nan("");
    for (const double g : gradient(Carried<double>(bfloat16), Loss{}, row, 1)) CHECK(std::isnan(g));
  }
}
