#include "precipice/sweep/plan.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/format/word.hpp"
#include "precipice/sweep/bundles.hpp"
#include "setting_values.hpp"
#include "toml_reader.hpp"

namespace precipice {
namespace {

constexpr std::array<std::string_view, 8> sections{"task",      "model", "loss",  "precision",
                                                   "optimizer", "run",   "sweep", "name"};

void check_key(const std::string& key, const std::string& where) {
  try {
    static_cast<void>(find_setting(key));
  } catch (const ConfigError& error) {
    throw ConfigError(fmt::format("{}: {}", where, error.what()));
  }
}

/// Not an axis, whatever it holds.
bool is_no_axis(const Leaf& leaf) {
  return leaf.key == "variant" || leaf.key == "refine" || leaf.key.starts_with("refine.") ||
         (leaf.key == "also" && leaf.node->is_array_of_tables());
}

/// The axes that a table names, in file order.
std::vector<Axis> axes_of(const toml::table& table, const TomlReader& reader) {
  std::vector<Axis> axes;
  for (const Leaf& leaf : leaves(table, "")) {
    if (is_no_axis(leaf)) continue;
    check_key(leaf.key, reader.at(leaf.position));
    axes.push_back({leaf.key, reader.axis_values(leaf)});
  }
  return axes;
}

std::vector<Claim> claims_of(const Leaf& leaf, const TomlReader& reader) {
  std::vector<Claim> claims;
  for (const std::string& word : reader.texts(leaf)) {
    try {
      claims.push_back(parse_claim(word));
    } catch (const ConfigError& error) {
      throw ConfigError(fmt::format("{}: {}", reader.at(leaf.position), error.what()));
    }
  }
  return claims;
}

Variant variant_of(const toml::table& table, const TomlReader& reader) {
  Variant variant;
  for (const Leaf& leaf : leaves(table, "")) {
    if (leaf.key == "name" && leaf.node->is_string()) {
      variant.name = *leaf.node->value<std::string>();
    } else if (leaf.key == "claims") {
      variant.claims = claims_of(leaf, reader);
    } else if (leaf.key == "name") {
      throw ConfigError(fmt::format("{}: the name of a variant must be a text", reader.at(leaf.position)));
    } else {
      check_key(leaf.key, reader.at(leaf.position));
      variant.settings.insert_or_assign(leaf.key, reader.scalar_or_list(leaf));
    }
  }
  return variant;
}

void add_variant(Plan& plan, Variant variant, const std::string& where) {
  if (variant.name.empty()) throw ConfigError(fmt::format("{}: a variant needs a name", where));
  if (std::ranges::find(plan.variants, variant.name, &Variant::name) != plan.variants.end()) {
    throw ConfigError(fmt::format("{}: there are two variants '{}'", where, variant.name));
  }
  if (plan.variants.empty() && std::ranges::any_of(variant.claims, compares)) {
    throw ConfigError(
        fmt::format("{}: variant '{}' is the first, and so what others are compared with; it cannot "
                    "claim to be earlier, later, or to have more or fewer spikes",
                    where, variant.name));
  }
  plan.variants.push_back(std::move(variant));
}

/// The tables of [[sweep.<name>]]; nullptr if there are none.
const toml::array* tables_of(const toml::table& sweep, std::string_view name, const TomlReader& reader) {
  const toml::node* const node = sweep.get(name);
  if (node == nullptr) return nullptr;
  if (!node->is_array_of_tables()) {
    throw ConfigError(
        fmt::format("{}: '{}' must be tables: [[sweep.{}]]", reader.at(node->source().begin), name, name));
  }
  return node->as_array();
}

/// The words behind a key of [sweep.refine].
constexpr std::array<std::string_view, 4> refine_keys{"axis", "boundaries", "resolution", "scale"};

double resolution_of(const Leaf& leaf, const TomlReader& reader) {
  const auto number = leaf.node->value<double>();
  if (number && std::isfinite(*number) && *number > 0) return *number;
  throw ConfigError(fmt::format("{}: resolution must be a positive number", reader.at(leaf.position)));
}

/// Throws what `read` throws, with the place before it if that is missing.
template <class Read>
void read_at(const std::string& where, const Read& read) {
  try {
    read();
  } catch (const ConfigError& error) {
    const std::string what = error.what();
    throw ConfigError(what.starts_with(where) ? what : fmt::format("{}: {}", where, what));
  }
}

void read_refine_value(const Leaf& leaf, const TomlReader& reader, Refinement& refinement) {
  static_cast<void>(index_of_word("key of [sweep.refine]", leaf.key, refine_keys));
  const std::vector<std::string> texts = leaf.key == "resolution" ? std::vector<std::string>{} : reader.texts(leaf);
  const auto one = [&] {
    if (texts.size() == 1) return texts.front();
    throw ConfigError(fmt::format("{}: {} must be one text", reader.at(leaf.position), leaf.key));
  };
  if (leaf.key == "axis") {
    refinement.axis = one();
  } else if (leaf.key == "boundaries") {
    refinement.boundaries.clear();
    for (const std::string& word : texts) refinement.boundaries.push_back(parse_boundary(word));
  } else if (leaf.key == "scale") {
    constexpr std::array<std::string_view, 2> scales{"linear", "log"};
    refinement.is_logarithmic = index_of_word("scale", one(), scales) == 1;
  } else {
    refinement.resolution = resolution_of(leaf, reader);
  }
}

/// One key of [sweep.refine].
void read_refine_key(const Leaf& leaf, const TomlReader& reader, Refinement& refinement) {
  read_at(reader.at(leaf.position), [&] { read_refine_value(leaf, reader, refinement); });
}

Refinement refinement_of(const toml::table& table, const TomlReader& reader) {
  Refinement refinement;
  for (const Leaf& leaf : leaves(table, "")) read_refine_key(leaf, reader, refinement);
  return refinement;
}

/// Throws ConfigError unless the axis is one of the grid's, of two numbers or more, that the scale can divide.
void check_refinement(const Plan& plan, const std::string& where) {
  const Refinement& refinement = *plan.refine;
  const auto refuse = [&](const std::string& what) { throw ConfigError(fmt::format("{}: {}", where, what)); };
  const auto axis = std::ranges::find(plan.axes, refinement.axis, &Axis::key);
  if (axis == plan.axes.end()) {
    std::vector<std::string_view> known;
    for (const Axis& one : plan.axes) known.push_back(one.key);
    refuse(fmt::format("axis must be an axis of [sweep], not '{}'{}", refinement.axis,
                       did_you_mean(refinement.axis, known)));
  }
  if (axis->values.size() < 2 ||
      std::ranges::any_of(axis->values, [](const Written& w) { return !number_of(w.value); }))
    refuse(fmt::format("the axis {} must have two numbers at least", refinement.axis));
  if (refinement.boundaries.empty()) refuse("boundaries must name one at least");
  if (!refinement.is_logarithmic) return;
  if (refinement.resolution <= 1) refuse("resolution of scale 'log' is a ratio, and must be above 1");
  const bool are_positive =
      std::ranges::all_of(axis->values, [](const Written& written) { return *number_of(written.value) > 0; });
  if (!are_positive) refuse(fmt::format("scale 'log' needs positive values of {}", refinement.axis));
}

void read_refine(const toml::table& sweep, const TomlReader& reader, Plan& plan) {
  const toml::node* const node = sweep.get("refine");
  if (node == nullptr) return;
  const std::string where = reader.at(node->source().begin);
  if (!node->is_table()) throw ConfigError(fmt::format("{}: 'refine' must be a table: [sweep.refine]", where));
  plan.refine = refinement_of(*node->as_table(), reader);
  check_refinement(plan, where);
}

void read_sweep(const toml::table& sweep, const TomlReader& reader, Plan& plan) {
  plan.axes = axes_of(sweep, reader);
  read_refine(sweep, reader, plan);
  if (const toml::array* const variants = tables_of(sweep, "variant", reader)) {
    for (const toml::node& table : *variants) {
      add_variant(plan, variant_of(*table.as_table(), reader), reader.at(table.source().begin));
    }
  }
  if (const toml::array* const points = tables_of(sweep, "also", reader)) {
    for (const toml::node& point : *points) plan.also.push_back(axes_of(*point.as_table(), reader));
  }
}

/// Keeps the variants of these names only.
void choose_variants(Plan& plan, const std::vector<std::string>& names, const std::string& where) {
  std::vector<std::string_view> known;
  for (const Variant& variant : plan.variants) known.push_back(variant.name);
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw ConfigError(fmt::format("{}: there is no variant '{}'{} (there are: {})", where, name,
                                  did_you_mean(name, known), fmt::join(known, ", ")));
  }
  std::erase_if(plan.variants,
                [&](const Variant& variant) { return std::ranges::find(names, variant.name) == names.end(); });
}

void check_sections(const toml::table& root, const TomlReader& reader) {
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

/// Whoever names bundles above a file means them: what the file says of their keys is dropped, what --set says is not.
void mean_bundles(Plan& plan, std::span<const Written> bundles) {
  WrittenSettings kept;
  for (const auto& [key, written] : plan.base) {
    if (written.where.starts_with("--set ")) kept.emplace(key, written);
  }
  forget_bundled(plan.base, bundles);
  plan.base.merge(kept);
}

Axis* find_axis(Plan& plan, std::string_view key) {
  const auto found = std::ranges::find(plan.axes, key, &Axis::key);
  return found == plan.axes.end() ? nullptr : &*found;
}

}  // namespace

bool fixes(const Variant& variant, std::string_view key) {
  const bool is_width = key == "precision.p" || key == "precision.exponent_bits";
  return variant.settings.contains(key) || (is_width && variant.settings.contains("precision.format"));
}

WrittenSettings with(const Variant& variant, WrittenSettings base) {
  if (variant.settings.contains("precision.format")) forget_widths(base);
  if (const auto bundle = variant.settings.find(bundle_key); bundle != variant.settings.end()) {
    forget_bundled(base, std::span(&bundle->second, 1));
  }
  for (const auto& [key, written] : variant.settings) base.insert_or_assign(key, written);
  return base;
}

Plan parse_plan(std::string_view text, const std::string& place, const std::string& name) {
  const TomlReader reader(place);
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
  const TomlReader reader(where);
  const Leaf leaf{key, root.get("value"), {}};
  if (names_axis && key == "variant") return choose_variants(plan, reader.texts(leaf), where);
  if (names_axis && key.starts_with("refine.")) {
    if (!plan.refine) plan.refine.emplace();
    read_refine_key({key.substr(7), leaf.node, leaf.position}, reader, *plan.refine);
    return check_refinement(plan, where);
  }
  check_key(key, where);
  Axis* const axis = find_axis(plan, key);
  if (key == bundle_key) mean_bundles(plan, reader.axis_values(leaf));
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
