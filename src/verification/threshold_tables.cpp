#include "verification/threshold_tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "precipice/arithmetic/value.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"
#include "precipice/sweep/settings.hpp"

namespace precipice::verification {
namespace {

constexpr double ln2 = 0.6931471805599453;

std::optional<Exact> number_of(const Format& format, const Integer& place) {
  const Format f = plain(format);
  if (place < 0 || place > ordinal(f, largest_finite(f))) return {};
  return number_at(f, place);
}

double in_quanta(double nats, const Exact& margin, const Format& format) {
  return std::ldexp(nats, static_cast<int>(-quantum_exponent(format, margin.top_exponent())));
}

struct Count {
  std::size_t all = 0, exact = 0, bounded = 0, missed = 0, unpredicted = 0, returning = 0;

  void add(const Compared& c) {
    ++all;
    switch (c.found()) {
      case Agreement::exact: ++exact; break;
      case Agreement::bounded: ++bounded; break;
      case Agreement::missed: ++missed; break;
      case Agreement::unpredicted: ++unpredicted; break;
    }
    if (!c.turn.is_one()) ++returning;
  }
};

std::vector<std::string> count_row(std::vector<std::string> names, const Count& n) {
  for (const std::size_t figure : {n.all, n.exact, n.bounded, n.missed, n.unpredicted, n.returning}) {
    names.push_back(std::to_string(figure));
  }
  return names;
}

struct Failures {
  std::size_t count = 0;
  double most_nats = 0, most_quanta = 0, most_ulps = 0;

  void add(const Gap& g) {
    ++count;
    most_nats = std::max(most_nats, std::fabs(g.nats));
    most_quanta = std::max(most_quanta, std::fabs(g.quanta));
    most_ulps = std::max(most_ulps, std::fabs(g.ulps));
  }
};

constexpr std::string_view next_number = "the next number of the format";

}  // namespace

std::optional<double> margin_at(const Format& format, const Integer& place) {
  const auto margin = number_of(format, place);
  return margin ? std::optional(nearest_double(*margin)) : std::nullopt;
}

std::string margin_text(const Format& format, const Integer& place) {
  const auto margin = margin_at(format, place);
  return margin ? fmt::format("{:.6g}", *margin) : place < 0 ? "none" : "never";
}

std::optional<Gap> gap(const Compared& c) {
  const auto& [rules, rivals, predicted, measured] = c.row;
  if (rules.formulation == Formulation::lse_added || rules.formulation == Formulation::accurate) return {};
  const auto margin = number_of(rules.format, c.measured);
  if (!margin || margin->is_zero()) return {};
  const auto nats =
      c.name == "survival"
          ? predicted::behind_underflow_margin(*margin, rules.format, rules.rounding, rules.mean, rules.batch)
          : predicted::behind_collapse_margin(*margin, rules.format, rules.rounding, rivals.order, rivals.classes,
                                              rivals.label);
  if (!nats) return {};
  return Gap{*nats, in_quanta(*nats, *margin, rules.format), std::ldexp(*nats, rules.format.precision - 1)};
}

const std::string& formulation_text(Formulation formulation) {
  static const auto texts = [] {
    std::array<std::string, 8> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      Experiment e;
      e.loss.formulation = static_cast<Formulation>(i);
      all[i] = to_text(find_setting("loss.formulation").read(e));
    }
    return all;
  }();
  return texts[static_cast<std::size_t>(formulation)];
}

std::string_view explanation(predicted::Cause cause) {
  switch (cause) {
    case predicted::Cause::mean_factor: return "fl(1/B) is zero";
    case predicted::Cause::range: return "the format ends before";
    case predicted::Cause::never: return "the rounding never gets there";
    case predicted::Cause::underflow: return "the terms underflow first";
    case predicted::Cause::sum_above_one: return "sums above 1 are lost as well";
    case predicted::Cause::sum_not_one: return "the sum has not collapsed yet";
    case predicted::Cause::stagnation: return "sums of equal terms stagnate";
    case predicted::Cause::sum_rounding: return "sums of wrong terms are rounded";
    case predicted::Cause::few_bits: return "the last term is subnormal: few bits";
    case predicted::Cause::exp_rounding: break;
  }
  return "the exponential is rounded";
}

chart::Table agreement_table(const std::vector<ThresholdRow>& rows) {
  std::map<std::pair<Rounding, Formulation>, Count> counts;
  Count all;
  for_each_threshold(rows, [&](const Compared& c) {
    counts[{c.row.rules.rounding, c.row.rules.formulation}].add(c);
    all.add(c);
  });
  chart::Table table{
      {"rounding", "formulation", "thresholds", "exact", "bounded", "missed", "unpredicted", "returning"}, {}};
  for (const auto& [key, count] : counts) {
    table.rows.push_back(count_row({std::string(to_text(key.first)), formulation_text(key.second)}, count));
  }
  table.rows.push_back(count_row({"all", ""}, all));
  return table;
}

chart::Table closed_form_table(const std::vector<ThresholdRow>& rows) {
  std::map<std::string_view, Failures> failures;
  for_each_threshold(rows, [&](const Compared& c) {
    const auto g = gap(c);
    if (!g || !c.predicted) return;
    const bool is_next = g->quanta >= -1 && g->quanta <= 1;
    failures[is_next ? next_number : explanation(c.predicted->cause)].add(*g);
  });
  chart::Table table{{"measured against the real threshold", "thresholds", "most nats", "most quanta", "most ulp(1)"},
                     {}};
  const auto add = [&](std::string_view name) {
    const auto found = failures.find(name);
    if (found == failures.end()) return;
    const Failures& f = found->second;
    table.rows.push_back({std::string(name), std::to_string(f.count), fmt::format("{:.3g}", f.most_nats),
                          fmt::format("{:.3g}", f.most_quanta), fmt::format("{:.3g}", f.most_ulps)});
  };
  add(next_number);
  for (const auto& [name, ignored] : failures) {
    if (name != next_number) add(name);
  }
  return table;
}

chart::Table paper_table(const std::vector<ThresholdRow>& rows) {
  struct Found {
    std::size_t formats = 0, never = 0, equal = 0;
    std::vector<double> late;
  };
  std::map<Rounding, Found> by_rounding;
  for (const ThresholdRow& row : rows) {
    const auto& [format, rounding, formulation, mean, batch] = row.rules;
    if (row.rivals.classes != 2 || row.rivals.label != 0 || row.rivals.order != SumOrder::sequential) continue;
    if (formulation != Formulation::shift || mean != MeanPlace::outside || format.precision < 8) continue;
    Found& found = by_rounding[rounding];
    ++found.formats;
    const auto margin = number_of(format, row.measured.collapse.from);
    if (!margin) {
      ++found.never;
      continue;
    }
    // A truncated sum, whatever the rounding.
    const double late =
        *predicted::behind_collapse_margin(*margin, format, Rounding::toward_zero, SumOrder::sequential, 2, 0);
    if (std::fabs(in_quanta(late, *margin, format)) <= 1) ++found.equal;
    found.late.push_back(late / ln2);
  }
  chart::Table table{{"rounding", "formats", "as claimed", "never", "measured - (p-1) ln 2, in ln 2", "verdict"}, {}};
  for (auto& [rounding, f] : by_rounding) {
    std::ranges::sort(f.late);
    const std::string late =
        f.late.empty() ? "-" : fmt::format("{:.4f} to {:.4f}", f.late.front() + 0.0, f.late.back() + 0.0);
    const bool is_one_late = !f.late.empty() && f.late.front() > 0.9 && f.late.back() < 1.1;
    const std::string_view verdict = f.never == f.formats   ? "does not hold: there is no threshold"
                                     : f.equal == f.formats ? "holds"
                                     : f.equal > 0          ? "holds in some formats"
                                     : is_one_late          ? "does not hold: it is p ln 2"
                                                            : "does not hold";
    table.rows.push_back({std::string(to_text(rounding)), std::to_string(f.formats), std::to_string(f.equal),
                          std::to_string(f.never), late, std::string(verdict)});
  }
  return table;
}

chart::Table index_table(const std::vector<ThresholdRow>& rows) {
  chart::Table table{{"binary32, to nearest", "K", "correct class first", "in the middle", "last"}, {}};
  for (const ThresholdRow& row : rows) {
    const auto& [format, rounding, formulation, mean, batch] = row.rules;
    if (format != binary32 || rounding != Rounding::nearest_even) continue;
    if (formulation != Formulation::shift || mean != MeanPlace::outside || row.rivals.classes == 2) continue;
    const std::string order = to_text(row.rivals.order), classes = std::to_string(row.rivals.classes);
    if (table.rows.empty() || table.rows.back()[0] != order || table.rows.back()[1] != classes) {
      table.rows.push_back({order, classes, "-", "-", "-"});
    }
    const std::size_t column = row.rivals.label == 0 ? 2 : row.rivals.label == row.rivals.classes - 1 ? 4 : 3;
    table.rows.back()[column] = margin_text(format, row.measured.collapse.from);
  }
  return table;
}

}  // namespace precipice::verification
