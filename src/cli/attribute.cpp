#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "precipice/chart/attribution.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/cli/progress_options.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/attribution.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"

namespace precipice::cli {
namespace {

struct Options {
  ExperimentOptions experiment;
  std::int64_t jobs = 0;
  std::int64_t seeds = 3;
  ProgressOptions progress;
  bool as_json = false;
};

/// A variant and what happened in its runs.
struct Finding {
  RoleChange variant;
  Occurrences found;
};

std::string name_of(const RoleChange& variant) {
  switch (variant.change) {
    case RoleChange::Change::none: return "as it is";
    case RoleChange::Change::control: return "all in binary64";
    case RoleChange::Change::lowered:
    case RoleChange::Change::raised: break;
  }
  return std::string(to_text(*variant.role));
}

std::string counts_text(const Finding* finding) {
  if (finding == nullptr) return fmt::format("{:>9}{:>10}{:>8}", "", "", "");
  const Occurrences& o = finding->found;
  const auto of = [&](std::size_t count) { return fmt::format("{}/{}", count, o.runs); };
  return fmt::format("{:>9}{:>10}{:>8}", of(o.absorbs), of(o.inflates), of(o.spikes));
}

/// The findings of a role, or of the experiment as it is: one alone, one the other way round.
struct Row {
  std::string name;
  const Finding* alone = nullptr;
  const Finding* without = nullptr;
};

std::vector<Row> rows_of(const std::vector<Finding>& findings) {
  std::vector<Row> rows;
  for (const Finding& finding : findings) {
    const std::string name = name_of(finding.variant);
    if (finding.variant.change == RoleChange::Change::raised) {
      rows.back().without = &finding;  // comes right behind its role lowered
    } else {
      rows.push_back({name, &finding});
    }
  }
  return rows;
}

std::string table(const std::vector<Row>& rows) {
  std::string text =
      fmt::format("{:<17}{:^27}   {:^27}\n{:<17}{:>9}{:>10}{:>8}   {:>9}{:>10}{:>8}\n", "role", "emulated alone",
                  "alone in binary64", "", "absorbs", "inflates", "spikes", "absorbs", "inflates", "spikes");
  for (const Row& row : rows) {
    std::string line = fmt::format("{:<17}{}   {}", row.name, counts_text(row.alone), counts_text(row.without));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

constexpr std::pair<const char*, std::size_t Occurrences::*> phenomena[] = {
    {"absorption", &Occurrences::absorbs}, {"inflation", &Occurrences::inflates}, {"spikes", &Occurrences::spikes}};

/// "absorption: sufficient loss.sum, loss.gradient; necessary none".
std::string verdict(const std::vector<Finding>& findings, const char* name, std::size_t Occurrences::*count) {
  const auto happens = [&](const Finding& f) { return is_usual(f.found.*count, f.found.runs); };
  if (!happens(findings[0])) return fmt::format("{}: not in this experiment\n", name);
  if (happens(findings[1])) return fmt::format("{}: in binary64 as well, so no format is to blame\n", name);
  std::string sufficient, necessary;
  const auto add = [](std::string& list, const RoleChange& variant) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", to_text(*variant.role));
  };
  for (const Finding& finding : findings) {
    if (finding.found.runs == 0) continue;
    if (finding.variant.change == RoleChange::Change::lowered && happens(finding)) add(sufficient, finding.variant);
    if (finding.variant.change == RoleChange::Change::raised && !happens(finding)) add(necessary, finding.variant);
  }
  return fmt::format("{}: sufficient alone: {}; necessary: {}\n", name, sufficient.empty() ? "none" : sufficient,
                     necessary.empty() ? "none" : necessary);
}

constexpr const char* changes[] = {"none", "control", "lowered", "raised"};

nlohmann::ordered_json json_of(const std::vector<Finding>& findings) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const auto& [variant, found] : findings) {
    nlohmann::ordered_json one{{"change", changes[static_cast<std::size_t>(variant.change)]}, {"role", nullptr}};
    if (variant.role) one["role"] = to_text(*variant.role);
    one["runs"] = found.runs;
    one["absorbs"] = found.absorbs;
    one["inflates"] = found.inflates;
    one["spikes"] = found.spikes;
    all.push_back(std::move(one));
  }
  return all;
}

std::string csv(const std::vector<Finding>& findings) {
  std::string text = "change,role,runs,absorbs,inflates,spikes\n";
  for (const auto& [variant, found] : findings) {
    text += fmt::format("{},{},{},{},{},{}\n", changes[static_cast<std::size_t>(variant.change)],
                        variant.role ? to_text(*variant.role) : "", found.runs, found.absorbs, found.inflates,
                        found.spikes);
  }
  return text;
}

std::vector<chart::AttributionRow> drawn(const std::vector<Row>& rows) {
  std::vector<chart::AttributionRow> result;
  for (const Row& row : rows) {
    chart::AttributionRow& to = result.emplace_back(chart::AttributionRow{row.name, {}, row.alone->found.runs});
    for (const Finding* finding : {row.alone, row.without}) {
      for (const auto& phenomenon : phenomena) {
        to.counts.push_back(finding == nullptr ? std::optional<std::size_t>() : finding->found.*phenomenon.second);
      }
    }
  }
  return result;
}

ExitCode act(const Options& options) {
  if (options.seeds < 1 || options.seeds > 1000) throw ConfigError("--seeds: must be 1 to 1000");
  const std::size_t jobs = checked_jobs(options.jobs);
  const Plan base = single_plan(options.experiment, "attribute varies one experiment");
  const Experiment experiment = expand(base).front().experiment;
  std::vector<std::int64_t> seeds;
  for (std::int64_t i = 0; i < options.seeds; ++i) {
    seeds.push_back(static_cast<std::int64_t>(experiment.run.seed) + i);
  }
  const std::vector<RoleChange> variants = attribution_variants(experiment);
  const std::filesystem::path directory = options.experiment.out.empty()
                                              ? std::filesystem::path("results") / (base.name + "-attribution")
                                              : std::filesystem::path(options.experiment.out);
  const auto [once, twice] = watch_for_interruptions();
  const SweepReport report = run_sweep(attribution_plan(base, variants, seeds), directory,
                                       {jobs, {}, &once, options.progress.style(), &twice});
  std::vector<Finding> findings;
  findings.reserve(variants.size());
  for (const RoleChange& variant : variants) {
    findings.push_back({variant, occurrences(base, variant, seeds, Results(directory))});
  }
  const std::vector<Row> rows = rows_of(findings);
  const std::filesystem::path numbers = directory / "attribution.csv";
  write_whole_file(numbers, csv(findings));
  if (options.as_json) {
    print(json_of(findings).dump(2) + "\n");
    return report.failed > 0 ? ExitCode::check_failed : ExitCode::fine;
  }
  print(fmt::format("{} runs in {}\n\n", report.cells, describe(experiment.precision.emulated())));
  print_table(table(rows));
  print("\n");
  for (const auto& [name, count] : phenomena) print(verdict(findings, name, count));
  print(fmt::format("\nnumbers: {}\n", numbers.string()));
  const std::string title =
      fmt::format("{}: which role is to blame, in {}", base.name, to_text(experiment.precision.emulated()));
  if (const auto figure = chart::draw_attribution(title, drawn(rows), directory / "attribution.svg")) {
    print(fmt::format("figure: {}\n", figure->string()));
  } else {
    fmt::print(stderr, "precipice: warning: no figure, since gnuplot is not installed\n");
  }
  return report.failed > 0 ? ExitCode::check_failed : ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "attribute",
      .summary = "which role's format makes absorption, inflation and spikes",
      .usage = "[FILE.toml] [--set KEY=VALUE]... [--seeds N] [--out DIR] [--jobs N] [--json]",
      .details = R"(Repeats an experiment with every role in binary64 but one, and with one role alone in binary64,
role by role, and says which roles are sufficient and which are necessary: sufficient is one that
brings the phenomenon about alone in most seeds, necessary one without which it stays away. A
role that the plan leaves in binary64 is emulated in the plan's format where it stands alone.
Seeds count from run.seed. A second call continues where the first ended.

)" + settings_help(),
      .example = R"(Example:
  precipice attribute                                       the built-in experiment, in bfloat16
  precipice attribute --set precision.plan=everything --set precision.format=e5m10 --seeds 5)"};
  return value;
}

}  // namespace

void add_attribute(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  options->experiment.add_to(command);
  command.add_option("--seeds", options->seeds, "runs of each variant; default: 3")->type_name("N");
  command.add_option("--jobs", options->jobs, "runs at a time; default: all cores")->type_name("N");
  options->progress.add_to(command);
  command.add_flag("--json", options->as_json, "write JSON instead of a table")->disable_flag_override();
}

}  // namespace precipice::cli
