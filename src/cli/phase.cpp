#include <fmt/format.h>

#include <memory>

#include "cli/axis_value.hpp"
#include "precipice/chart/phase.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory, x, y, value = "outcome", output;
  std::vector<std::string> held;
};

ExitCode draw(const Options& options) {
  chart::PhaseRequest request{.directory = options.directory,
                              .x = options.x,
                              .y = options.y,
                              .value = options.value,
                              .held = {},
                              .output = options.output};
  for (const std::string& typed : options.held) request.held.push_back(parse_axis_value("--at", typed));
  const chart::PhaseFiles files = chart::draw_phase(request);
  if (!files.figure) {
    throw FileError(fmt::format("no figure: gnuplot is not in PATH (Debian: gnuplot-nox); its numbers are in {}",
                                files.table.string()));
  }
  print(fmt::format("{}\n{}\n", files.figure->string(), files.table.string()));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{.name = "phase",
                            .summary = "phase diagram of a sweep, with the lines that theory predicts",
                            .usage = "DIR [-x AXIS] [-y AXIS] [--value V] [--at AXIS=VALUE]... [-o FILE]",
                            .details = R"(
Draws what a sweep left in DIR: in each cell the outcome of most seeds (a dot where they do not
agree), or with --value the lower median of a column of DIR/cells.csv. Axes that are neither
drawn nor held by --at stand at their first value; the caption says so. Beside the figure it
writes the drawn numbers, with the ending .csv. It prints the names of both files. Without
gnuplot only the numbers are written and the exit code is 3.)",
                            .example = R"(Example:
  precipice phase results/digits             DIR/phase.svg: outcomes over exponent bits and p
  precipice phase results/digits --value sc50 -o sc50.pdf
                                             the step by which half of the samples had collapsed
  precipice phase results/orders -x loss.order -y precision.p --at run.seed=0 -o orders.png)"};
  return value;
}

}  // namespace

void add_phase(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return draw(*options); });
  command.add_option("DIR", options->directory, "results of a sweep")->type_name("")->required();
  command.add_option("-x,--x", options->x, "axis to the right (precision.exponent_bits)")->type_name("AXIS");
  command.add_option("-y,--y", options->y, "axis upwards (precision.p)")->type_name("AXIS");
  command.add_option("--value", options->value, "outcome, sc50, nfi_onset, final_loss, ...")->type_name("V");
  command.add_option("--at", options->held, "hold an axis at a value")
      ->type_name("AXIS=VALUE")
      ->allow_extra_args(false);
  command.add_option("-o,--out", options->output, "figure: *.svg, *.png or *.pdf")->type_name("FILE");
}

}  // namespace precipice::cli
