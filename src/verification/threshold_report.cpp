#include <fmt/core.h>

#include <array>

#include "precipice/format/catalogue.hpp"
#include "precipice/verification/part.hpp"
#include "precipice/verification/thresholds.hpp"
#include "verification/section.hpp"
#include "verification/threshold_tables.hpp"

namespace precipice::verification {
namespace {

constexpr std::size_t most_named = 20;  // missed thresholds that are printed

std::string_view agreement_text(Agreement agreement) {
  switch (agreement) {
    case Agreement::exact: return "exact";
    case Agreement::bounded: return "bounded";
    case Agreement::missed: return "missed";
    case Agreement::unpredicted: break;
  }
  return "unpredicted";
}

std::string setting_text(const Compared& c) {
  const auto& [rules, rivals, predicted, measured] = c.row;
  return fmt::format("{} {} {}, 1/B {} with B = {}, {}, K = {}, class {}", to_text(rules.format),
                     to_text(rules.rounding), formulation_text(rules.formulation), to_text(rules.mean), rules.batch,
                     to_text(rivals.order), rivals.classes, rivals.label);
}

std::string missed_text(const std::vector<ThresholdRow>& rows) {
  std::string text;
  std::size_t named = 0, missed = 0;
  for_each_threshold(rows, [&](const Compared& c) {
    if (c.found() != Agreement::missed || ++missed > most_named) return;
    ++named;
    const Format& f = c.row.rules.format;
    text +=
        fmt::format("missed: {} of {}: measured {}, predicted {} to {}\n", c.name, setting_text(c),
                    margin_text(f, c.measured), margin_text(f, c.predicted->least), margin_text(f, c.predicted->most));
  });
  if (missed > named) text += fmt::format("missed: {} more\n", missed - named);
  return text;
}

std::array<Section, 4> sections(const std::vector<ThresholdRow>& rows) {
  return {
      Section{
          "Predicted and measured",
          {"K - 1 wrong classes with logit 0 beside the correct one, whose logit is the margin. Collapse: the least",
           "margin from which the correct class's gradient is exactly zero. Survival: the largest with a gradient",
           "of a wrong class. Exact: the very number that was predicted; bounded: within bounds, where no more is",
           "claimed. Returning: the property does not come once and stay."},
          agreement_table(rows)},
      Section{"The real thresholds of theory, p ln 2 + ln n and so on",
              {"How far the measured margin lies behind, and why. Quanta: of the format at this margin."},
              closed_form_table(rows)},
      Section{"The paper's (p - 1) ln 2 for one wrong class, in formats of p >= 8", {}, paper_table(rows)},
      Section{
          "Where binary32 collapses", {"By order of summation and index of the correct class."}, index_table(rows)}};
}

Json json_of(const Compared& c) {
  const predicted::GradientRules& rules = c.row.rules;
  const predicted::EqualRivals& rivals = c.row.rivals;
  const auto margin = [&](const Integer& place) -> Json {
    const auto m = margin_at(rules.format, place);
    return m ? Json(*m) : Json(place < 0 ? "none" : "never");
  };
  const auto g = gap(c);
  Json row{to_text(rules.format),
           to_text(rules.rounding),
           formulation_text(rules.formulation),
           to_text(rules.mean),
           rules.batch,
           to_text(rivals.order),
           rivals.classes,
           rivals.label,
           c.name,
           margin(c.measured)};
  row.push_back(c.predicted ? margin(c.predicted->least) : Json());
  row.push_back(c.predicted ? margin(c.predicted->most) : Json());
  row.push_back(g ? Json(g->nats) : Json());
  row.push_back(g ? Json(g->quanta) : Json());
  row.push_back(g ? Json(g->ulps) : Json());
  row.push_back(agreement_text(c.found()));
  row.push_back(c.predicted ? Json(explanation(c.predicted->cause)) : Json());
  row.push_back(c.turn.is_one());
  return row;
}

}  // namespace

Part threshold_part(const std::vector<ThresholdRow>& rows) {
  Part part;
  part.name = "thresholds";
  Json list = Json::array();
  for_each_threshold(rows, [&](const Compared& c) {
    ++part.checked;
    if (c.found() == Agreement::missed) ++part.missed;
    list.push_back(json_of(c));
  });
  part.json = {{"columns",
                {"format", "rounding", "formulation", "mean", "batch", "order", "classes", "label", "threshold",
                 "measured", "predicted_least", "predicted_most", "behind_real_threshold", "gap_in_quanta",
                 "gap_in_ulp_of_one", "agreement", "cause", "comes_once"}},
               {"rows", std::move(list)}};
  for (const Section& section : sections(rows)) add(section, part);
  const std::string missed = missed_text(rows);
  part.text += missed;
  if (!missed.empty()) part.markdown += "```\n" + missed + "```\n";
  return part;
}

}  // namespace precipice::verification
