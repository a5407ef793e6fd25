#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/run_program.hpp"

namespace precipice::tests {

/// The one line that the program says on standard error, and nothing else, when it refuses this command line.
inline std::string refusal(const std::vector<std::string>& arguments, int code = 2) {
  const ProgramRun run = run_precipice(arguments);
  CHECK(run.exit_code == code);
  CHECK(run.error_lines() == 1);
  CHECK(run.out.empty());
  return run.err;
}

}  // namespace precipice::tests
