#include "precipice/training/data.hpp"

#include <algorithm>
#include <functional>

#include "precipice/format/error.hpp"
#include "tasks.hpp"

namespace precipice {
namespace {

struct Kind {
  TaskName name;
  std::function<DataSet(const Task&, std::uint64_t seed)> load;
  std::function<DataShape(const Task&)> shape;
};

DataShape shape_of_modular(const Task& task) {
  const auto prime = static_cast<std::size_t>(task.modulus);
  return {static_cast<double>(count_of_pairs(task)) * task.fraction, 4 * (prime + 2), prime};
}

DataShape shape_of_gaussian(const Task& task) {
  return {static_cast<double>(task.samples), static_cast<std::size_t>(task.inputs),
          static_cast<std::size_t>(task.classes)};
}

constexpr std::size_t assumed_width = 784;

template <std::size_t inputs, std::size_t classes>
DataShape fixed_shape(const Task& task) {
  return {static_cast<double>(task.samples), inputs, classes};
}

DataShape shape_of_own(const Task& task) {
  return {static_cast<double>(task.samples), assumed_width, static_cast<std::size_t>(task.classes)};
}

/// All tasks: how their data are made, and of what shape they are.
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {TaskName::digits, load_digits, fixed_shape<64, 10>},
      {TaskName::fashion_mnist, load_fashion_mnist, fixed_shape<784, 10>},
      {TaskName::modular_addition, load_modular, shape_of_modular},
      {TaskName::modular_subtraction, load_modular, shape_of_modular},
      {TaskName::modular_multiplication, load_modular, shape_of_modular},
      {TaskName::modular_division, load_modular, shape_of_modular},
      {TaskName::random_labels, load_random_labels, shape_of_gaussian},
      {TaskName::gaussian_clusters, load_gaussian_clusters, shape_of_gaussian},
      {TaskName::idx, load_idx, shape_of_own},
      {TaskName::npy, load_npy, shape_of_own},
      {TaskName::csv, load_csv, shape_of_own},
      {TaskName::cifar_10, load_cifar_10, fixed_shape<3072, 10>},
  };
  return all;
}

const Kind& kind_of(const Task& task) {
  const auto found = std::ranges::find(kinds(), task.name, &Kind::name);
  if (found == kinds().end()) throw ConfigError("unknown task");
  return *found;
}

}  // namespace

DataSet load_data(const Task& task, std::uint64_t seed) { return kind_of(task).load(task, seed); }

DataShape expected_shape(const Task& task) { return kind_of(task).shape(task); }

}  // namespace precipice
