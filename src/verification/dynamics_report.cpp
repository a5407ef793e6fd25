#include "verification/dynamics_report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "precipice/verification/part.hpp"
#include "verification/drift_bound.hpp"
#include "verification/dynamics_json.hpp"
#include "verification/section.hpp"

namespace precipice::verification {
namespace {

/// "!" where something was refuted.
std::string mark(std::size_t missed) { return missed == 0 ? "" : "!"; }

template <class Finding>
std::size_t missed_of(const std::vector<Finding>& findings) {
  std::size_t missed = 0;
  for (const Finding& f : findings) missed += f.missed();
  return missed;
}

template <class Finding>
double largest(const std::vector<Finding>& findings, double (*figure)(const Finding&)) {
  double most = 0;
  for (const Finding& f : findings) most = worse(most, figure(f));
  return most;
}

std::vector<std::string> row_of(const FreeFeaturesFinding& f) {
  return {fmt::format("{}", f.setting.classes),
          fmt::format("{}", f.setting.per_class),
          fmt::format("{}", f.setting.precision),
          std::string(to_text(f.setting.convention)),
          fmt::format("{}", f.steps),
          fmt::format("{:.1f}-{:.1f}", f.first_margin, f.last_margin),
          fmt::format("{:.3f}", f.growth),
          fmt::format("{:.2f}", f.growth_limit),
          fmt::format("{:.1e}", f.growth_error()),
          fmt::format("{:.3f}", f.direction),
          fmt::format("{:.2f}", f.direction_error() / f.direction_bound()),
          fmt::format("{:.2f}", f.drive_share),
          fmt::format("{:.2f}", f.mean_share),
          mark(f.missed())};
}

/// What is largest of all settings.
std::vector<std::string> summary_of(const std::vector<FreeFeaturesFinding>& findings) {
  using Finding = FreeFeaturesFinding;
  std::int64_t steps = 0, as_one = 0;
  for (const Finding& f : findings) {
    steps += f.steps;
    as_one += f.steps_as_one;
  }
  return {fmt::format("{} settings, {} steps, in {} of which all samples drove W_G alike. Largest error of the",
                      findings.size(), steps, as_one),
          fmt::format("growth {:.1e}, shares of the bound of dW_G {:.2f} (drive) and {:.2f} (mean), 1 + cos {:.1e}.",
                      largest<Finding>(findings, [](const Finding& f) { return f.growth_error(); }),
                      largest<Finding>(findings, [](const Finding& f) { return f.drive_share; }),
                      largest<Finding>(findings, [](const Finding& f) { return f.mean_share; }),
                      largest<Finding>(findings, [](const Finding& f) { return f.cosine_error(); }))};
}

Section free_features_section(const std::vector<FreeFeaturesFinding>& findings) {
  Section section{
      "Unconstrained features under gradient descent",
      {"K classes of n samples start at neural collapse, behind the margin at which all have collapsed.",
       "rate: of the features, 1 (their gradient has 1/B) or B (the paper's convention).",
       "growth: of log |mu_G|; limit: what margins allow, (K-1)/2 log(m_T / m_0); error: of the growth",
       fmt::format("by the product of the maps of the measured eps(t), relative, at most {:g}.", growth_tolerance),
       "W/mu: |W_G| / |mu_G|. Shares of bounds: of the error of this ratio; of dW_G by sum_i d_i h_i",
       "(drive) and by eps mu_G (mean), at the worst step."},
      {{"K", "n", "p", "rate", "steps", "margin", "growth", "limit", "error", "W/mu", "ratio", "drive", "mean", ""},
       {}}};
  section.table.rows.reserve(findings.size());
  for (const FreeFeaturesFinding& f : findings) section.table.rows.push_back(row_of(f));
  for (std::string& line : summary_of(findings)) section.lines.push_back(std::move(line));
  return section;
}

Section trained_section(const std::vector<TrainedFinding>& findings) {
  Section section{"A network on the digits, 64-32-32-10, p = 8",
                  {"Adam, then gradient descent at the rate eta; drive: share of the bound of dW_G by sum_i d_i h_i.",
                   "The rest has no bound. fitted: slope of log |mu_G| from cos = -0.9 until eps has doubled, by least",
                   "squares, with its 95 % interval for residuals correlated as they are, and their deviation; beside",
                   "it the mean of sqrt(alpha beta) for free features, beta = eta eps (paper) or eta eps / B (1/B).",
                   "speed: the beta that the slope asks for, over eta eps: a network's features are moved by all of",
                   "its layers and all samples."},
                  {{"eta", "seed", "steps", "absorbs", "inflates", "drive", "fitted", "+-", "deviation", "paper", "1/B",
                    "speed", ""},
                   {}}};
  section.table.rows.reserve(findings.size());
  for (const TrainedFinding& f : findings) {
    section.table.rows.push_back(
        {fmt::format("{:g}", f.setting.learning_rate), fmt::format("{}", f.setting.seed), fmt::format("{}", f.steps),
         f.first_absorption ? fmt::format("{}", *f.first_absorption) : "never",
         f.fit.points == 0 ? "never" : fmt::format("{}-{}", f.begins, f.ends), fmt::format("{:.2f}", f.drive_share),
         fmt::format("{:.2e}", f.fit.rate), fmt::format("{:.0e}", f.fit.half_width),
         fmt::format("{:.3f}", f.fit.deviation), fmt::format("{:.2e}", f.paper_rate),
         fmt::format("{:.2e}", f.mean_rate), fmt::format("{:.0f}", f.feature_speed()), mark(f.missed())});
  }
  return section;
}

/// All but epsilon.
bool are_alike(const ReemergenceSetting& a, const ReemergenceSetting& b) {
  return a.precision == b.precision && a.batch == b.batch && a.beta1 == b.beta1 && a.beta2 == b.beta2 &&
         a.before == b.before;
}

/// Settings that differ in epsilon alone are a row.
chart::Table reemergence_table(const std::vector<ReemergenceFinding>& findings) {
  chart::Table table{{"p", "B", "betas", "g0", "g1"}, {}};
  std::vector<double> epsilons;
  for (const ReemergenceFinding& f : findings) {
    if (std::ranges::find(epsilons, f.setting.epsilon) != epsilons.end()) continue;
    epsilons.push_back(f.setting.epsilon);
    table.header.push_back(fmt::format("{:g}", f.setting.epsilon));
  }
  table.header.emplace_back("share");
  for (auto first = findings.begin(); first != findings.end();) {
    const ReemergenceSetting& s = first->setting;
    std::vector<std::string> row{fmt::format("{}", s.precision), fmt::format("{}", s.batch),
                                 fmt::format("{:g} {:g}", s.beta1, s.beta2), fmt::format("{:.1e}", s.before),
                                 fmt::format("{:.1e}", first->of.after)};
    row.resize(table.header.size(), "-");
    double share = 0;
    for (; first != findings.end() && are_alike(first->setting, s); ++first) {
      const auto column = std::ranges::find(epsilons, first->setting.epsilon) - epsilons.begin();
      row[5 + static_cast<std::size_t>(column)] =
          fmt::format("{:.2e} ({:.3g}){}", first->step, first->jump, mark(first->missed()));
      share = std::max({share, first->step_share, first->step_before_share});
    }
    row.back() = fmt::format("{:.2f}", share);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Section reemergence_section(const std::vector<ReemergenceFinding>& findings) {
  return {"Adam's step when ulp(1)/B comes back, eta = 1e-3",
          {"g0, g1: the gradient before and the one that comes back, ulp(1)/B. For each epsilon the step that",
           "Adam makes, and in parentheses how many times the step before that is. share: of the bounds of",
           "the relative errors of both steps, the largest. The first row is the example of theory."},
          reemergence_table(findings)};
}

/// Without the column of marks where nothing was refuted.
void drop_empty_marks(chart::Table& table) {
  const auto is_marked = [](const std::vector<std::string>& row) { return !row.back().empty(); };
  if (!table.header.back().empty() || std::ranges::any_of(table.rows, is_marked)) return;
  table.header.pop_back();
  for (auto& row : table.rows) row.pop_back();
}

}  // namespace

Part report(const DynamicsFindings& findings) {
  Part part;
  part.name = "dynamics";
  part.checked = findings.free_features.size() * FreeFeaturesFinding::checked +
                 findings.trained.size() * TrainedFinding::checked +
                 findings.reemergences.size() * ReemergenceFinding::checked;
  part.missed = missed_of(findings.free_features) + missed_of(findings.trained) + missed_of(findings.reemergences);
  for (Section section : {free_features_section(findings.free_features), trained_section(findings.trained),
                          reemergence_section(findings.reemergences)}) {
    drop_empty_marks(section.table);
    add(section, part);
  }
  part.json = to_json(findings);
  part.json["checked"] = part.checked;
  part.json["missed"] = part.missed;
  return part;
}

}  // namespace precipice::verification
