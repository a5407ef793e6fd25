#include "precipice/chart/anatomy.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;

namespace {

std::vector<Record> records(std::size_t count) {
  std::vector<Record> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    result[i].step = static_cast<std::int64_t>(10 * i);
    result[i].loss = 1 / (1 + static_cast<double>(i));
    result[i].largest_margin = 20;
    result[i].feature_mean_norm = result[i].largest_update = 0.5;
  }
  return result;
}

Anatomy spiking() {
  Anatomy anatomy;
  anatomy.title = "it's a test";
  anatomy.records = records(100);
  anatomy.onsets.fitted = 400;
  anatomy.onsets.first_spike = 900;
  return anatomy;
}

}  // namespace

TEST_CASE("a thinned line keeps every spike and dip, and its ends") {
  std::vector<Record> all = records(10'000);
  for (Record& r : all) r.loss = 1;
  all[4321].loss = 1e6;
  all[7777].loss = 1e-6;
  const auto points = thinned(all, &Record::loss, true, 100);
  CHECK(points.size() <= 400);
  CHECK(points.front().first == 0);
  CHECK(points.back().first == 99'990);
  const auto has = [&](std::int64_t step, double value) {
    return std::ranges::find(points, std::pair(step, value)) != points.end();
  };
  CHECK(has(43'210, 1e6));
  CHECK(has(77'770, 1e-6));
  CHECK(std::ranges::is_sorted(points));
  CHECK(thinned(records(50), &Record::loss, true, 100).size() == 50);
}

TEST_CASE("what an axis cannot show breaks a line") {
  std::vector<Record> all = records(4);
  all[1].loss = 0;
  all[2].loss = std::numeric_limits<double>::infinity();
  const auto logarithmic = thinned(all, &Record::loss, true, 100), linear = thinned(all, &Record::loss, false, 100);
  CHECK(std::isnan(logarithmic[1].second));
  CHECK(std::isnan(logarithmic[2].second));
  CHECK(linear[1].second == 0);
  CHECK(std::isnan(linear[2].second));
}

TEST_CASE("a figure has six panels, a line at each onset, and its numbers") {
  const std::string script = anatomy_script(spiking(), FigureFormat::svg);
  CHECK(occurrences(script, "\nplot ") == 6);
  CHECK(occurrences(script, "set arrow from first 400,") == 6);
  CHECK(occurrences(script, "set arrow from first 900,") == 6);
  CHECK(script.find("'it''s a test'") != std::string::npos);
  CHECK(script.find("| first spike 900") != std::string::npos);
  CHECK(script.find("| NFI") == std::string::npos);
  CHECK(script.find("\n10 0.5\n") != std::string::npos);
  CHECK(script.find("set logscale x") == std::string::npos);
}

TEST_CASE("where everything happens early the steps are logarithmic, unless steps are chosen") {
  Anatomy anatomy = spiking();
  anatomy.onsets.fitted = 40;
  anatomy.onsets.first_spike = 90;
  CHECK(anatomy_script(anatomy, FigureFormat::svg).find("set xrange [10:990]\nset logscale x") != std::string::npos);
  anatomy.last = 200;
  const std::string script = anatomy_script(anatomy, FigureFormat::svg);
  CHECK(script.find("set xrange [0:200]") != std::string::npos);
  CHECK(script.find("set logscale x") == std::string::npos);
  CHECK(script.find("\n210 ") == std::string::npos);
}

TEST_CASE("a run to compare with is drawn in grey in every panel") {
  Anatomy anatomy = spiking();
  anatomy.other = records(10);
  anatomy.other_name = "control";
  CHECK(occurrences(anatomy_script(anatomy, FigureFormat::svg), "lc rgb '#C8C8C8' title 'control'") == 6);
}

TEST_CASE("predicted margins are those of the loss's format, and of no loss that they are not about") {
  Experiment e;  // bfloat16, in sequence, 50 samples
  const PredictedMargins margins = predicted_margins(e, 10, 50);
  CHECK(*margins.opens == doctest::Approx(8 * std::log(2.0)).epsilon(1e-12));
  CHECK(*margins.half == doctest::Approx(8 * std::log(2.0) + std::log(std::sqrt(4 * 5.0))).epsilon(1e-12));
  CHECK(*margins.closes == doctest::Approx((8 + 126) * std::log(2.0) - std::log(50.0)).epsilon(1e-12));
  e.loss.projection = Projection::zero_sum;
  CHECK_FALSE(predicted_margins(e, 10, 50).opens);
  e.loss.projection = Projection::none;
  e.loss.order = SumOrder::kahan;
  CHECK_FALSE(predicted_margins(e, 10, 50).opens);
  CHECK_FALSE(predicted_margins(e, 10, 50).half);
  CHECK(predicted_margins(e, 10, 50).closes);
}

TEST_CASE("gnuplot draws it, in every format") {
  for (const char* const name : {"a.svg", "a.png", "a.pdf"}) {
    const auto figure = new_folder() / name;
    CHECK(draw_anatomy(spiking(), figure));
    CHECK(is_finished_figure(text_of(figure), figure_format(figure)));
  }
  CHECK_FALSE(draw_anatomy(spiking(), new_folder() / "a.svg", "no-such-gnuplot"));
  CHECK_THROWS_AS(draw_anatomy(spiking(), "a.txt"), ConfigError);
}

TEST_CASE("a run without records or onsets is drawn, too") {
  Anatomy empty;
  CHECK(draw_anatomy(empty, new_folder() / "a.svg"));
}
