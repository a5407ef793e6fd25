#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "precipice/training/experiment.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// A setting's value as a person wrote it.
using Value = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<std::string>>;

/// As it is written to files: integers plain, reals in shortest round-trip form, text bare, lists as [32, 32].
std::string to_text(const Value& value);

/// One key of an experiment file: `section.key`.
struct Setting {
  std::string_view name;
  std::string_view help;
  /// Puts a value into an experiment; throws ConfigError "must be ...", without the key's name.
  std::function<void(Experiment&, const Value&)> apply;
  /// The resolved value; empty function for keys that only abbreviate others (precision.p).
  std::function<Value(const Experiment&)> read;
  /// Whether the key means anything in this experiment; if not it is no part of its identity.
  std::function<bool(const Experiment&)> applies = [](const Experiment&) { return true; };
  bool changes_bits = true;
};

/// Every key there is, in the order in which they are applied and written.
std::span<const Setting> all_settings();

/// The setting of this name; throws ConfigError that names the nearest known key.
const Setting& find_setting(std::string_view name);

/// The first key whose name behind its section is this ("steps": "run.steps"); empty if there is none.
std::string_view key_ending_in(std::string_view name);

/// A value, and where it was written ("sweep.toml:12", "--set precision.p"), for messages.
struct Written {
  Value value;
  std::string where;
};

/// Settings by name. The map's order does not matter: they are applied in the order of all_settings().
using WrittenSettings = std::map<std::string, Written, std::less<>>;

/// Drops precision.p and precision.exponent_bits: whoever names a format above them means that format.
void forget_widths(WrittenSettings& settings);

/// The experiment that these settings describe, all others at their defaults. Checks each value; throws ConfigError
/// with the place.
Experiment apply(const WrittenSettings& settings);

/// The same, and what must fit together does (engine and format, batch and samples).
Experiment resolve(const WrittenSettings& settings);

/// Every setting that can decide bits with its resolved value, in order, whether it means anything here or not.
std::vector<std::pair<std::string, Value>> resolved(const Experiment& experiment);

/// Those that decide this experiment's bits: its identity.
std::vector<std::pair<std::string, Value>> identity(const Experiment& experiment);

/// What names an experiment's files: 16 hexadecimal digits of a SHA-256 over its identity.
std::string key_of(const Experiment& experiment);

}  // namespace precipice
#pragma GCC visibility pop
