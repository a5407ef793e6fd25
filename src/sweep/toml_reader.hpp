#pragma once

#include <toml++/toml.h>
#include <string>
#include <vector>

#include "precipice/sweep/settings.hpp"

namespace precipice {

/// A leaf of a TOML file: dotted key, node and where it stands.
struct Leaf {
  std::string key;
  const toml::node* node;
  toml::source_position position;
};

/// The leaves below a table in the order in which they stand in the file (the parser sorts them by name). A range
/// { from, to } is a leaf.
std::vector<Leaf> leaves(const toml::table& table, const std::string& prefix);

/// Reads TOML nodes into values; knows the file's name for messages. Throws ConfigError with file:line.
class TomlReader {
 public:
  explicit TomlReader(std::string place) : place_(std::move(place)) {}

  [[nodiscard]] std::string at(const toml::source_position& position) const;

  [[nodiscard]] Written scalar_or_list(const Leaf& leaf) const { return {value(*leaf.node, leaf), at(leaf.position)}; }

  /// The values of an axis: a list, a range { from, to, step }, or one value.
  [[nodiscard]] std::vector<Written> axis_values(const Leaf& leaf) const;

  /// A text, or a list of texts.
  [[nodiscard]] std::vector<std::string> texts(const Leaf& leaf) const;

 private:
  [[nodiscard]] Value value(const toml::node& node, const Leaf& leaf) const;
  template <class T>
  [[nodiscard]] std::vector<T> elements(const toml::array& array, std::string_view kind, const Leaf& leaf) const;
  [[nodiscard]] std::vector<std::int64_t> range_of(const toml::table& range, const Leaf& leaf) const;

  std::string place_;
};

}  // namespace precipice
