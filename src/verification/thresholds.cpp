#include "precipice/verification/thresholds.hpp"

#include <memory>

#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/parallel.hpp"

namespace precipice::verification {
namespace {

/// The correct class first, in the middle and last.
void add_labels(std::vector<predicted::EqualRivals>& rivals, const SumOrder& order, int classes) {
  rivals.push_back({order, classes, 0});
  if (classes > 2) rivals.push_back({order, classes, classes / 2});
  rivals.push_back({order, classes, classes - 1});
}

std::vector<predicted::EqualRivals> all_rivals(std::span<const SumOrder> orders, std::span<const int> classes) {
  std::vector<predicted::EqualRivals> rivals;
  for (const SumOrder& order : orders) {
    for (const int count : classes) add_labels(rivals, order, count);
  }
  return rivals;
}

struct Mean {
  MeanPlace place;
  std::int64_t batch;
};

/// visit(rules) for all combinations.
template <class Visit>
void for_rules(const Format& format, std::span<const Rounding> roundings, std::span<const Formulation> formulations,
               std::span<const Mean> means, const Visit& visit) {
  for (const Rounding rounding : roundings) {
    for (const Formulation formulation : formulations) {
      for (const Mean& mean : means) {
        visit(predicted::GradientRules{format, rounding, formulation, mean.place, mean.batch});
      }
    }
  }
}

std::vector<ThresholdBatch> usual_grid(const std::vector<Format>& formats) {
  constexpr Rounding roundings[] = {Rounding::nearest_even, Rounding::toward_zero, Rounding::toward_positive};
  constexpr Formulation formulations[] = {Formulation::shift, Formulation::lse_added, Formulation::division};
  constexpr Mean means[] = {{MeanPlace::outside, 1}, {MeanPlace::before, 32}};
  constexpr int classes[] = {2, 10, 97};
  const SumOrder orders[] = {SumOrder::sequential, SumOrder::correct_first, SumOrder::exact, SumOrder::in_lanes(8)};
  const std::vector<predicted::EqualRivals> rivals = all_rivals(orders, classes);
  std::vector<ThresholdBatch> grid;
  for (const Format& format : formats) {
    for_rules(format, roundings, formulations, means, [&](const auto& rules) { grid.push_back({rules, rivals}); });
  }
  return grid;
}

std::vector<ThresholdBatch> full_grid() {
  constexpr Formulation formulations[] = {Formulation::shift, Formulation::lse_added, Formulation::division,
                                          Formulation::reciprocal, Formulation::accurate};
  constexpr Mean means[] = {{MeanPlace::outside, 1}, {MeanPlace::before, 50}, {MeanPlace::after, 50}};
  constexpr int classes[] = {2, 10, 97}, many = 1000;
  const SumOrder orders[] = {SumOrder::sequential,   SumOrder::reverse,        SumOrder::correct_first,
                             SumOrder::pairwise,     SumOrder::butterfly,      SumOrder::exact,
                             SumOrder::in_lanes(8),  SumOrder::in_vectors(16), SumOrder::in_windows(32),
                             SumOrder::in_cascade(4)};
  std::vector<ThresholdBatch> grid;
  std::size_t turn = 0;
  for (int p = 2; p <= 113; p = p == 53 ? 113 : p + 1) {
    for (int exponent_bits = 2; exponent_bits <= 11; ++exponent_bits) {
      for_rules(ieee_like(p, exponent_bits), deterministic_roundings(), formulations, means, [&](const auto& rules) {
        const SumOrder& order = orders[turn++ % std::size(orders)];
        grid.push_back({rules, all_rivals(std::span(&order, 1), classes)});
        grid.back().rivals.push_back({order, many, many / 2});
      });
      turn += 3;  // so that every formulation meets every order
    }
  }
  return grid;
}

MeasuredLoss measured_loss(const predicted::GradientRules& rules, const predicted::EqualRivals& rivals) {
  return {rules.format,   rules.rounding, rules.formulation, rivals.order,
          rivals.classes, rivals.label,   rules.mean,        rules.batch};
}

/// What a batch costs, for the progress: wide formats have a slow engine.
double cost_of(const predicted::GradientRules& rules) { return rules.format.precision > 51 ? 6 : 1; }

}  // namespace

ThresholdTheory threshold_theory() {
  return [](const predicted::GradientRules& rules) {
    const auto thresholds = std::make_shared<predicted::Thresholds>(rules);
    return [thresholds](const predicted::EqualRivals& rivals) {
      return PredictedThresholds{thresholds->collapse(rivals), thresholds->survival(rivals)};
    };
  };
}

Agreement agreement(const std::optional<predicted::Threshold>& predicted, const Integer& measured) {
  if (!predicted) return Agreement::unpredicted;
  if (measured < predicted->least || measured > predicted->most) return Agreement::missed;
  return predicted->is_exact() ? Agreement::exact : Agreement::bounded;
}

std::string threshold_refusal(const Format& format) {
  if (!has_sign(format)) return "has no sign, and so no gradient of the correct class";
  if (!has_zero(format)) return "has no zero";
  if (flushes_operands(format)) return "flushes operands, for which there is no theory";
  return {};
}

std::vector<ThresholdBatch> threshold_grid(Extent extent, const std::vector<Format>& formats) {
  if (!formats.empty()) return usual_grid(formats);
  if (extent == Extent::full) return full_grid();
  std::vector<Format> named;
  named.reserve(catalogue().size());
  for (const NamedFormat& one : catalogue()) {
    if (threshold_refusal(one.format).empty()) named.push_back(one.format);
  }
  return usual_grid(named);
}

std::vector<ThresholdRow> compare_thresholds(const std::vector<ThresholdBatch>& grid, const ThresholdTheory& theory,
                                             const Course& course) {
  std::vector<double> sizes;
  std::vector<std::size_t> begins{0};
  sizes.reserve(grid.size());
  begins.reserve(grid.size() + 1);
  for (const ThresholdBatch& batch : grid) {
    sizes.push_back(cost_of(batch.rules));
    begins.push_back(begins.back() + batch.rivals.size());
  }
  std::vector<ThresholdRow> rows(begins.back());
  Progress progress(sizes, course.style);
  in_parallel(grid.size(), course.jobs, [&](std::size_t i) {
    progress.started(i);
    const auto& [rules, rivals] = grid[i];
    const auto predict = theory(rules);
    for (std::size_t j = 0; j < rivals.size(); ++j) {
      course.stop_if_asked();
      rows[begins[i] + j] = {rules, rivals[j], predict(rivals[j]), measure_thresholds(measured_loss(rules, rivals[j]))};
    }
    progress.finished(i);
  });
  return rows;
}

}  // namespace precipice::verification
