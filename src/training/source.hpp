#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "precipice/training/data.hpp"

namespace precipice {

/// Labelled samples as files hold them. Inputs stay as they lie in the files until a sample is chosen: a data set has
/// tens of thousands, a replay some dozens.
struct Source {
  std::size_t width = 0;              ///< features of a sample
  std::vector<std::uint32_t> labels;  ///< of all samples, each below the number of classes
  std::function<void(std::size_t sample, std::span<double> row)> read;  ///< fills row[0, width) with finite numbers
  double unit = 1;                     ///< what the task's scale divides by when no factor is given
  std::string name;                    ///< of its files, for messages and manifests
  std::vector<std::string> checksums;  ///< SHA-256 of its files, in the order in which they are named
};

/// The parts' samples one after the other. Throws FileError unless all have one width and one unit. parts: at least
/// one.
Source joined(std::vector<Source> parts);

/// Throws FileError unless both have the same width and unit, as held-out samples and training samples must.
void check_alike(const Source& first, const Source& second);

/// A label as a number in a file; throws FileError ("PLACE: label 10 must be ...") unless it is 0, 1, ... or classes
/// - 1.
std::uint32_t checked_label(double value, std::size_t classes, const std::string& place);

}  // namespace precipice
