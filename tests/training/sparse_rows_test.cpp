// Products whose zeros are skipped have the bits of whole ones, wherever may_skip_zeros says so.
#include "precipice/training/sparse_rows.hpp"

#include <doctest/doctest.h>

#include <bit>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"
#include "support/sample.hpp"

using namespace precipice;

namespace {

constexpr std::uint64_t seed = 20261129;
constexpr std::size_t samples = 6, inputs = 9, outputs = 5;

const std::array formats{"e8m7",     "e5m10",  "e4m3",      "e4m3fn",    "e8m23",
                         "e5m2fnuz", "e3m2fn", "e5m10:ftz", "e5m10:daz", "e4m3fn:sat"};
const std::array directions{Rounding::nearest_even,    Rounding::nearest_away,    Rounding::toward_zero,
                            Rounding::toward_positive, Rounding::toward_negative, Rounding::away_from_zero,
                            Rounding::to_odd};

/// Numbers of a format, many of them at its ends or zeros of either sign.
Matrix<double> drawn(testing::Sample& sample, const AnyEngine& a, std::size_t rows, std::size_t cols) {
  Matrix<double> m(rows, cols);
  const int emin = a.format().emin;
  for (double& x : m.values()) {
    const double magnitude = std::ldexp(static_cast<double>(sample.below(16)), sample.below(2) == 0 ? -2 : emin - 3);
    x = a.convert(sample.below(2) == 0 ? magnitude : -magnitude);
  }
  return m;
}

bool have_same_bits(const Matrix<double>& a, const Matrix<double>& b) {
  return std::ranges::equal(a.values(), b.values(), [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  });
}

struct Products {
  Matrix<double> sparse, whole;
};

Products products_of(testing::Sample& sample, const AnyEngine& p, const AnyEngine& s) {
  Matrix<double> left(samples, inputs);
  for (double& x : left.values()) x = sample.below(4) == 0 ? 1 + static_cast<double>(sample.below(2)) : 0;
  const Matrix<double> right = drawn(sample, p, inputs, outputs), delta = drawn(sample, p, samples, outputs);
  SparseRows entries;
  entries.find(std::as_const(left).view());
  std::vector<double> room(outputs);
  Products of{Matrix<double>(samples + inputs, outputs), Matrix<double>(samples + inputs, outputs)};
  const auto upper = [](Matrix<double>& m) { return m.top(samples); };
  const auto lower = [](Matrix<double>& m) { return MatrixView<double>(m.row(samples), inputs, outputs); };
  const MatrixView<const double> l = std::as_const(left).view();
  multiply_sparse<AnyEngine>(p, s, entries, l, right.view(), upper(of.sparse), room);
  multiply_sparse_transposed<AnyEngine>(p, s, entries, l, delta.view(), lower(of.sparse), room);
  multiply(p, s, l, right.view(), upper(of.whole));
  multiply(p, s, l.transposed(), delta.view(), lower(of.whole));
  return of;
}

}  // namespace

TEST_CASE("zeros that are skipped change no bit, signs of zeros included") {
  testing::Sample sample(seed);
  int skipped = 0, different = 0;
  for (const char* const of_products : formats) {
    for (const char* const of_sums : formats) {
      for (const Rounding rounding : directions) {
        const AnyEngine p(EngineKind::reference, parse_format(of_products), Rounding::nearest_even);
        const AnyEngine s(EngineKind::reference, parse_format(of_sums), rounding);
        const Products of = products_of(sample, p, s);
        if (!may_skip_zeros(p, s)) {
          different += have_same_bits(of.sparse, of.whole) ? 0 : 1;
          continue;
        }
        ++skipped;
        CAPTURE(of_products);
        CAPTURE(of_sums);
        CAPTURE(to_text(rounding));
        CHECK(have_same_bits(of.sparse, of.whole));
      }
    }
  }
  CHECK(skipped > 100);
  CHECK(different > 10);  // the conditions are needed
}

TEST_CASE("each reason not to skip zeros is one") {
  const AnyEngine plain(EngineKind::carried, bfloat16, Rounding::nearest_even);
  CHECK(may_skip_zeros(plain, plain));
  CHECK(may_skip_zeros(AnyEngine(Native<double>{}), AnyEngine(Native<double>{})));
  const auto refuses = [&](const AnyEngine& p, const AnyEngine& s) { CHECK_FALSE(may_skip_zeros(p, s)); };
  refuses(plain, AnyEngine(EngineKind::carried, bfloat16, Rounding::toward_negative));
  refuses(plain, AnyEngine(EngineKind::reference, parse_format("e8m7:daz"), Rounding::nearest_even));
  refuses(plain, AnyEngine(EngineKind::carried, parse_format("e8m7:ftz"), Rounding::nearest_even));
  refuses(plain, AnyEngine(EngineKind::carried, binary16, Rounding::nearest_even));  // a tiny product becomes -0
}

TEST_CASE("one-hot inputs are summed as rows of the weights, with infinite weights as without") {
  Experiment e;
  e.task.name = TaskName::modular_addition;
  e.task.modulus = 17;  // 4 entries of 76
  e.model.hidden = {6};
  e.run.batch = 50;
  e.optimizer.name = OptimizerName::gradient_descent;
  const DataSet data = load_data(e.task, 0);
  for (const double rate : {0.5, 1e30}) {  // the second overflows
    e.optimizer.learning_rate = rate;
    e.precision = {.plan = PrecisionPlan::everything, .format = binary32};
    const RoleEngines<double> engines(RoleFormats(e.precision), choose_engines(e.precision, EngineName::automatic));
    const AnyEngine& one = engines[Role::sums];
    const NetworkEngines<AnyEngine> of_network(one);
    const auto trained = [&](std::size_t most) {
      Shape shape(e.model, data.train.labels.size(), data.train.inputs.cols(), data.classes);
      shape.expect_entries(most);
      CHECK(shape.dense()[0].most_entries == (most == 4 ? 4 : 0));
      Network<AnyEngine> network(of_network, shape, data.train.labels.size());
      std::vector<double> w = initial_parameters(e.model, shape, data.train.labels, 0), g(w.size());
      for (double& x : w) x = one.convert(x);
      Activations<double> activations(shape, data.train.labels.size());
      Matrix<double> of_logits(data.train.labels.size(), data.classes);
      SoftmaxCrossEntropy<AnyEngine> head(one, Loss{}, data.train.labels.size(), data.classes);
      const Batch<double> batch{data.train.inputs.view()};
      GradientDescent<AnyEngine> descent(one, e.optimizer, w.size());
      for (int step = 0; step < 4; ++step) {
        network.forward(w, batch, activations);
        head.gradient(std::as_const(activations.outputs.back()).view(), data.train.labels, of_logits.view());
        network.backward(w, batch, activations, std::as_const(of_logits).view(), g);
        descent.step(rate, w, g);
      }
      return w;
    };
    const std::vector<double> sparse = trained(4), whole = trained(76);
    CHECK(std::ranges::equal(sparse, whole, [](double x, double y) {
      return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) || (std::isnan(x) && std::isnan(y));
    }));
    CHECK(std::ranges::any_of(whole, [](double x) { return !std::isfinite(x); }) == (rate > 1));
  }
}
