#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "precipice/sweep/plan.hpp"

namespace precipice::cli {

/// What `train` and `sweep` have in common: [FILE.toml] [--set key=value]... [--out DIR].
struct ExperimentOptions {
  std::string file;
  std::vector<std::string> assignments;
  std::string out;

  void add_to(CLI::App& command);
};

/// The plan of the file (without one: the built-in), with the assignments made.
Plan chosen_plan(const ExperimentOptions& options);

/// The keys of experiment files with their meaning, for `--help`.
std::string settings_help();

}  // namespace precipice::cli
