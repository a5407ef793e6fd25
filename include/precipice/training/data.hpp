#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "precipice/arithmetic/matrix.hpp"
#include "precipice/training/experiment.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// inputs: samples x features; labels[i] in [0, classes).
struct Samples {
  Matrix<double> inputs;
  std::vector<std::uint32_t> labels;
};

struct DataSet {
  Samples train, test;
  std::size_t classes = 0;
  std::string source;    ///< what the checksum is of, for people; empty if generated
  std::string checksum;  ///< SHA-256 of the file it came from; of several: see fingerprint; empty if generated
};

/// What identifies the content of files: the SHA-256 of the only one; of several the SHA-256 of their SHA-256s in
/// hexadecimal, each on a line. It is what `sha256sum FILES | cut -d' ' -f1 | sha256sum` prints.
std::string fingerprint(const std::vector<std::string>& checksums);

/// SHA-256 over what the samples are, wherever they came from: inputs in exact bits and labels, of training and test.
std::string content_digest(const DataSet& data);

/// The data of a task: a function of the task, the seed and the files it names. Throws FileError for a missing or
/// damaged file, ConfigError for a task that asks for more than there is.
DataSet load_data(const Task& task, std::uint64_t seed);

/// Training samples, features and classes of a task's data.
struct DataShape {
  double samples;
  std::size_t inputs, classes;
};

/// What can be said before the data are loaded. How wide a person's own inputs are is in their file only: 784 is
/// assumed.
DataShape expected_shape(const Task& task);

/// Where the files of Fashion-MNIST lie: the environment's PRECIPICE_FASHION_MNIST, else the folder of Debian's package
/// dataset-fashion-mnist.
std::string fashion_mnist_directory();

}  // namespace precipice
#pragma GCC visibility pop
