#include "cli/report.hpp"

#include <fmt/core.h>

namespace precipice::cli {

std::string report_line(std::string_view about, std::string_view says) {
  return fmt::format("{:<18}{}\n", about, says);
}

std::string step_or_never(const std::optional<std::int64_t>& step) {
  return step ? fmt::format("step {}", *step) : "never";
}

}  // namespace precipice::cli
