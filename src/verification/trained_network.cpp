#include "precipice/verification/trained_network.hpp"

#include <algorithm>
#include <cmath>

#include "diagnosis/vectors.hpp"
#include "precipice/arithmetic/native.hpp"
#include "verification/drift_bound.hpp"
#include "verification/measured_dynamics.hpp"

namespace precipice::verification {
namespace {

constexpr std::int64_t samples = 50;
constexpr std::int64_t adam_steps = 60;        // no sample, or one or two, has collapsed by then
constexpr double learned = 600;                // steps of gradient descent times their rate, at most
constexpr double aligned_cosine = -0.9;        // of the two means, where the inflation is taken to begin
constexpr double risen = 2;                    // eps over that at the beginning, where it is taken to end
constexpr double share_after_breakdown = 0.5;  // of the largest |mu_G|, where the run ends

Experiment experiment_of(const TrainedSetting& setting) {
  Experiment e;
  e.task.samples = samples;
  e.precision.format = bfloat16;
  e.optimizer_switch.step = adam_steps;
  e.optimizer_switch.set(&Optimizer::name, std::optional(OptimizerName::gradient_descent));
  e.optimizer_switch.set(&Optimizer::learning_rate, std::optional(setting.learning_rate));
  e.run.seed = setting.seed;
  e.run.steps = adam_steps + static_cast<std::int64_t>(learned / setting.learning_rate);
  return e;
}

/// What is remembered of every step for the fit.
struct Moment {
  double size, cosine;  ///< |mu_G|; of the two means
  double paper_rate, mean_rate, residual;
};

class Comparison {
 public:
  Comparison(const TrainedSetting& setting, std::size_t classes, const DynamicsPredictions& predictions)
      : classes_(classes), predictions_(predictions) {
    finding_.setting = setting;
  }

  /// False when the inflation has broken down.
  bool see(const StepSeen& seen) {
    if (!finding_.first_absorption && seen.means.collapsed_share > 0) finding_.first_absorption = seen.step;
    compare(seen);
    remember(seen);
    ++finding_.steps;
    const Moment& now = moments_.back();
    largest_ = std::max(largest_, now.size);
    if (!begin_ && now.cosine <= aligned_cosine && finding_.first_absorption) begin_ = moments_.size() - 1;
    if (begin_ && !end_ && now.residual > risen * moments_[*begin_].residual) end_ = moments_.size() - 1;
    return !end_ || now.size > share_after_breakdown * largest_;
  }

  TrainedFinding conclude() {
    finding_.fit = fit_growth({});
    if (!begin_) return finding_;
    finding_.least_residual = moments_[*begin_].residual;
    const std::size_t end = end_.value_or(moments_.size());
    finding_.begins = adam_steps + static_cast<std::int64_t>(*begin_);
    finding_.ends = adam_steps + static_cast<std::int64_t>(end);
    std::vector<double> logarithms(end - *begin_);
    for (std::size_t t = 0; t < logarithms.size(); ++t) {
      const Moment& moment = moments_[*begin_ + t];
      logarithms[t] = Native<double>::log(moment.size);
      finding_.paper_rate += moment.paper_rate;
      finding_.mean_rate += moment.mean_rate;
      finding_.least_residual = std::min(finding_.least_residual, moment.residual);
      finding_.largest_residual = std::max(finding_.largest_residual, moment.residual);
    }
    finding_.paper_rate /= static_cast<double>(logarithms.size());
    finding_.mean_rate /= static_cast<double>(logarithms.size());
    finding_.fit = fit_growth(logarithms);
    return finding_;
  }

 private:
  void compare(const StepSeen& seen) {
    const predicted::TwoMeans driven{std::vector<double>(seen.means.drive.size()), seen.means.drive};
    const double rate = predictions_.classifier_rate(seen.learning_rate, 1, classes_);
    const DriftPrediction predicted{predictions_.drifted({rate, 0}, driven).classifier, roundings_of_drive(samples)};
    finding_.drive_share = worse(finding_.drive_share, share_of_bound(seen, predicted, classes_, samples));
  }

  void remember(const StepSeen& seen) {
    const double eta = seen.learning_rate, residual = seen.means.residual;
    const double size = norm(seen.means.features), of_classifier = norm(seen.means.classifier);
    const double alpha = predictions_.classifier_rate(eta, residual, classes_);
    moments_.push_back({size, product(seen.means.classifier, seen.means.features) / (of_classifier * size),
                        predicted::growth_rate({alpha, predictions_.feature_rate(eta * samples, residual, samples)}),
                        predicted::growth_rate({alpha, predictions_.feature_rate(eta, residual, samples)}), residual});
  }

  std::size_t classes_;
  const DynamicsPredictions& predictions_;
  TrainedFinding finding_;
  std::vector<Moment> moments_;
  std::optional<std::size_t> begin_, end_;  // of the inflation
  double largest_ = 0;
};

}  // namespace

std::vector<TrainedSetting> trained_settings(Extent extent) {
  if (extent == Extent::usual) return {{0.1, 0}, {0.1, 1}, {0.1, 2}, {0.03, 0}, {0.03, 1}, {0.03, 2}};
  constexpr std::uint64_t seeds = 10;
  std::vector<TrainedSetting> settings;
  settings.reserve(3 * seeds);
  for (const double rate : {0.1, 0.03, 0.01}) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed) settings.push_back({rate, seed});
  }
  return settings;
}

DataSet digits_of(std::uint64_t seed) { return load_data(experiment_of({1, seed}).task, seed); }

TrainedFinding examine(const TrainedSetting& setting, const DataSet& digits, const Course& course,
                       const DynamicsPredictions& predictions) {
  Comparison comparison(setting, digits.classes, predictions);
  follow(experiment_of(setting), digits, course, adam_steps,
         [&](const StepSeen& seen) { return comparison.see(seen); });
  return comparison.conclude();
}

}  // namespace precipice::verification
