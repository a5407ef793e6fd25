#include "precipice/cli/choices.hpp"

#include <fmt/format.h>

#include "precipice/format/nearest_name.hpp"

namespace precipice::cli {

void refuse_word(std::string_view what, std::string_view typed, const std::vector<std::string_view>& accepted) {
  const bool is_option = what.starts_with('-');
  throw ConfigError(fmt::format("{} '{}'{} (accepted: {})",
                                is_option ? fmt::format("{}: unknown", what) : fmt::format("unknown {}", what), typed,
                                did_you_mean(typed, accepted), fmt::join(accepted, ", ")));
}

}  // namespace precipice::cli
