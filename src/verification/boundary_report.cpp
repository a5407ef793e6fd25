#include "verification/boundary_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "precipice/verification/boundary_search.hpp"
#include "precipice/verification/part.hpp"
#include "verification/boundary_reasons.hpp"
#include "verification/boundary_tables.hpp"
#include "verification/section.hpp"

namespace precipice::verification {
namespace {

Section plane_section(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells, std::size_t plane) {
  const BoundaryPlane& of = agenda.planes[plane];
  Section section{"The boundary of inflation: " + of.name, {}, boundary_table(agenda, cells, plane)};
  if (plane == 0) {
    section.lines = {
        "lone, alike: real E at which the closed form closes the window of a lone rival, and of equal ones.",
        "How many runs are predicted to inflate (?: the edge), how many do, and in how many the means align,",
        "gradients are zero for good, and some sample was absorbed: a figure for each E."};
  }
  section.lines.push_back(fmt::format("E = {}, {} runs each.", fmt::join(of.exponent_bits, ", "), agenda.seeds.size()));
  return section;
}

std::vector<Section> sections_of(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  std::vector<Section> sections{
      {"Predicted, and how many runs show it",
       {"Margins of the window are those of the format's own numbers, for every label and for rivals that",
        "are all alike or all but one far away; margins reached are those of the binary64 run of a seed."},
       verdict_table(cells)},
      {"How the comparisons came out",
       {"Absorption, inflation and freezing of each run. Refuted: theory was certain."},
       share_table(agenda, cells)},
      {"Every record of every run against its own margins", {}, rule_table(cells)},
      {"The edge of absorption, where the window is open in part",
       {"Between the first margin that may be absorbed and the last with a gradient, one rival being near."},
       edge_table(cells)}};
  for (std::size_t plane = 0; plane < agenda.planes.size(); ++plane) {
    sections.push_back(plane_section(agenda, cells, plane));
  }
  sections.push_back(
      {"The closed form alone",
       {"Runs in formats of at most the width that closes the window of a lone rival, of at most the",
        "one that closes that of equal ones (the middle label), and of wider ones. The closed form does not",
        "know that a scaled 1/B may overflow."},
       closed_form_table(agenda, cells)});
  sections.push_back({"Adaptive refinement",
                      {"Cells that bisection needs to find where inflation begins (along E) or ends (along p), from",
                       "nothing and beside the predicted place; lines in which it finds the full grid's boundary."},
                      search_table(agenda, cells)});
  sections.push_back({"Comparisons that neither agree nor lie at the edge", {}, difference_table(agenda, cells)});
  return sections;
}

/// The lines along which something inflates, does not, and does again.
std::string unlike_lines(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  std::string text;
  for (const PlaneAxis axis : {PlaneAxis::exponent_bits, PlaneAxis::precision}) {
    const bool along_widths = axis == PlaneAxis::exponent_bits;
    for (std::size_t plane = 0; plane < agenda.planes.size(); ++plane) {
      for (const std::size_t index : search(agenda, cells, plane, axis).unlike) {
        const BoundaryCell& c = cells[index];
        text += fmt::format("not monotone along {}: {}, {} = {}, seed {}\n", along_widths ? "E" : "p",
                            agenda.planes[plane].name, along_widths ? "p" : "E",
                            along_widths ? c.precision : c.exponent_bits, c.seed);
      }
    }
  }
  return text;
}

Json number(double x) { return std::isfinite(x) ? Json(x) : Json(fmt::format("{}", x)); }

Json step(const std::optional<std::int64_t>& onset) { return onset ? Json(*onset) : Json(); }

Json json_of(const BoundaryAgenda& agenda, const BoundaryCell& c) {
  const Onsets& o = c.diagnosis.onsets;
  const predicted::MarginWindow& w = c.window;
  Json cell{{"plane", agenda.planes[c.plane].name}, {"p", c.precision}, {"E", c.exponent_bits}, {"seed", c.seed}};
  cell["window"] = {number(w.opens_earliest), number(w.opens_latest), number(w.dies_earliest), number(w.dies_latest)};
  for (const Phenomenon phenomenon : phenomena) {
    const predicted::Region& r = predicted_of(c, phenomenon);
    cell[std::string(to_text(phenomenon))] = {{"predicted", to_text(r.verdict)},
                                              {"since", to_text(r.ground)},
                                              {"certain", r.is_certain},
                                              {"measured", is_measured(c, phenomenon)},
                                              {"finding", to_text(finding_of(c, phenomenon))}};
  }
  cell["outcome"] = to_text(c.diagnosis.outcome);
  cell["onsets"] = {{"fitted", step(o.fitted)},   {"first_absorption", step(o.first_absorption)},
                    {"sc50", step(o.sc50)},       {"nfi", step(o.nfi)},
                    {"aligned", step(o.aligned)}, {"frozen", step(o.frozen_at)}};
  if (o.nfi) cell["drift_cosine_at_inflation"] = number(c.drift_cosine_at_inflation);
  cell["broken_records"] = broken_records(c);
  return cell;
}

}  // namespace

Part boundary_part(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  Part part;
  part.name = "boundary";
  Json list = Json::array();
  for (const BoundaryCell& cell : cells) {
    part.checked += phenomena.size() + 1;
    for (const Phenomenon phenomenon : phenomena) {
      if (finding_of(cell, phenomenon) == Finding::refuted) ++part.missed;
    }
    if (broken_records(cell) > 0) ++part.missed;
    list.push_back(json_of(agenda, cell));
  }
  for (const Section& section : sections_of(agenda, cells)) add(section, part);
  const std::string unlike = unlike_lines(agenda, cells);
  part.text += unlike;
  if (!unlike.empty()) part.markdown += "```\n" + unlike + "```\n";
  part.json = {{"checked", part.checked}, {"missed", part.missed}, {"cells", std::move(list)}};
  return part;
}

}  // namespace precipice::verification
