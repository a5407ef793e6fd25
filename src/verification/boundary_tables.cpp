#include "verification/boundary_tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "precipice/verification/boundary_search.hpp"
#include "verification/boundary_counts.hpp"
#include "verification/boundary_reasons.hpp"

namespace precipice::verification {
namespace {

using predicted::Verdict;

/// Findings of a group of comparisons.
struct Shares {
  std::array<std::size_t, finding_count> of{};
  std::size_t all = 0, reasons = 0;

  void add(Finding f) {
    ++all;
    ++of[static_cast<std::size_t>(f)];
    if (is_reason(f)) ++reasons;
  }
  [[nodiscard]] std::size_t count(Finding f) const { return of[static_cast<std::size_t>(f)]; }
};

std::string_view rule_text(RecordRule rule) {
  switch (rule) {
    case RecordRule::none_before: return "collapsed samples need margins in an open window";
    case RecordRule::all_inside: return "all margins inside: all samples are collapsed";
    case RecordRule::all_behind: return "all margins behind: no sample has a gradient";
    case RecordRule::none_vanishes: return "samples without a gradient need margins behind";
    case RecordRule::all_vanished: return "no sample with a gradient: all margins are behind";
  }
  return "";
}

}  // namespace

std::string place_text(const BoundaryCell& cell) {
  return fmt::format("p = {}, E = {}, seed {}", cell.precision, cell.exponent_bits, cell.seed);
}

chart::Table verdict_table(const std::vector<BoundaryCell>& cells) {
  std::map<std::tuple<Phenomenon, Verdict, predicted::Ground, bool>, Measured> groups;
  for (const Phenomenon phenomenon : phenomena) {
    for (const BoundaryCell& cell : cells) {
      const predicted::Region& r = predicted_of(cell, phenomenon);
      groups[{phenomenon, r.verdict, r.ground, !r.is_certain}].add(is_measured(cell, phenomenon));
    }
  }
  chart::Table table{{"of", "predicted", "since", "certain", "cells", "show it"}, {}};
  for (const auto& [key, group] : groups) {
    const auto& [phenomenon, verdict, ground, is_uncertain] = key;
    table.rows.push_back({std::string(to_text(phenomenon)), std::string(to_text(verdict)), std::string(to_text(ground)),
                          is_uncertain ? "" : "yes", std::to_string(group.all), percent(group.shown, group.all)});
  }
  return table;
}

chart::Table share_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  std::vector<Shares> shares(agenda.planes.size() + 1);
  for (const BoundaryCell& cell : cells) {
    for (const Phenomenon phenomenon : phenomena) {
      shares[cell.plane].add(finding_of(cell, phenomenon));
      shares.back().add(finding_of(cell, phenomenon));
    }
  }
  chart::Table table{{"plane", "comparisons", "agree", "at the edge", "reason", "unexplained", "refuted"}, {}};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const Shares& s = shares[i];
    table.rows.push_back({i < agenda.planes.size() ? agenda.planes[i].name : "all", std::to_string(s.all),
                          percent(s.count(Finding::agrees), s.all), percent(s.count(Finding::at_edge), s.all),
                          percent(s.reasons, s.all), std::to_string(s.count(Finding::unexplained)),
                          std::to_string(s.count(Finding::refuted))});
  }
  return table;
}

chart::Table rule_table(const std::vector<BoundaryCell>& cells) {
  chart::Table table{{"rule of every record", "records", "cells", "broken"}, {}};
  for (std::size_t i = 0; i < record_rule_count; ++i) {
    RuleCount all;
    std::size_t with = 0;
    for (const BoundaryCell& cell : cells) {
      all.held += cell.rules[i].held;
      all.broken += cell.rules[i].broken;
      with += cell.rules[i].held + cell.rules[i].broken > 0 ? 1 : 0;
    }
    table.rows.push_back({std::string(rule_text(static_cast<RecordRule>(i))), std::to_string(all.held + all.broken),
                          std::to_string(with), std::to_string(all.broken)});
  }
  return table;
}

chart::Table edge_table(const std::vector<BoundaryCell>& cells) {
  constexpr std::array bounds{0.1, 0.5, 1.0, 2.0, 4.0};
  std::array<std::array<Measured, 2>, bounds.size() + 1> bins;
  for (const BoundaryCell& cell : cells) {
    if (cell.predicted.absorption.ground != predicted::Ground::partly_open) continue;
    const double width = cell.window.dies_latest - std::max(cell.window.opens_earliest, 0.0);
    auto& [absorb, inflate] = bins[static_cast<std::size_t>(std::ranges::upper_bound(bounds, width) - bounds.begin())];
    absorb.add(is_measured(cell, Phenomenon::absorption));
    inflate.add(is_measured(cell, Phenomenon::inflation));
  }
  chart::Table table{{"nats open to a lone rival", "cells", "absorb", "inflate"}, {}};
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto& [absorb, inflate] = bins[i];
    if (absorb.all == 0) continue;
    const std::string name =
        i < bounds.size() ? fmt::format("less than {:g}", bounds[i]) : fmt::format("{:g} or more", bounds.back());
    table.rows.push_back(
        {name, std::to_string(absorb.all), percent(absorb.shown, absorb.all), percent(inflate.shown, inflate.all)});
  }
  return table;
}

chart::Table search_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  chart::Table table{{"lines", "of", "monotone", "cells", "bisection", "same", "from theory", "same"}, {}};
  for (const PlaneAxis axis : {PlaneAxis::exponent_bits, PlaneAxis::precision}) {
    SearchCount all;
    const auto add_row = [&](const std::string& name, const SearchCount& n) {
      table.rows.push_back({axis == PlaneAxis::exponent_bits ? "along E" : "along p", name,
                            fmt::format("{} of {}", n.monotone, n.lines), std::to_string(n.cells),
                            percent(n.bisected, n.cells), std::to_string(n.same), percent(n.guided, n.cells),
                            std::to_string(n.guided_same)});
    };
    for (std::size_t plane = 0; plane < agenda.planes.size(); ++plane) {
      const SearchCount count = search(agenda, cells, plane, axis);
      add_row(agenda.planes[plane].name, count);
      all.add(count);
    }
    add_row("all", all);
  }
  return table;
}

chart::Table difference_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  chart::Table table{{"plane", "cell", "of", "predicted", "measured", "finding"}, {}};
  for (const BoundaryCell& cell : cells) {
    const std::string plane = agenda.planes[cell.plane].name, place = place_text(cell);
    for (const Phenomenon phenomenon : phenomena) {
      const Finding finding = finding_of(cell, phenomenon);
      if (finding == Finding::agrees || finding == Finding::at_edge) continue;
      const predicted::Region& r = predicted_of(cell, phenomenon);
      table.rows.push_back({plane, place, std::string(to_text(phenomenon)), std::string(to_text(r.verdict)),
                            is_measured(cell, phenomenon) ? "yes" : "no", std::string(to_text(finding))});
    }
    if (const std::size_t broken = broken_records(cell); broken > 0) {
      table.rows.push_back({plane, place, "records", "0 broken", fmt::format("{} broken", broken), "refuted"});
    }
  }
  return table;
}

}  // namespace precipice::verification
