#include "verification/measured_dynamics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "precipice/arithmetic/exact_sum.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/diagnosis/observe.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/optimizer.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"

namespace precipice::verification {
namespace {

std::vector<double> classifier_mean(const Matrix<double>& classifier) {
  std::vector<double> mean(classifier.rows());
  ExactSum sum;
  for (std::size_t j = 0; j < mean.size(); ++j) {
    sum.clear();
    for (std::size_t k = 0; k < classifier.cols(); ++k) sum.add(classifier(j, k));
    mean[j] = sum.nearest() / static_cast<double>(classifier.cols());
  }
  return mean;
}

/// Of W_G from one classifier to the next.
std::vector<double> change_of_mean(const Matrix<double>& before, const Matrix<double>& after) {
  std::vector<double> change(before.rows());
  ExactSum sum;
  for (std::size_t j = 0; j < change.size(); ++j) {
    sum.clear();
    for (std::size_t k = 0; k < before.cols(); ++k) {
      sum.add(after(j, k));
      sum.add(-before(j, k));
    }
    change[j] = sum.nearest() / static_cast<double>(before.cols());
  }
  return change;
}

double least_margin(const Sight& sight) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < sight.logits.rows(); ++i) {
    for (std::size_t k = 0; k < sight.logits.cols(); ++k) {
      const std::size_t label = sight.labels[i];
      if (k != label) least = std::min(least, sight.logits(i, label) - sight.logits(i, k));
    }
  }
  return least;
}

MeansSeen means_of(const Sight& sight) {
  const std::size_t samples = sight.features.rows(), width = sight.features.cols();
  const auto count = static_cast<double>(samples);
  MeansSeen means;
  means.classifier = classifier_mean(sight.classifier);
  means.features.resize(width);
  means.drive.resize(width);
  for (std::size_t i = 0; i < samples; ++i) {
    means.residual += sight.wrong_masses[i];
    for (std::size_t j = 0; j < width; ++j) {
      means.features[j] += sight.features(i, j);
      means.drive[j] += sight.defects[i] * sight.features(i, j);
    }
  }
  for (double& x : means.features) x /= count;
  means.residual = means.residual / count * sight.unscale;
  const auto collapsed = std::ranges::count(sight.is_collapsed, true);
  means.collapsed_share = static_cast<double>(collapsed) / count;
  means.least_margin = least_margin(sight);
  means.moves_as_one = static_cast<std::size_t>(collapsed) == samples &&
                       std::ranges::adjacent_find(sight.defects, std::not_equal_to<>()) == sight.defects.end();
  return means;
}

/// Those of the gradients.
TermSizes sizes_of(const Sight& sight) {
  const std::size_t samples = sight.features.rows(), width = sight.features.cols();
  TermSizes sizes{std::vector<double>(width), std::vector<double>(width), std::vector<double>(width)};
  for (std::size_t i = 0; i < samples; ++i) {
    double gradient = 0;
    for (std::size_t k = 0; k < sight.gradients.cols(); ++k) gradient += std::fabs(sight.gradients(i, k));
    for (std::size_t j = 0; j < width; ++j) {
      sizes.gradients[j] += std::fabs(sight.features(i, j)) * gradient;
      sizes.drive[j] += std::fabs(sight.features(i, j)) * std::fabs(sight.defects[i]);
    }
  }
  return sizes;
}

std::vector<double> sizes_of_weights(const Matrix<double>& classifier) {
  std::vector<double> sizes(classifier.rows());
  for (std::size_t j = 0; j < sizes.size(); ++j) {
    for (std::size_t k = 0; k < classifier.cols(); ++k) sizes[j] += std::fabs(classifier(j, k));
  }
  return sizes;
}

template <class V>
MeansSeen follow_replay(Replay<V> replay, const Experiment& experiment, const Course& course, std::int64_t first,
                        const std::function<bool(const StepSeen&)>& on_step) {
  while (replay.steps() < std::min(first, experiment.run.steps)) {
    course.stop_if_asked();
    replay.step();
  }
  Sight sight, next;
  look(replay.observe(), experiment.loss, sight);
  while (replay.steps() < experiment.run.steps) {
    course.stop_if_asked();
    StepSeen seen{replay.steps(), 0, means_of(sight), sizes_of(sight), {}};
    replay.step();
    seen.learning_rate = replay.last_update().last_rate();
    look(replay.observe(), experiment.loss, next);
    seen.change = change_of_mean(sight.classifier, next.classifier);
    seen.sizes.weights = sizes_of_weights(next.classifier);
    std::swap(sight, next);
    if (!on_step(seen)) break;
  }
  return means_of(sight);
}

}  // namespace

MeansSeen follow(const Experiment& experiment, const DataSet& data, const Course& course, std::int64_t first,
                 const std::function<bool(const StepSeen&)>& on_step) {
  const Engines engines = choose_engines(experiment.precision, experiment.run.engine);
  return with_engines(experiment.precision, engines, [&]<class V>(const RoleEngines<V>& of_roles) {
    return follow_replay(Replay<V>(of_roles, experiment, data), experiment, course, first, on_step);
  });
}

AdamSeen follow_adam(const Optimizer& settings, const Course& course, double before, double after,
                     std::int64_t updates) {
  Adam<Native<double>> adam(Native<double>{}, settings, 1);
  const auto step = [&](double gradient) {
    std::array<double, 1> parameter{0};
    adam.step(settings.learning_rate, parameter, std::array{gradient});
    return -parameter[0];
  };
  AdamSeen seen{};
  for (std::int64_t t = 0; t < updates; ++t) {
    course.stop_if_asked();
    seen.step_before = step(before);
  }
  seen.step = step(after);
  return seen;
}

}  // namespace precipice::verification
