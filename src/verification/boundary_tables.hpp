#pragma once

#include <string>
#include <vector>

#include "precipice/chart/table.hpp"
#include "precipice/verification/boundary.hpp"

namespace precipice::verification {

/// What was predicted and why, and how many cells show it.
chart::Table verdict_table(const std::vector<BoundaryCell>& cells);
/// Of each plane, how its comparisons came out.
chart::Table share_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells);
/// Records against the rules.
chart::Table rule_table(const std::vector<BoundaryCell>& cells);
/// For each precision of a plane: where theory has the boundary of inflation along E, and in how many runs it was.
chart::Table boundary_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells, std::size_t plane);
/// Cells at the edge of absorption by the width of what is open to a lone rival.
chart::Table edge_table(const std::vector<BoundaryCell>& cells);
/// The window's closed form against inflation.
chart::Table closed_form_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells);
/// Cells that bisection needs.
chart::Table search_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells);
/// Every comparison that neither agrees nor lies at the edge, and every cell whose records break a rule.
chart::Table difference_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells);

/// "p = 8, E = 5, seed 0".
std::string place_text(const BoundaryCell& cell);

}  // namespace precipice::verification
