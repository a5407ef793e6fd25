#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/sweep/plan.hpp"

namespace precipice::cli {

/// What `train` and `sweep` have in common: [FILE.toml] [--set key=value]... [--out DIR].
struct ExperimentOptions {
  std::string file;  ///< or the name of a built-in experiment: a word without '/' and '.'
  std::vector<std::string> assignments;
  std::string out;

  void add_to(CLI::App& command);
};

/// The plan of the file or the built-in experiment (without either: the default one), with the assignments made.
Plan chosen_plan(const ExperimentOptions& options);

/// A plan for one run: a built-in experiment without its axes, in the variant that --set sweep.variant chooses, or a
/// file that has one variant at most and one value on each axis. Throws ConfigError for others with the reason in
/// words: "train makes one run".
Plan single_plan(const ExperimentOptions& options, std::string_view reason);

/// --jobs N: 0 is every core. Throws ConfigError beyond 1024.
std::size_t checked_jobs(std::int64_t jobs);

/// The keys of experiment files with their meaning, for `--help`.
std::string settings_help();

}  // namespace precipice::cli
