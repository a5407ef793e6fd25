#include "precipice/chart/anatomy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "precipice/chart/results.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/sweep/results.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory, run, against, steps, output;
  std::vector<std::string> held;
};

/// A cell of the results, by its key or by values on axes.
class Choice {
 public:
  Choice(const chart::Results& results, const std::vector<std::string>& held) : results_(results) {
    for (const std::string& typed : held) hold(typed);
  }

  /// The run of this key, or the beginning of one; of an empty one the first that lies where it is held.
  [[nodiscard]] std::string key(const std::string& typed, std::string_view option) const {
    for (const chart::FinishedRun& run : results_.runs) {
      const std::string& key = run.fields.front();
      if (run.outcome != Outcome::failed && (typed.empty() ? is_held(run) : key.starts_with(typed))) return key;
    }
    if (typed.empty()) throw ConfigError("--at: no finished run has these values together");
    throw ConfigError(fmt::format("{}: no finished run '{}' in {} (keys stand in the first column of cells.csv)",
                                  option, typed, results_.directory.string()));
  }

 private:
  void hold(const std::string& typed) {
    const std::size_t equals = typed.find('=');
    const std::string key = typed.substr(0, equals);
    const auto axis = results_.axis(key);
    std::vector<std::string_view> known;
    for (const chart::Axis& one : results_.axes) known.push_back(one.key);
    if (equals == std::string::npos) {
      throw ConfigError(fmt::format("--at: '{}' is not AXIS=VALUE, such as run.seed=0", typed));
    }
    if (!axis) {
      throw ConfigError(fmt::format("--at: unknown axis '{}'{} (axes of {}: {})", key, did_you_mean(key, known),
                                    results_.directory.string(), fmt::join(known, ", ")));
    }
    const std::string value = chart::canonical_value(typed.substr(equals + 1));
    if (!results_.axes[*axis].index_of(value)) {
      throw ConfigError(fmt::format("--at: axis '{}' has no value '{}' (values: {})", key, value,
                                    fmt::join(results_.axes[*axis].values, ", ")));
    }
    held_.emplace_back(*axis, value);
  }

  [[nodiscard]] bool is_held(const chart::FinishedRun& run) const {
    return std::ranges::all_of(held_, [&](const auto& at) { return run.point[at.first] == at.second; });
  }

  const chart::Results& results_;
  std::vector<std::pair<std::size_t, std::string>> held_;
};

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

/// The values of a run on the axes that vary: "run.seed = 0, variant = plain".
std::string place_of(const chart::Results& results, const std::string& key) {
  const auto run = std::ranges::find_if(results.runs, [&](const auto& one) { return one.fields.front() == key; });
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < results.axes.size(); ++i) {
    if (results.axes[i].values.size() > 1 && !run->point[i].empty()) parts.push_back(run->point[i]);
  }
  return parts.empty() ? key : fmt::format("{}", fmt::join(parts, ", "));
}

ExitCode act(const Options& options) {
  const auto [first, last] = parse_steps(options.steps);
  const chart::Results summary = chart::read_results(options.directory);
  const Results results(options.directory);
  const Choice choice(summary, options.held);
  const std::string key = choice.key(options.run, "--run");
  chart::Anatomy anatomy = chart::anatomy_of(fmt::format("{}, {}", summary.name, place_of(summary, key)),
                                             results.read_experiment(key), results.read_trace(key));
  anatomy.first = first;
  anatomy.last = last;
  if (!options.against.empty()) {
    const std::string other = choice.key(options.against, "--against");
    anatomy.other = results.read_trace(other).records;
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
  static const Manual value{.name = "anatomy",
                            .summary = "one run over its steps: loss, absorption, means, margins, updates",
                            .usage = "DIR [--run KEY] [--at AXIS=VALUE]... [--against KEY] [--steps A:B] [-o FILE]",
                            .details = R"(
Draws a run that 'train --out DIR' or 'sweep' left in DIR: exact loss, share of collapsed samples,
norms of the means of classifier and features, cosines, margins with the predicted thresholds, and
size of the updates, with a line at every onset. --run takes a key of DIR/cells.csv or its
beginning; --at chooses by values on axes; without either it is the first run. --against draws
another run in grey. Prints the name of the figure.)",
                            .example = R"(Example:
  precipice train --out results/one && precipice anatomy results/one --steps 0:1000
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
  command.add_option("--against", options->against, "key of a run that is drawn in grey")->type_name("KEY");
  command.add_option("--steps", options->steps, "first and last step that are drawn")->type_name("A:B");
  command.add_option("-o,--out", options->output, "figure: *.svg, *.png or *.pdf")->type_name("FILE");
}

}  // namespace precipice::cli
