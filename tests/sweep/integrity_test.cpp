#include "precipice/sweep/integrity.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/gzip_file.hpp"
#include "precipice/training/sha256.hpp"
#include "support/results_directory.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using precipice::tests::fresh_directory;
namespace fs = std::filesystem;

namespace {

Plan plan() {
  return parse_plan(std::string(testing::small_task) +
                        "[run]\nsteps = 40\nhistograms = \"all\"\ncount_every = 10\n[sweep]\n\"precision.p\" = [4, 8]\n"
                        "\"precision.exponent_bits\" = [4, 8]\n[[sweep.also]]\n\"precision.format\" = \"binary64\"\n",
                    "integrity.toml", "integrity");
}

/// A finished sweep of five cells, with all tables.
Results swept(const std::string& name) {
  const fs::path directory = fresh_directory(name);
  run_sweep(plan(), directory, {});
  return Results(directory);
}

std::string first_key(const Results& results) { return results.all_cells().front().key; }

nlohmann::ordered_json json_of(const fs::path& file) { return nlohmann::ordered_json::parse(read_whole_file(file)); }

/// Writes a cell's file with a digest that fits.
void write_with_digest(const fs::path& file, nlohmann::ordered_json json) {
  auto content = json;
  content.erase("digest");
  content.erase("cost");
  json["digest"] = sha256(content.dump());
  write_whole_file(file, json.dump(2));
}

}  // namespace

TEST_CASE("a whole directory: every cell and table is what was written") {
  const Results results = swept("whole_directory");
  const Examination found = examine(results);
  CHECK(found.is_whole());
  CHECK(found.cells == 5);
  CHECK(found.finished == 5);
  CHECK(found.unverified == 0);
  CHECK(found.foreign.empty());
  const auto cells = results.all_cells();
  CHECK(recompute(results, cells, {.jobs = 2}).empty());
  CHECK(maker(results).starts_with("precipice "));
}

TEST_CASE("what is missing, failed, damaged or foreign is found and named") {
  const Results results = swept("broken_directory");
  const auto cells = results.all_cells();
  fs::remove(results.cell_file(cells[0].key));
  CellResult failed;
  failed.error = "for a test";
  results.write(cells[1], failed, {});
  std::string trace = read_whole_file(results.trace_file(cells[2].key));
  write_whole_file(results.trace_file(cells[2].key), trace.substr(0, trace.size() / 2));
  write_whole_file(results.counts_file(cells[3].key), gzip("step,role\n"));
  fs::remove(results.histograms_file(cells[4].key));
  std::ofstream(results.directory() / "cells" / "0123456789abcdef.json") << "{}";
  std::ofstream(results.directory() / "traces" / "notes.txt") << "x";
  const Examination found = examine(results);
  CHECK_FALSE(found.is_whole());
  CHECK(found.missing == std::vector{cells[0].key});
  CHECK(found.failed == std::vector{cells[1].key});
  REQUIRE(found.damaged.size() == 3);
  CHECK(found.damaged[0].file == results.trace_file(cells[2].key));
  CHECK(found.damaged[0].fault == "it is torn: not gzip");
  CHECK(found.damaged[1].file == results.counts_file(cells[3].key));
  CHECK(found.damaged[1].fault == "its content is not what the digest in its cell says");
  CHECK(found.damaged[2].fault == "it is missing");
  REQUIRE(found.foreign.size() == 2);
  CHECK(found.foreign[0].fault == "no cell of the grid has this key");
  CHECK(found.foreign[1].fault == "no file of a sweep");
  // Every bit of a table counts.
  trace[trace.size() - 12] = static_cast<char>(trace[trace.size() - 12] ^ 1);
  write_whole_file(results.trace_file(cells[2].key), trace);
  CHECK(examine(results).damaged.size() == 3);
}

TEST_CASE("settings that are not those of the key are found, though the digest fits") {
  const Results results = swept("other_settings");
  const fs::path file = results.cell_file(first_key(results));
  auto json = json_of(file);
  json["parameters"]["run.seed"] = 7;
  write_with_digest(file, json);
  const Examination found = examine(results);
  REQUIRE(found.damaged.size() == 1);
  CHECK(found.damaged[0].fault.starts_with("its settings are those of the cell "));
  json["parameters"]["run.seed"] = "seven";
  write_with_digest(file, json);
  CHECK(examine(results).damaged.at(0).fault.starts_with("its settings cannot be read: "));
}

TEST_CASE("computing again finds what digests cannot: another state, outcome, onset or record") {
  const Results results = swept("forged");
  const std::string key = first_key(results);
  const fs::path file = results.cell_file(key);
  const auto whole = json_of(file);
  const std::vector<Cell> cells{results.all_cells().front()};
  const auto fault_with = [&](const auto& change) {
    auto json = whole;
    change(json);
    write_with_digest(file, json);
    CHECK(examine(results).is_whole());
    const auto faults = recompute(results, cells, {});
    return faults.empty() ? std::string("none") : faults.front().fault;
  };
  CHECK(fault_with([](auto&) {}) == "none");
  CHECK(fault_with([](auto& json) { json["state_digest"] = "00"; }).starts_with("the final state is \"00\" there and"));
  CHECK(fault_with([](auto& json) { json["outcome"] = "clean"; }).starts_with("outcome is \"clean\" there and"));
  CHECK(fault_with([](auto& json) { json["onsets"]["spikes"] = 99; }).starts_with("onsets.spikes is 99 there and"));
  CHECK(fault_with([](auto& json) { json["final"]["loss"] = 0.5; }).starts_with("final.loss is 0.5 there and"));
  std::string table = read_gzip_file(results.trace_file(key));
  table[table.size() - 2] = table[table.size() - 2] == '1' ? '2' : '1';
  write_whole_file(results.trace_file(key), gzip(table));
  CHECK(fault_with([&](auto& json) { json["tables"]["trace"] = sha256(table); }) == "traces differs");
  fs::remove(file);
  CHECK(recompute(results, cells, {}).at(0).fault == "it is missing");
}

TEST_CASE("the lot: as many as asked for, no cell twice, others with another seed") {
  const Results results = swept("lot");
  const auto keys = [&](std::size_t count, std::uint64_t seed) {
    std::vector<std::string> drawn;
    for (const Cell& cell : drawn_by_lot(results, count, seed)) drawn.push_back(cell.key);
    return drawn;
  };
  CHECK(keys(2, 0).size() == 2);
  CHECK(keys(2, 0) == keys(2, 0));
  CHECK(keys(99, 0).size() == 5);
  const auto all = keys(5, 1);
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 5);
  CHECK(keys(5, 0) != keys(5, 1));
}

TEST_CASE("results of schema 1 are read, those of a newer one refused") {
  const Results results = swept("schemas");
  for (const Cell& cell : results.all_cells()) {
    auto json = json_of(results.cell_file(cell.key));
    for (const char* const name : {"schema", "tables", "digest"}) json.erase(name);
    write_whole_file(results.cell_file(cell.key), json.dump(2));
  }
  auto manifest = json_of(results.directory() / "manifest.json");
  manifest.erase("schema");
  write_whole_file(results.directory() / "manifest.json", manifest.dump(2));
  const Examination found = examine(results);
  CHECK(found.is_whole());
  CHECK(found.unverified == 5);
  CHECK(results.collect().rows == 5);
  CHECK(recompute(results, results.all_cells(), {}).empty());
  CHECK(run_sweep(plan(), results.directory(), {}).computed == 0);

  manifest["schema"] = 3;
  manifest["version"] = "9.0";
  write_whole_file(results.directory() / "manifest.json", manifest.dump(2));
  CHECK_THROWS_WITH_AS(run_sweep(plan(), results.directory(), {}),
                       doctest::Contains("of schema 3, by version 9.0, and this reads up to 2"), ConfigError);
  CHECK_THROWS_WITH_AS(examine(results), doctest::Contains("of schema 3, by version 9.0"), FileError);
}
