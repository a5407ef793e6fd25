#include <fmt/format.h>

#include <memory>

#include "precipice/chart/report.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory, output;
};

ExitCode act(const Options& options) {
  const auto file = chart::write_report({.directory = options.directory, .output = options.output});
  print(fmt::format("{}\n", file.string()));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "report",
      .summary = "a sweep as one HTML page: diagram, anatomies, onsets, table",
      .usage = "DIR [-o FILE.html]",
      .details = R"(Puts what a sweep or 'train --out DIR' left in DIR into one page that a browser shows without a
network: what was run, the phase diagram with its predicted lines, the anatomy of every run beside
its binary64 control, onsets over p with their prediction, a table of all cells to sort and search,
and the commands that reproduce them. The address of the page names what is selected. Traces are
thinned, so that the page has at most 2 MB and 4 kB a cell: onsets and spikes stay. Prints the name
of the file, DIR/report.html unless -o says otherwise. The same results give the same bytes.)",
      .example = R"(Example:
  precipice report results/digits            DIR/report.html: one file to keep or to send
  precipice sweep slingshot && precipice report results/slingshot -o slingshot.html)"};
  return value;
}

}  // namespace

void add_report(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("DIR", options->directory, "results of a sweep or a run")->type_name("")->required();
  command.add_option("-o,--out", options->output, "the page; default: DIR/report.html")->type_name("FILE");
}

}  // namespace precipice::cli
