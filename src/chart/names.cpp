#include "chart/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "precipice/chart/results.hpp"

namespace precipice::chart {
namespace {

struct Entry {
  std::string_view column, title, unit;
};

constexpr Entry names[]{
    {"outcome", "outcome of training", ""},
    {"first_absorption", "first absorption", "step"},
    {"sc50", "SC50, half of the samples collapsed", "step"},
    {"nfi_onset", "NFI onset", "step"},
    {"aligned_onset", "means begin to grow along each other", "step"},
    {"first_spike", "first loss spike", "step"},
    {"spikes", "loss spikes", "count"},
    {"frozen_at", "all gradients zero", "step"},
    {"diverged_at", "divergence", "step"},
    {"test_accuracy_50", "test accuracy reached 50 %", "step"},
    {"test_accuracy_90", "test accuracy reached 90 %", "step"},
    {"test_accuracy_99", "test accuracy reached 99 %", "step"},
    {"steps", "steps", "count"},
    {"final_loss", "loss at the end", "nats"},
    {"final_test_accuracy", "test accuracy at the end", ""},
    {"final_median_margin", "median margin at the end", "nats"},
    {"final_mu_norm", "|μ_G| at the end", ""},
    {"peak_mu_norm", "largest |μ_G|", ""},
    {"final_cosine", "cos(W_G, μ_G) at the end", ""},
    {"final_collapsed_share", "share of samples in softmax collapse at the end", ""},
    {"peak_collapsed_share", "largest share of samples in softmax collapse", ""},
    {"peak_zero_sum_residual", "largest zero-sum residual", ""},
    {"inflation_rate", "growth rate of |μ_G| as NFI begins", "1/step"},
    {"seconds", "time", "s"},
};

}  // namespace

ValueName value_name(std::string_view column) {
  const auto* const found = std::ranges::find(names, column, &Entry::column);
  if (found == std::end(names)) return {std::string(column), ""};
  return {std::string(found->title), std::string(found->unit)};
}

std::string labelled(const ValueName& name) {
  return name.unit.empty() ? name.title : fmt::format("{} ({})", name.title, name.unit);
}

std::string axis_name(const std::string& key, FigureSize size) {
  const bool is_short = size == FigureSize::column;
  if (key == p_key && is_short) return "precision\u00a0p (bits)";
  if (key == p_key) return "significand precision p (bits,\u00a0hidden\u00a0bit\u00a0included)";
  if (key == exponent_key) return "exponent bits E";
  if (key == "optimizer.learning_rate") return "learning rate";
  if (key == "run.batch") return "batch size";
  return key;
}

std::string axis_label(const std::string& value, FigureSize size) {
  const std::size_t most = size == FigureSize::screen ? 44 : size == FigureSize::page ? 28 : 18;
  return value.size() <= most ? value : value.substr(0, most - 3) + "...";
}

std::string_view boundary_name(Boundary boundary) {
  switch (boundary) {
    case Boundary::absorption: return "absorption begins";
    case Boundary::nfi: return "NFI begins";
    case Boundary::freezing: return "gradients freeze";
    case Boundary::spike: break;
  }
  return "loss spikes";
}

}  // namespace precipice::chart
