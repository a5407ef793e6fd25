#include <fmt/core.h>

#include "precipice/format/error.hpp"
#include "precipice/training/random.hpp"
#include "tasks.hpp"

namespace precipice {
namespace {

/// rows x cols standard normal numbers, numbered row by row.
Matrix<double> gaussian_matrix(std::size_t rows, std::size_t cols, const Random& random) {
  Matrix<double> matrix(rows, cols);
  for (std::size_t i = 0; i < rows * cols; ++i) matrix.values()[i] = random.gaussian(i);
  return matrix;
}

Samples around(const Matrix<double>& means, std::int64_t count, const Random& random) {
  Samples samples{gaussian_matrix(static_cast<std::size_t>(count), means.cols(), random), {}};
  for (std::size_t i = 0; i < samples.inputs.rows(); ++i) {
    const std::size_t label = i % means.rows();
    for (std::size_t j = 0; j < means.cols(); ++j) samples.inputs(i, j) += means(label, j);
    samples.labels.push_back(static_cast<std::uint32_t>(label));
  }
  return samples;
}

}  // namespace

DataSet load_random_labels(const Task& task, std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(task.samples), width = static_cast<std::size_t>(task.inputs);
  const Random labels(seed, Purpose::labels);
  DataSet data;
  data.classes = static_cast<std::size_t>(task.classes);
  data.train.inputs = gaussian_matrix(count, width, Random(seed, Purpose::inputs));
  data.test.inputs = Matrix<double>(0, width);  // none, but of the right width
  for (std::size_t i = 0; i < count; ++i) {
    data.train.labels.push_back(static_cast<std::uint32_t>(labels.below(data.classes, i)));
  }
  return data;
}

DataSet load_gaussian_clusters(const Task& task, std::uint64_t seed) {
  if (task.samples < task.classes) {
    throw ConfigError(
        fmt::format("class {} has no training sample: task.samples = {} must be at least task.classes = {}",
                    task.samples, task.samples, task.classes));
  }
  DataSet data;
  data.classes = static_cast<std::size_t>(task.classes);
  Matrix<double> means =
      gaussian_matrix(data.classes, static_cast<std::size_t>(task.inputs), Random(seed, Purpose::cluster_means));
  for (double& x : means.values()) x *= task.separation;
  data.train = around(means, task.samples, Random(seed, Purpose::inputs));
  data.test = around(means, task.test_samples, Random(seed, Purpose::test_inputs));
  return data;
}

}  // namespace precipice
