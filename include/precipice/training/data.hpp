#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "precipice/arithmetic/matrix.hpp"
#include "precipice/training/experiment.hpp"

namespace precipice {

/// inputs: samples x features; labels[i] in [0, classes).
struct Samples {
  Matrix<double> inputs;
  std::vector<std::uint32_t> labels;
};

struct DataSet {
  Samples train, test;
  std::size_t classes = 0;
  std::string checksum;  ///< SHA-256 of the file it came from; empty if generated
};

/// The data of a task: a function of the task and the seed alone. Throws FileError for a missing or damaged file,
/// ConfigError for a task that asks for more than there is. `directory` holds digits.csv.gz.
DataSet load_data(const Task& task, std::uint64_t seed, const std::string& directory);

/// Where the shipped data lie: the environment's PRECIPICE_DATA, else the folder known from the build.
std::string data_directory();

}  // namespace precipice
