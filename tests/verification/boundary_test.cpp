#include "precipice/verification/boundary.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "precipice/format/error.hpp"
#include "precipice/verification/boundary_search.hpp"
#include "precipice/verification/part.hpp"

using namespace precipice;
using namespace precipice::verification;

namespace {

/// Small precisions: everything happens within some hundred steps.
BoundaryAgenda small_agenda() {
  return {
      {{"gradual", {4, 8}, {3, 4, 5}, Subnormals::gradual}, {"flushed", {4, 8}, {4, 5, 6}, Subnormals::flush_results}},
      {0},
      1500};
}

/// A window that is open in part, one that is whole, and one that flushing closes.
BoundaryAgenda smaller_agenda() {
  return {{{"gradual", {8}, {4, 5}, Subnormals::gradual}, {"flushed", {8}, {5}, Subnormals::flush_results}}, {0}, 1500};
}

/// The theory of other settings.
RegionTheory planted(const std::function<void(predicted::RegionSetting&)>& change) {
  RegionTheory theory;
  theory.window = [change](predicted::RegionSetting setting) {
    change(setting);
    return predicted::margin_window(setting);
  };
  return theory;
}

std::size_t missed(const RegionTheory& theory) { return verify_boundary({}, smaller_agenda(), theory).missed; }

}  // namespace

TEST_CASE("absorption, inflation and freezing begin where the formats' own thresholds say") {
  const BoundaryAgenda agenda = small_agenda();
  const std::vector<BoundaryCell> cells = examine_boundary({}, agenda);
  REQUIRE(cells.size() == 12);
  std::size_t inflating = 0, frozen = 0, judged = 0;
  for (const BoundaryCell& cell : cells) {
    if (cell.diagnosis.onsets.nfi) ++inflating;
    if (cell.diagnosis.onsets.frozen_at) ++frozen;
    for (const RuleCount& rule : cell.rules) {
      CHECK(rule.broken == 0);
      judged += rule.held;
    }
  }
  CHECK(inflating >= 5);
  CHECK(frozen >= 1);
  CHECK(judged > 500);
  for (const BoundaryCell& cell : cells) {  // the broken sum drives it, along minus the drift
    if (cell.diagnosis.onsets.nfi) CHECK(cell.drift_cosine_at_inflation < 0);
  }
}

TEST_CASE("inflation that the broken sum does not drive is told apart") {
  constexpr auto up = Rounding::toward_positive;
  const BoundaryAgenda agenda{{{"toward positive", {24}, {5}, Subnormals::gradual, up}}, {1}, 18000};
  const std::vector<BoundaryCell> cells = examine_boundary({}, agenda);
  CHECK(cells.front().predicted.inflation.verdict == predicted::Verdict::no);
  CHECK(cells.front().diagnosis.onsets.nfi == 17400);
  CHECK(cells.front().drift_cosine_at_inflation > 0.5);
  const Part part = verify_boundary({}, agenda);
  CHECK(part.missed == 0);
  const auto& cell = part.json.at("cells").at(0);
  CHECK(cell.at("inflation").at("finding") == "the broken sum drives W_G the other way");
}

TEST_CASE("the same bytes whatever the number of threads, and nothing missed") {
  const Part one = verify_boundary({.jobs = 1}, small_agenda()), two = verify_boundary({.jobs = 2}, small_agenda());
  CHECK(one.missed == 0);
  CHECK(one.checked == 12 * 4);
  CHECK(one.text == two.text);
  CHECK(one.markdown == two.markdown);
  CHECK(one.json.dump() == two.json.dump());
}

TEST_CASE("the theory as it is misses nothing there") { CHECK(missed({}) == 0); }

TEST_CASE("planted theories are refuted: another p, no 1/B, no flush, another rounding") {
  CHECK(missed(planted([](predicted::RegionSetting& s) { s.format.precision -= 1; })) > 0);
  CHECK(missed(planted([](predicted::RegionSetting& s) { s.format.precision += 1; })) > 0);
  CHECK(missed(planted([](predicted::RegionSetting& s) { s.mean = MeanPlace::outside; })) > 0);
  CHECK(missed(planted([](predicted::RegionSetting& s) { s.format.subnormals = Subnormals::gradual; })) > 0);
  CHECK(missed(planted([](predicted::RegionSetting& s) { s.rounding = Rounding::toward_zero; })) > 0);
}

TEST_CASE("what theory was certain of and runs contradict is missed") {
  RegionTheory theory;
  theory.regions = [](const predicted::MarginWindow&, const predicted::MarginsReached&) {
    constexpr predicted::Region none{predicted::Verdict::no, predicted::Ground::closed, true};
    return predicted::Regions{none, none, none};
  };
  const Part part = verify_boundary({}, smaller_agenda(), theory);
  CHECK(part.missed == 5);  // three absorb, and two of them inflate
  CHECK(part.text.find("refuted") != std::string::npos);
}

TEST_CASE("an examination can be stopped") {
  const std::atomic<bool> stop = true;
  CHECK_THROWS_AS(verify_boundary({.stop = &stop}, small_agenda()), Interrupted);
}

TEST_CASE("bisection finds every boundary of a monotone line, from nothing and from any guess") {
  constexpr std::size_t count = 23;
  for (std::size_t first = 0; first <= count; ++first) {
    std::size_t asked = 0;
    const auto holds = [&](std::size_t i) {
      ++asked;
      return i >= first;
    };
    CHECK(bisected(count, holds) == first);
    CHECK(asked <= 5);
    for (std::size_t guess = 0; guess <= count; ++guess) {
      asked = 0;
      CHECK(bisected(count, guess, holds) == first);
      CHECK(asked <= 7);
      if (guess == first) CHECK(asked <= 2);
    }
  }
}
