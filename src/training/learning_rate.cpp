#include "precipice/training/learning_rate.hpp"

#include "precipice/training/optimizer.hpp"

namespace precipice {

double LearningRate::at(std::int64_t step) {
  const double rate = settings_.learning_rate;
  if (step < settings_.warm_up) {
    return rate * (static_cast<double>(step + 1) / static_cast<double>(settings_.warm_up));
  }
  const std::int64_t part = step - settings_.warm_up, whole = steps_ - settings_.warm_up;
  const double rest = settings_.final_fraction;
  switch (settings_.schedule) {
    case ScheduleName::constant: break;
    case ScheduleName::linear:
      return rate * (1 - (1 - rest) * (static_cast<double>(part) / static_cast<double>(whole)));
    case ScheduleName::cosine: return rate * (rest + (1 - rest) * ((1 + correctly_rounded_cosine(part, whole)) / 2));
    case ScheduleName::step: return rate * after_drops(part / settings_.drop_every);
  }
  return rate;
}

double LearningRate::after_drops(std::int64_t drops) {
  // A power near the end of the range takes long, and stays the same for many steps.
  if (drops != drops_) {
    drops_factor_ = correctly_rounded_power(settings_.drop_factor, static_cast<std::uint64_t>(drops));
    drops_ = drops;
  }
  return drops_factor_;
}

}  // namespace precipice
