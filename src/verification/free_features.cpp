#include "precipice/verification/free_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "diagnosis/vectors.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "verification/drift_bound.hpp"
#include "verification/measured_dynamics.hpp"

namespace precipice::verification {
namespace {

constexpr int exponent_bits = 8;
constexpr double mean_offset = 0.1;   // |mu_G| at the start
constexpr double first_growth = 0.1;  // sqrt(alpha beta) of the first step: the margin moves little in one
constexpr double most_growth = 5;     // e-foldings
constexpr std::array precisions{6, 8, 11, 17};
constexpr std::array margins_above{0.5, 2.0};
constexpr std::array conventions{FeatureConvention::mean, FeatureConvention::paper};
constexpr double work_of_a_run = 1.5e8;  // steps times B K d and what every step costs besides
constexpr double work_besides = 1000;

Format format_of(const FreeFeaturesSetting& setting) { return ieee_like(setting.precision, exponent_bits); }

/// At which the labels have all collapsed.
double collapse_margin(const FreeFeaturesSetting& setting) {
  double largest = 0;
  for (std::size_t label = 0; label < setting.classes; ++label) {
    largest =
        std::max(largest, *predicted::collapse_margin(format_of(setting), Rounding::nearest_even, SumOrder::sequential,
                                                      static_cast<int>(setting.classes), static_cast<int>(label)));
  }
  return largest;
}

/// With which the first step grows by first_growth; no part of a comparison.
double chosen_learning_rate(const FreeFeaturesSetting& setting, double margin) {
  const auto classes = static_cast<double>(setting.classes), samples = static_cast<double>(setting.samples());
  const double residual = (classes - 1) * Native<double>::exp(-margin);
  const double coupling = setting.convention == FeatureConvention::paper ? classes : classes * samples;
  return first_growth * std::sqrt(coupling) / residual;
}

/// Labels in turn, and inputs that nobody reads.
DataSet labels_alone(const FreeFeaturesSetting& setting) {
  DataSet data;
  data.classes = setting.classes;
  data.train.inputs = Matrix<double>(setting.samples(), 1);
  data.test.inputs = Matrix<double>(0, 1);
  data.train.labels.resize(setting.samples());
  for (std::size_t i = 0; i < setting.samples(); ++i) {
    data.train.labels[i] = static_cast<std::uint32_t>(i % setting.classes);
  }
  return data;
}

Experiment experiment_of(const FreeFeaturesSetting& setting) {
  const auto classes = static_cast<double>(setting.classes), samples = static_cast<double>(setting.samples());
  Experiment e;
  e.model.name = ModelName::unconstrained_features;
  e.model.biases = Biases::none;
  e.model.features.width = static_cast<std::int64_t>(setting.classes);
  e.model.features.start = FeatureStart::collapsed;
  e.model.features.margin = collapse_margin(setting) + setting.above;
  e.model.features.mean_offset = mean_offset;
  e.model.features.rate = setting.convention == FeatureConvention::paper ? samples : 1;
  e.precision.format = format_of(setting);
  e.optimizer.name = OptimizerName::gradient_descent;
  e.optimizer.learning_rate = chosen_learning_rate(setting, e.model.features.margin);
  e.run.steps = static_cast<std::int64_t>(work_of_a_run / (samples * classes * classes + work_besides));
  return e;
}

/// Compares step by step, and carries the predicted means along.
class Comparison {
 public:
  Comparison(const FreeFeaturesSetting& setting, const Experiment& experiment, const DynamicsPredictions& predictions)
      : setting_(setting), rate_of_features_(experiment.model.features.rate), predictions_(predictions) {
    finding_.setting = setting;
    finding_.learning_rate = experiment.optimizer.learning_rate;
  }

  /// False when there is no more to be learned.
  bool see(const StepSeen& seen) {
    if (finding_.steps == 0) begin(seen.means);
    if (seen.means.collapsed_share != 1) return false;
    const double eta = seen.learning_rate;
    compare(seen, predictions_.classifier_rate(eta, 1, setting_.classes), seen.means.drive,
            roundings_of_drive(setting_.samples()), finding_.drive_share);
    const predicted::DriftRates rates{
        predictions_.classifier_rate(eta, seen.means.residual, setting_.classes),
        predictions_.feature_rate(eta * rate_of_features_, seen.means.residual, setting_.samples())};
    if (seen.means.moves_as_one) {
      ++finding_.steps_as_one;
      compare(seen, rates.classifier, seen.means.features, roundings_of_mean(setting_.samples()), finding_.mean_share);
    }
    rates_.push_back(rates);
    means_ = predictions_.drifted(rates, means_);
    ++finding_.steps;
    return norm(means_.features) < most_growth_factor_ * norm(start_.features);
  }

  FreeFeaturesFinding conclude(const MeansSeen& end) {
    const auto growth = [&](const std::vector<double>& features) {
      return Native<double>::log(norm(features) / norm(start_.features));
    };
    finding_.growth = growth(end.features);
    finding_.predicted_growth = growth(means_.features);
    finding_.continuous_growth = predicted::continuous_growth(rates_);
    finding_.direction = norm(end.classifier) / norm(end.features);
    finding_.cosine =
        std::clamp(product(end.classifier, end.features) / (norm(end.classifier) * norm(end.features)), -1.0, 1.0);
    finding_.decaying_share = predicted::decaying_share(rates_, start_);
    if (!rates_.empty()) finding_.predicted_direction = predictions_.direction_ratio(rates_.front());
    finding_.last_margin = end.least_margin;
    finding_.growth_limit = predicted::growth_limit(setting_.classes, finding_.first_margin, finding_.last_margin);
    return finding_;
  }

 private:
  void begin(const MeansSeen& means) {
    start_ = means_ = {means.classifier, means.features};
    finding_.first_margin = means.least_margin;
  }

  void compare(const StepSeen& seen, double rate, const std::vector<double>& drive, std::size_t roundings,
               double& largest) const {
    const predicted::TwoMeans driven{std::vector<double>(drive.size()), drive};
    const DriftPrediction predicted{predictions_.drifted({rate, 0}, driven).classifier, roundings};
    largest = worse(largest, share_of_bound(seen, predicted, setting_.classes, setting_.samples()));
  }

  const FreeFeaturesSetting& setting_;
  double rate_of_features_;
  const DynamicsPredictions& predictions_;
  double most_growth_factor_ = Native<double>::exp(most_growth);
  FreeFeaturesFinding finding_;
  predicted::TwoMeans start_, means_;  // means_: predicted
  std::vector<predicted::DriftRates> rates_;
};

}  // namespace

std::string_view to_text(FeatureConvention convention) {
  return convention == FeatureConvention::paper ? "paper" : "1/B";
}

double FreeFeaturesFinding::growth_error() const { return std::fabs(predicted_growth / growth - 1); }
double FreeFeaturesFinding::direction_error() const { return std::fabs(direction / predicted_direction - 1); }
double FreeFeaturesFinding::direction_bound() const {
  return 2 * decaying_share / (1 - decaying_share) + direction_tolerance;
}
double FreeFeaturesFinding::cosine_error() const { return 1 + cosine; }
double FreeFeaturesFinding::cosine_bound() const {
  return 2 * decaying_share * decaying_share / (1 + decaying_share * decaying_share) + direction_tolerance;
}

std::size_t FreeFeaturesFinding::missed() const {
  const auto is_missed = [](double error, double bound) { return error <= bound ? std::size_t{0} : std::size_t{1}; };
  return is_missed(growth_error(), growth_tolerance) + is_missed(direction_error(), direction_bound()) +
         is_missed(cosine_error(), cosine_bound()) + is_missed(drive_share, 1) +
         is_missed(steps_as_one > 0 ? mean_share : 2, 1);
}

namespace {

/// All precisions, margins and conventions of these classes and samples.
void add_all(std::size_t classes, std::size_t per_class, std::vector<FreeFeaturesSetting>& settings) {
  for (const int precision : precisions) {
    for (const double above : margins_above) {
      for (const FeatureConvention convention : conventions) {
        settings.push_back({classes, per_class, precision, above, convention});
      }
    }
  }
}

/// A fraction of these in which each value of each meets all of the others.
void add_some(std::size_t classes, std::size_t per_class, std::size_t place,
              std::vector<FreeFeaturesSetting>& settings) {
  for (std::size_t i = 0; i < precisions.size(); ++i) {
    settings.push_back(
        {classes, per_class, precisions[i], margins_above[(place / 3 + i) % 2], conventions[(place + i) % 2]});
  }
}

}  // namespace

std::vector<FreeFeaturesSetting> free_features_settings(Extent extent) {
  std::vector<FreeFeaturesSetting> settings;
  std::size_t place = 0;
  const auto add = [&](std::size_t classes, std::size_t per_class) {
    if (extent == Extent::full) return add_all(classes, per_class, settings);
    add_some(classes, per_class, place++, settings);
  };
  for (const std::size_t classes : {4U, 10U, 30U}) {
    for (const std::size_t per_class : {1U, 5U, 10U}) add(classes, per_class);
  }
  add(100, 1);
  if (extent == Extent::full) add(2, 5);
  return settings;
}

FreeFeaturesFinding examine(const FreeFeaturesSetting& setting, const Course& course,
                            const DynamicsPredictions& predictions) {
  const Experiment experiment = experiment_of(setting);
  const DataSet data = labels_alone(setting);
  Comparison comparison(setting, experiment, predictions);
  const MeansSeen end = follow(experiment, data, course, 0, [&](const StepSeen& seen) { return comparison.see(seen); });
  return comparison.conclude(end);
}

}  // namespace precipice::verification
