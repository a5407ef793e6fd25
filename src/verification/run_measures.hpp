#pragma once

#include <cstdint>
#include <optional>

#include "precipice/verification/ledger.hpp"

namespace precipice::verification {

/// Constants of the ledger; decision 0023 has the reasons.
inline constexpr double clean_sum = 1e-6, last_growth = 5, fit_r2 = 0.9, guessing = 0.1, re_emerged = 0.5;
inline constexpr double least_partial = 0.05, most_partial = 0.95;
inline constexpr std::int64_t before_spike = 200;  // steps

/// The largest value that a record has from a step on, up to another; NaN without records.
double largest(const RunSeen& run, double Record::*value, std::int64_t first = 0, std::int64_t last = INT64_MAX);

/// zero_sum_residual / residual_probability, the largest since the first absorption, or of all where nothing is
/// absorbed: 1 where the correct class's gradients are all gone.
double broken_share(const RunSeen& run);

/// Largest margin of the last record without a collapsed sample and of the first with one.
struct FirstCollapse {
  double before, at;
};
std::optional<FirstCollapse> first_collapse(const RunSeen& run);

/// A straight line through (x, log of a norm).
struct Line {
  double slope, r2;
};

/// How the means grow up to their largest before the first spike, over the last factor `last_growth` of ||mu_G||.
struct Growth {
  std::int64_t begins, ends;              ///< steps
  double features, classifier;            ///< factors over this stretch
  Line features_line, classifier_line;    ///< over steps
  Line features_power, classifier_power;  ///< over log(step): a power of it
  double first_rate, second_rate;         ///< of log ||mu_G|| in the first and in the second half of the steps
};
/// Nothing if ||mu_G|| does not grow by that factor from its value at the first absorption.
std::optional<Growth> growth_of(const RunSeen& run);

/// Share of collapsed samples in the steps before a spike: the largest, and the least from there to the spike.
struct ReEmergence {
  double largest, least;

  [[nodiscard]] double share() const { return largest > 0 ? 1 - least / largest : 0; }
};
std::optional<ReEmergence> re_emergence(const RunSeen& run);

/// Mean share of collapsed samples over the last quarter of the records.
double late_collapsed_share(const RunSeen& run);

}  // namespace precipice::verification
