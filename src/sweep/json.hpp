#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "precipice/sweep/plan.hpp"

namespace precipice {

using Json = nlohmann::ordered_json;

/// Reads a JSON file; throws FileError if it cannot be read or is damaged.
Json read_json(const std::filesystem::path& path);

/// A value as JSON; infinities as text, NaN as null.
Json to_json(const Value& value);
Json to_json(double value);
/// Throws nlohmann's exceptions for other JSON.
Value value_from(const Json& json);

/// {"precision.format": "e8m7", ...}: an experiment's identity.
Json identity_json(const Experiment& experiment);
/// The same of every setting that can decide bits.
Json resolved_json(const Experiment& experiment);

/// What a plan's base is, so that it reads back as the same: all resolved settings. Where bundles are swept, which they
/// would override, only those that bundles do not set or that were given, and the base's own bundle.
std::vector<std::pair<std::string, Value>> base_settings(const Plan& plan);

/// What a manifest says of a plan: the settings of its base that are no axes; and the grid.
Json base_json(const Plan& plan);
Json grid_json(const Plan& plan);
/// The plan that a manifest's base and one of its grids stand for.
Plan plan_from(const Json& base, const Json& grid);

}  // namespace precipice
