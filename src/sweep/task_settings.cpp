#include "sweep/task_settings.hpp"

#include <optional>

#include "sweep/setting_values.hpp"
#include "sweep/utf8.hpp"

namespace precipice {
namespace {

constexpr Words<TaskName, 12> tasks{{"digits", "fashion-mnist", "modular-addition", "modular-subtraction",
                                     "modular-multiplication", "modular-division", "random-labels", "gaussian-clusters",
                                     "idx", "npy", "csv", "cifar-10"}};
constexpr Words<Balance, 2> balances{{"none", "equal"}};
constexpr Words<Standardise, 2> standardisations{{"none", "features"}};
constexpr Words<CsvHeader, 3> headers{{"detect", "present", "absent"}};

template <TaskName... names>
bool is_any_of(const Experiment& e) {
  return ((e.task.name == names) || ...);
}
constexpr auto is_modular = is_any_of<TaskName::modular_addition, TaskName::modular_subtraction,
                                      TaskName::modular_multiplication, TaskName::modular_division>;
constexpr auto is_digits = is_any_of<TaskName::digits>;
constexpr auto is_random = is_any_of<TaskName::random_labels>;
constexpr auto is_clusters = is_any_of<TaskName::gaussian_clusters>;
constexpr auto is_generated_point = is_any_of<TaskName::random_labels, TaskName::gaussian_clusters>;
constexpr auto is_csv = is_any_of<TaskName::csv>;
constexpr auto has_label_files = is_any_of<TaskName::idx, TaskName::npy>;
constexpr auto is_own = is_any_of<TaskName::idx, TaskName::npy, TaskName::csv, TaskName::cifar_10>;
constexpr auto has_many_samples =
    is_any_of<TaskName::fashion_mnist, TaskName::idx, TaskName::npy, TaskName::csv, TaskName::cifar_10>;
bool has_samples(const Experiment& e) { return !is_modular(e); }
bool has_test_samples(const Experiment& e) { return has_samples(e) && !is_random(e); }
bool has_chosen_classes(const Experiment& e) { return is_generated_point(e) || has_label_files(e) || is_csv(e); }

/// Text that can stand in a line of a message and in JSON.
std::string one_line(const Value& value, const std::string& wanted) {
  const std::string& typed = text(value, wanted);
  if (std::ranges::any_of(typed, [](unsigned char c) { return c < ' ' || c == 0x7f; })) {
    throw ConfigError("has a control character, but must be " + wanted);
  }
  if (!is_utf8(typed)) throw ConfigError("is no UTF-8, but must be " + wanted);
  return typed;
}

/// A file or a list of files; an empty text is none.
std::vector<std::string> paths(const Value& value) {
  const std::string wanted = "a file or a list of files, such as \"train.csv\"";
  if (const auto* const list = std::get_if<std::vector<std::string>>(&value)) {
    std::vector<std::string> result;
    for (const std::string& path : *list) result.push_back(one_line(path, wanted));
    if (std::ranges::find(result, "") != result.end()) throw ConfigError("has an empty text, but must be " + wanted);
    return result;
  }
  std::string path = one_line(value, wanted);
  return path.empty() ? std::vector<std::string>() : std::vector<std::string>{std::move(path)};
}

/// One file as a text, so that a list of one is the same experiment.
Value paths_value(const std::vector<std::string>& files) {
  if (files.empty()) return std::string();
  return files.size() == 1 ? Value(files.front()) : Value(files);
}

std::optional<double> scale(const Value& value) {
  const std::string wanted = "\"unit\" or a positive number";
  if (const auto* const word = std::get_if<std::string>(&value)) {
    if (*word != "unit") refuse(value, wanted);
    return {};
  }
  return real(
      value, [](double x) { return x > 0; }, wanted);
}

/// What the experiments of the digits were before they could be prepared, they still are: a preparation that is left at
/// its default is no part of their identity.
bool prepares(const Experiment& e, bool changes_something) {
  return has_many_samples(e) || (is_digits(e) && changes_something);
}

std::vector<Setting> preparation_settings() {
  return {
      {"task.balance", "none, or equal: as many samples of each class (tasks with files)",
       [](Experiment& e, const Value& v) { e.task.preparation.balance = balances.parse(v); },
       [](const Experiment& e) { return balances.write(e.task.preparation.balance); },
       [](const Experiment& e) { return prepares(e, e.task.preparation.balance != Balance::none); }},
      {"task.scale", "a factor of the inputs, or unit: bytes / 255, digits / 16, others as they are (tasks with files)",
       [](Experiment& e, const Value& v) { e.task.preparation.scale = scale(v); },
       [](const Experiment& e) {
         return e.task.preparation.scale ? Value(*e.task.preparation.scale) : Value(std::string("unit"));
       },
       [](const Experiment& e) { return prepares(e, e.task.preparation.scale.has_value()); }},
      {"task.standardise",
       "none, or features: less their means, over their deviations, of the training samples (tasks with files)",
       [](Experiment& e, const Value& v) { e.task.preparation.standardise = standardisations.parse(v); },
       [](const Experiment& e) { return standardisations.write(e.task.preparation.standardise); },
       [](const Experiment& e) { return prepares(e, e.task.preparation.standardise != Standardise::none); }},
  };
}

std::vector<Setting> file_settings() {
  return {
      {"task.data", "a file or a list of files: inputs (idx, npy), inputs and labels (csv, cifar-10)",
       [](Experiment& e, const Value& v) { e.task.files.data = paths(v); },
       [](const Experiment& e) { return paths_value(e.task.files.data); }, is_own},
      {"task.labels", "labels, a file for each of task.data (idx, npy)",
       [](Experiment& e, const Value& v) { e.task.files.labels = paths(v); },
       [](const Experiment& e) { return paths_value(e.task.files.labels); }, has_label_files},
      {"task.test_data", "files of held-out samples; without them some of task.data are held out",
       [](Experiment& e, const Value& v) { e.task.files.test_data = paths(v); },
       [](const Experiment& e) { return paths_value(e.task.files.test_data); }, is_own},
      {"task.test_labels", "their labels (idx, npy)",
       [](Experiment& e, const Value& v) { e.task.files.test_labels = paths(v); },
       [](const Experiment& e) { return paths_value(e.task.files.test_labels); }, has_label_files},
      {"task.label_column", "last, or the name of the column that holds the label (csv)",
       [](Experiment& e, const Value& v) { e.task.files.label_column = one_line(v, "last or the name of a column"); },
       [](const Experiment& e) { return e.task.files.label_column; }, is_csv},
      {"task.header", "whether line 1 holds names: present, absent, or detect: if none of its fields is a number (csv)",
       [](Experiment& e, const Value& v) { e.task.files.header = headers.parse(v); },
       [](const Experiment& e) { return headers.write(e.task.files.header); }, is_csv},
  };
}

std::vector<Setting> data_settings() {
  return {
      {"task.name",
       "digits, fashion-mnist, modular-addition (-subtraction, -multiplication, -division), random-labels, "
       "gaussian-clusters; your own data: idx, npy, csv, cifar-10",
       [](Experiment& e, const Value& v) { e.task.name = tasks.parse(v); },
       [](const Experiment& e) { return tasks.write(e.task.name); }},
      {"task.samples", "training samples (all but modular-*)",
       [](Experiment& e, const Value& v) { e.task.samples = integer(v, 1, 10'000'000); },
       [](const Experiment& e) { return e.task.samples; }, has_samples},
      {"task.test_samples", "held-out samples (all but modular-*, random-labels)",
       [](Experiment& e, const Value& v) { e.task.test_samples = integer(v, 0, 10'000'000); },
       [](const Experiment& e) { return e.task.test_samples; }, has_test_samples},
      {"task.inputs", "width of the Gaussian inputs (random-labels, gaussian-clusters)",
       [](Experiment& e, const Value& v) { e.task.inputs = integer(v, 1, 1'000'000); },
       [](const Experiment& e) { return e.task.inputs; }, is_generated_point},
      {"task.classes", "number of classes (random-labels, gaussian-clusters, idx, npy, csv)",
       [](Experiment& e, const Value& v) { e.task.classes = integer(v, 2, 1'000'000); },
       [](const Experiment& e) { return e.task.classes; }, has_chosen_classes},
      {"task.separation",
       "deviation of the means of the classes; that of the samples around them is 1 (gaussian-clusters)",
       [](Experiment& e, const Value& v) {
         e.task.separation = real(
             v, [](double x) { return x >= 0 && x <= 1e100; }, "a number from 0 to 1e100");
       },
       [](const Experiment& e) { return e.task.separation; }, is_clusters},
      {"task.modulus", "a prime (modular-*)",
       [](Experiment& e, const Value& v) { e.task.modulus = integer(v, 2, 1000); },
       [](const Experiment& e) { return e.task.modulus; }, is_modular},
      {"task.fraction", "share of the pairs that is trained on (modular-*)",
       [](Experiment& e, const Value& v) {
         e.task.fraction = real(
             v, [](double x) { return x > 0 && x < 1; }, "a number between 0 and 1");
       },
       [](const Experiment& e) { return e.task.fraction; }, is_modular},
  };
}

}  // namespace

std::vector<Setting> task_settings() {
  std::vector<Setting> all = data_settings();
  for (const auto& part : {preparation_settings(), file_settings()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace precipice
