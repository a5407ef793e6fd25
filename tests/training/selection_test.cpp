#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "precipice/training/random.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

/// Sample i is i, of class i mod 3 but for the last `surplus`, which are of class 0.
std::string numbered(std::size_t count, std::size_t surplus = 0) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += std::to_string(i) + "," + std::to_string(i + surplus < count ? i % 3 : 0) + "\n";
  }
  return text;
}

Task task_of(const std::string& text, std::int64_t samples, std::int64_t test_samples) {
  Task task;
  task.name = TaskName::csv;
  task.files.data = {written("numbered.csv", text)};
  task.classes = 3;
  task.samples = samples;
  task.test_samples = test_samples;
  return task;
}

/// The numbers of the samples, in order.
std::vector<std::size_t> numbers(const Samples& samples) {
  std::vector<std::size_t> result;
  for (const double x : samples.inputs.values()) result.push_back(static_cast<std::size_t>(x));
  return result;
}

std::vector<std::size_t> classes_of(const Samples& samples) {
  std::vector<std::size_t> counts(3);
  for (const std::uint32_t label : samples.labels) ++counts.at(label);
  return counts;
}

Task balanced(Task task) {
  task.preparation.balance = Balance::equal;
  return task;
}

Task standardised(Task task) {
  task.preparation.standardise = Standardise::features;
  return task;
}

}  // namespace

TEST_CASE("training and held-out samples are the first of a random order, one behind the other") {
  for (const std::uint64_t seed : {0U, 1U}) {
    const DataSet data = load_data(task_of(numbered(30), 12, 8), seed);
    std::vector<std::size_t> order = permutation(30, seed, Purpose::subset);
    CHECK(numbers(data.train) == std::vector<std::size_t>(order.begin(), order.begin() + 12));
    CHECK(numbers(data.test) == std::vector<std::size_t>(order.begin() + 12, order.begin() + 20));
    for (std::size_t i = 0; i < 12; ++i) CHECK(data.train.labels[i] == order[i] % 3);
  }
}

TEST_CASE("samples are held out from a file of their own in an order of their own, whatever is trained on") {
  const auto test_numbers = [](std::int64_t samples) {
    Task task = task_of(numbered(30), samples, 5);
    task.files.test_data = {written("held_out.csv", numbered(20))};
    return numbers(load_data(task, 7).test);
  };
  std::vector<std::size_t> order = permutation(20, 7, Purpose::test_subset);
  order.resize(5);
  CHECK(test_numbers(10) == order);
  CHECK(test_numbers(30) == order);
}

TEST_CASE("equal balance takes the first of each class in the random order, and holds out what is left") {
  const Task task = balanced(task_of(numbered(60, 30), 12, 6));
  const DataSet data = load_data(task, 5);
  CHECK(classes_of(data.train) == std::vector<std::size_t>{4, 4, 4});
  CHECK(classes_of(data.test) == std::vector<std::size_t>{2, 2, 2});
  std::vector<std::size_t> train, test, taken(3);
  for (const std::size_t i : permutation(60, 5, Purpose::subset)) {
    const std::size_t label = i < 30 ? i % 3 : 0;
    if (taken[label] < 4) train.push_back(i);
    if (taken[label] >= 4 && taken[label] < 6) test.push_back(i);
    ++taken[label];
  }
  CHECK(numbers(data.train) == train);
  CHECK(numbers(data.test) == test);
  CHECK(numbers(load_data(task, 5).train) == train);
  CHECK(numbers(load_data(task, 6).train) != train);
}

TEST_CASE("more samples than there are, and shares that do not come out even, are refused") {
  check_refused(task_of(numbered(30), 20, 11), "config",
                {"task.samples + task.test_samples = 31 is more than the 30 samples of", "numbered.csv"});
  check_refused(balanced(task_of(numbered(30), 10, 0)), "config",
                {"task.samples = 10 is no multiple of the 3 classes", "9 is"});
  check_refused(balanced(task_of(numbered(30), 2, 0)), "config", {"task.samples = 2 is no multiple", "3 is"});
  check_refused(balanced(task_of(numbered(30), 9, 4)), "config", {"task.test_samples = 4 is no multiple"});
  check_refused(balanced(task_of(numbered(60, 30), 36, 0)), "config",
                {"task.samples = 36 takes 12 samples of class 1, but only 10 are left of it"});
  check_refused(balanced(task_of(numbered(60, 30), 24, 12)), "config",
                {"task.test_samples = 12 takes 4 samples of class 1, but only 2 are left of it"});
}

TEST_CASE("a class without any training sample is an error that names it") {
  check_refused(task_of("0,0\n1,2\n2,0\n", 3, 0), "config",
                {"class 1 of 3 has no training sample among the 3 of", "numbered.csv", "task.classes"});
  std::string last_is_rare;
  for (int i = 0; i < 99; ++i) last_is_rare += "0," + std::to_string(i % 2) + "\n";
  check_refused(task_of(last_is_rare + "0,2\n", 10, 0), "config", {"class 2 of 3", "task.balance"});
  // With three samples of three classes chance decides; balance does not leave it to chance.
  Task task = task_of(numbered(30), 3, 0);
  bool lacks_one = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    lacks_one = lacks_one || complaint(task, seed) != "no complaint";
    CHECK(complaint(balanced(task), seed) == "no complaint");
  }
  CHECK(lacks_one);
}

TEST_CASE("standardised features have the mean 0 and deviation 1 of the training samples; constant ones are 0") {
  // The first feature has mean 5 and deviation 2. The third's mean is not 0.1 in binary64: eight times 0.1 is less than
  // 0.8.
  const std::string train =
      "2,-1,0.1,0\n4,-1,0.1,1\n4,-1,0.1,2\n4,-1,0.1,0\n5,-1,0.1,1\n5,-1,0.1,2\n7,-1,0.1,0\n9,-1,0.1,1\n";
  Task task = standardised(task_of(train, 8, 2));
  task.files.test_data = {written("test.csv", "1,3,0.1,0\n6,-1,0.2,1\n")};
  const DataSet data = load_data(task, 0);
  CHECK(sorted_rows(data.train) == Rows{{-1.5, 0, 0, 0},
                                        {-0.5, 0, 0, 0},
                                        {-0.5, 0, 0, 1},
                                        {-0.5, 0, 0, 2},
                                        {0, 0, 0, 1},
                                        {0, 0, 0, 2},
                                        {1, 0, 0, 0},
                                        {2, 0, 0, 1}});
  CHECK(sorted_rows(data.test) == Rows{{-2, 0, 0, 0}, {0.5, 0, 0, 1}});
}

TEST_CASE("sums of standardising run in the order of the chosen samples, in binary64") {
  // 2^53 + 1 + 1 is 2^53 from the left and 2^53 + 2 from the right: the order of the samples decides the mean.
  Task task = standardised(task_of("9007199254740992,0\n1,1\n1,2\n", 3, 0));
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    task.preparation.standardise = Standardise::none;
    const std::vector<double> x = load_data(task, seed).train.inputs.values();
    const double mean = ((x[0] + x[1]) + x[2]) / 3;
    const double squares =
        (x[0] - mean) * (x[0] - mean) + (x[1] - mean) * (x[1] - mean) + (x[2] - mean) * (x[2] - mean);
    const double deviation = std::sqrt(squares / 3);
    task.preparation.standardise = Standardise::features;
    const std::vector<double> y = load_data(task, seed).train.inputs.values();
    for (std::size_t i = 0; i < 3; ++i) CHECK(y[i] == (x[i] - mean) / deviation);
  }
}

TEST_CASE("scale is a factor of the inputs, applied before they are standardised; its product is rounded once") {
  Task task = task_of("1,0\n2,1\n3,2\n", 3, 0);
  task.preparation.scale = 0.1;
  CHECK(sorted_rows(load_data(task, 0).train) == Rows{{0.1, 0}, {0.2, 1}, {3 * 0.1, 2}});
  CHECK(3 * 0.1 != 0.3);
  Task huge = standardised(task_of("1e200,0\n-1e200,1\n3,2\n", 3, 0));
  check_refused(huge, "config", {"task.standardise: input 1 has a deviation beyond binary64", "task.scale"});
  huge.preparation.scale = 1e-200;
  CHECK(complaint(huge) == "no complaint");
  huge.preparation.scale = 1e200;
  check_refused(huge, "config", {"task.scale takes an input beyond binary64"});
  check_refused(standardised(task_of("1e-200,0\n0,1\n0,2\n", 3, 0)), "config", {"input 1 has a deviation beyond"});
}

TEST_CASE("the digits can be balanced, scaled and standardised like any file") {
  Task task;
  task.samples = 50;
  task.test_samples = 20;
  const DataSet plain = load_data(task, 0);
  task.preparation.scale = 1;
  const DataSet raw = load_data(task, 0);
  CHECK(raw.train.labels == plain.train.labels);
  for (std::size_t i = 0; i < raw.train.inputs.values().size(); ++i) {
    REQUIRE(raw.train.inputs.values()[i] / 16 == plain.train.inputs.values()[i]);
  }
  const DataSet even = load_data(balanced(task), 0);
  for (std::uint32_t k = 0; k < 10; ++k) {
    CHECK(std::ranges::count(even.train.labels, k) == 5);
    CHECK(std::ranges::count(even.test.labels, k) == 2);
  }
}
