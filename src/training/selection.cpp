#include "selection.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "precipice/format/error.hpp"
#include "precipice/training/random.hpp"

namespace precipice {
namespace {

using Indices = std::vector<std::size_t>;

/// What a number of samples is called in the experiment file.
struct Wanted {
  const char* key;
  std::size_t count;
};

std::size_t share_of_class(const Wanted& wanted, std::size_t classes) {
  if (wanted.count % classes != 0) {
    const std::size_t below = wanted.count / classes * classes;
    throw ConfigError(
        fmt::format("{} = {} is no multiple of the {} classes, which task.balance = \"equal\" needs: {} is", wanted.key,
                    wanted.count, classes, below > 0 ? below : classes));
  }
  return wanted.count / classes;
}

/// Removes the first samples of `order`, as many of each class, and returns them.
Indices taken_equally(Indices& order, const Wanted& wanted, const Source& source, std::size_t classes) {
  const std::size_t share = share_of_class(wanted, classes);
  Indices missing(classes, share), taken, left;
  for (const std::size_t i : order) {
    std::size_t& of_class = missing[source.labels[i]];
    (of_class > 0 ? taken : left).push_back(i);
    if (of_class > 0) --of_class;
  }
  const auto lacking = std::ranges::find_if(missing, [](std::size_t count) { return count > 0; });
  if (lacking != missing.end()) {
    throw ConfigError(fmt::format("{} = {} takes {} samples of class {}, but only {} are left of it in {}", wanted.key,
                                  wanted.count, share, lacking - missing.begin(), share - *lacking, source.name));
  }
  order = std::move(left);
  return taken;
}

/// Removes the first samples of `order` and returns them. Precondition: it has as many.
Indices taken_first(Indices& order, std::size_t count) {
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
  Indices taken(order.begin(), end);
  order.erase(order.begin(), end);
  return taken;
}

Indices taken(Indices& order, const Wanted& wanted, const Source& source, Balance balance, std::size_t classes) {
  return balance == Balance::equal ? taken_equally(order, wanted, source, classes) : taken_first(order, wanted.count);
}

void check_enough(const std::string& wanted, std::size_t count, const Source& source) {
  if (count <= source.labels.size()) return;
  throw ConfigError(
      fmt::format("{} = {} is more than the {} samples of {}", wanted, count, source.labels.size(), source.name));
}

Samples copied(const Source& source, const Indices& order, const std::optional<double>& scale) {
  Samples samples{Matrix<double>(order.size(), source.width), {}};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::span<double> row(samples.inputs.row(i), source.width);
    source.read(order[i], row);
    for (double& x : row) {
      x = scale ? x * *scale : x / source.unit;
      if (!std::isfinite(x)) throw ConfigError("task.scale takes an input beyond binary64; it must be smaller");
    }
    samples.labels.push_back(source.labels[order[i]]);
  }
  return samples;
}

struct Moments {
  double mean, deviation;  ///< deviation 0: all alike
};

/// Of one column; sums in the order of the rows, divided by the number of rows.
Moments moments(const Matrix<double>& inputs, std::size_t column) {
  const auto count = static_cast<double>(inputs.rows());
  double sum = 0, squares = 0;
  bool constant = true;
  for (std::size_t i = 0; i < inputs.rows(); ++i) {
    sum += inputs(i, column);
    constant = constant && inputs(i, column) == inputs(0, column);
  }
  // A mean that was rounded differs from the value of which all are: that would pass for a tiny deviation.
  if (constant) return {inputs(0, column), 0};
  const double mean = sum / count;
  for (std::size_t i = 0; i < inputs.rows(); ++i) {
    const double off = inputs(i, column) - mean;
    squares += off * off;
  }
  const double deviation = std::sqrt(squares / count);
  if (!std::isfinite(deviation) || deviation == 0) {
    throw ConfigError(fmt::format(
        "task.standardise: input {} has a deviation beyond binary64; task.scale must bring it near 1", column + 1));
  }
  return {mean, deviation};
}

void standardise(DataSet& data) {
  for (std::size_t j = 0; j < data.train.inputs.cols(); ++j) {
    const auto [mean, deviation] = moments(data.train.inputs, j);
    for (Samples* const samples : {&data.train, &data.test}) {
      for (std::size_t i = 0; i < samples->inputs.rows(); ++i) {
        double& x = samples->inputs(i, j);
        x = deviation == 0 ? 0 : (x - mean) / deviation;
      }
    }
  }
}

}  // namespace

DataSet selected(const Task& task, std::uint64_t seed, const Source& train, const std::optional<Source>& test,
                 std::size_t classes) {
  const Wanted wanted{"task.samples", static_cast<std::size_t>(task.samples)};
  const Wanted held_out{"task.test_samples", static_cast<std::size_t>(task.test_samples)};
  if (test) {
    check_alike(train, *test);
    check_enough(wanted.key, wanted.count, train);
    check_enough(held_out.key, held_out.count, *test);
  } else {
    check_enough("task.samples + task.test_samples", wanted.count + held_out.count, train);
  }
  const Preparation& preparation = task.preparation;
  const Source& rest = test ? *test : train;
  Indices order = permutation(train.labels.size(), seed, Purpose::subset);
  DataSet data;
  data.classes = classes;
  data.train = copied(train, taken(order, wanted, train, preparation.balance, classes), preparation.scale);
  if (test) order = permutation(test->labels.size(), seed, Purpose::test_subset);
  data.test = copied(rest, taken(order, held_out, rest, preparation.balance, classes), preparation.scale);
  if (preparation.standardise == Standardise::features) standardise(data);
  data.source = test ? fmt::format("{}, {}", train.name, test->name) : train.name;
  std::vector<std::string> checksums = train.checksums;
  if (test) checksums.insert(checksums.end(), test->checksums.begin(), test->checksums.end());
  data.checksum = fingerprint(checksums);
  return data;
}

void check_every_class(const DataSet& data) {
  std::vector<bool> seen(data.classes);
  for (const std::uint32_t label : data.train.labels) seen[label] = true;
  const auto empty = std::ranges::find(seen, false);
  if (empty == seen.end()) return;
  throw ConfigError(
      fmt::format("class {} of {} has no training sample among the {} of {}; take more (task.samples), as many of each "
                  "(task.balance = \"equal\"), or say how many classes there are (task.classes)",
                  empty - seen.begin(), data.classes, data.train.labels.size(), data.source));
}

}  // namespace precipice
