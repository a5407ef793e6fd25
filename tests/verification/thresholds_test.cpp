#include "precipice/verification/thresholds.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"
#include "precipice/verification/part.hpp"

using namespace precipice;
using namespace precipice::verification;
using predicted::EqualRivals;
using predicted::GradientRules;

namespace {

constexpr unsigned seed = 7;
constexpr int random_settings = 1500;

const Course quiet{.jobs = 2, .stop = nullptr, .style = Progress::Style::silent};

/// Three formats, three roundings, both places of the mean, four orders.
std::vector<ThresholdBatch> small_grid() {
  std::vector<ThresholdBatch> grid;
  for (const ThresholdBatch& batch : threshold_grid(Extent::usual)) {
    const Format& f = batch.rules.format;
    if (f == bfloat16 || f == binary16 || f == parse_format("e4m3fn")) grid.push_back(batch);
  }
  return grid;
}

/// How many thresholds the program's arithmetic misses if theory is changed so.
std::size_t missed_with(const ThresholdTheory& theory) {
  return threshold_part(compare_thresholds(small_grid(), theory, quiet)).missed;
}

/// The theory of other rules and rivals.
template <class Rules, class Rivals>
ThresholdTheory planted(const Rules& other_rules, const Rivals& other_rivals) {
  return [=](const GradientRules& rules) {
    const auto predict = threshold_theory()(other_rules(rules));
    return [=](const EqualRivals& rivals) { return predict(other_rivals(rivals)); };
  };
}

const auto same_rules = [](const GradientRules& rules) { return rules; };
const auto same_rivals = [](const EqualRivals& rivals) { return rivals; };

/// The threshold of a format with p - 1, as a number of that with p.
void of_shorter(const Format& f, const Format& shorter, std::optional<predicted::Threshold>& threshold) {
  if (!threshold) return;
  const auto moved = [&](const Integer& place) {
    if (place < 0) return place;
    const Integer beyond = ordinal(shorter, largest_finite(shorter)) + 1;
    return place >= beyond ? Integer(ordinal(f, largest_finite(f)) + 1) : ordinal(f, number_at(shorter, place));
  };
  threshold = predicted::Threshold{moved(threshold->least), moved(threshold->most), threshold->cause};
}

template <class T, std::size_t n>
const T& one_of(const T (&all)[n], std::mt19937& random) {
  return all[random() % n];
}

}  // namespace

TEST_CASE("the loss collapses and dies at the predicted numbers in three formats") {
  const auto rows = compare_thresholds(small_grid(), threshold_theory(), quiet);
  const Part part = threshold_part(rows);
  CHECK(part.checked == 2 * rows.size());
  CHECK(part.missed == 0);
  CHECK(part.json.at("rows").size() == part.checked);
  CHECK(part.json.at("columns").size() == part.json.at("rows").front().size());
}

TEST_CASE("wrong predictions are refuted: p - 1 for p, K for K - 1, no 1/B, another order") {
  CHECK(missed_with(planted(same_rules, [](EqualRivals r) {
          ++r.classes;
          return r;
        })) > 0);
  CHECK(missed_with(planted(
            [](GradientRules r) {
              r.mean = MeanPlace::outside;
              return r;
            },
            same_rivals)) > 0);
  CHECK(missed_with(planted(same_rules, [](EqualRivals r) {
          r.order = SumOrder::exact;
          return r;
        })) > 0);
  const ThresholdTheory shorter = [](const GradientRules& rules) {
    GradientRules other = rules;
    other.format = with_widths(rules.format, rules.format.precision - 1, rules.format.exponent_bits);
    const auto predict = threshold_theory()(other);
    return [=](const EqualRivals& rivals) {
      PredictedThresholds thresholds = predict(rivals);
      of_shorter(rules.format, other.format, thresholds.collapse);
      of_shorter(rules.format, other.format, thresholds.survival);
      return thresholds;
    };
  };
  CHECK(missed_with(shorter) > 0);
}

TEST_CASE("no prediction is missed in formats, roundings, orders and losses drawn by lot") {
  constexpr Formulation formulations[] = {Formulation::shift, Formulation::lse_added, Formulation::division,
                                          Formulation::reciprocal, Formulation::accurate};
  constexpr MeanPlace means[] = {MeanPlace::before, MeanPlace::after, MeanPlace::outside};
  constexpr std::int64_t batches[] = {1, 7, 32, 50, 100};
  constexpr int all_classes[] = {2, 3, 5, 10, 17, 33, 97, 300};
  const SumOrder orders[] = {SumOrder::sequential,    SumOrder::reverse,        SumOrder::correct_first,
                             SumOrder::pairwise,      SumOrder::butterfly,      SumOrder::exact,
                             SumOrder::in_lanes(8),   SumOrder::in_vectors(8),  SumOrder::in_strides(4),
                             SumOrder::in_packets(8), SumOrder::in_windows(32), SumOrder::in_cascade(8)};
  std::mt19937 random(seed);
  std::vector<ThresholdBatch> grid;
  for (int i = 0; i < random_settings; ++i) {
    Format f = ieee_like(2 + static_cast<int>(random() % (i % 3 == 0 ? 23 : 9)), 2 + static_cast<int>(random() % 6));
    if (i % 5 == 0) f = with_subnormals(f, Subnormals::flush_results);
    if (i % 5 == 1) f = saturating(f);
    const MeanPlace mean = one_of(means, random);
    const int classes = one_of(all_classes, random);
    const Rounding rounding = deterministic_roundings()[random() % deterministic_roundings().size()];
    const Formulation formulation = one_of(formulations, random);
    grid.push_back({{f, rounding, formulation, mean, one_of(batches, random)},
                    {{one_of(orders, random), classes, static_cast<int>(random() % static_cast<unsigned>(classes))}}});
  }
  const Part part = threshold_part(compare_thresholds(grid, threshold_theory(), quiet));
  CHECK_MESSAGE(part.missed == 0, part.text);
  CHECK(part.checked == 2U * random_settings);
}

TEST_CASE("the table of binary32 has a row for each order and K, and a place for each index") {
  const SumOrder order = SumOrder::in_windows(32);
  const predicted::GradientRules rules{binary32, Rounding::nearest_even, Formulation::shift, MeanPlace::outside, 1};
  const std::vector<ThresholdBatch> grid{
      {rules, {{order, 97, 0}, {order, 97, 48}, {order, 97, 96}, {order, 1000, 500}}}};
  const Part part = threshold_part(compare_thresholds(grid, threshold_theory(), quiet));
  CHECK(part.markdown.find("| windows:32           | 97   | 20.1013             | 20.1013       | 21.03 |\n") !=
        std::string::npos);
  CHECK(part.markdown.find("| windows:32           | 1000 | -                   | 22.8501       | -     |\n") !=
        std::string::npos);
}

TEST_CASE("a property that comes, goes and comes again is seen") {
  // To odd, where the maximum is added again: log S is absorbed by every odd margin and by no even one.
  const MeasuredThresholds odd =
      measure_thresholds({.format = bfloat16, .rounding = Rounding::to_odd, .formulation = Formulation::lse_added});
  CHECK_FALSE(odd.collapse.is_one());
  CHECK(odd.collapse.from == ordinal(bfloat16, largest_finite(bfloat16)));
  const MeasuredThresholds plain = measure_thresholds({.format = bfloat16});
  CHECK(plain.collapse.is_one());
  CHECK(plain.death.is_one());
}

TEST_CASE("every engine measures the same thresholds") {
  // Carried to nearest; a format that is one bit too wide for it, by Reference.
  const auto margin = [](const Format& f) {
    return to_double(number_at(f, measure_thresholds({.format = f, .classes = 10, .label = 3}).collapse.from));
  };
  CHECK(margin(ieee_like(51, 8)) == doctest::Approx(51 * 0.6931471805599453 + std::log(3.0)).epsilon(1e-14));
  CHECK(margin(ieee_like(52, 8)) == doctest::Approx(52 * 0.6931471805599453 + std::log(3.0)).epsilon(1e-14));
  CHECK(margin(binary64) == doctest::Approx(53 * 0.6931471805599453 + std::log(3.0)).epsilon(1e-14));
}

TEST_CASE("what is found does not depend on the number of jobs") {
  const auto grid = small_grid();
  Course alone = quiet;
  alone.jobs = 1;
  const std::span<const ThresholdBatch> some(grid.data(), 6);
  const std::vector<ThresholdBatch> batches(some.begin(), some.end());
  const Part one = threshold_part(compare_thresholds(batches, threshold_theory(), alone));
  const Part two = threshold_part(compare_thresholds(batches, threshold_theory(), quiet));
  CHECK(one.text == two.text);
  CHECK(one.json == two.json);
}
