#include "source.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "precipice/format/error.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {

std::string fingerprint(const std::vector<std::string>& checksums) {
  if (checksums.size() == 1) return checksums.front();
  std::string lines;
  for (const std::string& checksum : checksums) lines += checksum + "\n";
  return sha256(lines);
}

void check_alike(const Source& first, const Source& second) {
  if (first.width != second.width) {
    throw FileError(fmt::format("{} has {} inputs a sample and {} has {}; they must have the same number", second.name,
                                second.width, first.name, first.width));
  }
  if (first.unit != second.unit) {
    throw FileError(fmt::format("one of {} and {} holds bytes and the other does not; they must hold the same kind",
                                first.name, second.name));
  }
}

Source joined(std::vector<Source> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Source all;
  all.width = parts.front().width;
  all.unit = parts.front().unit;
  const auto begins = std::make_shared<std::vector<std::size_t>>();
  for (const Source& part : parts) {
    check_alike(parts.front(), part);
    begins->push_back(all.labels.size());
    all.labels.insert(all.labels.end(), part.labels.begin(), part.labels.end());
    all.checksums.insert(all.checksums.end(), part.checksums.begin(), part.checksums.end());
    all.name += (all.name.empty() ? "" : ", ") + part.name;
  }
  const auto shared = std::make_shared<const std::vector<Source>>(std::move(parts));
  all.read = [shared, begins](std::size_t sample, std::span<double> row) {
    const auto after = std::ranges::upper_bound(*begins, sample);
    const auto part = static_cast<std::size_t>(after - begins->begin()) - 1;
    (*shared)[part].read(sample - (*begins)[part], row);
  };
  return all;
}

std::uint32_t checked_label(double value, std::size_t classes, const std::string& place) {
  if (!(value >= 0 && value < static_cast<double>(classes)) || value != std::floor(value)) {
    throw FileError(
        fmt::format("{}: label {} must be an integer from 0 to {}, one for each class", place, value, classes - 1));
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace precipice
