#include "precipice/verification/dynamics.hpp"

#include <map>

#include "precipice/sweep/parallel.hpp"
#include "precipice/verification/part.hpp"
#include "verification/dynamics_report.hpp"

namespace precipice::verification {
namespace {

// Estimated work of one examination, in seconds.
constexpr double of_free_features = 0.5, of_trained = 0.5, of_reemergence = 0.05;

std::vector<double> sizes_of(const DynamicsAgenda& agenda) {
  std::vector<double> sizes(agenda.free_features.size(), of_free_features);
  sizes.insert(sizes.end(), agenda.trained.size(), of_trained);
  sizes.insert(sizes.end(), agenda.reemergences.size(), of_reemergence);
  return sizes;
}

/// By seed.
std::map<std::uint64_t, DataSet> digits_for(const std::vector<TrainedSetting>& settings) {
  std::map<std::uint64_t, DataSet> digits;
  for (const TrainedSetting& setting : settings) {
    if (!digits.contains(setting.seed)) digits.emplace(setting.seed, digits_of(setting.seed));
  }
  return digits;
}

DynamicsFindings carry_out(const DynamicsAgenda& agenda, const Course& course, const DynamicsPredictions& predictions) {
  const std::map<std::uint64_t, DataSet> digits = digits_for(agenda.trained);
  DynamicsFindings findings{std::vector<FreeFeaturesFinding>(agenda.free_features.size()),
                            std::vector<TrainedFinding>(agenda.trained.size()),
                            std::vector<ReemergenceFinding>(agenda.reemergences.size())};
  Progress progress(sizes_of(agenda), course.style);
  in_parallel(agenda.size(), course.jobs, [&](std::size_t index) {
    progress.started(index);
    std::size_t place = index;
    if (place < findings.free_features.size()) {
      findings.free_features[place] = examine(agenda.free_features[place], course, predictions);
    } else if ((place -= findings.free_features.size()) < findings.trained.size()) {
      const TrainedSetting& setting = agenda.trained[place];
      findings.trained[place] = examine(setting, digits.at(setting.seed), course, predictions);
    } else {
      place -= findings.trained.size();
      findings.reemergences[place] = examine(agenda.reemergences[place], course, predictions);
    }
    progress.finished(index);
  });
  return findings;
}

}  // namespace

DynamicsAgenda dynamics_agenda(Extent extent) {
  return {free_features_settings(extent), trained_settings(extent), reemergence_settings(extent)};
}

Part verify_dynamics(const Course& course, const DynamicsAgenda& agenda, const DynamicsPredictions& predictions) {
  return report(carry_out(agenda, course, predictions));
}

Part verify_dynamics(const Course& course, Extent extent, const DynamicsPredictions& predictions) {
  return verify_dynamics(course, dynamics_agenda(extent), predictions);
}

}  // namespace precipice::verification
