#include "precipice/verification/reemergence.hpp"

#include <algorithm>
#include <cmath>

#include "precipice/arithmetic/native.hpp"
#include "verification/measured_dynamics.hpp"

namespace precipice::verification {
namespace {

constexpr double unit_roundoff = 0x1p-53;
constexpr double settled = 0x1p-60;  // what is left of the first moments, and of the bias corrections
constexpr double learning_rate = 1e-3;

/// After how many updates beta^T < settled.
std::int64_t updates_until_settled(double beta) {
  return 1 + static_cast<std::int64_t>(std::ceil(Native<double>::log(settled) / Native<double>::log(beta)));
}

double share(double measured, double predicted, double bound) { return std::fabs(measured / predicted - 1) / bound; }

}  // namespace

std::vector<ReemergenceSetting> reemergence_settings(Extent extent) {
  std::vector<ReemergenceSetting> settings{{24, 1, 0.9, 0.95, 1e-8, 1e-10}};
  const std::vector<int> precisions =
      extent == Extent::full ? std::vector{4, 6, 8, 11, 17, 24} : std::vector{8, 11, 24};
  for (const int precision : precisions) {
    for (const std::size_t batch : {1U, 128U}) {
      const double before = std::ldexp(predicted::reemerged_gradient(precision, batch), -10);
      for (const double beta2 : {0.999, 0.95}) {
        for (const double epsilon : {1e-8, 1e-6, 1e-5}) {
          settings.push_back({precision, batch, 0.9, beta2, epsilon, before});
        }
      }
    }
  }
  return settings;
}

ReemergenceBounds bounds_of(const predicted::Reemergence& of) {
  const predicted::ReemergedStep step = predicted::reemerged_step(of);
  const double u = unit_roundoff, g0 = of.before, g1 = of.after, w = 1 - of.beta1;
  const double of_mean = settled + 1.02 * u * (1 / w + 2);                        // M / g0
  const double of_square = settled + 1.03 * u * (3 - of.beta2) / (1 - of.beta2);  // V / g0^2
  const double mean = of.beta1 * of_mean * g0 + u * step.mean + 2.02 * u * w * (g0 + g1);
  const double square = of.beta2 * of_square * g0 * g0 + 3.1 * u * step.square;
  return {mean / step.mean + 0.51 * square / step.square + 17.1 * u, of_mean + 0.51 * of_square + 17.1 * u};
}

ReemergenceFinding examine(const ReemergenceSetting& setting, const Course& course,
                           const DynamicsPredictions& predictions) {
  ReemergenceFinding finding;
  finding.setting = setting;
  finding.of = {learning_rate,   setting.beta1,  setting.beta2,
                setting.epsilon, setting.before, predicted::reemerged_gradient(setting.precision, setting.batch)};
  const Optimizer adam{
      .learning_rate = learning_rate, .beta1 = setting.beta1, .beta2 = setting.beta2, .epsilon = setting.epsilon};
  const AdamSeen seen = follow_adam(adam, course, finding.of.before, finding.of.after,
                                    updates_until_settled(std::max(setting.beta1, setting.beta2)));
  finding.step = seen.step;
  finding.step_before = seen.step_before;
  finding.jump = seen.step / seen.step_before;
  finding.predicted = predictions.reemerged_step(finding.of);
  const ReemergenceBounds bounds = bounds_of(finding.of);
  finding.step_share = share(seen.step, finding.predicted.step, bounds.step);
  finding.step_before_share = share(seen.step_before, finding.predicted.step_before, bounds.step_before);
  return finding;
}

}  // namespace precipice::verification
