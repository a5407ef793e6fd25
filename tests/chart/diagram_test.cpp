#include "precipice/chart/diagram.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "precipice/chart/figure.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;

namespace {

Diagram diagram_of(const Synthetic& made, const PhaseRequest& request = {}) {
  return phase_diagram(read_results(made.write()), request);
}

/// The message, without the directory's name in it.
std::string refusal(const Synthetic& made, const PhaseRequest& request) {
  const auto folder = made.write();
  try {
    phase_diagram(read_results(folder), request);
  } catch (const ConfigError& error) {
    std::string message = error.what();
    CHECK(message.find('\n') == std::string::npos);
    if (const auto at = message.find(folder.string()); at != std::string::npos) {
      message.replace(at, folder.string().size(), "DIR");
    }
    return message;
  }
  FAIL("drawn without complaint");
  return "";
}

Votes votes(std::initializer_list<Outcome> outcomes) {
  Votes result;
  for (const Outcome outcome : outcomes) result.add(outcome);
  return result;
}

/// Every place of the grid with the same outcome of both seeds, and a control.
Synthetic full() {
  Synthetic made;
  for (const int p : {4, 8}) {
    for (const int e : {4, 5, 8}) made.add(p, e, {"clean", "clean"}, {"100", "300"});
  }
  made.add_control(0, "clean", "6");
  made.add_control(1, "clean", "7");
  return made;
}

bool has_sentence(const Diagram& diagram, const std::string& sentence) {
  return std::ranges::find(diagram.caption, sentence) != diagram.caption.end();
}

const PredictedLine& line_of(const Diagram& diagram, PredictedLine::Name name) {
  const auto found = std::ranges::find(diagram.panels[0].lines, name, &PredictedLine::name);
  REQUIRE(found != diagram.panels[0].lines.end());
  return *found;
}

}  // namespace

TEST_CASE("the majority decides, and of equals the one that stands first") {
  CHECK(votes({Outcome::clean, Outcome::absorbs, Outcome::clean}).majority() == Outcome::clean);
  CHECK(votes({Outcome::clean, Outcome::absorbs}).majority() == Outcome::absorbs);
  CHECK(votes({Outcome::inflates, Outcome::slingshots}).majority() == Outcome::slingshots);
  CHECK(votes({Outcome::frozen, Outcome::spikes_only}).majority() == Outcome::spikes_only);
  CHECK(votes({Outcome::never_fits, Outcome::diverges, Outcome::failed}).majority() == Outcome::failed);
  CHECK_FALSE(votes({}).majority());
  CHECK(votes({Outcome::clean, Outcome::absorbs, Outcome::clean}).of_majority() == 2);
  CHECK(votes({Outcome::clean, Outcome::absorbs, Outcome::clean}).runs() == 3);
}

TEST_CASE("the lower median is a number that a run had") {
  CHECK(lower_median({3.0, 1.0, 2.0}, NoNumber::is_unknown) == 2);
  CHECK(lower_median({4.0, 1.0, 2.0, 3.0}, NoNumber::is_unknown) == 2);
  CHECK_FALSE(lower_median({}, NoNumber::is_late));
}

TEST_CASE("what did not happen is later than everything, what is unknown is left out") {
  CHECK(lower_median({std::nullopt, 5.0}, NoNumber::is_late) == 5);
  CHECK_FALSE(lower_median({std::nullopt, 5.0, std::nullopt}, NoNumber::is_late));
  CHECK(lower_median({std::nullopt, 5.0, std::nullopt}, NoNumber::is_unknown) == 5);
}

TEST_CASE("exponent bits lie to the right and p upwards, whatever the order of the axes") {
  const Diagram diagram = diagram_of(full());
  CHECK(diagram.x.key == "precision.exponent_bits");
  CHECK(diagram.y.key == "precision.p");
  CHECK(diagram.panels[0].cells.size() == 6);
}

TEST_CASE("other axes are drawn if asked for, and the rest stands at its first value") {
  const Diagram diagram = diagram_of(full(), {.x = "precision.p", .y = "run.seed"});
  CHECK(diagram.x.key == "precision.p");
  CHECK(diagram.panels[0].cells.size() == 4);
  CHECK(diagram.panels[0].cells[0].votes.runs() == 1);
  CHECK(has_sentence(diagram, "Slice at precision.exponent_bits = 4 (2 other values not shown)."));
}

TEST_CASE("an axis can be held, and is then not drawn") {
  const Diagram diagram = diagram_of(full(), {.held = {{"precision.exponent_bits", "8"}}});
  CHECK(diagram.x.key == "precision.p");
  CHECK(diagram.y.key.empty());
  CHECK(diagram.panels[0].cells.size() == 2);
  CHECK(diagram.panels[0].cells[0].votes.runs() == 2);
  CHECK(diagram_of(full(), {.held = {{"run.seed", "1"}}}).panels[0].cells[0].votes.runs() == 1);
}

TEST_CASE("one axis makes a single row with an upright line") {
  Synthetic made = full();
  made.manifest["grids"][0]["axes"][1]["values"] = {8};
  std::erase_if(made.runs, [](const auto& run) { return run.exponent_bits == "4" || run.exponent_bits == "5"; });
  const Diagram diagram = diagram_of(made);
  CHECK(diagram.x.key == "precision.p");
  CHECK(diagram.y.values == std::vector<std::string>{""});
  CHECK(line_of(diagram, PredictedLine::Name::collapse_precision).shape == PredictedLine::Shape::along_y);
}

TEST_CASE("a request that the results cannot answer says what they have") {
  CHECK(refusal(full(), {.x = "precision.pp"}) ==
        "unknown axis 'precision.pp'; did you mean 'precision.p'? "
        "(axes of DIR: precision.p, precision.exponent_bits, run.seed)");
  CHECK(refusal(full(), {.x = "run.seed", .y = "run.seed"}) == "axis 'run.seed' can be drawn or held once only");
  CHECK(refusal(full(), {.held = {{"precision.p", "5"}}}) == "axis 'precision.p' has no value '5' (values: 4, 8)");
  CHECK(refusal(full(), {.held = {{"loss.order", "exact"}}}).starts_with("unknown axis 'loss.order'"));
  CHECK(refusal(full(), {.value = "sc5"}) ==
        "no value 'sc5' to draw; did you mean 'sc50'? (accepted: outcome, sc50, nfi_onset, final_loss, "
        "final_median_margin)");
  CHECK(refusal(full(), {.value = "precision.p"}).starts_with("no value 'precision.p' to draw"));
  Synthetic no_axis = full();
  no_axis.manifest["grids"][0]["axes"] = nlohmann::json::array();
  CHECK(refusal(no_axis, {}) == "DIR: the sweep has no axis to draw over");
}

TEST_CASE("p* is predicted from the mean margin of the binary64 control") {
  const Diagram diagram = diagram_of(full());
  const double terms = *predicted::median_terms_in_one_piece(SumOrder::sequential, 10);
  const auto p = predicted::collapse_precision(6.5, Rounding::nearest_even, SumOrder::sequential, terms);
  CHECK(diagram.panels[0].control.margin == 6.5);
  CHECK(diagram.panels[0].control.collapse_precision == std::vector<double>{*p});
  const PredictedLine& line = line_of(diagram, PredictedLine::Name::collapse_precision);
  CHECK(line.points.size() == 3);
  CHECK(line.points[0].y == *diagram.y.position(*p));
  CHECK(line.is_inside);
  CHECK(has_sentence(diagram, "binary64 control: clean (2 of 2 seeds)."));
}

TEST_CASE("a p* somewhat above the precisions gets room, one far above is only said") {
  Synthetic near = full();
  for (auto& run : near.runs)
    run.margin = run.margin.empty() ? "" : "10";  // p* = 12.3 above p = 8: one place is four bits
  CHECK(diagram_of(near).y_range.high > 2);
  CHECK(line_of(diagram_of(near), PredictedLine::Name::collapse_precision).is_inside);
  for (auto& run : near.runs) run.margin = run.margin.empty() ? "" : "30";
  const Diagram far = diagram_of(near);
  CHECK(far.y_range.high == 1.5);
  CHECK_FALSE(line_of(far, PredictedLine::Name::collapse_precision).is_inside);
  CHECK(std::ranges::any_of(far.caption, [](const auto& s) { return s.starts_with("Predicted p* = 41.1, outside"); }));
}

TEST_CASE("without a control there is no p*") {
  Synthetic made = full();
  std::erase_if(made.runs, [](const auto& run) { return run.format == "e11m52"; });
  const Diagram diagram = diagram_of(made);
  CHECK(diagram.panels[0].lines.size() == 1);
  CHECK(has_sentence(diagram, "No binary64 control."));
}

TEST_CASE("the closing window is interpolated between the exponent widths that were run") {
  const Diagram diagram = diagram_of(full());
  const PredictedLine& line = line_of(diagram, PredictedLine::Name::window_closes);
  REQUIRE(line.points.front().y == -0.5);
  for (const LinePoint& point : line.points) {
    const auto e = predicted::closing_exponent_bits(*diagram.y.value_at(point.y), Rounding::nearest_even,
                                                    SumOrder::sequential, 1, MeanPlace::before, 50);
    CHECK(point.x == *diagram.x.position(*e));
    CHECK(number_of(point.x_text) == e);
  }
}

TEST_CASE("the axes may change places, and the lines with them") {
  const Diagram upright = diagram_of(full());
  const Diagram turned = diagram_of(full(), {.x = "precision.p", .y = "precision.exponent_bits"});
  for (const auto name : {PredictedLine::Name::collapse_precision, PredictedLine::Name::window_closes}) {
    const PredictedLine& a = line_of(upright, name);
    const PredictedLine& b = line_of(turned, name);
    REQUIRE(a.points.size() == b.points.size());
    for (std::size_t i = 0; i < a.points.size(); ++i) {
      CHECK(a.points[i].x == b.points[i].y);
      CHECK(a.points[i].y == b.points[i].x);
    }
  }
}

TEST_CASE("a format without 1/B is marked, unless the mean is taken outside") {
  Synthetic made = full();
  made.add(4, 3, {"never-fits"});  // quantum 2^-5: 1/50 rounds to 1/32
  made.add(2, 3, {"never-fits"});  // quantum 2^-3: 1/50 rounds to 0
  const auto marked = [](const Diagram& diagram) {
    return std::ranges::count_if(diagram.panels[0].cells, &DiagramCell::mean_factor_vanishes);
  };
  CHECK(marked(diagram_of(made)) == 1);
  made.manifest["base"]["run.batch"] = 10;
  CHECK(marked(diagram_of(made)) == 0);
  made.manifest["base"]["run.batch"] = 0;
  made.manifest["base"]["loss.mean"] = "outside";
  CHECK(marked(diagram_of(made)) == 0);
}

TEST_CASE("sums in orders without a prediction have no lines, and the order is said") {
  Synthetic made = full();
  made.manifest["base"]["loss.order"] = "kahan";
  const Diagram diagram = diagram_of(made);
  CHECK(diagram.panels[0].lines.empty());
  CHECK(diagram.panels[0].control.collapse_precision.empty());
  CHECK(has_sentence(diagram, "Precision plan: loss-only, rounding nearest-even; loss shift, sum kahan, 1/B before."));
}

TEST_CASE("roundings that never absorb, and losses that the predictions are not about, have no lines") {
  const auto has_lines = [](std::string_view key, const nlohmann::json& value) {
    Synthetic made = full();
    made.manifest["base"][key] = value;
    return !diagram_of(made).panels[0].lines.empty();
  };
  CHECK_FALSE(has_lines("precision.rounding", "to-odd"));
  CHECK_FALSE(has_lines("loss.formulation", "lse-added"));
  CHECK_FALSE(has_lines("loss.formulation", "accurate"));
  CHECK(has_lines("loss.formulation", "division"));
  CHECK_FALSE(has_lines("loss.smoothing", 0.1));
  CHECK(has_lines("loss.smoothing", 0));
  CHECK_FALSE(has_lines("loss.projection", "zero-sum"));
  CHECK_FALSE(has_lines("precision.loss.sum", "binary32"));
  CHECK(has_lines("precision.loss.sum", "plan"));
  CHECK_FALSE(has_lines("precision.plan", "weights-only"));
}

TEST_CASE("settings that this program does not know make the results foreign") {
  Synthetic made = full();
  made.manifest["base"]["precision.rounding"] = "sideways";
  CHECK_THROWS_AS(diagram_of(made), FileError);
  made = full();
  made.manifest["base"]["loss.mean"] = "nowhere";
  CHECK_THROWS_AS(diagram_of(made), FileError);
  made = full();
  made.runs[0].format = "e5m";
  CHECK_THROWS_AS(diagram_of(made), FileError);
}

TEST_CASE("p* follows an axis that moves the threshold") {
  Synthetic made = full();
  made.manifest["base"].erase("loss.order");
  made.manifest["grids"][0]["axes"].push_back({{"key", "loss.order"}, {"values", {"correct-first", "exact"}}});
  made.more_header = ",loss.order";
  made.more_fields = ",";
  const Diagram diagram = diagram_of(made, {.x = "loss.order", .y = "precision.p"});
  REQUIRE(diagram.panels[0].control.collapse_precision.size() == 2);
  CHECK(diagram.panels[0].control.collapse_precision[0] > diagram.panels[0].control.collapse_precision[1]);
}

TEST_CASE("where bundles are drawn, each has its own threshold, if it is known") {
  Synthetic made = full();
  for (const char* const key : {"loss.formulation", "loss.order", "loss.mean", "precision.rounding"}) {
    made.manifest["base"].erase(key);
  }
  made.manifest["grids"][0]["axes"].push_back(
      {{"key", "loss.bundle"}, {"values", {"torch-cpu-avx512", "torch-cpu-avx2", "torch-legacy", "mx"}}});
  made.more_header = ",loss.bundle";
  made.more_fields = ",";
  const Diagram diagram = diagram_of(made, {.x = "loss.bundle", .y = "precision.p"});
  REQUIRE(diagram.panels[0].lines.size() == 1);
  CHECK(diagram.panels[0].lines[0].points.size() == 2);  // 10 classes fill a vector of 8, not one of 16
  CHECK(diagram.panels[0].control.collapse_precision.size() == 2);
  CHECK(diagram.caption[1] == "Precision plan: loss-only.");
  const Diagram held = diagram_of(made, {.x = "precision.exponent_bits", .y = "precision.p"});
  CHECK(held.caption[1] ==
        "Precision plan: loss-only, rounding nearest-even; bundle torch-cpu-avx512, loss shift, sum vector:16, 1/B "
        "before.");
}

TEST_CASE("the table holds what is drawn") {
  Synthetic made;
  made.add(4, 4, {"frozen", "frozen"});
  made.add(4, 5, {"clean", "absorbs"});
  made.add(8, 8, {"slingshots"});
  made.add_control(0, "clean", "");
  made.manifest["base"]["precision.rounding"] = "to-odd";
  CHECK(to_csv(diagram_of(made)) ==
        "kind,precision.exponent_bits,precision.p,outcome,seeds,agreeing,low,high\n"
        "cell,4,4,frozen,2,2,,\n"
        "cell,5,4,absorbs,2,1,,\n"
        "cell,8,4,,0,0,,\n"
        "cell,4,8,,0,0,,\n"
        "cell,5,8,,0,0,,\n"
        "cell,8,8,slingshots,1,1,,\n"
        "control,,,clean,1,1,,\n");
}

TEST_CASE("the table holds the predicted lines") {
  const std::string table = to_csv(diagram_of(full()));
  CHECK(occurrences(table, "\npredicted-collapse-precision,") == 3);
  CHECK(occurrences(table, "\npredicted-window-closes,") == 5);
  CHECK(occurrences(table, "\npredicted-mean-factor-zero,") == 0);
}

TEST_CASE("numbers are medians over the seeds, with how many had one") {
  Synthetic made;
  made.manifest["base"]["precision.rounding"] = "to-odd";
  made.add(4, 4, {"absorbs", "absorbs"}, {"100", "300"});
  made.add(4, 5, {"absorbs", "clean"}, {"100", ""});
  made.add(8, 5, {"clean", "clean"});
  CHECK(to_csv(diagram_of(made, {.value = "sc50"})) ==
        "kind,precision.exponent_bits,precision.p,sc50,seeds,agreeing,low,high\n"
        "cell,4,4,100,2,2,100,300\n"
        "cell,5,4,100,2,1,100,100\n"
        "cell,8,4,,0,0,,\n"
        "cell,4,8,,0,0,,\n"
        "cell,5,8,,2,0,,\n"
        "cell,8,8,,0,0,,\n");
  made.runs[0].final_loss = "inf";
  CHECK(diagram_of(made, {.value = "final_loss"}).panels[0].cells[0].value == 0.25);
}

TEST_CASE("the caption says what was trained") {
  const Diagram diagram = diagram_of(full());
  CHECK(diagram.caption[0] ==
        "digits, 50 samples, 10 classes; mlp, hidden [32, 32]; adam, learning rate 0.003; 20000 steps, full batch; "
        "seeds\u00a00,\u00a01.");
  CHECK(diagram.caption[1] ==
        "Precision plan: loss-only, rounding nearest-even; loss shift, sum sequential, 1/B before.");
}

TEST_CASE("places that froze after something else are marked, in the table and in the figure") {
  Diagram diagram = diagram_of(full());
  CHECK(to_csv(diagram).find("froze-later") == std::string::npos);
  diagram.panels[0].cells[0].froze = 2;
  diagram.panels[0].cells[1].froze = 1;  // one of two: no majority
  diagram.panels[0].cells[2].froze = 2;
  diagram.panels[0].cells[2].votes = votes({Outcome::frozen, Outcome::frozen});  // the colour says it
  const std::string table = to_csv(diagram);
  CHECK(table.find("\nfroze-later,4,4,,2,2,,\n") != std::string::npos);
  CHECK(table.find("froze-later") == table.rfind("froze-later"));
  CHECK(gnuplot_script(diagram, FigureFormat::svg).find("title 'froze later'") != std::string::npos);
}
