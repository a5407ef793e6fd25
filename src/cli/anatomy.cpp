#include "precipice/chart/anatomy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "cli/axis_value.hpp"
#include "precipice/chart/results.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/sweep/results.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory, run, against, steps, output;
  std::vector<std::string> held;
};

/// A value on an axis, typed as AXIS=VALUE.
struct Held {
  std::size_t axis;
  std::string value;
};

Held parse_held(const chart::Results& results, const std::string& typed, std::string_view option) {
  const auto [key, value] = parse_axis_value(option, typed);
  return at_option(option, [&, &key = key, &value = value] {
    const std::size_t axis = chart::axis_called(results, key);
    return Held{axis, chart::value_on(results.axes[axis], value)};
  });
}

/// The first finished run for which this holds; nullptr if there is none.
template <class Holds>
const chart::FinishedRun* find_run(const chart::Results& results, Holds holds) {
  const auto found = std::ranges::find_if(
      results.runs, [&](const chart::FinishedRun& run) { return run.outcome != Outcome::failed && holds(run); });
  return found == results.runs.end() ? nullptr : &*found;
}

const std::string& key_of(const chart::FinishedRun& run) { return run.fields.front(); }

const chart::FinishedRun& run_of_key(const chart::Results& results, const std::string& typed, std::string_view option) {
  const auto* const run =
      find_run(results, [&](const chart::FinishedRun& one) { return key_of(one).starts_with(typed); });
  if (run != nullptr) return *run;
  throw ConfigError(fmt::format("{}: no finished run '{}' in {} (keys stand in the first column of cells.csv)", option,
                                typed, results.directory.string()));
}

const chart::FinishedRun& chosen_run(const chart::Results& results, const Options& options) {
  if (!options.run.empty()) return run_of_key(results, options.run, "--run");
  std::vector<Held> held;
  for (const std::string& typed : options.held) held.push_back(parse_held(results, typed, "--at"));
  const auto* const run = find_run(results, [&](const chart::FinishedRun& one) {
    return std::ranges::all_of(held, [&](const Held& at) { return one.point[at.axis] == at.value; });
  });
  if (run == nullptr) throw ConfigError("--at: no finished run has these values together");
  return *run;
}

/// The run that differs from another in the value on one axis, and in what a variant of that name fixes.
const chart::FinishedRun& run_beside(const chart::Results& results, const chart::FinishedRun& run, const Held& at) {
  const std::string& axis = results.axes[at.axis].key;
  const Variant* const variant = axis == chart::variant_axis ? chart::find_variant(results, at.value) : nullptr;
  const auto* const found = find_run(results, [&](const chart::FinishedRun& one) {
    return chart::differs_on_one_axis(results, one, run, at.axis, at.value, variant);
  });
  if (found != nullptr) return *found;
  throw ConfigError(
      fmt::format("--against: no finished run differs from {} in {} = {} alone", key_of(run), axis, at.value));
}

const chart::FinishedRun& run_against(const chart::Results& results, const chart::FinishedRun& run,
                                      const std::string& typed) {
  if (typed.find('=') == std::string::npos) return run_of_key(results, typed, "--against");
  return run_beside(results, run, parse_held(results, typed, "--against"));
}

/// "300:600" -> first and last step that are drawn.
std::pair<std::int64_t, std::int64_t> parse_steps(const std::string& typed) {
  if (typed.empty()) return {0, 0};
  std::int64_t first = 0, last = 0;
  const char* const end = typed.data() + typed.size();
  const auto read_first = std::from_chars(typed.data(), end, first);
  const bool has_colon = read_first.ec == std::errc{} && read_first.ptr != end && *read_first.ptr == ':';
  const auto read_last = has_colon ? std::from_chars(read_first.ptr + 1, end, last) : read_first;
  if (!has_colon || read_last.ec != std::errc{} || read_last.ptr != end || first < 0 || last <= first) {
    throw ConfigError(fmt::format("--steps: '{}' must be FIRST:LAST with 0 <= FIRST < LAST, such as 300:600", typed));
  }
  return {first, last};
}

/// The values of a run on the axes that vary: "plain, 0".
std::string place_of(const chart::Results& results, const chart::FinishedRun& run) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < results.axes.size(); ++i) {
    if (results.axes[i].values.size() > 1 && !run.point[i].empty()) parts.push_back(run.point[i]);
  }
  return parts.empty() ? key_of(run) : fmt::format("{}", fmt::join(parts, ", "));
}

ExitCode act(const Options& options) {
  const auto [first, last] = parse_steps(options.steps);
  const chart::Results summary = chart::read_results(options.directory);
  const Results results(options.directory);
  const chart::FinishedRun& run = chosen_run(summary, options);
  const std::string& key = key_of(run);
  chart::Anatomy anatomy = chart::anatomy_of(fmt::format("{}, {}", summary.name, place_of(summary, run)),
                                             results.read_experiment(key), results.read_trace(key));
  anatomy.first = first;
  anatomy.last = last;
  if (!options.against.empty()) {
    const chart::FinishedRun& other = run_against(summary, run, options.against);
    anatomy.other = results.read_trace(key_of(other)).records;
    anatomy.other_name = place_of(summary, other);
  }
  const std::filesystem::path figure =
      options.output.empty() ? std::filesystem::path(options.directory) / fmt::format("anatomy-{}.svg", key)
                             : std::filesystem::path(options.output);
  if (!chart::draw_anatomy(anatomy, figure)) {
    throw FileError(fmt::format("no figure: gnuplot is not in PATH (Debian: gnuplot-nox); its numbers are in {}",
                                results.trace_file(key).string()));
  }
  print(fmt::format("{}\n", figure.string()));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "anatomy",
      .summary = "one run over its steps: loss, absorption, means, margins, updates",
      .usage = "DIR [--run KEY] [--at AXIS=VALUE]... [--against KEY or AXIS=VALUE] [--steps A:B] [-o FILE]",
      .details = R"(Draws a run that 'train --out DIR' or 'sweep' left in DIR: exact loss, share of collapsed samples,
norms of the means of classifier and features, cosines, margins with the predicted thresholds, and
size of the updates, with a line at every onset. --run takes a key of DIR/cells.csv or its
beginning; --at chooses by values on axes; without either it is the first run. --against draws
another run in grey: of a key, or the one that has another value on an axis and is the same otherwise.
Prints the name of the figure.)",
      .example = R"(Example:
  precipice train --out results/one && precipice anatomy results/one --steps 0:1000
  precipice sweep slingshot && precipice anatomy results/slingshot --against variant=binary64
  precipice anatomy results/interventions --at variant='zero-sum projection' --at run.seed=1
  precipice anatomy results/digits --at precision.p=8 --at precision.exponent_bits=8 -o spike.png)"};
  return value;
}

}  // namespace

void add_anatomy(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("DIR", options->directory, "results of a sweep or a run")->type_name("")->required();
  command.add_option("--run", options->run, "key of the run, or its beginning")->type_name("KEY");
  command.add_option("--at", options->held, "choose the run by its value on an axis")
      ->type_name("AXIS=VALUE")
      ->allow_extra_args(false);
  command.add_option("--against", options->against, "a run that is drawn in grey")->type_name("KEY");
  command.add_option("--steps", options->steps, "first and last step that are drawn")->type_name("A:B");
  command.add_option("-o,--out", options->output, "figure: *.svg, *.png or *.pdf")->type_name("FILE");
}

}  // namespace precipice::cli
