#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "precipice/sweep/files.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"
#include "support/without_costs.hpp"

using namespace precipice;
using namespace precipice::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view grid = R"(
[task]
name = "random-labels"
samples = 10
inputs = 3
classes = 4
[model]
hidden = [5]
[run]
steps = 40
[sweep]
"precision.p" = [4, 8]
"precision.exponent_bits" = [4, 8]
)";

/// A folder with a finished sweep in it: r.
fs::path swept(const std::string& name) {
  const auto folder = fresh_directory(name);
  write_whole_file(folder / "grid.toml", grid);
  REQUIRE(shell("cd '" + folder.string() + "' && \"$precipice\" sweep grid.toml --out r 2>&1").exit_code == 0);
  return folder;
}

ProgramRun in(const fs::path& folder, const std::string& command) {
  return shell("cd '" + folder.string() + "' && \"$precipice\" " + command + " 2>&1");
}

bool contains(const ProgramRun& run, std::string_view part) { return run.out.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("check: a whole directory, then damaged, foreign and missing files, then mended by the next sweep") {
  const auto folder = swept("check");
  const auto before = without_costs(folder / "r");
  ProgramRun run = in(folder, "check r --recompute 3");
  CHECK(run.exit_code == 0);
  CHECK(contains(run, "4 finished, 0 failed, 0 missing; 0 files damaged, 0 foreign\n"));
  CHECK(contains(run, "recomputed  3 of 4 drawn with seed 0: 3 bit for bit the same\n"));

  std::vector<fs::path> cells;
  for (const auto& entry : fs::directory_iterator(folder / "r" / "cells")) cells.push_back(entry.path());
  std::ranges::sort(cells);
  const std::string torn = read_whole_file(cells[0]).substr(0, 100), key = cells[1].stem().string();
  std::ofstream(cells[0]) << torn;
  std::ofstream(folder / "r" / "traces" / (key + ".csv.gz")) << "nothing";
  fs::remove(cells[2]);
  std::ofstream(folder / "r" / "cells" / "notes.txt") << "by hand";
  run = in(folder, "check r");
  CAPTURE(run.out);
  CHECK(run.exit_code == 1);
  CHECK(contains(run, "damaged     r/cells/" + cells[0].filename().string() + ": it is torn: not JSON\n"));
  CHECK(
      contains(run, "damaged     r/traces/" + key + ".csv.gz: its content is not what the digest in its cell says\n"));
  CHECK(contains(run, "foreign     r/cells/notes.txt: no file of a sweep\n"));
  CHECK(contains(run, "missing     " + cells[2].stem().string() + "\n"));
  CHECK(contains(run, "2 finished, 0 failed, 1 missing; 2 files damaged, 1 foreign\n"));
  CHECK(read_whole_file(cells[0]) == torn);  // a look changes nothing
  const auto json = nlohmann::json::parse(shell("cd '" + folder.string() + "' && \"$precipice\" check r --json").out);
  CHECK(json.at("is_good") == false);
  CHECK(json.at("finished") == 2);
  CHECK(json.at("missing").at(0) == cells[2].stem().string());
  CHECK(json.at("damaged").at(0).at("fault") == "it is torn: not JSON");
  CHECK(json.at("recomputed").is_null());

  CHECK(in(folder, "check r --set-aside").exit_code == 1);
  CHECK(read_whole_file(folder / "r/set-aside" / cells[0].filename()) == torn);
  CHECK(read_whole_file(folder / "r/set-aside/notes.txt") == "by hand");
  CHECK(contains(in(folder, "sweep grid.toml --out r"), "4 cells, 3 computed now, 0 failed"));
  CHECK(in(folder, "check r").exit_code == 0);
  CHECK(without_costs(folder / "r") == before);
}

TEST_CASE("collect writes the table again; reproduce finds every bit, and the one that is another") {
  const auto folder = swept("reproduce");
  const std::string table = read_whole_file(folder / "r/cells.csv");
  fs::remove(folder / "r/cells.csv");
  CHECK(contains(in(folder, "collect r"), "4 rows: r/cells.csv\n"));
  CHECK(read_whole_file(folder / "r/cells.csv") == table);

  fs::remove(folder / "r/experiment.toml");  // the manifest is enough
  ProgramRun run = in(folder, "reproduce r");
  CHECK(run.exit_code == 0);
  CHECK(contains(run, "4 of 4 cells reproduced bit for bit\nthere: precipice "));

  const auto cell = fs::directory_iterator(folder / "r/cells")->path();
  std::string changed = read_whole_file(cell);
  const std::size_t at = changed.find("\"state_digest\": \"") + 17;
  changed[at] = changed[at] == '0' ? '1' : '0';
  write_whole_file(cell, changed);
  run = in(folder, "reproduce r");
  CHECK(run.exit_code == 1);
  CHECK(contains(run, cell.filename().string() + ": "));
  CHECK(contains(run, "its content is not what its digest says\n3 of 4 cells reproduced"));
}

TEST_CASE("bad input to check, collect and reproduce: one line, the right exit code") {
  for (const char* const command : {"check", "collect", "reproduce"}) {
    CAPTURE(command);
    const auto nowhere = run_precipice({command, "/nowhere"});
    CHECK(nowhere.exit_code == 3);
    CHECK(nowhere.error_lines() == 1);
    CHECK(nowhere.err.find("/nowhere/manifest.json") != std::string::npos);
    CHECK(run_precipice({command}).exit_code == 2);
    CHECK(run_precipice({command, "--help"}).out.find("Example:") != std::string::npos);
  }
  CHECK(run_precipice({"check", "/nowhere", "--recompute", "-1"}).exit_code == 2);
  CHECK(run_precipice({"check", "/nowhere", "--jobs", "-1"}).exit_code == 2);
  CHECK_FALSE(fs::exists("/nowhere"));
}
