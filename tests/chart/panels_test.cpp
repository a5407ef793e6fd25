#include <doctest/doctest.h>

#include <algorithm>

#include "precipice/chart/diagram.hpp"
#include "precipice/chart/figure.hpp"
#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;
namespace fs = std::filesystem;

namespace {

/// Two losses, one with twice the numbers of the other; two seeds at every place.
Synthetic two_orders() {
  Synthetic made;
  made.manifest["base"].erase("loss.order");
  made.manifest["grids"][0]["axes"].push_back({{"key", "loss.order"}, {"values", {"sequential", "exact"}}});
  made.more_header = ",loss.order";
  made.more_fields = ",sequential";
  for (const int p : {4, 8}) {
    for (const int e : {4, 5, 8}) made.add(p, e, {"inflates", "clean"}, {"100", "300"});
  }
  made.add_control(0, "clean", "6");
  return made;
}

Diagram diagram_of(const Synthetic& made, const PhaseRequest& request) {
  return phase_diagram(read_results(made.write()), request);
}

std::string svg_of(const Synthetic& made, PhaseRequest request) {
  request.directory = made.write();
  return text_of(*draw_phase(request).figure);
}

}  // namespace

TEST_CASE("a third axis has a panel for each of its values") {
  const Synthetic made = two_orders();
  const Diagram diagram = diagram_of(made, {.by = "loss.order"});
  REQUIRE(diagram.panels.size() == 2);
  CHECK(diagram.by == "loss.order");
  CHECK(diagram.panels[0].at == "sequential");
  CHECK(diagram.panels[1].at == "exact");
  CHECK(std::ranges::all_of(diagram.panels[0].cells, [](const DiagramCell& cell) { return cell.votes.runs() == 2; }));
  CHECK(std::ranges::all_of(diagram.panels[1].cells, [](const DiagramCell& cell) { return cell.votes.runs() == 0; }));
  CHECK(diagram.caption[1] == "Precision plan: loss-only, rounding nearest-even; loss shift, 1/B before.");
  CHECK(diagram.caption.back() == "No run yet in 6 of 12 places.");
}

TEST_CASE("each panel has the p* of its own sum") {
  const Diagram diagram = diagram_of(two_orders(), {.by = "loss.order"});
  REQUIRE(diagram.panels[0].control.collapse_precision.size() == 1);
  CHECK(diagram.panels[1].control.collapse_precision.empty());  // the one control adds up in order
  CHECK(diagram.panels[0].lines.size() == 2);
}

TEST_CASE("seeds can be panels") {
  const Diagram diagram = diagram_of(two_orders(), {.by = "run.seed"});
  REQUIRE(diagram.panels.size() == 2);
  CHECK(diagram.panels[0].cells[0].votes.majority() == Outcome::inflates);
  CHECK(diagram.panels[1].cells[0].votes.majority() == Outcome::clean);
  CHECK(diagram.caption[0].find("seed") == std::string::npos);
}

TEST_CASE("an axis that is drawn has no panels") {
  CHECK_THROWS_WITH_AS(diagram_of(two_orders(), {.x = "loss.order", .by = "loss.order"}),
                       "axis 'loss.order' can be drawn or held once only", ConfigError);
}

TEST_CASE("the table of panels has their values in its last column") {
  const std::string table = to_csv(diagram_of(two_orders(), {.by = "loss.order", .value = "sc50"}));
  CHECK(
      table.starts_with("kind,precision.exponent_bits,precision.p,sc50,seeds,agreeing,low,high,loss.order\n"
                        "cell,4,4,100,2,2,100,300,sequential\n"));
  CHECK(table.find("\ncell,4,4,,0,0,,,exact\n") != std::string::npos);
}

TEST_CASE("panels share one legend, and each says what it is") {
  const std::string svg = svg_of(two_orders(), {.by = "loss.order"});
  CHECK(occurrences(svg, ">NFI (inflates)<") == 1);
  CHECK(occurrences(svg, "loss.order = sequential") == 1);
  CHECK(occurrences(svg, "loss.order = exact") == 1);
  CHECK(occurrences(svg, ">exponent bits E<") == 1);
}

TEST_CASE("seeds side by side are all in the table, in ascending order") {
  const Diagram numbers = diagram_of(two_orders(), {.value = "sc50", .seeds = Seeds::spread});
  CHECK(to_csv(numbers).find("\nrun,4,4,100,,,,\nrun,4,4,300,,,,\nrun,5,4,100,") != std::string::npos);
  const Diagram outcomes = diagram_of(two_orders(), {.seeds = Seeds::spread});
  CHECK(to_csv(outcomes).find("\nrun,4,4,inflates,,,,\nrun,4,4,clean,,,,\n") != std::string::npos);
  CHECK(to_csv(diagram_of(two_orders(), {})).find("\nrun,") == std::string::npos);
}

TEST_CASE("seeds side by side take their shares of a place") {
  const std::string script = gnuplot_script(diagram_of(two_orders(), {.seeds = Seeds::spread}), FigureFormat::svg);
  CHECK(script.find("\n-0.25 0 -0.5 0 -0.5 0.5\n") != std::string::npos);  // the left half of the first place
  CHECK(script.find("\n0.25 0 0 0.5 -0.5 0.5\n") != std::string::npos);    // and its right half
  CHECK(script.find("seeds disagree") == std::string::npos);
}

TEST_CASE("colours go by logarithms where numbers are far apart, or where it is asked for") {
  Synthetic made = two_orders();
  CHECK(diagram_of(made, {.value = "sc50"}).scale == Scale::linear);
  CHECK(diagram_of(made, {.value = "sc50", .scale = Scale::logarithmic}).scale == Scale::logarithmic);
  made.runs[0].sc50 = "1";
  CHECK(diagram_of(made, {.value = "sc50"}).scale == Scale::logarithmic);
  CHECK(diagram_of(made, {.value = "sc50", .scale = Scale::linear}).scale == Scale::linear);
  const std::string script = gnuplot_script(diagram_of(made, {.value = "sc50"}), FigureFormat::svg);
  CHECK(script.find("set logscale cb") != std::string::npos);
}

TEST_CASE("zero has no logarithm, and the legend says so") {
  Synthetic made = two_orders();
  made.runs[0].sc50 = "0";
  const auto script = [&](Scale scale) {
    return gnuplot_script(diagram_of(made, {.value = "sc50", .scale = scale}), FigureFormat::svg);
  };
  CHECK(script(Scale::logarithmic).find("zero or less") != std::string::npos);
  CHECK(script(Scale::linear).find("zero or less") == std::string::npos);
}

TEST_CASE("long values of an axis are cut to what a column has room for") {
  Synthetic made = two_orders();
  made.manifest["base"]["loss.order"] = "sequential";
  made.more_header = ",task.label_column";
  const std::string name = "a variant whose name is a sentence of its own, as some are";
  made.manifest["grids"][0]["axes"][3] = {{"key", "task.label_column"}, {"values", {name}}};
  made.more_fields = ",\"" + name + "\"";
  const auto svg = [&](FigureSize size) { return svg_of(made, {.y = "task.label_column", .size = size}); };
  CHECK(svg(FigureSize::column).find(">a variant whose...<") != std::string::npos);
  CHECK(svg(FigureSize::page).find(">a variant whose name is a...<") != std::string::npos);
}

TEST_CASE("a figure for a paper has its words beside it") {
  for (const FigureSize size : {FigureSize::column, FigureSize::page}) {
    const fs::path folder = two_orders().write();
    const PhaseFiles files = draw_phase({.directory = folder, .size = size, .output = folder / "a.svg"});
    REQUIRE(files.caption == folder / "a.txt");
    const std::string words = text_of(*files.caption), svg = text_of(*files.figure);
    CHECK(words.starts_with("synthetic: outcome of training\n\ndigits, 50 samples, 10 classes; "));
    CHECK(svg.find("50 samples") == std::string::npos);
    CHECK(svg.find(size == FigureSize::column ? "width=\"400\"" : "width=\"868\"") != std::string::npos);
    CHECK(svg.find(">inflates (NFI)<") != std::string::npos);
  }
  CHECK_FALSE(draw_phase({.directory = two_orders().write()}).caption);
}
