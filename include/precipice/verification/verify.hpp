#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "precipice/verification/boundary.hpp"
#include "precipice/verification/claims.hpp"
#include "precipice/verification/course.hpp"
#include "precipice/verification/dynamics.hpp"
#include "precipice/verification/part.hpp"
#include "precipice/verification/thresholds.hpp"

namespace precipice::verification {

enum class Subject : std::uint8_t { thresholds, dynamics, boundary, claims };
std::span<const Subject> all_subjects();
std::string_view to_text(Subject subject);

/// What is verified; a test plants another theory.
struct Theory {
  ThresholdTheory thresholds = threshold_theory();
  DynamicsPredictions dynamics;
  RegionTheory regions;
};

struct Request {
  std::vector<Subject> subjects;
  Extent extent = Extent::usual;
  std::vector<Format> formats;                   ///< whose thresholds, instead of those of the extent
  std::optional<std::filesystem::path> figures;  ///< folder for the figures that a report shows
};

/// The parts that were asked for, one after the other; `on_begin` and `on_part` hear of each. Throws Interrupted,
/// FileError without data.
std::vector<Part> verify(const Request& request, const Course& course, const Theory& theory,
                         const std::function<void(Subject)>& on_begin, const std::function<void(const Part&)>& on_part);

/// All comparisons that missed their bound.
std::size_t missed(const std::vector<Part>& parts);

/// All figures, by part.
Json to_json(const std::vector<Part>& parts, Extent extent, std::string_view version);

/// A report in Markdown, a function of the parts alone.
std::string to_markdown(const std::vector<Part>& parts, Extent extent, std::string_view version);

}  // namespace precipice::verification
