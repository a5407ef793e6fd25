#include <fmt/core.h>

#include <memory>

#include "precipice/chart/table.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory, form = "text";
  std::vector<std::string> by, columns;
  bool as_json = false;
};

enum class Form : std::uint8_t { text, markdown, csv, json };

ExitCode act(const Options& options) {
  const Form form =
      options.as_json
          ? Form::json
          : choose("--as", options.form,
                   Choices<Form>{
                       {"text", Form::text}, {"markdown", Form::markdown}, {"csv", Form::csv}, {"json", Form::json}});
  const chart::Results results = chart::read_results(options.directory);
  const chart::TableRequest request{options.by, options.columns};
  switch (form) {
    case Form::text: print_table(to_text(table_of(results, request))); break;
    case Form::markdown: print(to_markdown(table_of(results, request))); break;
    case Form::csv: print(to_csv(table_of(results, request))); break;
    case Form::json: print(table_json(results, request)); break;
  }
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "table",
      .summary = "what became of each variant of a sweep, seeds summed up",
      .usage = "DIR [--by AXIS]... [--columns NAME,...] [--as text/markdown/csv/json]",
      .details = R"(One row for each combination of the axes' values, run.seed apart: how many runs, their outcomes,
and of each number the median and, in brackets, least and largest. "2 of 3: 340" had it in two runs
of three. Where the experiment's file says what a variant should do, the table counts the runs that
bear it out: "agrees" if most runs do so for every claim, "disagrees" if for none. earlier, later,
more-spikes and fewer-spikes are against the first variant's run with the same seed.
--columns takes any column of DIR/cells.csv. As JSON it has numbers for a program to read: counts of
outcomes, and of each number how many runs have it, median, least and largest. Writes nothing.)",
      .example = R"(Example:
  precipice sweep interventions && precipice table results/interventions
  precipice table results/digits --by precision.p --columns sc50,nfi_onset --as markdown)"};
  return value;
}

}  // namespace

void add_table(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("DIR", options->directory, "results of a sweep")->type_name("")->required();
  command.add_option("--by", options->by, "an axis that names rows, again and again; default: all that vary")
      ->type_name("AXIS")
      ->allow_extra_args(false);
  command.add_option("--columns", options->columns, "columns of cells.csv")->type_name("NAME,...")->delimiter(',');
  CLI::Option* const as = command.add_option("--as", options->form, "text, markdown, csv or json")->type_name("FORM");
  command.add_flag("--json", options->as_json, "the same as --as json")->disable_flag_override()->excludes(as);
}

}  // namespace precipice::cli
