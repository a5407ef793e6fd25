#include <fmt/core.h>

#include "cifar_file.hpp"
#include "csv_file.hpp"
#include "idx_file.hpp"
#include "npy_file.hpp"
#include "precipice/format/error.hpp"
#include "selection.hpp"
#include "tasks.hpp"

namespace precipice {
namespace {

/// How a format is read: inputs and labels from one file, or from two. One of the functions is set.
struct OwnFormat {
  Source (*table)(DataFile file, const Task& task) = nullptr;
  Source (*pair)(DataFile inputs, DataFile labels, std::size_t classes) = nullptr;
};

/// Files of one use, and what the experiment file calls them.
struct Use {
  const char *data_key, *labels_key;
  const std::vector<std::string>&data, &labels;
};

DataFile file_at(const std::string& path, const char* key) {
  return read_data_file(path, fmt::format("{} must name a file", key));
}

Source source_of(const Task& task, const OwnFormat& format, const Use& use) {
  if (format.pair != nullptr && use.labels.size() != use.data.size()) {
    throw ConfigError(fmt::format("{} names {} files and {} names {}; every file of inputs needs one of labels",
                                  use.data_key, use.data.size(), use.labels_key, use.labels.size()));
  }
  std::vector<Source> parts;
  for (std::size_t i = 0; i < use.data.size(); ++i) {
    DataFile file = file_at(use.data[i], use.data_key);
    parts.push_back(format.table != nullptr ? format.table(std::move(file), task)
                                            : format.pair(std::move(file), file_at(use.labels[i], use.labels_key),
                                                          static_cast<std::size_t>(task.classes)));
  }
  return joined(std::move(parts));
}

DataSet load_own(const Task& task, std::uint64_t seed, const OwnFormat& format) {
  const DataFiles& files = task.files;
  if (files.data.empty()) throw ConfigError("task.data is not set, but this task needs a file, such as \"train.csv\"");
  const Source train = source_of(task, format, {"task.data", "task.labels", files.data, files.labels});
  std::optional<Source> test;
  if (!files.test_data.empty()) {
    test = source_of(task, format, {"task.test_data", "task.test_labels", files.test_data, files.test_labels});
  }
  DataSet data = selected(task, seed, train, test, expected_shape(task).classes);
  check_every_class(data);
  data.source = "files: " + data.source;  // told apart from data that are known by name
  return data;
}

template <ArrayFile (*parse)(DataFile)>
Source pair_of(DataFile inputs, DataFile labels, std::size_t classes) {
  ArrayFile parsed = parse(std::move(inputs));
  return paired(std::move(parsed), parse(std::move(labels)), classes);
}

}  // namespace

DataSet load_idx(const Task& task, std::uint64_t seed) { return load_own(task, seed, {.pair = pair_of<parse_idx>}); }

DataSet load_npy(const Task& task, std::uint64_t seed) { return load_own(task, seed, {.pair = pair_of<parse_npy>}); }

DataSet load_csv(const Task& task, std::uint64_t seed) {
  return load_own(task, seed, {.table = [](DataFile file, const Task& described) {
                    return parse_csv(std::move(file), described.files, static_cast<std::size_t>(described.classes));
                  }});
}

DataSet load_cifar_10(const Task& task, std::uint64_t seed) {
  return load_own(task, seed, {.table = [](DataFile file, const Task&) { return parse_cifar(std::move(file)); }});
}

}  // namespace precipice
