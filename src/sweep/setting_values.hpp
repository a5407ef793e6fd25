#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/sweep/settings.hpp"

// How the values of settings are read; each function refuses what is none with ConfigError "is ..., but must be ...".

namespace precipice {

[[noreturn]] inline void refuse(const Value& value, const std::string& wanted) {
  throw ConfigError(fmt::format("is {}, but must be {}", to_text(value), wanted));
}

inline std::int64_t integer(const Value& value, std::int64_t least, std::int64_t most) {
  const auto* const number = std::get_if<std::int64_t>(&value);
  if (number != nullptr && least <= *number && *number <= most) return *number;
  const std::string wanted = most == std::numeric_limits<std::int64_t>::max()
                                 ? fmt::format("an integer of at least {}", least)
                                 : fmt::format("an integer from {} to {}", least, most);
  refuse(value, std::holds_alternative<double>(value) ? wanted + ", without point and exponent" : wanted);
}

inline constexpr std::int64_t any_size = std::numeric_limits<std::int64_t>::max();

/// A value as a real number, which integers are; nothing for texts and lists.
inline std::optional<double> number_of(const Value& value) {
  if (const auto* const whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* const number = std::get_if<double>(&value)) return *number;
  return {};
}

/// A real number for which `allowed` holds.
inline double real(const Value& value, const std::function<bool(double)>& allowed, const std::string& wanted) {
  const std::optional<double> x = number_of(value);
  if (!x || !std::isfinite(*x) || !allowed(*x)) refuse(value, wanted);
  return *x;
}

inline const std::string& text(const Value& value, const std::string& wanted) {
  const auto* const string = std::get_if<std::string>(&value);
  if (string == nullptr) refuse(value, wanted);
  return *string;
}

/// true or false, as TOML has it or as a word.
inline bool truth(const Value& value) {
  const std::string& word = text(value, "true or false");
  if (word != "true" && word != "false") refuse(value, "true or false");
  return word == "true";
}

/// Words for an enumeration, in its order.
template <class Enum, std::size_t N>
struct Words {
  std::array<std::string_view, N> names;

  [[nodiscard]] Enum parse(const Value& value) const {
    const std::string wanted = fmt::format("one of {}", fmt::join(names, ", "));
    const std::string& word = text(value, wanted);
    const auto* const found = std::ranges::find(names, word);
    if (found == names.end()) refuse(value, wanted + did_you_mean(word, names));
    return static_cast<Enum>(found - names.begin());
  }
  [[nodiscard]] std::string write(Enum e) const { return std::string(names[static_cast<std::size_t>(e)]); }
};

/// The settings of [model], [loss], [precision] and [optimizer].
std::vector<Setting> model_settings();
std::vector<Setting> loss_settings();
std::vector<Setting> precision_settings();
std::vector<Setting> optimizer_settings();

}  // namespace precipice
