#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/audit.hpp"

namespace precipice::chart {

/// A margin from which samples collapse, and whose it is.
struct NamedThreshold {
  std::string name;
  double margin;  ///< nats
};

/// The gnuplot script: how many samples have which margin, with a line at each threshold; those of one margin share it.
std::string audit_script(const std::string& title, const Audit& audit, const std::vector<NamedThreshold>& thresholds);

/// Draws it as SVG into a file that appears whole or not at all. False without gnuplot. Throws FileError.
bool draw_audit(const std::string& title, const Audit& audit, const std::vector<NamedThreshold>& thresholds,
                const std::filesystem::path& figure, const std::string& gnuplot = "gnuplot");

}  // namespace precipice::chart
