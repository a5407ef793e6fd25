// Bundles as settings: what they stand for, what overrides them, and sweeps over them.
#include "precipice/sweep/bundles.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"
#include "support/results_directory.hpp"
#include "sweep/bundles.hpp"

using namespace precipice;
using testing::with_bundle;

TEST_CASE("a bundle is its settings written out: same identity, same key") {
  for (const Bundle& bundle : loss_bundles()) {
    CAPTURE(std::string(bundle.name));
    std::string text;
    for (const auto& [key, value] : bundle.settings) {
      const bool is_word = value != "true" && value != "false";
      text += is_word ? fmt::format("{} = \"{}\"\n", key, value) : fmt::format("{} = {}\n", key, value);
    }
    const Experiment written = testing::experiment(text);
    CHECK(identity(with_bundle(bundle.name, "bfloat16")) == identity(written));
    CHECK(key_of(with_bundle(bundle.name, "bfloat16")) == key_of(written));
    CHECK_FALSE(testing::has_key(written, "loss.bundle"));
  }
}

TEST_CASE("a key that is given overrides its bundle, wherever it stands") {
  const Experiment e = testing::experiment(
      "[loss]\norder = \"exact\"\nbundle = \"mx\"\n[precision]\nrounding = \"toward-zero\"\nplan = \"everything\"\n");
  CHECK(e.loss.formulation == Formulation::composed);
  CHECK(e.loss.order == SumOrder::exact);
  CHECK(e.precision.rounding == Rounding::toward_zero);
  CHECK(e.precision.of(Role::loss_sum) == RoleFormat{binary32});
  CHECK(e.precision.plan == PrecisionPlan::everything);
}

TEST_CASE("--set names a bundle against the file; what it says beside that holds, in either order") {
  const auto set = [](std::initializer_list<const char*> assignments) {
    Plan plan =
        parse_plan("[loss]\nformulation = \"naive\"\nmean = \"outside\"\nsmoothing = 0.1\n", "test.toml", "test");
    for (const char* const assignment : assignments) override_setting(plan, assignment);
    return expand(plan).front().experiment.loss;
  };
  const Loss plain = set({"loss.bundle=tensorflow"});
  CHECK(plain.formulation == Formulation::division);
  CHECK(plain.mean == MeanPlace::after);
  CHECK(plain.smoothing == 0.1);
  for (const Loss& both :
       {set({"loss.bundle=tensorflow", "loss.mean=before"}), set({"loss.mean=before", "loss.bundle=tensorflow"})}) {
    CHECK(both.formulation == Formulation::division);
    CHECK(both.mean == MeanPlace::before);
  }
  CHECK(set({"sweep.loss.bundle=[\"tensorflow\"]"}).formulation == Formulation::division);
}

TEST_CASE("an axis of bundles has a cell for each, and a manifest's base leaves them what they set") {
  const Plan plan = parse_plan(
      "[loss]\nfused = false\n[sweep]\n\"loss.bundle\" = [\"torch-cuda\", \"jax-optax\", \"mx\"]\n\"run.seed\" = [0, "
      "1]\n"
      "[[sweep.also]]\n\"precision.format\" = \"binary64\"\n",
      "test.toml", "test");
  const auto cells = expand(plan);
  REQUIRE(cells.size() == 7);
  CHECK(cells[0].coordinates[0] == Value("torch-cuda"));
  CHECK(cells[0].experiment.loss.order == SumOrder::butterfly);
  CHECK_FALSE(cells[0].experiment.loss.is_fused);  // given in the file
  CHECK(cells[2].experiment.loss.formulation == Formulation::reciprocal);
  CHECK(cells[4].experiment.precision.rounding == Rounding::nearest_away);
  CHECK(cells[6].experiment.loss.formulation == Formulation::shift);
  const auto again = expand(parse_plan(to_toml(plan), "again.toml", "test"));
  REQUIRE(again.size() == cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) CHECK(again[i].key == cells[i].key);
}

TEST_CASE("a sweep over bundles has a row for each; written out, its keys have the same bytes; it resumes") {
  const auto directory = tests::fresh_directory("bundles"), single = tests::fresh_directory("bundle_written_out");
  const std::string small =
      "[task]\nname = \"random-labels\"\nsamples = 10\ninputs = 3\nclasses = 4\n[model]\nhidden = [5]\n[run]\nsteps = "
      "20\n";
  const Plan plan = parse_plan(
      small + "[sweep]\n\"loss.bundle\" = [\"torch-cpu-avx2\", \"torch-legacy\"]\n\"precision.p\" = [4, 8]\n", "a.toml",
      "a");
  CHECK(run_sweep(plan, directory, {}).computed == 4);
  CHECK(run_sweep(plan, directory, {}).computed == 0);
  const std::string table = read_whole_file(directory / "cells.csv");
  CHECK(table.starts_with("key,loss.bundle,precision.p,format,"));
  for (const char* const row : {",torch-cpu-avx2,4,", ",torch-cpu-avx2,8,", ",torch-legacy,4,", ",torch-legacy,8,"}) {
    CHECK(table.find(row) != std::string::npos);
  }
  const Plan written = parse_plan(small +
                                      "[loss]\nformulation = \"lse-added\"\norder = \"strided:8\"\nfused = true\n"
                                      "[precision]\np = 4\n",
                                  "b.toml", "b");
  run_sweep(written, single, {});
  const std::string key = expand(written).front().key;
  const Results both(directory), one(single);
  CHECK(read_whole_file(both.trace_file(key)) == read_whole_file(one.trace_file(key)));
  const auto without_cost = [&](const Results& results) {
    auto json = nlohmann::ordered_json::parse(read_whole_file(results.cell_file(key)));
    json.erase("cost");
    return json.dump();
  };
  CHECK(without_cost(both) == without_cost(one));
}

TEST_CASE("a bundle that is none is named, with the nearest one") {
  CHECK(testing::complaint("[loss]\nbundle = \"torch-cdua\"\n") ==
        "test.toml:2: loss.bundle is torch-cdua, but must be one of torch-cpu-avx2, torch-cpu-avx512, torch-cuda, "
        "torch-legacy, jax-optax, tensorflow, mx; did you mean 'torch-cuda'?");
  CHECK(testing::complaint("[loss]\nbundle = 3\n").starts_with("test.toml:2: loss.bundle is 3, but must be one of"));
}

TEST_CASE("the help names every bundle and what it sets") {
  const auto described = described_bundles();
  REQUIRE(described.size() == loss_bundles().size());
  for (std::size_t i = 0; i < described.size(); ++i) {
    CHECK(described[i].first == loss_bundles()[i].name);
    for (const auto& [key, value] : loss_bundles()[i].settings) {
      CHECK(is_bundled(key));
      CHECK(described[i].second.find(fmt::format("{} = {}", key, value)) != std::string::npos);
    }
  }
  CHECK(value_under("mx", "loss.order") == "cascade:8");
  CHECK(value_under("jax-optax", "precision.rounding") == "nearest-even");
  CHECK(value_under("", "loss.formulation") == "shift");
  CHECK_FALSE(is_bundled("loss.smoothing"));
}
