#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/sweep/claim.hpp"
#include "precipice/sweep/refinement.hpp"
#include "precipice/sweep/settings.hpp"

namespace precipice {

/// A setting that takes several values.
struct Axis {
  std::string key;
  std::vector<Written> values;
};

/// A named way to change the settings of a plan, and what is said to follow from it.
struct Variant {
  std::string name;
  std::vector<Claim> claims;
  WrittenSettings settings;
};

/// What an experiment file says: settings common to all; variants and axes whose product is the grid; and single points
/// beside it. What a variant sets no axis changes: there the grid is that much thinner. An entry of `also` is a small
/// grid of its own (lists in it multiply), without variants.
struct Plan {
  std::string name;
  WrittenSettings base;
  std::vector<Variant> variants;
  std::vector<Axis> axes;
  std::vector<std::vector<Axis>> also;
  std::optional<Refinement> refine;  ///< of the grid's lines along an axis; points of `also` are no part of them
};

/// Whether a variant leaves an axis of this key nothing to change: it sets the key, or a format and so its widths.
bool fixes(const Variant& variant, std::string_view key);

/// The settings of a plan in one of its variants. Where this names a format, widths of `base` are dropped.
WrittenSettings with(const Variant& variant, WrittenSettings base);

/// Reads a TOML experiment file. Throws FileError if it cannot be read, ConfigError with file:line for anything in it
/// that is not understood: wrong TOML, unknown keys (with the nearest known one), wrong types or values.
Plan read_plan(const std::string& path);

/// The same from text; `place` stands for the file's name in messages, `name` names the results unless the text does.
Plan parse_plan(std::string_view text, const std::string& place, const std::string& name);

/// --set KEY=VALUE: the value is TOML, else a bare string. Of an axis it replaces the axis; KEY = sweep.<key> sets an
/// axis; sweep.variant is a name or a list of names, and all other variants are left out.
void override_setting(Plan& plan, std::string_view assignment);

}  // namespace precipice
