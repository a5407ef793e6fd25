#include "precipice/sweep/plan.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {
namespace {

constexpr std::string_view built_in = R"(# Where do absorption and Numerical Feature Inflation begin?
# Real digits, a small classifier, full-batch Adam; the loss alone is computed in the emulated format.
name = "digits"

[task]
name = "digits"
samples = 50
test_samples = 50

[model]
hidden = [32, 32]

[loss]
formulation = "shift"
order = "sequential"
mean = "before"

[precision]
plan = "loss-only"

[optimizer]
name = "adam"
learning_rate = 3e-3

[run]
steps = 20000

[sweep]
"precision.p" = { from = 2, to = 24 }
"precision.exponent_bits" = [3, 4, 5, 6, 8]
"run.seed" = [0, 1, 2]

[[sweep.also]]   # the control
"precision.format" = "binary64"
"run.seed" = [0, 1, 2]
)";

constexpr std::array<std::string_view, 8> sections{"task",      "model", "loss",  "precision",
                                                   "optimizer", "run",   "sweep", "name"};

/// A leaf of the file: dotted key, node and where it stands.
struct Leaf {
  std::string key;
  const toml::node* node;
  toml::source_position position;
};

/// Reads TOML nodes into values; knows the file's name for messages.
class Reader {
 public:
  explicit Reader(std::string place) : place_(std::move(place)) {}

  [[nodiscard]] std::string at(const toml::source_position& position) const {
    return position.line == 0 ? place_ : fmt::format("{}:{}", place_, position.line);
  }

  [[nodiscard]] Written scalar_or_list(const Leaf& leaf) const { return {value(*leaf.node, leaf), at(leaf.position)}; }

  /// The values of an axis: a list, a range { from, to, step }, or one value.
  [[nodiscard]] std::vector<Written> axis_values(const Leaf& leaf) const {
    std::vector<Written> values;
    if (const toml::table* const range = leaf.node->as_table()) {
      for (const std::int64_t x : range_of(*range, leaf)) values.push_back({x, at(leaf.position)});
    } else if (const toml::array* const list = leaf.node->as_array()) {
      for (const toml::node& element : *list) values.push_back({value(element, leaf), at(element.source().begin)});
    } else {
      values.push_back(scalar_or_list(leaf));
    }
    if (values.empty()) throw ConfigError(fmt::format("{}: axis '{}' has no values", at(leaf.position), leaf.key));
    return values;
  }

 private:
  [[nodiscard]] Value value(const toml::node& node, const Leaf& leaf) const {
    if (const auto x = node.value_exact<std::int64_t>()) return *x;
    if (const auto x = node.value_exact<double>()) return *x;
    if (const auto x = node.value_exact<std::string>()) return *x;
    if (const auto x = node.value_exact<bool>()) return std::string(*x ? "true" : "false");
    if (const toml::array* const array = node.as_array()) {
      const bool has_texts = !array->empty() && array->front().is_string();
      return has_texts ? Value(elements<std::string>(*array, "text", leaf))
                       : Value(elements<std::int64_t>(*array, "integer", leaf));
    }
    throw ConfigError(
        fmt::format("{}: {} must be a number, a text or a list of integers or texts", at(leaf.position), leaf.key));
  }

  template <class T>
  [[nodiscard]] std::vector<T> elements(const toml::array& array, std::string_view kind, const Leaf& leaf) const {
    std::vector<T> list;
    for (const toml::node& element : array) {
      const auto x = element.value_exact<T>();
      if (!x) {
        throw ConfigError(
            fmt::format("{}: {} has a list with something that is no {}", at(leaf.position), leaf.key, kind));
      }
      list.push_back(*x);
    }
    return list;
  }

  [[nodiscard]] std::vector<std::int64_t> range_of(const toml::table& range, const Leaf& leaf) const {
    constexpr std::array<std::string_view, 3> known{"from", "to", "step"};
    for (const auto& [key, node] : range) {
      if (std::ranges::find(known, key.str()) == known.end()) {
        throw ConfigError(
            fmt::format("{}: unknown key '{}' in a range{} (a range is {{ from = 2, to = 24, step = 1 }})",
                        at(key.source().begin), key.str(), did_you_mean(key.str(), known)));
      }
    }
    const auto from = range["from"].value_exact<std::int64_t>(), to = range["to"].value_exact<std::int64_t>();
    const auto step =
        range.contains("step") ? range["step"].value_exact<std::int64_t>() : std::optional<std::int64_t>(1);
    if (!from || !to || !step || *step < 1 || *to < *from || (*to - *from) / *step >= 1'000'000) {
      throw ConfigError(
          fmt::format("{}: the range of '{}' must have integers from <= to and step >= 1, and under a million values",
                      at(leaf.position), leaf.key));
    }
    std::vector<std::int64_t> values;
    for (std::int64_t x = *from; x <= *to; x += *step) values.push_back(x);
    return values;
  }

  std::string place_;
};

bool is_range(const toml::table& table) { return table.contains("from") || table.contains("to"); }

/// The leaves below a table in the order in which they stand in the file (the parser sorts them by name).
std::vector<Leaf> leaves(const toml::table& table, const std::string& prefix) {
  std::vector<Leaf> result;
  for (const auto& [key, node] : table) {
    const std::string name = prefix.empty() ? std::string(key.str()) : fmt::format("{}.{}", prefix, key.str());
    const toml::table* const inner = node.as_table();
    if (inner != nullptr && !is_range(*inner)) {
      std::ranges::move(leaves(*inner, name), std::back_inserter(result));
    } else {
      result.push_back({name, &node, key.source().begin});
    }
  }
  std::ranges::stable_sort(result, {},
                           [](const Leaf& leaf) { return std::pair(leaf.position.line, leaf.position.column); });
  return result;
}

void check_key(const std::string& key, const std::string& where) {
  try {
    static_cast<void>(find_setting(key));
  } catch (const ConfigError& error) {
    throw ConfigError(fmt::format("{}: {}", where, error.what()));
  }
}

/// The axes that a table names, in file order.
std::vector<Axis> axes_of(const toml::table& table, const Reader& reader) {
  std::vector<Axis> axes;
  for (const Leaf& leaf : leaves(table, "")) {
    if (leaf.key == "also" && leaf.node->is_array_of_tables()) continue;
    check_key(leaf.key, reader.at(leaf.position));
    axes.push_back({leaf.key, reader.axis_values(leaf)});
  }
  return axes;
}

void read_sweep(const toml::table& sweep, const Reader& reader, Plan& plan) {
  plan.axes = axes_of(sweep, reader);
  const toml::node* const also = sweep.get("also");
  if (also == nullptr) return;
  if (!also->is_array_of_tables()) {
    throw ConfigError(fmt::format("{}: 'also' must be tables: [[sweep.also]]", reader.at(also->source().begin)));
  }
  for (const toml::node& point : *also->as_array()) plan.also.push_back(axes_of(*point.as_table(), reader));
}

void check_sections(const toml::table& root, const Reader& reader) {
  for (const auto& [key, node] : root) {
    const std::string where = reader.at(key.source().begin);
    if (std::ranges::find(sections, key.str()) == sections.end()) {
      throw ConfigError(fmt::format("{}: unknown {} '{}'{}", where, node.is_table() ? "section" : "key", key.str(),
                                    did_you_mean(key.str(), sections)));
    }
    if (key.str() != "name" && !node.is_table()) {
      throw ConfigError(fmt::format("{}: '{}' must be a section: [{}]", where, key.str(), key.str()));
    }
  }
}

/// A name that is fit for a folder.
std::string checked_name(const std::string& name, const std::string& where) {
  const bool plain = std::ranges::all_of(
      name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; });
  if (name.empty() || !plain || name.front() == '.') {
    throw ConfigError(fmt::format("{}: name '{}' must be letters, digits, '-', '_' or '.'", where, name));
  }
  return name;
}

toml::table parsed(std::string_view text, const std::string& place) {
  try {
    return toml::parse(text, place);
  } catch (const toml::parse_error& error) {
    throw ConfigError(fmt::format("{}:{}: not TOML: {}", place, error.source().begin.line, error.description()));
  }
}

Axis* find_axis(Plan& plan, std::string_view key) {
  const auto found = std::ranges::find(plan.axes, key, &Axis::key);
  return found == plan.axes.end() ? nullptr : &*found;
}

}  // namespace

std::string_view built_in_plan() { return built_in; }

Plan parse_plan(std::string_view text, const std::string& place, const std::string& name) {
  const Reader reader(place);
  const toml::table root = parsed(text, place);
  check_sections(root, reader);
  Plan plan;
  plan.name = name;
  if (const toml::node* const given = root.get("name")) {
    const std::string where = reader.at(given->source().begin);
    if (!given->is_string()) throw ConfigError(fmt::format("{}: name must be a text", where));
    plan.name = *given->value<std::string>();
    plan.name = checked_name(plan.name, where);
  }
  for (const Leaf& leaf : leaves(root, "")) {
    if (leaf.key == "name" || leaf.key.starts_with("sweep.")) continue;
    check_key(leaf.key, reader.at(leaf.position));
    plan.base.insert_or_assign(leaf.key, reader.scalar_or_list(leaf));
  }
  if (const toml::table* const sweep = root["sweep"].as_table()) read_sweep(*sweep, reader, plan);
  return plan;
}

Plan read_plan(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) throw FileError(fmt::format("cannot read experiment file {}", path));
  std::string stem = std::filesystem::path(path).stem().string();
  std::ranges::replace_if(
      stem, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.'; }, '-');
  return parse_plan(text.str(), path, stem);
}

void override_setting(Plan& plan, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw ConfigError(fmt::format("--set {}: must be KEY=VALUE, such as run.steps=1000", assignment));
  }
  std::string key(assignment.substr(0, equals));
  const std::string typed(assignment.substr(equals + 1)), where = fmt::format("--set {}", key);
  toml::table root;
  try {
    root = toml::parse("value = " + typed);
  } catch (const toml::parse_error&) {
    root.insert("value", typed);
  }
  const bool names_axis = key.starts_with("sweep.");
  if (names_axis) key.erase(0, 6);
  check_key(key, where);
  const Reader reader(where);
  const Leaf leaf{key, root.get("value"), {}};
  Axis* const axis = find_axis(plan, key);
  if (axis == nullptr && !names_axis) {
    if (key == "precision.format") forget_widths(plan.base);
    plan.base.insert_or_assign(key, Written{reader.scalar_or_list(leaf).value, where});
    return;
  }
  std::vector<Written> values = reader.axis_values(leaf);
  for (Written& value : values) value.where = where;
  if (axis != nullptr) {
    axis->values = std::move(values);
  } else {
    plan.axes.push_back({key, std::move(values)});
  }
}

}  // namespace precipice
