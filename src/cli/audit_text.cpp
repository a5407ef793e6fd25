#include "cli/audit_text.hpp"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "precipice/cli/layout.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/training/formulation_text.hpp"

namespace precipice::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::safe: return "safe";
    case AuditVerdict::at_risk: return "at risk";
    case AuditVerdict::collapsing: return "collapsing";
    case AuditVerdict::vanishing: return "vanishing";
    case AuditVerdict::unknown: return "unknown";
    case AuditVerdict::broken: break;
  }
  return "broken";
}

/// The plain recommendation.
std::string advice(const AuditSummary& s, const LossFindings& f) {
  switch (s.verdict) {
    case AuditVerdict::safe: return "safe";
    case AuditVerdict::at_risk:
      return s.threshold ? fmt::format("at risk from margin {:.2f}", *s.threshold) : "at risk; no threshold predicted";
    case AuditVerdict::collapsing: return "collapsing";
    case AuditVerdict::vanishing: return "vanishing: no gradients left";
    case AuditVerdict::unknown: return "none: no row is left";
    case AuditVerdict::broken: break;
  }
  return fmt::format("broken: {} samples have NaN or infinite gradients", f.broken);
}

std::string percent(double share) { return std::isnan(share) ? "-" : fmt::format("{:.4g} %", 100 * share); }
std::string brief(double x) { return std::isnan(x) ? "-" : fmt::format("{:.3g}", x == 0 ? 0 : x); }  // no -0

Json finite(double x) { return std::isfinite(x) ? Json(x) : Json(); }

Json json_of(const AuditReport& r, std::size_t i) {
  const AuditedLoss& l = r.request.losses[i];
  const LossFindings& f = r.audit.of_losses[i];
  const AuditSummary s = r.summary(i);
  return {{"format", to_text(l.format)},
          {"name", name_of(l.format)},
          {"formulation", to_text(l.loss.formulation)},
          {"order", to_text(l.loss.order)},
          {"rounding", to_text(l.rounding)},
          {"mean", to_text(l.loss.mean)},
          {"samples", f.samples},
          {"collapsed", f.collapsed},
          {"vanished", f.vanished},
          {"broken", f.broken},
          {"collapsed_share", finite(s.collapsed_share)},
          {"vanished_share", finite(s.vanished_share)},
          {"zero_sum_residual", finite(s.zero_sum_residual)},
          {"common_gradient_error", finite(s.common_error)},
          {"centred_gradient_error", finite(s.centred_error)},
          {"mean_drift", finite(s.mean_drift)},
          {"threshold", s.threshold ? Json(*s.threshold) : Json()},
          {"verdict", word(s.verdict)}};
}

Json json_of_margins(const MarginHistogram& margins) {
  Json bins = Json::array();
  for (std::size_t i = 0; i < MarginHistogram::bins; ++i) {
    if (margins.counts[i] == 0) continue;
    bins.push_back({MarginHistogram::least + static_cast<double>(i) * MarginHistogram::width, margins.counts[i]});
  }
  return bins;
}

constexpr auto legend = R"(
collapsed: the correct class's gradient is exactly zero, another's is not; vanished: all are
zero. residual: mean |sum over classes of the gradient|, 0 in exact arithmetic. common,
centred: error against the exact gradient, its mean over the classes and the rest (root mean
square of samples). drift: of the mean bias and, in units of the mean feature, of the
classifier's mean in a step.
)";

}  // namespace

std::string name_of(const Format& format) {
  const std::string_view name = common_name(format);
  return name.empty() ? to_text(format) : std::string(name);
}

std::string audit_head(const AuditReport& r) {
  const Audit& a = r.audit;
  const std::uint64_t finite = a.rows - a.ignored - a.not_a_number - a.infinite;
  std::string text = fmt::format("logits     {} x {} from {}, labels from {}\n", a.rows, a.classes, r.logits, r.labels);
  if (a.ignored > 0)
    text += fmt::format("ignored    {} with the label {}\n", counted(a.ignored, "row"), *r.request.ignored_label);
  if (a.not_a_number + a.infinite > 0) {
    text += fmt::format("left out   {} with NaN, {} with infinities: nothing below counts them\n",
                        counted(a.not_a_number, "row"), a.infinite);
  }
  if (finite == 0) return text + "margins    none: no row is left\n";
  text += fmt::format("margins    {:.4g} to {:.4g} nats; {} of {} rows are classified correctly\n", a.least_margin,
                      a.largest_margin, a.correct, finite);
  if (a.like_probabilities == finite)
    text += "note       these are probabilities, not logits: every row adds up to 1\n";
  if (a.correct == 0) text += "note       no row is classified correctly: are these the labels of these logits?\n";
  return text;
}

std::string_view audit_legend() { return legend; }

std::string audit_table(const AuditReport& r) {
  std::string text =
      fmt::format("{:<16}  {:<11}  {:<13}  {:>10}  {:>10}  {:>9}  {:>9}  {:>9}  {:>10}  {}\n", "format", "formulation",
                  "order", "collapsed", "vanished", "residual", "common", "centred", "drift", "recommendation");
  for (std::size_t i = 0; i < r.request.losses.size(); ++i) {
    const AuditedLoss& l = r.request.losses[i];
    const AuditSummary s = r.summary(i);
    text += fmt::format("{:<16}  {:<11}  {:<13}  {:>10}  {:>10}  {:>9}  {:>9}  {:>9}  {:>10}  {}\n", name_of(l.format),
                        to_text(l.loss.formulation), to_text(l.loss.order), percent(s.collapsed_share),
                        percent(s.vanished_share), brief(s.zero_sum_residual), brief(s.common_error),
                        brief(s.centred_error), brief(s.mean_drift), advice(s, r.audit.of_losses[i]));
  }
  return text;
}

std::string audit_json(const AuditReport& r) {
  const Audit& a = r.audit;
  Json losses = Json::array();
  for (std::size_t i = 0; i < r.request.losses.size(); ++i) losses.push_back(json_of(r, i));
  const Json json{{"logits", r.logits},
                  {"labels", r.labels},
                  {"rows", a.rows},
                  {"classes", a.classes},
                  {"batch", r.request.batch},
                  {"learning_rate", r.learning_rate},
                  {"rows_ignored", a.ignored},
                  {"rows_with_nan", a.not_a_number},
                  {"rows_with_infinities", a.infinite},
                  {"correct", a.correct},
                  {"rows_like_probabilities", a.like_probabilities},
                  {"least_margin", finite(a.least_margin)},
                  {"largest_margin", finite(a.largest_margin)},
                  {"margin_bin_width", MarginHistogram::width},
                  {"margins", json_of_margins(a.margins)},
                  {"losses", losses}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";  // names of files need not be UTF-8
}

std::string audit_csv(const AuditReport& r) {
  std::string text =
      "format,formulation,order,rounding,mean,samples,collapsed,vanished,broken,zero_sum_residual,"
      "common_gradient_error,centred_gradient_error,mean_drift,threshold,verdict\n";
  for (std::size_t i = 0; i < r.request.losses.size(); ++i) {
    const AuditedLoss& l = r.request.losses[i];
    const LossFindings& f = r.audit.of_losses[i];
    const AuditSummary s = r.summary(i);
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", to_text(l.format),
                        to_text(l.loss.formulation), to_text(l.loss.order), to_text(l.rounding), to_text(l.loss.mean),
                        f.samples, f.collapsed, f.vanished, f.broken, csv_number(s.zero_sum_residual),
                        csv_number(s.common_error), csv_number(s.centred_error), csv_number(s.mean_drift),
                        csv_number(s.threshold.value_or(std::nan(""))), word(s.verdict));
  }
  return text;
}

}  // namespace precipice::cli
