#pragma once

#include <string>
#include <string_view>

#include "precipice/chart/phase.hpp"

/// What figures call things.
namespace precipice::chart {

struct ValueName {
  std::string title;
  std::string unit;  ///< empty for pure numbers
};

/// Of "outcome" or a column of cells.csv; a column that has no name here keeps its own.
ValueName value_name(std::string_view column);

/// "title (unit)".
std::string labelled(const ValueName& name);

/// Of an axis, with its unit.
std::string axis_name(const std::string& key, FigureSize size);

/// A value of an axis as there is room for it; a long one ends in "...".
std::string axis_label(const std::string& value, FigureSize size);

/// What a boundary is a boundary of.
std::string_view boundary_name(Boundary boundary);

}  // namespace precipice::chart
