#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "precipice/sweep/settings.hpp"

namespace precipice {

/// A word for the settings that follow a framework's softmax cross-entropy, rounding by rounding. Nothing else knows
/// bundles: what they set enters identities and keys, and a key that is given as well overrides its bundle.
struct Bundle {
  std::string_view name;
  std::string_view follows;  ///< what of which library; decision 0017 has sources and versions
  std::span<const std::pair<std::string_view, std::string_view>> settings;  ///< key and value
};

/// The key that takes a bundle's name.
inline constexpr std::string_view bundle_key = "loss.bundle";

std::span<const Bundle> loss_bundles();

/// The bundle of this name; throws ConfigError "is ..., but must be one of ..." with the nearest name.
const Bundle& parse_bundle(const Value& name);

/// Whether some bundle sets this key.
bool is_bundled(std::string_view key);

/// What a key is where nobody gives it but, perhaps, a bundle (or ""): the bundle's value, else the default.
std::string_view value_under(std::string_view bundle, std::string_view key);

/// Drops from a file's settings what these bundles set. For bundles that are named above the file.
void forget_bundled(WrittenSettings& settings, std::span<const Written> bundles);

/// For people: the name of each bundle, and what it follows and sets.
std::vector<std::pair<std::string, std::string>> described_bundles();

}  // namespace precipice
