#include <fmt/core.h>

#include <memory>

#include "cli/axis_value.hpp"
#include "precipice/chart/phase.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory, x, y, by, value = "outcome", seeds = "summary", scale = "auto", size = "screen", output;
  std::vector<std::string> held, boundaries;
};

/// Nothing if none are asked for: then the sweep's own are drawn. "none" is an empty list.
std::optional<std::vector<Boundary>> boundaries_of(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  if (words == std::vector<std::string>{"none"}) return std::vector<Boundary>();
  std::vector<Boundary> boundaries;
  boundaries.reserve(words.size());
  for (const std::string& word : words) boundaries.push_back(parse_boundary(word));
  return boundaries;
}

chart::PhaseRequest request_of(const Options& options) {
  using chart::FigureSize, chart::Scale, chart::Seeds;
  chart::PhaseRequest request{.directory = options.directory,
                              .x = options.x,
                              .y = options.y,
                              .by = options.by,
                              .value = options.value,
                              .boundaries = boundaries_of(options.boundaries),
                              .output = options.output};
  request.seeds =
      choose("--seeds", options.seeds, Choices<Seeds>{{"summary", Seeds::summary}, {"spread", Seeds::spread}});
  request.scale =
      choose("--scale", options.scale,
             Choices<Scale>{{"auto", Scale::automatic}, {"linear", Scale::linear}, {"log", Scale::logarithmic}});
  request.size = choose(
      "--size", options.size,
      Choices<FigureSize>{{"screen", FigureSize::screen}, {"column", FigureSize::column}, {"page", FigureSize::page}});
  for (const std::string& typed : options.held) request.held.push_back(parse_axis_value("--at", typed));
  return request;
}

ExitCode draw(const Options& options) {
  const chart::PhaseFiles files = chart::draw_phase(request_of(options));
  if (!files.figure) {
    throw FileError(fmt::format("no figure: gnuplot is not in PATH (Debian: gnuplot-nox); its numbers are in {}",
                                files.table.string()));
  }
  print(fmt::format("{}\n{}\n", files.figure->string(), files.table.string()));
  if (files.caption) print(fmt::format("{}\n", files.caption->string()));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "phase",
      .summary = "phase diagram of a sweep, with the lines that theory predicts",
      .usage = "DIR [-x AXIS] [-y AXIS] [--by AXIS] [--value V] [--at AXIS=VALUE]... [-o FILE]",
      .details = R"(Draws what a sweep left in DIR: in each place the outcome of most seeds (a dot where they do not
agree), or with --value the lower median of a column of DIR/cells.csv. With --seeds spread each
place shows all its seeds, side by side in ascending order. --by draws a panel for each value of a
third axis. Axes that are neither drawn nor held by --at stand at their first value; the caption
says so.

Lines are predicted, marks with bars are measured: where along an axis of numbers runs begin to do
something (absorption, nfi, freezing, spike), by the median over the seeds; bars reach over all
seeds. Those of a [sweep.refine] are drawn by themselves, others are asked for by --boundary.

Beside the figure it writes the drawn numbers, with the ending .csv, and for --size column (8.6 cm)
or page (17.8 cm) title and caption, with the ending .txt. It prints the names of the files. Without
gnuplot only the numbers are written and the exit code is 3.)",
      .example = R"(Examples:
  precipice phase results/digits             DIR/phase.svg: outcomes over exponent bits and p
  precipice phase results/digits --value sc50 --seeds spread -o sc50.pdf
                                             the step by which half of the samples had collapsed
  precipice phase results/digits --boundary absorption --boundary nfi --size column -o fig1.pdf
  precipice phase results/orders -x loss.order -y precision.p --by loss.mean -o orders.png)"};
  return value;
}

}  // namespace

void add_phase(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return draw(*options); });
  command.add_option("DIR", options->directory, "results of a sweep")->type_name("")->required();
  command.add_option("-x,--x", options->x, "axis to the right (precision.exponent_bits)")->type_name("AXIS");
  command.add_option("-y,--y", options->y, "axis upwards (precision.p)")->type_name("AXIS");
  command.add_option("--by", options->by, "a panel for each value of this axis")->type_name("AXIS");
  command.add_option("--value", options->value, "outcome, sc50, nfi_onset, peak_mu_norm, spikes, ...")->type_name("V");
  command.add_option("--seeds", options->seeds, "summary (majority, median), spread (all of them)")->type_name("S");
  command.add_option("--scale", options->scale, "of a number's colours: auto, linear, log")->type_name("S");
  command.add_option("--boundary", options->boundaries, "measured: absorption, nfi, freezing, spike, none")
      ->type_name("B")
      ->allow_extra_args(false);
  command.add_option("--size", options->size, "screen, column (8.6 cm), page (17.8 cm)")->type_name("S");
  command.add_option("--at", options->held, "hold an axis at a value")
      ->type_name("AXIS=VALUE")
      ->allow_extra_args(false);
  command.add_option("-o,--out", options->output, "figure: *.svg, *.png or *.pdf")->type_name("FILE");
}

}  // namespace precipice::cli
