#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "precipice/format/error.hpp"
#include "precipice/training/random.hpp"
#include "tasks.hpp"

namespace precipice {
namespace {

bool is_prime(std::int64_t n) {
  if (n < 2) return false;
  for (std::int64_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) return false;
  }
  return true;
}

/// b^-1 modulo a prime, by Fermat.
std::size_t inverse(std::size_t b, std::size_t prime) {
  std::size_t result = 1;
  for (std::size_t i = 0; i + 2 < prime; ++i) result = result * b % prime;
  return result;
}

/// Residues a, b -> residue; b is not 0 where it divides.
struct Operation {
  TaskName name;
  std::size_t (*of)(std::size_t a, std::size_t b, std::size_t prime);
};

constexpr Operation operations[]{
    {TaskName::modular_addition, [](std::size_t a, std::size_t b, std::size_t prime) { return (a + b) % prime; }},
    {TaskName::modular_subtraction,
     [](std::size_t a, std::size_t b, std::size_t prime) { return (a + prime - b) % prime; }},
    {TaskName::modular_multiplication, [](std::size_t a, std::size_t b, std::size_t prime) { return a * b % prime; }},
    {TaskName::modular_division,
     [](std::size_t a, std::size_t b, std::size_t prime) { return a * inverse(b, prime) % prime; }},
};

std::size_t least_b(const Task& task) { return task.name == TaskName::modular_division ? 1 : 0; }

/// The pairs of these numbers: a runs fastest, then b.
Samples one_hot(const Task& task, std::span<const std::size_t> pairs) {
  const auto prime = static_cast<std::size_t>(task.modulus), vocabulary = prime + 2;
  const auto* const operation = std::ranges::find(operations, task.name, &Operation::name);
  Samples samples{Matrix<double>(pairs.size(), 4 * vocabulary), {}};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::size_t a = pairs[i] % prime, b = least_b(task) + pairs[i] / prime;
    double* const row = samples.inputs.row(i);
    row[a] = row[vocabulary + prime] = row[2 * vocabulary + b] = row[3 * vocabulary + prime + 1] = 1;
    samples.labels.push_back(static_cast<std::uint32_t>(operation->of(a, b, prime)));
  }
  return samples;
}

}  // namespace

std::size_t count_of_pairs(const Task& task) {
  const auto prime = static_cast<std::size_t>(task.modulus);
  return prime * (prime - least_b(task));
}

DataSet load_modular(const Task& task, std::uint64_t seed) {
  if (!is_prime(task.modulus)) throw ConfigError(fmt::format("task.modulus = {} is not a prime", task.modulus));
  const std::size_t pairs = count_of_pairs(task);
  const auto train = static_cast<std::size_t>(static_cast<double>(pairs) * task.fraction);
  if (train == 0 || train >= pairs) {
    throw ConfigError(fmt::format("task.fraction = {} leaves nothing to train or to test on", task.fraction));
  }
  const std::vector<std::size_t> order = permutation(pairs, seed, Purpose::subset);
  const std::span<const std::size_t> shuffled(order);
  DataSet data;
  data.train = one_hot(task, shuffled.first(train));
  data.test = one_hot(task, shuffled.subspan(train));
  data.classes = static_cast<std::size_t>(task.modulus);
  return data;
}

}  // namespace precipice
