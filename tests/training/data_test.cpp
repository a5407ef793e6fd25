#include "precipice/training/data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "precipice/format/error.hpp"

using namespace precipice;

namespace {

Task digits(std::int64_t samples, std::int64_t test_samples) {
  Task task;
  task.samples = samples;
  task.test_samples = test_samples;
  return task;
}

std::vector<double> row(const Samples& s, std::size_t i) {
  return {s.inputs.row(i), s.inputs.row(i) + s.inputs.cols()};
}

}  // namespace

TEST_CASE("the digits have 64 pixels in [0, 1] in sixteenths and ten classes; train and test are apart") {
  const DataSet data = load_data(digits(1000, 797), 0);
  CHECK(data.classes == 10);
  CHECK(data.train.inputs.cols() == 64);
  CHECK(data.train.labels.size() == 1000);
  CHECK(data.test.labels.size() == 797);
  std::set<std::uint32_t> labels(data.train.labels.begin(), data.train.labels.end());
  CHECK(labels.size() == 10);
  for (const double x : data.train.inputs.values()) REQUIRE((x >= 0 && x <= 1 && x * 16 == std::floor(x * 16)));
  // 1797 rows, no image twice but by chance: together they hold as many different images as the file.
  std::set<std::vector<double>> images;
  for (std::size_t i = 0; i < 1000; ++i) images.insert(row(data.train, i));
  for (std::size_t i = 0; i < 797; ++i) images.insert(row(data.test, i));
  CHECK(images.size() == 1797);
}

TEST_CASE("another seed chooses other digits, the same seed the same") {
  const auto labels = [](std::uint64_t seed) { return load_data(digits(50, 0), seed).train.labels; };
  CHECK(labels(0) == labels(0));
  CHECK(labels(0) != labels(1));
}

TEST_CASE("more samples than there are digits are refused") {
  CHECK_THROWS_AS(load_data(digits(1700, 98), 0), ConfigError);
}

TEST_CASE("modular tasks hold every pair once, four one-hot tokens and the right label") {
  for (const TaskName name : {TaskName::modular_division, TaskName::modular_addition}) {
    Task task;
    task.name = name;
    task.modulus = 11;
    const bool division = name == TaskName::modular_division;
    const DataSet data = load_data(task, 0);
    const std::size_t pairs = division ? 110 : 121;
    CHECK(data.classes == 11);
    CHECK(data.train.labels.size() == pairs / 2);
    CHECK(data.test.labels.size() == pairs - pairs / 2);
    CHECK(data.train.inputs.cols() == 4 * 13);
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const Samples* const samples : {&data.train, &data.test}) {
      for (std::size_t i = 0; i < samples->labels.size(); ++i) {
        std::vector<std::size_t> tokens;
        for (std::size_t j = 0; j < 52; ++j) {
          if (samples->inputs(i, j) != 0) tokens.push_back(j - 13 * tokens.size());
        }
        REQUIRE(tokens.size() == 4);
        const std::size_t a = tokens[0], b = tokens[2], c = samples->labels[i];
        seen.insert({a, b});
        CHECK((division ? c * b % 11 == a && b != 0 : (a + b) % 11 == c));
        CHECK(tokens[1] == 11);
        CHECK(tokens[3] == 12);
      }
    }
    CHECK(seen.size() == pairs);
  }
  Task task;
  task.name = TaskName::modular_division;
  task.modulus = 12;
  CHECK_THROWS_AS(load_data(task, 0), ConfigError);
}

TEST_CASE("the paper's task: division mod 97, half of the 9312 pairs, 99 tokens") {
  Task task;
  task.name = TaskName::modular_division;
  const DataSet data = load_data(task, 0);
  CHECK(data.train.labels.size() == 4656);
  CHECK(data.train.labels.size() + data.test.labels.size() == 9312);
  CHECK(data.train.inputs.cols() == 4 * 99);
}

TEST_CASE("random labels: as many Gaussian points as asked for, every class within range") {
  Task task;
  task.name = TaskName::random_labels;
  task.samples = 200;
  const DataSet data = load_data(task, 4);
  CHECK(data.train.inputs.rows() == 200);
  CHECK(data.train.inputs.cols() == 8);
  CHECK(data.test.labels.empty());
  CHECK(data.test.inputs.cols() == 8);
  std::set<std::uint32_t> labels(data.train.labels.begin(), data.train.labels.end());
  CHECK(labels.size() == 10);
  CHECK(*labels.rbegin() == 9);
}
