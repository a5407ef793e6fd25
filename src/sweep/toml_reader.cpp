#include "toml_reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {
namespace {

bool is_range(const toml::table& table) { return table.contains("from") || table.contains("to"); }

}  // namespace

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

std::string TomlReader::at(const toml::source_position& position) const {
  return position.line == 0 ? place_ : fmt::format("{}:{}", place_, position.line);
}

std::vector<Written> TomlReader::axis_values(const Leaf& leaf) const {
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

std::vector<std::string> TomlReader::texts(const Leaf& leaf) const {
  if (const auto text = leaf.node->value_exact<std::string>()) return {*text};
  const toml::array* const list = leaf.node->as_array();
  if (list == nullptr)
    throw ConfigError(fmt::format("{}: {} must be a text or a list of texts", at(leaf.position), leaf.key));
  return elements<std::string>(*list, "text", leaf);
}

Value TomlReader::value(const toml::node& node, const Leaf& leaf) const {
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
std::vector<T> TomlReader::elements(const toml::array& array, std::string_view kind, const Leaf& leaf) const {
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

std::vector<std::int64_t> TomlReader::range_of(const toml::table& range, const Leaf& leaf) const {
  constexpr std::array<std::string_view, 3> known{"from", "to", "step"};
  for (const auto& [key, node] : range) {
    if (std::ranges::find(known, key.str()) == known.end()) {
      throw ConfigError(fmt::format("{}: unknown key '{}' in a range{} (a range is {{ from = 2, to = 24, step = 1 }})",
                                    at(key.source().begin), key.str(), did_you_mean(key.str(), known)));
    }
  }
  const auto from = range["from"].value_exact<std::int64_t>(), to = range["to"].value_exact<std::int64_t>();
  const auto step = range.contains("step") ? range["step"].value_exact<std::int64_t>() : std::optional<std::int64_t>(1);
  if (!from || !to || !step || *step < 1 || *to < *from || (*to - *from) / *step >= 1'000'000) {
    throw ConfigError(
        fmt::format("{}: the range of '{}' must have integers from <= to and step >= 1, and under a million values",
                    at(leaf.position), leaf.key));
  }
  std::vector<std::int64_t> values;
  for (std::int64_t x = *from; x <= *to; x += *step) values.push_back(x);
  return values;
}

}  // namespace precipice
