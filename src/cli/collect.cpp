#include <fmt/core.h>

#include <memory>

#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/layout.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/sweep/results.hpp"

namespace precipice::cli {
namespace {

ExitCode act(const std::string& directory) {
  const Results results(directory);
  const Collected collected = results.collect();
  for (const auto& file : collected.damaged) {
    fmt::print(stderr, "precipice: warning: {} is damaged, and no row; see 'precipice check'\n", file.string());
  }
  print(fmt::format("{}: {}\n", counted(collected.rows, "row"), (results.directory() / "cells.csv").string()));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "collect",
      .summary = "write cells.csv again, from the files of the cells",
      .usage = "DIR",
      .details = R"(Every sweep ends with it. By itself it is for what several machines have filled while a
clock, a network file system or an operator had other plans.)",
      .example = R"(Example:
  precipice collect results/digits)"};
  return value;
}

}  // namespace

void add_collect(Commands& commands) {
  const auto directory = std::make_shared<std::string>();
  CLI::App& command = commands.add(manual(), [directory] { return act(*directory); });
  command.add_option("DIR", *directory, "a directory of results")->type_name("")->required();
}

}  // namespace precipice::cli
