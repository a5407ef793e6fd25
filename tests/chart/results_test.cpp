#include "precipice/chart/results.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;
using Values = std::vector<std::string>;

namespace {

/// The message of the FileError that reading this directory throws; it is one line.
std::string complaint(const std::filesystem::path& directory) {
  try {
    read_results(directory);
  } catch (const FileError& error) {
    const std::string message = error.what();
    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.starts_with(directory.string()));
    return message.substr(directory.string().size());
  }
  FAIL("read without complaint");
  return "";
}

chart::Axis numbers(Values values) { return {"precision.exponent_bits", std::move(values), true}; }

}  // namespace

TEST_CASE("axes, settings and runs are read") {
  Synthetic made;
  made.add(4, 5, {"clean", "slingshots"});
  made.add_control(1, "absorbs", "18.5");
  const Results results = read_results(made.write());
  CHECK(results.name == "synthetic");
  CHECK(results.classes == 10);
  CHECK(results.samples == 50);
  REQUIRE(results.axes.size() == 3);
  CHECK(results.axes[1].values == Values{"4", "5", "8"});
  CHECK(results.axes[1].is_numeric);
  CHECK(results.settings.at("model.hidden") == "[32, 32]");
  CHECK(results.settings.at("optimizer.learning_rate") == "0.003");
  REQUIRE(results.runs.size() == 3);
  CHECK(results.runs[1].outcome == Outcome::slingshots);
  CHECK(results.runs[1].point == Values{"4", "5", "1"});
  CHECK(results.runs[2].point == Values{"", "", "1"});
  CHECK(results.runs[2].format == "e11m52");
  CHECK(results.runs[2].line == 4);
  CHECK(results.setting("precision.p", results.runs[0]) == "4");
  CHECK(results.setting("loss.order", results.runs[0]) == "sequential");
  CHECK(results.setting("no.such", results.runs[0]).empty());
}

TEST_CASE("grids that extend one another make one axis; numbers ascend, words keep their order") {
  Synthetic made;
  made.manifest["grids"].push_back(made.manifest["grids"][0]);
  made.manifest["grids"][1]["axes"][0]["values"] = {24, 2, 8};
  made.manifest["grids"][1]["axes"][1]["values"] = {"wide", 4};
  const Results results = read_results(made.write());
  CHECK(results.axes[0].values == Values{"2", "4", "8", "24"});
  CHECK(results.axes[1].values == Values{"4", "5", "8", "wide"});
  CHECK_FALSE(results.axes[1].is_numeric);
}

TEST_CASE("a value is the same however it is written") {
  CHECK(canonical_value("1e-3") == canonical_value("0.001"));
  CHECK(canonical_value("8.0") == "8");
  CHECK(canonical_value("18446744073709551615") == "18446744073709551615");
  CHECK(canonical_value("[32,32]") == "[32, 32]");
  CHECK(canonical_value("correct-first") == "correct-first");
  CHECK(canonical_value("").empty());
}

TEST_CASE("real numbers lie between the values of an axis") {
  const chart::Axis axis = numbers({"3", "4", "5", "6", "8"});
  CHECK(*axis.position(5) == 2);
  CHECK(*axis.position(4.5) == 1.5);
  CHECK(*axis.position(7) == 3.5);
  CHECK(*axis.position(9) == 4.5);  // the last step is two wide
  CHECK(*axis.position(2.5) == -0.5);
  CHECK(*numbers({"8"}).position(9.25) == 1.25);
  CHECK_FALSE(chart::Axis{"loss.order", {"exact"}}.position(1));
  for (const double place : {-1.0, -0.5, 0.0, 1.25, 3.0, 3.5, 4.0, 6.5}) {
    CHECK(*axis.position(*axis.value_at(place)) == place);
  }
}

TEST_CASE("what is missing is named") {
  CHECK(complaint(new_folder() / "nowhere") == ": no such directory; 'precipice sweep' makes one");
  const auto folder = Synthetic().write();
  std::filesystem::remove(folder / "cells.csv");
  CHECK_THROWS_AS(read_results(folder), FileError);
  const auto empty = new_folder();
  CHECK_THROWS_AS(read_results(empty), FileError);
}

TEST_CASE("a damaged manifest is refused in one line") {
  const auto folder = Synthetic().write();
  write_text(folder / "manifest.json", "{\"name\": \"x\",\n");
  CHECK(complaint(folder).starts_with("/manifest.json: not the manifest of a sweep: "));
  write_text(folder / "manifest.json", "[]");
  CHECK(complaint(folder).starts_with("/manifest.json: not the manifest of a sweep: "));
  for (const char* const key : {"base", "grids", "data"}) {
    Synthetic made;
    made.manifest.erase(key);
    const std::string message = complaint(made.write());
    CHECK(message.find(key) != std::string::npos);
  }
  Synthetic no_values;
  no_values.manifest["grids"][0]["axes"][0]["values"] = nlohmann::json::array();
  CHECK(complaint(no_values.write()) ==
        "/manifest.json: not the manifest of a sweep: axis 'precision.p' has no values");
  Synthetic one_class;
  one_class.manifest["data"]["classes"] = 1;
  CHECK(complaint(one_class.write()) ==
        "/manifest.json: data.classes is 1 and data.samples 50; at least 2 and 1 make sense");
}

TEST_CASE("a table without a needed column, or with an unknown outcome, is refused") {
  const auto folder = Synthetic().write();
  write_text(folder / "cells.csv",
             "key,precision.p,precision.exponent_bit,run.seed,format,outcome,final_median_margin\n");
  CHECK(complaint(folder) ==
        "/cells.csv:1: no column 'precision.exponent_bits'; did you mean 'precision.exponent_bit'?");
  write_text(folder / "cells.csv", "key,precision.p,precision.exponent_bits,run.seed,format,final_median_margin\n");
  CHECK(complaint(folder).starts_with("/cells.csv:1: no column 'outcome'"));
  write_text(folder / "cells.csv", "");
  CHECK(complaint(folder).starts_with("/cells.csv:1: no column 'outcome'"));
  Synthetic made;
  made.add(4, 5, {"cleen"});
  CHECK(complaint(made.write())
            .starts_with("/cells.csv:2: unknown outcome 'cleen'; did you mean 'clean'? (known: failed"));
}
