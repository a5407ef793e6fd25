#include "precipice/training/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "digits.hpp"
#include "precipice/format/error.hpp"
#include "precipice/training/random.hpp"

namespace precipice {
namespace {

Samples selected(const Samples& all, std::span<const std::size_t> order) {
  Samples chosen{Matrix<double>(order.size(), all.inputs.cols()), {}};
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::copy_n(all.inputs.row(order[i]), all.inputs.cols(), chosen.inputs.row(i));
    chosen.labels.push_back(all.labels[order[i]]);
  }
  return chosen;
}

/// The first `train` samples of a random order are trained on, the next `test` tested on.
DataSet split(const Samples& all, std::size_t train, std::size_t test, std::uint64_t seed) {
  const std::vector<std::size_t> order = permutation(all.labels.size(), seed, Purpose::subset);
  const std::span<const std::size_t> shuffled(order);
  DataSet data;
  data.train = selected(all, shuffled.first(train));
  data.test = selected(all, shuffled.subspan(train, test));
  return data;
}

DataSet digits(const Task& task, std::uint64_t seed, const std::string& directory) {
  std::string checksum;
  const Samples all = read_digits(directory, checksum);
  const auto wanted = task.samples + task.test_samples;
  if (wanted > static_cast<std::int64_t>(all.labels.size())) {
    throw ConfigError(fmt::format("task.samples + task.test_samples = {} is more than the {} digits there are", wanted,
                                  all.labels.size()));
  }
  DataSet data = split(all, static_cast<std::size_t>(task.samples), static_cast<std::size_t>(task.test_samples), seed);
  data.classes = 10;
  data.checksum = checksum;
  return data;
}

bool is_prime(std::int64_t n) {
  if (n < 2) return false;
  for (std::int64_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) return false;
  }
  return true;
}

/// b^-1 modulo a prime, by Fermat.
std::uint64_t inverse(std::uint64_t b, std::uint64_t prime) {
  std::uint64_t result = 1;
  for (std::uint64_t i = 0; i + 2 < prime; ++i) result = result * b % prime;
  return result;
}

/// Tokens [a, operation, b, =], each one-hot among the residues and the two signs (Power et al. 2022); label a op b.
DataSet modular(const Task& task, std::uint64_t seed) {
  if (!is_prime(task.modulus)) throw ConfigError(fmt::format("task.modulus = {} is not a prime", task.modulus));
  const auto prime = static_cast<std::size_t>(task.modulus);
  const bool division = task.name == TaskName::modular_division;
  const std::size_t first_b = division ? 1 : 0, vocabulary = prime + 2;
  const std::size_t pairs = prime * (prime - first_b);
  Samples all{Matrix<double>(pairs, 4 * vocabulary), {}};
  for (std::size_t b = first_b; b < prime; ++b) {
    const std::size_t factor = division ? inverse(b, prime) : 0;
    for (std::size_t a = 0; a < prime; ++a) {
      double* const row = all.inputs.row(all.labels.size());
      row[a] = row[vocabulary + prime] = row[2 * vocabulary + b] = row[3 * vocabulary + prime + 1] = 1;
      all.labels.push_back(static_cast<std::uint32_t>(division ? a * factor % prime : (a + b) % prime));
    }
  }
  const auto train = static_cast<std::size_t>(static_cast<double>(pairs) * task.fraction);
  if (train == 0 || train >= pairs) {
    throw ConfigError(fmt::format("task.fraction = {} leaves nothing to train or to test on", task.fraction));
  }
  DataSet data = split(all, train, pairs - train, seed);
  data.classes = prime;
  return data;
}

DataSet random_labels(const Task& task, std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(task.samples), width = static_cast<std::size_t>(task.inputs);
  const Random inputs(seed, Purpose::inputs), labels(seed, Purpose::labels);
  DataSet data;
  data.classes = static_cast<std::size_t>(task.classes);
  data.train.inputs = Matrix<double>(count, width);
  data.test.inputs = Matrix<double>(0, width);  // none, but of the right width
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < width; ++j) data.train.inputs(i, j) = inputs.gaussian(i * width + j);
    data.train.labels.push_back(static_cast<std::uint32_t>(labels.below(data.classes, i)));
  }
  return data;
}

}  // namespace

DataSet load_data(const Task& task, std::uint64_t seed, const std::string& directory) {
  switch (task.name) {
    case TaskName::digits: return digits(task, seed, directory);
    case TaskName::modular_division:
    case TaskName::modular_addition: return modular(task, seed);
    case TaskName::random_labels: return random_labels(task, seed);
  }
  throw ConfigError("unknown task");
}

std::string data_directory() {
  const char* const chosen = std::getenv("PRECIPICE_DATA");
  return chosen != nullptr && *chosen != '\0' ? chosen : PRECIPICE_DATA_DIR;
}

}  // namespace precipice
