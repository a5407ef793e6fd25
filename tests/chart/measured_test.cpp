#include <doctest/doctest.h>

#include <cmath>

#include "precipice/chart/diagram.hpp"
#include "precipice/chart/figure.hpp"
#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;

namespace {

/// Precisions 4, 8, 16 at E = 5; seeds begin to inflate below these precisions.
Synthetic inflating_below(const std::vector<int>& precisions) {
  Synthetic made;
  made.manifest["grids"][0]["axes"][0]["values"] = {4, 8, 16};
  made.manifest["grids"][0]["axes"][1]["values"] = {5};
  for (std::size_t seed = 0; seed < precisions.size(); ++seed) {
    for (const int p : {4, 8, 16}) {
      const bool inflates = p < precisions[seed];
      made.add({std::to_string(p), "5", std::to_string(seed), "e5m3", inflates ? "inflates" : "clean", "", "", "0.25",
                inflates ? "100" : ""});
    }
  }
  return made;
}

Diagram diagram_of(const Synthetic& made, PhaseRequest request = {}) {
  if (!request.boundaries) request.boundaries = {Boundary::nfi};
  return phase_diagram(read_results(made.write()), request);
}

const BoundaryPoint& only_point(const Diagram& diagram) {
  REQUIRE(diagram.panels[0].boundaries.size() == 1);
  REQUIRE(diagram.panels[0].boundaries[0].points.size() == 1);
  return diagram.panels[0].boundaries[0].points[0];
}

}  // namespace

TEST_CASE("a boundary lies between neighbours that differ, by the median over the seeds") {
  const Diagram diagram = diagram_of(inflating_below({5, 9, 9}));
  const BoundaryPoint& point = only_point(diagram);
  CHECK(point.middle.x_text == "12");  // between 8 and 16, for two of three seeds
  CHECK(point.middle.x == 1.5);
  CHECK(point.low == 4);
  CHECK(point.high == 16);
  CHECK(point.low_place == 0);
  CHECK(point.high_place == 2);
  CHECK(point.seeds == 3);
  CHECK(point.with_boundary == 3);
  CHECK(diagram.panels[0].boundaries[0].is_along_x);
}

TEST_CASE("seeds whose runs all do the same have no boundary, and are counted") {
  const BoundaryPoint point = only_point(diagram_of(inflating_below({0, 9, 99})));
  CHECK(point.seeds == 3);
  CHECK(point.with_boundary == 1);
  CHECK(point.low == 8);
  CHECK(diagram_of(inflating_below({0, 99})).panels[0].boundaries[0].points.empty());
}

TEST_CASE("a boundary is measured across the other axis, value by value") {
  Synthetic made = inflating_below({9});
  made.manifest["grids"][0]["axes"][1]["values"] = {4, 5};
  for (const int p : {4, 8, 16}) {
    made.add({std::to_string(p), "4", "0", "e4m3", p < 5 ? "inflates" : "clean", "", "", "0.25", p < 5 ? "100" : ""});
  }
  const Diagram diagram = diagram_of(made);
  const MeasuredBoundary& boundary = diagram.panels[0].boundaries[0];
  CHECK_FALSE(boundary.is_along_x);
  REQUIRE(boundary.points.size() == 2);
  CHECK(boundary.points[0].middle.y_text == "6");
  CHECK(boundary.points[0].middle.x_text == "4");
  CHECK(boundary.points[0].middle.y == 0.5);
  CHECK(boundary.points[1].middle.y_text == "12");
  const std::string table = to_csv(diagram);
  CHECK(table.find("\nmeasured-nfi,4,6,,1,1,4,8\nmeasured-nfi,5,12,,1,1,8,16\n") != std::string::npos);
}

TEST_CASE("runs that failed are no neighbours") {
  Synthetic made = inflating_below({9});
  made.runs[1].outcome = "failed";
  made.runs[1].nfi_onset = "";
  const BoundaryPoint point = only_point(diagram_of(made));
  CHECK(point.low == 4);
  CHECK(point.high == 16);
}

TEST_CASE("where a refinement has put runs between, the boundary is theirs and the places are the grid's") {
  Synthetic made = inflating_below({9});
  made.manifest["grids"][0]["refine"] = {
      {"axis", "precision.p"}, {"boundaries", {"nfi"}}, {"resolution", 1}, {"scale", "linear"}};
  made.add({"12", "5", "0", "e5m11", "inflates", "", "", "0.25", "100"});
  made.add({"14", "5", "0", "e5m13", "clean", "", "", "0.25", ""});
  const Diagram diagram = phase_diagram(read_results(made.write()), {});  // its boundaries are drawn unasked
  CHECK(diagram.x.values == std::vector<std::string>{"4", "8", "16"});
  CHECK(diagram.panels[0].cells.size() == 3);
  const BoundaryPoint& point = only_point(diagram);
  CHECK(point.middle.x_text == "13");
  CHECK(point.low == 12);
  CHECK(point.high_place == 1.75);
  CHECK(gnuplot_script(diagram, FigureFormat::svg).find("measured: NFI begins") != std::string::npos);
  CHECK(diagram.caption.back().starts_with("Measured boundaries along precision.p, bisected to 1: "));
}

TEST_CASE("on a logarithmic axis the middle is geometric") {
  Synthetic made = inflating_below({9});
  made.manifest["grids"][0]["axes"][0] = {{"key", "optimizer.learning_rate"}, {"values", {0.001, 0.01, 0.1}}};
  made.manifest["base"].erase("optimizer.learning_rate");
  made.manifest["base"]["precision.p"] = 8;
  made.more_header = ",optimizer.learning_rate";
  const std::vector<std::string> rates{"0.001", "0.01", "0.1"};
  std::string table =
      "key,optimizer.learning_rate,precision.exponent_bits,run.seed,format,outcome,nfi_onset,final_median_margin\n";
  for (std::size_t i = 0; i < rates.size(); ++i) {
    table += std::to_string(i) + "," + rates[i] + ",5,0,e5m7," + (i > 1 ? "inflates,10,\n" : "clean,,\n");
  }
  const auto folder = made.write();
  write_text(folder / "cells.csv", table);
  const Diagram diagram = phase_diagram(read_results(folder), {.boundaries = {{Boundary::nfi}}});
  CHECK(diagram.x.is_logarithmic);
  const BoundaryPoint& point = only_point(diagram);
  CHECK(number_of(point.middle.x_text) == std::sqrt(0.01 * 0.1));
  CHECK(point.middle.x == doctest::Approx(1.5));  // logarithms are correctly rounded, their difference is not exact
}

TEST_CASE("boundaries need an axis of numbers") {
  Synthetic made = inflating_below({9});
  made.manifest["base"].erase("loss.order");
  made.manifest["grids"][0]["axes"].push_back({{"key", "loss.order"}, {"values", {"sequential", "exact"}}});
  made.more_header = ",loss.order";
  made.more_fields = ",sequential";
  const PhaseRequest held{.x = "loss.order", .held = {{"precision.p", "4"}, {"precision.exponent_bits", "5"}}};
  CHECK_THROWS_WITH_AS(diagram_of(made, held),
                       "boundaries lie along an axis of numbers, and loss.order has none; choose another with -x or -y",
                       ConfigError);
  PhaseRequest none = held;
  none.boundaries = std::vector<Boundary>();
  CHECK(phase_diagram(read_results(made.write()), none).panels[0].boundaries.empty());
}
