#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "precipice/cli/progress_options.hpp"
#include "precipice/format/error.hpp"
#include "precipice/verification/verify.hpp"

namespace precipice::cli {

struct VerifyOptions {
  std::string subject = "all", json, report;
  std::vector<std::string> formats;
  bool is_full = false;
  std::int64_t jobs = 0;
  ProgressOptions progress;
};

/// `precipice verify`: prints the parts and writes what was asked for; check_failed if a comparison missed its bound. A
/// test plants another theory. Throws as a command does.
ExitCode verify(const VerifyOptions& options, const verification::Theory& theory = {});

}  // namespace precipice::cli
