#include <fmt/core.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/layout.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/sweep/results.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory;
  double move = 20;  ///< percent
  bool as_json = false;
};

using Json = nlohmann::ordered_json;

/// How many runs changed from which outcome to which.
using Changes = std::map<std::pair<Outcome, Outcome>, std::size_t>;

std::string changes_text(const Changes& changes) {
  std::string text;
  for (const auto& [pair, count] : changes) {
    text += fmt::format("{}{} {} -> {}", text.empty() ? "" : ", ", count, to_text(pair.first), to_text(pair.second));
  }
  return text.empty() ? "no change" : text;
}

Json json_of(std::size_t runs, const std::map<Outcome, std::size_t>& counts, const std::vector<Changes>& changes,
             const std::vector<double>& factors) {
  Json json{{"runs", runs}, {"outcomes", Json::object()}, {"moved", Json::array()}};
  for (const auto& [outcome, count] : counts) json["outcomes"][std::string(to_text(outcome))] = count;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const RuleConstant& constant = rule_constants[i / factors.size()];
    Json moved = Json::array();
    for (const auto& [pair, count] : changes[i]) {
      moved.push_back({{"from", to_text(pair.first)}, {"to", to_text(pair.second)}, {"runs", count}});
    }
    json["moved"].push_back({{"constant", constant.name},
                             {"value", Rules{}.*constant.value},
                             {"factor", factors[i % factors.size()]},
                             {"changes", std::move(moved)}});
  }
  return json;
}

ExitCode act(const Options& options) {
  if (!(options.move > 0 && options.move < 100)) throw ConfigError("--move: must be between 0 and 100 (percent)");
  const Results results(options.directory);
  const std::vector<std::string> keys = results.finished_keys();
  const std::vector<double> factors{1 - options.move / 100, 1 + options.move / 100};
  std::map<Outcome, std::size_t> counts;
  std::vector<Changes> changes(rule_constants.size() * factors.size());
  for (const std::string& key : keys) {
    const Trace trace = results.read_trace(key);
    const Outcome outcome = diagnose(trace).outcome;
    ++counts[outcome];
    for (std::size_t i = 0; i < changes.size(); ++i) {
      Rules rules;
      rules.*rule_constants[i / factors.size()].value *= factors[i % factors.size()];
      const Outcome moved = diagnose(trace, rules).outcome;
      if (moved != outcome) ++changes[i][{outcome, moved}];
    }
  }
  if (options.as_json) {
    print(json_of(keys.size(), counts, changes, factors).dump(2) + "\n");
    return ExitCode::fine;
  }
  std::string summary;
  for (const auto& [outcome, count] : counts)
    summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count, to_text(outcome));
  print(fmt::format("{}: {}\n\n{:<18}{:>7}  {:>4}  {}\n", counted(keys.size(), "run"), summary, "constant", "value",
                    "by", "outcomes that change"));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const RuleConstant& constant = rule_constants[i / factors.size()];
    print(fmt::format("{:<18}{:>7}  {:>+3.0f}%  {}\n", constant.name, Rules{}.*constant.value,
                      100 * (factors[i % factors.size()] - 1), changes_text(changes[i])));
  }
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "outcomes",
      .summary = "how firm the outcomes of a sweep are: move each constant of the rules",
      .usage = "DIR [--move PERCENT] [--json]",
      .details = R"(Diagnoses every run of a results directory again, each constant of the rules moved down and up
by so many percent, and counts the runs whose outcome changes. Writes nothing.)",
      .example = R"(Example:
  precipice outcomes results/digits            by 20 percent
  precipice outcomes results/digits --move 50)"};
  return value;
}

}  // namespace

void add_outcomes(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("DIR", options->directory, "results of a sweep")->type_name("")->required();
  command.add_option("--move", options->move, "by how much")->type_name("PERCENT");
  command.add_flag("--json", options->as_json, "write JSON instead of a table")->disable_flag_override();
}

}  // namespace precipice::cli
