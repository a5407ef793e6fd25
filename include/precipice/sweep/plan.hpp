#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "precipice/sweep/settings.hpp"

namespace precipice {

/// A setting that takes several values.
struct Axis {
  std::string key;
  std::vector<Written> values;
};

/// What an experiment file says: settings common to all, axes whose product is the grid, and single points beside it.
/// An entry of `also` is a small grid of its own (lists in it multiply).
struct Plan {
  std::string name;
  WrittenSettings base;
  std::vector<Axis> axes;
  std::vector<std::vector<Axis>> also;
};

/// Reads a TOML experiment file. Throws FileError if it cannot be read, ConfigError with file:line for anything in it
/// that is not understood: wrong TOML, unknown keys (with the nearest known one), wrong types or values.
Plan read_plan(const std::string& path);

/// The same from text; `place` stands for the file's name in messages, `name` names the results unless the text does.
Plan parse_plan(std::string_view text, const std::string& place, const std::string& name);

/// --set KEY=VALUE: the value is TOML, else a bare string. Of an axis it replaces the axis; KEY = sweep.<key> sets an
/// axis.
void override_setting(Plan& plan, std::string_view assignment);

/// The experiment that is run when no file is given, as TOML.
std::string_view built_in_plan();

}  // namespace precipice
