#pragma once

#include <cstdint>
#include <string>

#include "precipice/training/data.hpp"

namespace precipice {

// The loaders of the tasks, a file for each family. All depend on the task, the seed and files alone.

/// The 1797 digits of 8 x 8 pixels, 0 to 16, of data/digits.csv.gz, which is part of the program.
DataSet load_digits(const Task& task, std::uint64_t seed);

/// Fashion-MNIST, 60 000 training and 10 000 test images of 28 x 28 bytes, from fashion_mnist_directory().
DataSet load_fashion_mnist(const Task& task, std::uint64_t seed);

/// Tokens [a, operation, b, =], each one-hot among the residues and the two signs (Power et al. 2022); label a op b.
DataSet load_modular(const Task& task, std::uint64_t seed);
/// How many pairs (a, b) there are: all, but none with b = 0 for a division.
std::size_t count_of_pairs(const Task& task);

/// Standard normal inputs; every label is equally likely.
DataSet load_random_labels(const Task& task, std::uint64_t seed);

/// Classes in turn: sample i is of class i mod K, at the mean of its class plus standard normal numbers. Each
/// coordinate of a mean is task.separation times a standard normal number.
DataSet load_gaussian_clusters(const Task& task, std::uint64_t seed);

// A person's own files.
DataSet load_idx(const Task& task, std::uint64_t seed);
DataSet load_npy(const Task& task, std::uint64_t seed);
DataSet load_csv(const Task& task, std::uint64_t seed);
DataSet load_cifar_10(const Task& task, std::uint64_t seed);

}  // namespace precipice
