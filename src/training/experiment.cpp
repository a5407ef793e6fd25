#include "precipice/training/experiment.hpp"

#include <fmt/core.h>

#include <charconv>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

constexpr std::size_t digits_of_name = 16;

bool is_name(std::string_view text) {
  return text.size() == digits_of_name && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string to_text(const Origin& origin) { return fmt::format("{}-{}:{}", origin.key, origin.step, origin.digest); }

Origin parse_origin(std::string_view text) {
  const std::size_t dash = text.find('-'), colon = text.find(':');
  if (dash < colon && colon != std::string_view::npos) {
    Origin origin{std::string(text.substr(0, dash)), -1, std::string(text.substr(colon + 1))};
    const char *const first = text.data() + dash + 1, *const last = text.data() + colon;
    const auto [end, error] = std::from_chars(first, last, origin.step);
    const bool is_number = error == std::errc{} && end == last && origin.step >= 0;
    if (is_number && is_name(origin.key) && is_name(origin.digest)) return origin;
  }
  throw ConfigError(fmt::format("is {}, but must be KEY-STEP:DIGEST as 'train --from' sets it", text));
}

}  // namespace precipice
