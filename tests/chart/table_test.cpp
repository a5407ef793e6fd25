#include "precipice/chart/table.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;
using Row = std::vector<std::string>;

namespace {

/// Two variants of which the second claims something, two seeds each. `rows`: variant, seed, outcome, first_absorption,
/// nfi_onset, first_spike, spikes, final_loss.
std::filesystem::path results(const std::string& claims, const std::vector<std::string>& rows) {
  const auto folder = new_folder();
  write_text(folder / "manifest.json", R"({"name": "made", "base": {"loss.order": "exact"}, "grids": [{
    "axes": [{"key": "run.seed", "values": [0, 1]}], "also": [], "variants": [
      {"name": "plain", "claims": [], "settings": {}},
      {"name": "other", "claims": )" + claims +
                                           R"(, "settings": {"loss.projection": "zero-sum"}}]}],
    "data": {"classes": 10, "samples": 50}})");
  std::string table =
      "key,variant,run.seed,format,outcome,first_absorption,nfi_onset,first_spike,spikes,final_loss,"
      "final_median_margin,state_digest\n";
  for (const std::string& row : rows) {
    const std::size_t second = row.find(',', row.find(',') + 1);
    table += "k," + row.substr(0, second) + ",e8m7" + row.substr(second) + ",1,d\n";
  }
  write_text(folder / "cells.csv", table);
  return folder;
}

const std::vector<std::string> runs{"plain,0,slingshots,80,340,400,4,0.25", "plain,1,inflates,90,350,,0,0.5",
                                    "other,0,clean,,,,0,1e-9", "other,1,slingshots,80,360,420,7,1e-8"};

Row row_of(const std::string& claims, std::size_t row, const TableRequest& request = {}) {
  return table_of(read_results(results(claims, runs)), request).rows.at(row);
}

}  // namespace

TEST_CASE("a row sums up the seeds of a variant: outcomes, median, range, and how many have a step") {
  const Table table = table_of(read_results(results("[]", runs)), {});
  CHECK(table.header == Row{"variant", "runs", "outcome", "first_absorption", "nfi_onset", "first_spike", "spikes"});
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0] ==
        Row{"plain", "2", "slingshots 1, inflates 1", "80 [80, 90]", "340 [340, 350]", "1 of 2: 400", "0 [0, 4]"});
  CHECK(table.rows[1][2] == "slingshots 1, clean 1");
}

TEST_CASE("columns are chosen by name, rows by axis") {
  CHECK(row_of("[]", 1, {{}, {"final_loss", "state_digest"}}) ==
        Row{"other", "2", "slingshots 1, clean 1", "1e-09 [1e-09, 1e-08]", "d"});
  CHECK(row_of("[]", 0, {{"run.seed"}, {"spikes"}}) == Row{"0", "2", "slingshots 1, clean 1", "0 [0, 4]"});
  CHECK_THROWS_WITH_AS(row_of("[]", 0, {{"run.sed"}, {}}), doctest::Contains("did you mean 'run.seed'"), ConfigError);
  CHECK_THROWS_WITH_AS(row_of("[]", 0, {{}, {"spike"}}), doctest::Contains("did you mean 'spikes'"), ConfigError);
}

TEST_CASE("claims are counted run by run and judged by most of them") {
  const auto judged = [](const std::string& claims) {
    const Row row = row_of(claims, 1);
    return row[row.size() - 2] + " -> " + row.back();
  };
  CHECK(judged(R"(["no-inflation"])") == "no-inflation 1/2 -> disagrees");
  CHECK(judged(R"(["later"])") == "later 2/2 -> agrees");
  CHECK(judged(R"(["more-spikes"])") == "more-spikes 1/2 -> disagrees");
  CHECK(judged(R"(["later", "earlier"])") == "later 2/2, earlier 0/2 -> partly");
  const Row plain = row_of(R"(["later"])", 0);
  CHECK(plain.back().empty());
}

TEST_CASE("without the run that it is compared with a claim is not judged") {
  std::vector<std::string> fewer(runs.begin() + 1, runs.end());
  const Table table = table_of(read_results(results(R"(["later"])", fewer)), {});
  CHECK(table.rows[1][table.header.size() - 2] == "later ?");
  CHECK(table.rows[1].back().empty());
}

TEST_CASE("a number that no run has is never or unknown") {
  const std::vector<std::string> none{"plain,0,clean,,,,0,", "plain,1,clean,,,,0,"};
  CHECK(table_of(read_results(results("[]", none)), {{}, {"nfi_onset", "final_loss"}}).rows[0] ==
        Row{"plain", "2", "clean 2", "never", "-"});
}

TEST_CASE("as JSON a table has numbers") {
  const auto rows = nlohmann::json::parse(
      table_json(read_results(results(R"(["later", "no-inflation"])", runs)), {{}, {"nfi_onset", "first_spike"}}));
  CHECK(rows == nlohmann::json::parse(R"([
    {"variant": "plain", "runs": 2, "outcome": {"slingshots": 1, "inflates": 1},
     "nfi_onset": {"runs": 2, "median": 340, "least": 340, "largest": 350},
     "first_spike": {"runs": 1, "median": 400, "least": 400, "largest": 400}, "claims": {}, "verdict": null},
    {"variant": "other", "runs": 2, "outcome": {"slingshots": 1, "clean": 1},
     "nfi_onset": {"runs": 1, "median": 360, "least": 360, "largest": 360},
     "first_spike": {"runs": 1, "median": 420, "least": 420, "largest": 420},
     "claims": {"later": 2, "no-inflation": 1}, "verdict": "partly"}])"));
  const std::vector<std::string> none{"plain,0,clean,,,,0,1.5", "plain,1,clean,,,,0,2"};
  CHECK(nlohmann::json::parse(table_json(read_results(results("[]", none)),
                                         {{"run.seed"}, {"nfi_onset", "final_loss"}})) == nlohmann::json::parse(R"([
    {"run.seed": 0, "runs": 1, "outcome": {"clean": 1}, "nfi_onset": null,
     "final_loss": {"runs": 1, "median": 1.5, "least": 1.5, "largest": 1.5}},
    {"run.seed": 1, "runs": 1, "outcome": {"clean": 1}, "nfi_onset": null,
     "final_loss": {"runs": 1, "median": 2, "least": 2, "largest": 2}}])"));
}

TEST_CASE("the three forms of a table") {
  const Table table{{"a", "long"}, {{"1, 2", "x"}, {"3", ""}}};
  CHECK(to_text(table) == "a     long\n1, 2  x\n3\n");
  CHECK(to_markdown(table) == "| a    | long |\n| ---- | ---- |\n| 1, 2 | x    |\n| 3    |      |\n");
  CHECK(to_csv(table) == "a,long\n\"1, 2\",x\n3,\n");
}
