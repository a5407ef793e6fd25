// Every formulation of the loss against its operations written out one by one, in one format and with one for each
// role.
#include "training/formulations.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"
#include "support/mismatches.hpp"
#include "support/orders.hpp"
#include "support/same.hpp"
#include "support/sample.hpp"
#include "training/transcription.hpp"

using namespace precipice;
using testing::LogitRow;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261127;
constexpr std::size_t batch = 50;

const std::vector<LogitRow> rows{
    {{0.3, -1.7, 2.25}, 2},
    {{5.125, 5.125}, 0},
    {{1e-3, 17.3, 0.7, 0.1, -4.0}, 1},
    {{-3.0000001, 8.7, 8.6999, -100, 8.7}, 4},
    {{200.1, -200.7, 0.5, 7.25, 3, 3, 3, 3, 3, 199.9}, 0},
    {{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}, 9},
};

/// The gradient, and behind it the loss.
template <class V>
std::vector<double> gradient_and_loss(const RoleEngines<V>& of, const Loss& loss, const LogitRow& row) {
  Matrix<V> logits(1, row.logits.size()), out(1, row.logits.size());
  for (std::size_t k = 0; k < row.logits.size(); ++k) logits(0, k) = exactly<V>(row.logits[k]);
  const LossEngines<EngineOf<V>> engines{of[Role::loss], of[Role::loss_exp], of[Role::loss_sum], of[Role::loss_log],
                                         of[Role::loss_gradient]};
  SoftmaxCrossEntropy<EngineOf<V>> head(engines, loss, batch, row.logits.size());
  const std::vector<std::uint32_t> labels{row.label};
  head.gradient(std::as_const(logits).view(), labels, out.view());
  std::vector<double> result;
  for (const V& g : out.values()) result.push_back(nearest_double(g));
  std::vector<V> losses(1);
  head.losses(std::as_const(logits).view(), labels, losses);
  result.push_back(nearest_double(losses[0]));
  return result;
}

/// On the fastest engines and on Reference.
void check(const Precision& precision, const Loss& loss, Mismatches& mismatches) {
  const RoleFormats roles(precision);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<double> expected = testing::transcribed_gradient(roles, loss, rows[i], batch);
    expected.push_back(testing::transcribed_loss(roles, loss, rows[i]));
    for (const EngineName name : {EngineName::automatic, EngineName::reference}) {
      const std::vector<double> got =
          with_engines(precision, choose_engines(precision, name),
                       [&](const auto& engines) { return gradient_and_loss(engines, loss, rows[i]); });
      for (std::size_t k = 0; k < expected.size(); ++k) {
        mismatches.expect(testing::same_bits(got[k], expected[k]), [&] {
          return fmt::format(
              "formulation {} {} {} in {}, row {}, class {} (the loss behind the last): {:a}, expected {:a}",
              static_cast<int>(loss.formulation), to_text(loss.order), to_text(loss.mean), to_text(precision.format), i,
              k, got[k], expected[k]);
        });
      }
    }
  }
}

Loss with_options(Loss loss, testing::Sample& sample) {
  if (sample.coin()) loss.projection = Projection::zero_sum;
  if (sample.coin()) loss.smoothing = 0.1;
  if (sample.coin()) loss.z_loss = 1e-3;
  if (sample.coin()) loss.margin_clamp = 6.5;
  if (sample.coin()) loss.scale = 100;
  loss.is_fused = sample.coin();
  return loss;
}

}  // namespace

TEST_CASE("the loss is exactly zero where the sum has absorbed all others, but not in the re-added formulations") {
  // exp(-7) is a quarter of the last place of 1 in bfloat16; at 600 the logarithm 2^-7 of a sum is absorbed, too.
  const auto loss_of = [](Formulation formulation, const LogitRow& row) {
    const Loss loss{.formulation = formulation};
    const Precision precision{};
    return with_engines(precision, choose_engines(precision, EngineName::automatic),
                        [&](const auto& engines) { return gradient_and_loss(engines, loss, row).back(); });
  };
  for (const Formulation formulation : testing::all_formulations) {
    CAPTURE(static_cast<int>(formulation));
    if (formulation == Formulation::stablemax) continue;
    CHECK(loss_of(formulation, {{7, 0}, 0}) == 0);
    const bool adds_maximum = formulation == Formulation::lse_added || formulation == Formulation::reciprocal;
    const double near = loss_of(formulation, {{60, 56}, 0});
    CHECK((near == 0) == adds_maximum);
    CHECK(loss_of(formulation, {{0, 7}, 0}) == 7);
  }
}

TEST_CASE("every formulation, order and place of the mean has the bits of its operations written out") {
  Mismatches mismatches;
  for (const char* const name : {"e8m7", "e8m23", "e4m3", "e5m2", "e5m10", "e3m4"}) {
    const Precision precision{.format = parse_format(name)};
    for (const Formulation formulation : testing::all_formulations) {
      for (const SumOrder& order : testing::all_orders) {
        for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after, MeanPlace::outside}) {
          check(precision, {.formulation = formulation, .order = order, .mean = mean}, mismatches);
        }
      }
    }
  }
}

TEST_CASE("what is added to a formulation has the bits of its operations written out") {
  testing::Sample sample(seed);
  Mismatches mismatches;
  for (const Formulation formulation : testing::all_formulations) {
    for (int i = 0; i < 40; ++i) {
      const Precision precision{
          .format = parse_format(sample.one_of(std::array{"e8m7", "e5m10", "e8m23", "e4m3"})),
          .rounding = sample.one_of(std::array{Rounding::nearest_even, Rounding::toward_positive, Rounding::to_odd})};
      const Loss plain{.formulation = formulation,
                       .order = sample.one_of(testing::all_orders),
                       .mean = sample.one_of(std::array{MeanPlace::before, MeanPlace::after, MeanPlace::outside})};
      check(precision, with_options(plain, sample), mismatches);
    }
  }
}

TEST_CASE("each operation of a loss is rounded into the format of its role") {
  testing::Sample sample(seed);
  Mismatches mismatches;
  const std::array formats{RoleFormat{bfloat16},
                           RoleFormat{binary16},
                           RoleFormat{binary32},
                           RoleFormat{},
                           RoleFormat{ieee_like(4, 6), Rounding::toward_negative},
                           RoleFormat{ieee_like(30, 8), Rounding::to_odd}};
  for (const Formulation formulation : testing::all_formulations) {
    for (int i = 0; i < 60; ++i) {
      Precision precision;
      for (const Role role : {Role::loss, Role::loss_exp, Role::loss_sum, Role::loss_log, Role::loss_gradient}) {
        precision.of(role) = sample.one_of(formats);
      }
      const Loss plain{.formulation = formulation,
                       .order = sample.one_of(testing::all_orders),
                       .mean = sample.one_of(std::array{MeanPlace::before, MeanPlace::after, MeanPlace::outside})};
      check(precision, i % 2 == 0 ? plain : with_options(plain, sample), mismatches);
    }
  }
}

TEST_CASE("a snapshot has the loss of each sample, whatever its batches and engines") {
  Mismatches mismatches;
  for (const Formulation formulation : {Formulation::shift, Formulation::composed}) {
    for (const bool has_two_formats : {false, true}) {
      Experiment e;
      e.task.samples = 9;
      e.model.hidden = {4};
      e.run.batch = 4;
      e.loss = {.formulation = formulation, .smoothing = 0.1, .scale = 8};
      if (has_two_formats) e.precision.of(Role::loss_sum) = RoleFormat{binary32};
      const DataSet data = load_data(e.task, e.run.seed);
      with_engines(
          e.precision, choose_engines(e.precision, EngineName::automatic), [&]<class V>(const RoleEngines<V>& engines) {
            Replay<V> replay(engines, e, data);
            for (int i = 0; i < 3; ++i) replay.step();
            const Snapshot<V> seen = replay.observe();
            REQUIRE(seen.losses.size() == 9);
            for (std::size_t i = 0; i < 9; ++i) {
              LogitRow row{{}, seen.labels[i]};
              for (const V& z : seen.logits.row(i)) row.logits.push_back(nearest_double(z));
              const double wanted = testing::transcribed_loss(RoleFormats(e.precision), e.loss, row);
              mismatches.expect(testing::same_bits(nearest_double(seen.losses[i]), wanted), [&] {
                return fmt::format("sample {}: {:a}, expected {:a}", i, nearest_double(seen.losses[i]), wanted);
              });
            }
          });
    }
  }
}
