#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "precipice/training/random.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

Task modular(TaskName name, std::int64_t prime, double fraction = 0.5) {
  Task task;
  task.name = name;
  task.modulus = prime;
  task.fraction = fraction;
  return task;
}

Task clusters(std::int64_t samples, std::int64_t test_samples) {
  Task task;
  task.name = TaskName::gaussian_clusters;
  task.samples = samples;
  task.test_samples = test_samples;
  task.inputs = 5;
  task.classes = 4;
  return task;
}

/// Place of the 1 among the inputs of a token.
std::size_t token(const Samples& samples, std::size_t i, std::size_t place, std::size_t vocabulary) {
  const double* const begin = samples.inputs.row(i) + place * vocabulary;
  CHECK(std::count(begin, begin + vocabulary, 1.0) == 1);
  CHECK(std::count(begin, begin + vocabulary, 0.0) == static_cast<std::ptrdiff_t>(vocabulary) - 1);
  return static_cast<std::size_t>(std::find(begin, begin + vocabulary, 1.0) - begin);
}

}  // namespace

TEST_CASE("each modular operation is right on every pair of every small prime, and holds every pair once") {
  for (const int prime : {3, 5, 7, 13}) {
    const auto p = static_cast<std::size_t>(prime);
    for (const TaskName name : {TaskName::modular_addition, TaskName::modular_subtraction,
                                TaskName::modular_multiplication, TaskName::modular_division}) {
      const bool division = name == TaskName::modular_division;
      const DataSet data = load_data(modular(name, prime), 1);
      CHECK(data.classes == p);
      CHECK(data.checksum.empty());
      std::set<std::pair<std::size_t, std::size_t>> seen;
      for (const Samples* const samples : {&data.train, &data.test}) {
        for (std::size_t i = 0; i < samples->labels.size(); ++i) {
          const std::size_t a = token(*samples, i, 0, p + 2), b = token(*samples, i, 2, p + 2);
          const std::size_t c = samples->labels[i];
          CHECK(token(*samples, i, 1, p + 2) == p);
          CHECK(token(*samples, i, 3, p + 2) == p + 1);
          CHECK(c < p);
          switch (name) {
            case TaskName::modular_addition: CHECK((a + b) % p == c); break;
            case TaskName::modular_subtraction: CHECK((c + b) % p == a); break;
            case TaskName::modular_multiplication: CHECK(a * b % p == c); break;
            default: CHECK((b != 0 && c * b % p == a));
          }
          seen.insert({a, b});
        }
      }
      CHECK(seen.size() == p * (division ? p - 1 : p));
      CHECK(data.train.labels.size() == seen.size() / 2);
      CHECK(data.train.labels.size() + data.test.labels.size() == seen.size());
    }
  }
}

TEST_CASE("the fraction of the pairs is trained on, the rest tested; the modulus must be a prime") {
  CHECK(load_data(modular(TaskName::modular_subtraction, 7, 0.8), 0).train.labels.size() == 39);
  CHECK(load_data(modular(TaskName::modular_multiplication, 2, 0.25), 0).train.labels.size() == 1);
  check_refused(modular(TaskName::modular_subtraction, 9), "config", {"task.modulus = 9 is not a prime"});
  check_refused(modular(TaskName::modular_multiplication, 1), "config", {"task.modulus = 1 is not a prime"});
  check_refused(modular(TaskName::modular_subtraction, 3, 0.01), "config", {"task.fraction = 0.01 leaves nothing"});
}

TEST_CASE("clusters: classes in turn, each sample its class's mean plus standard normal numbers") {
  Task task = clusters(10, 7);
  const DataSet data = load_data(task, 3);
  CHECK(data.classes == 4);
  CHECK(data.train.labels == std::vector<std::uint32_t>{0, 1, 2, 3, 0, 1, 2, 3, 0, 1});
  CHECK(data.test.labels == std::vector<std::uint32_t>{0, 1, 2, 3, 0, 1, 2});
  const Random means(3, Purpose::cluster_means), noise(3, Purpose::inputs), test_noise(3, Purpose::test_inputs);
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = 0; j < 5; ++j) {
      const double mean = means.gaussian(i % 4 * 5 + j) * 3;
      CHECK(data.train.inputs(i, j) == noise.gaussian(i * 5 + j) + mean);
      if (i < 7) CHECK(data.test.inputs(i, j) == test_noise.gaussian(i * 5 + j) + mean);
    }
  }
  CHECK(load_data(task, 3).train.inputs.values() == data.train.inputs.values());
  CHECK(load_data(task, 4).train.inputs.values() != data.train.inputs.values());
  task.samples = 4;
  CHECK(load_data(task, 3).test.inputs.values() == data.test.inputs.values());
}

TEST_CASE("separation moves the clusters apart; without it they lie on one another") {
  Task task = clusters(4000, 0);
  for (const double separation : {0.0, 10.0}) {
    task.separation = separation;
    const DataSet data = load_data(task, 0);
    for (std::size_t j = 0; j < 5; ++j) {
      double sum = 0;
      for (std::size_t i = 0; i < 4000; i += 4) sum += data.train.inputs(i, j);
      const double mean = Random(0, Purpose::cluster_means).gaussian(j) * separation;
      CHECK(std::fabs(sum / 1000 - mean) < 5 / std::sqrt(1000.0));  // five standard errors
    }
  }
}

TEST_CASE("fewer samples than clusters leave a class without any: it is named") {
  check_refused(clusters(3, 0), "config", {"class 3 has no training sample", "task.classes = 4"});
  CHECK(complaint(clusters(4, 0)) == "no complaint");
}

TEST_CASE("what is expected of a task's shape is what is loaded") {
  for (const TaskName name :
       {TaskName::digits, TaskName::modular_addition, TaskName::modular_subtraction, TaskName::modular_multiplication,
        TaskName::modular_division, TaskName::random_labels, TaskName::gaussian_clusters}) {
    Task task = clusters(20, 10);
    task.name = name;
    task.modulus = 5;
    const DataShape expected = expected_shape(task);
    const DataSet data = load_data(task, 0);
    CHECK(expected.inputs == data.train.inputs.cols());
    CHECK(expected.classes == data.classes);
    CHECK(std::floor(expected.samples) == static_cast<double>(data.train.labels.size()));
  }
}
