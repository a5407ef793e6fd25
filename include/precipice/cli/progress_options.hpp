#pragma once

#include <CLI/CLI.hpp>

#include "precipice/sweep/progress.hpp"

namespace precipice::cli {

/// -q, --quiet of commands that say on standard error how far they are. Warnings and errors are said all the same.
struct ProgressOptions {
  bool is_quiet = false;

  void add_to(CLI::App& command) {
    command.add_flag("-q,--quiet", is_quiet, "no progress on standard error")->disable_flag_override();
  }
  [[nodiscard]] Progress::Style style() const {
    return is_quiet ? Progress::Style::silent : Progress::style_for_stderr();
  }
};

}  // namespace precipice::cli
