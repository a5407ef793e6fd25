#pragma once

#include <array>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/diagnosis/outcome.hpp"
#include "precipice/sweep/settings.hpp"

/// Boundaries of a phase diagram found by bisection along one axis, with far fewer cells than a full grid.
namespace precipice {

/// What is on one side of a boundary and not on the other.
enum class Boundary : std::uint8_t { absorption, nfi, freezing, spike };
inline constexpr std::array all_boundaries{Boundary::absorption, Boundary::nfi, Boundary::freezing, Boundary::spike};

std::string_view to_text(Boundary boundary);
/// The boundary of this word; throws ConfigError that names the nearest.
Boundary parse_boundary(std::string_view word);
/// Whether a run with these onsets is on the side where it happens.
bool happens(Boundary boundary, const Onsets& onsets);

/// [sweep.refine]: between neighbours on the axis that differ in one of the boundaries stands another cell, halfway,
/// until neighbours are as close as the resolution. Lines, with their seeds, are independent of each other.
struct Refinement {
  std::string axis;  ///< of the grid; numbers
  std::vector<Boundary> boundaries{Boundary::nfi};
  double resolution = 1;        ///< neighbours no further apart are not divided; on a logarithmic axis a ratio
  bool is_logarithmic = false;  ///< halfway is the geometric mean
};

/// As a manifest has it. Throws nlohmann's exceptions for other JSON.
Refinement refinement_from(const nlohmann::ordered_json& json);

/// Halfway between two values of an axis, a < b: a whole number where both are (rounded down). Nothing if they are as
/// close as the resolution, or nothing lies between them.
std::optional<Value> halfway(const Refinement& refinement, const Value& a, const Value& b);

}  // namespace precipice
