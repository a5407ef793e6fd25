#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "precipice/verification/course.hpp"
#include "precipice/verification/dynamics_predictions.hpp"

// Unconstrained features under gradient descent, from neural collapse: the linear map against replays.

namespace precipice::verification {

/// Largest relative error of the growth log |mu_G(T)| - log |mu_G(0)| that the linear map of the measured eps(t)
/// predicts. What the map leaves out: that wrong classes may round apart for a few steps, and roundings of binary64.
inline constexpr double growth_tolerance = 1e-4;

/// How far the final direction may differ from the growing one beyond the share of the decaying mode: roundings of
/// binary64, 1.5e5 steps of 2^-53 of weights that are some 300 times as large as W_G where it is small.
inline constexpr double direction_tolerance = 1e-8;

/// Whether features learn at the rate of the classifier, or at B times that.
enum class FeatureConvention : std::uint8_t {
  mean,  ///< of the loss over B samples: features have 1/B of the gradient
  paper  ///< beta = eta eps
};
std::string_view to_text(FeatureConvention convention);

/// K classes of so many samples, whose margin begins `above` nats beyond the one at which the last of them collapses.
struct FreeFeaturesSetting {
  std::size_t classes, per_class;
  int precision;
  double above;
  FeatureConvention convention;

  [[nodiscard]] std::size_t samples() const { return classes * per_class; }
};

struct FreeFeaturesFinding {
  FreeFeaturesSetting setting{};
  double learning_rate = 0, first_margin = 0, last_margin = 0;  ///< margins: the least of all samples
  std::int64_t steps = 0;                                       ///< all samples were collapsed before each
  double growth = 0;                                            ///< log |mu_G(T)| - log |mu_G(0)|
  double predicted_growth = 0;                                  ///< by the product of the maps of the measured eps(t)
  double continuous_growth = 0;                                 ///< by sum sqrt(alpha beta), the growing mode alone
  double growth_limit = 0;                                      ///< what margins allow
  double direction = 0;                                         ///< |W_G| / |mu_G| at the end
  double predicted_direction = 0;                               ///< of the growing mode
  double cosine = 0;                                            ///< of W_G and mu_G at the end
  double decaying_share = 0;                                    ///< of the decaying mode at the end, predicted
  double drive_share = 0;  ///< of its bound that the error of -(eta/K) sum_i d_i h_i takes up, the largest of all steps
  double mean_share = 0;   ///< the same of -(eta eps/K) mu_G where all d_i are one number
  std::int64_t steps_as_one = 0;  ///< how often they were; never: the relation counts as refuted

  [[nodiscard]] double growth_error() const;  ///< relative
  /// | |W_G| / |mu_G| over that of the growing mode - 1 |: with r the share of the decaying mode, mu_G = a + b and W_G
  /// = -q (a - b), it is at most 2 r / (1 - r).
  [[nodiscard]] double direction_error() const;
  [[nodiscard]] double direction_bound() const;
  /// 1 + cos: cos = -(|a|^2 - |b|^2) / (|a - b| |a + b|), and |a - b| |a + b| <= |a|^2 + |b|^2, so at most
  /// 2 r^2 / (1 + r^2).
  [[nodiscard]] double cosine_error() const;
  [[nodiscard]] double cosine_bound() const;
  /// How many of the five relations were refuted.
  [[nodiscard]] std::size_t missed() const;
  static constexpr std::size_t checked = 5;
};

std::vector<FreeFeaturesSetting> free_features_settings(Extent extent);

/// Learns until the means have grown by five e-foldings, or for as many steps as such a grid has time for.
FreeFeaturesFinding examine(const FreeFeaturesSetting& setting, const Course& course,
                            const DynamicsPredictions& predictions);

}  // namespace precipice::verification
