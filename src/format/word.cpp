#include "precipice/format/word.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> result;
  while (true) {
    const std::size_t end = text.find(separator);
    result.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return result;
    text.remove_prefix(end + 1);
  }
}

std::size_t index_of_word(std::string_view what, std::string_view typed, std::span<const std::string_view> accepted) {
  const auto found = std::ranges::find(accepted, typed);
  if (found != accepted.end()) return static_cast<std::size_t>(found - accepted.begin());
  throw ConfigError(fmt::format("unknown {} '{}'{} (accepted: {})", what, typed, did_you_mean(typed, accepted),
                                fmt::join(accepted, ", ")));
}

}  // namespace precipice
