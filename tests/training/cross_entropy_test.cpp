#include "precipice/training/cross_entropy.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

using namespace precipice;

namespace {

constexpr Precision in_bfloat16{.plan = PrecisionPlan::loss_only, .format = bfloat16};

/// Two samples of three classes.
struct Batch {
  std::vector<double> values{5, 0, 0, 6, 0, 0};
  std::vector<std::uint32_t> labels{0, 0};
  std::vector<double> losses = std::vector<double>(2);
  Matrix<double> gradients{2, 3};
  bool collapsed[2]{};

  void compute(const Precision& precision, const Loss& loss = {}) {
    softmax_cross_entropy({values.data(), labels.size(), 3}, labels, precision, loss, 0,
                          {losses, gradients.view(), collapsed});
  }
};

}  // namespace

TEST_CASE("the loss of a batch has its gradient, and says which samples have collapsed") {
  Batch batch;
  batch.compute(in_bfloat16, {.mean = MeanPlace::outside});
  // Margin 5: exp(-5) is 0x1.b8p-8 in bfloat16, and 1 + 2 exp(-5) still above 1; 6 = 1.08 * 8 ln 2 absorbs.
  CHECK_FALSE(batch.collapsed[0]);
  CHECK(batch.collapsed[1]);
  CHECK(batch.gradients(0, 0) == -0x1p-6);
  CHECK(batch.gradients(1, 0) == 0);
  CHECK(batch.gradients(1, 1) == 0x1.44p-9);
  CHECK(batch.losses[1] == 0);
}

TEST_CASE("nothing collapses in binary64, and formats beyond it are computed, too") {
  Batch narrow, wide;
  narrow.compute({.plan = PrecisionPlan::loss_only, .format = binary64});
  wide.compute({.plan = PrecisionPlan::loss_only, .format = parse_format("binary128")});
  CHECK_FALSE(narrow.collapsed[1]);
  CHECK(narrow.gradients(1, 0) == doctest::Approx(wide.gradients(1, 0)).epsilon(1e-15));
}

TEST_CASE("a batch that does not go together is refused") {
  Batch batch;
  batch.labels = {0, 3};
  CHECK_THROWS_WITH_AS(batch.compute(in_bfloat16), "labels: 3 at 1 is no class, which are 0 to 2", ConfigError);
  batch.labels = {};
  CHECK_THROWS_AS(batch.compute(in_bfloat16), ConfigError);
  Batch scaled;
  CHECK_THROWS_WITH_AS(scaled.compute(in_bfloat16, {.scaling = LossScaling::dynamic}),
                       "scale: is dynamic, which only a run can be; must be a positive number", ConfigError);
  Batch flags;
  CHECK_THROWS_AS(softmax_cross_entropy({flags.values.data(), 2, 3}, flags.labels, in_bfloat16, {}, 0,
                                        {flags.losses, flags.gradients.view(), {}}),
                  ConfigError);
}
