#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "precipice/format/error.hpp"

namespace precipice::cli {

/// read(), with "OPTION: " before the message of a ConfigError:
///   at_option("--format", [&] { return parse_format(text); })
template <class Read>
auto at_option(std::string_view option, Read read) {
  try {
    return read();
  } catch (const ConfigError& error) {
    throw ConfigError(std::string(option) + ": " + error.what());
  }
}

/// One of a few words. Throws ConfigError that names the nearest and the accepted ones.
template <class Choice>
using Choices = std::initializer_list<std::pair<std::string_view, Choice>>;

[[noreturn]] void refuse_word(std::string_view what, std::string_view typed,
                              const std::vector<std::string_view>& accepted);

/// choose("--out", typed, Choices<Out>{{"value", Out::value}, {"code", Out::code}}).
template <class Choice>
Choice choose(std::string_view option, std::string_view typed, Choices<Choice> choices) {
  std::vector<std::string_view> accepted;
  for (const auto& [word, choice] : choices) {
    if (word == typed) return choice;
    accepted.push_back(word);
  }
  refuse_word(option, typed, accepted);
}

}  // namespace precipice::cli
