#include "precipice/verification/claims.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "precipice/sweep/experiments.hpp"
#include "precipice/verification/part.hpp"

using namespace precipice;
using namespace precipice::verification;

namespace {

const Course quiet{.jobs = 2, .stop = nullptr, .style = Progress::Style::silent};

const LedgerEntry& entry(const std::vector<LedgerEntry>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &LedgerEntry::name);
  REQUIRE(found != all.end());
  return *found;
}

/// Records at the steps 0, 1, ..., of a run in bfloat16.
RunSeen run_of(std::vector<Record> records) {
  RunSeen run;
  run.experiment.precision.format = ieee_like(8, 8);
  for (std::size_t i = 0; i < records.size(); ++i) records[i].step = static_cast<std::int64_t>(i);
  run.trace.records = std::move(records);
  return run;
}

/// Growth of ||mu_G|| and ||W_G|| by this factor a step, from the first absorption at step 0.
RunSeen growing(double factor, std::size_t steps) {
  std::vector<Record> records(steps);
  double norm = 1;
  for (Record& r : records) {
    r.feature_mean_norm = r.classifier_mean_norm = norm;
    r.drift_cosine = -1;
    norm *= factor;
  }
  RunSeen run = run_of(std::move(records));
  run.diagnosis.onsets.first_absorption = 0;
  return run;
}

/// An entry with two sayings and a correction, and answers to it.
LedgerEntry two_sayings() {
  LedgerEntry e;
  const auto yes = [](const RunSeen&, const RunSeen&) { return true; };
  e.sayings = {{"first", yes}, {"second", yes}};
  e.correction = Saying{"corrected", yes};
  return e;
}
std::vector<Answer> answers(int precision, std::size_t first, std::size_t second, std::size_t corrected,
                            std::size_t seeds = 10) {
  std::vector<Answer> all;
  for (std::size_t s = 0; s < seeds; ++s) {
    all.push_back({precision, s, {s < first, s < second}, s < corrected, 0});
  }
  return all;
}
std::vector<Answer> both(std::vector<Answer> a, const std::vector<Answer>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("the interval of a share is that of Clopper and Pearson") {
  // From tables of the exact interval.
  CHECK(Share{5, 5}.least() == doctest::Approx(0.4782).epsilon(1e-3));
  CHECK(Share{5, 5}.most() == 1);
  CHECK(Share{0, 10}.least() == 0);
  CHECK(Share{0, 10}.most() == doctest::Approx(0.3085).epsilon(1e-3));
  CHECK(Share{8, 20}.least() == doctest::Approx(0.1912).epsilon(1e-3));
  CHECK(Share{8, 20}.most() == doctest::Approx(0.6395).epsilon(1e-3));
  CHECK(Share{4, 5}.is_borne_out());
  CHECK_FALSE(Share{7, 10}.is_borne_out());
  CHECK_FALSE(Share{}.is_borne_out());
}

TEST_CASE("a sentence holds where most seeds bear it out at every precision; else its correction, or a part of it") {
  const LedgerEntry e = two_sayings();
  const auto verdict = [&](const std::vector<Answer>& of) { return judge(e, of); };
  CHECK(verdict(both(answers(8, 10, 10, 0), answers(11, 10, 9, 0))) == Judgement{Verdict::holds, ""});
  CHECK(verdict(both(answers(8, 10, 2, 10), answers(11, 10, 10, 10))) == Judgement{Verdict::corrected, "corrected"});
  CHECK(verdict(both(answers(8, 10, 2, 0), answers(11, 10, 10, 0))) == Judgement{Verdict::corrected, "only at p = 11"});
  CHECK(verdict(both(answers(8, 10, 2, 0), answers(11, 10, 3, 0))) == Judgement{Verdict::corrected, "only: first"});
  CHECK(verdict(both(answers(8, 3, 2, 1), answers(11, 1, 3, 5))) == Judgement{Verdict::not_observed, ""});
}

TEST_CASE("a verdict that one seed would turn is none") {
  CHECK(judge(two_sayings(), answers(8, 8, 8, 0)).verdict == Verdict::undecided);
  CHECK(judge(two_sayings(), answers(8, 9, 9, 0)).verdict == Verdict::holds);
  CHECK(judge(two_sayings(), answers(8, 7, 7, 0)).verdict == Verdict::not_observed);
  CHECK(judge(two_sayings(), answers(8, 1, 1, 0, 1)).verdict == Verdict::undecided);  // one seed
}

TEST_CASE("growth is exponential where a line through its logarithm fits better than a power of the step") {
  const auto all = ledger();
  const LedgerEntry& e = entry(all, "exponential growth");
  const RunSeen exponential = growing(1.02, 400), control = growing(1, 400);
  CHECK(e.sayings.front().is_borne_out(exponential, control));
  CHECK(e.statistic.of(exponential, control) == doctest::Approx(100 * std::log(1.02)));
  RunSeen power = exponential;
  for (Record& r : power.trace.records) {
    r.feature_mean_norm = r.classifier_mean_norm = 1 + static_cast<double>(r.step * r.step);
  }
  CHECK_FALSE(e.sayings.front().is_borne_out(power, control));
  CHECK_FALSE(e.sayings.front().is_borne_out(control, control));
  CHECK(std::isnan(e.statistic.of(control, control)));
}

TEST_CASE("what happens behind the first spike is no growth before it") {
  const auto all = ledger();
  RunSeen run = growing(1.02, 400);
  run.diagnosis.onsets.first_spike = 50;  // 1.02^50 is less than fivefold
  CHECK_FALSE(entry(all, "exponential growth").sayings.front().is_borne_out(run, growing(1, 400)));
}

TEST_CASE("the first collapse tells p ln 2 from (p - 1) ln 2") {
  const auto all = ledger();
  const LedgerEntry& e = entry(all, "absorption");
  const auto collapsing_at = [](double margin) {
    std::vector<Record> records(3);
    records[0].largest_margin = margin - 0.1;
    records[1].largest_margin = records[2].largest_margin = margin;
    records[1].collapsed_share = records[2].collapsed_share = 0.5;
    return run_of(std::move(records));
  };
  const RunSeen claimed = collapsing_at(4.9), corrected = collapsing_at(5.6);
  CHECK(e.sayings.front().is_borne_out(claimed, claimed));
  CHECK_FALSE(e.correction->is_borne_out(claimed, claimed));
  CHECK_FALSE(e.sayings.front().is_borne_out(corrected, corrected));
  CHECK(e.correction->is_borne_out(corrected, corrected));
}

TEST_CASE("samples re-emerge where half of those that were collapsed are back when the spike begins") {
  const auto all = ledger();
  const LedgerEntry& e = entry(all, "re-emergence");
  const auto with_share_at_spike = [](double share) {
    std::vector<Record> records(300);
    for (Record& r : records) r.collapsed_share = 0.9;
    records[250].collapsed_share = share;
    RunSeen run = run_of(std::move(records));
    run.diagnosis.onsets.first_spike = 250;
    return run;
  };
  const RunSeen many = with_share_at_spike(0.4), some = with_share_at_spike(0.8), none = with_share_at_spike(0.9);
  CHECK(e.sayings.front().is_borne_out(many, many));
  CHECK_FALSE(e.sayings.front().is_borne_out(some, some));
  CHECK(e.correction->is_borne_out(some, some));
  CHECK_FALSE(e.correction->is_borne_out(none, none));
}

TEST_CASE("a spike with a clean sum is told apart from inflation") {
  const auto all = ledger();
  const LedgerEntry& e = entry(all, "other spikes");
  std::vector<Record> records(3);
  for (Record& r : records) r.residual_probability = 1e-3;
  RunSeen run = run_of(std::move(records));
  run.diagnosis.onsets.first_spike = 1;
  CHECK_FALSE(e.sayings.front().is_borne_out(run, run));
  CHECK(e.correction->is_borne_out(run, run));
  run.trace.records[2].zero_sum_residual = 1e-3;
  CHECK_FALSE(e.correction->is_borne_out(run, run));
}

TEST_CASE("the ledger names variants of its experiment, and every claim something to compare with") {
  const Plan plan = ledger_sources(Extent::usual).front().plan;
  std::set<std::string> names;
  for (const Variant& variant : plan.variants) names.insert(variant.name);
  std::set<std::string> entries;
  for (const LedgerEntry& e : ledger()) {
    CAPTURE(e.name);
    CHECK(entries.insert(e.name).second);
    CHECK_FALSE(e.sentence.empty());
    CHECK_FALSE(e.sayings.empty());
    CHECK(e.statistic.of);
    CHECK(names.contains(e.control));
    for (const std::string& variant : e.variants) CHECK(names.contains(variant));
  }
}

TEST_CASE("the paper's own task fills the same entries, beside its own control") {
  std::vector<LedgerSource> sources = ledger_sources(Extent::full);
  REQUIRE(sources.size() == 2);
  LedgerSource& division = sources[1];
  for (const char* setting : {"run.steps=20", "task.modulus=7", "sweep.run.seed=[0, 1]", "run.record_every=5"}) {
    override_setting(division.plan, setting);
  }
  const auto filled = fill_ledger(division, ledger(), quiet);
  const auto found = std::ranges::find_if(filled.entries, [](const Judged& j) { return j.entry.name == "absorption"; });
  REQUIRE(found != filled.entries.end());
  CHECK(found->answers.size() == 2);
  CHECK(found->answers.front().precision == 24);
}

TEST_CASE("a short ledger is the same on one thread and on two, and its control is in binary64") {
  LedgerSource source = ledger_sources(Extent::usual).front();
  for (const char* setting : {"sweep.variant=[\"as it is\", \"loss in binary64\"]", "run.steps=300", "run.seed=[0, 1]",
                              "precision.format=[\"e8m3\"]"}) {
    override_setting(source.plan, setting);
  }
  Course alone = quiet;
  alone.jobs = 1;
  const auto filled = fill_ledger(source, ledger(), quiet);
  const Part part = claims_part({filled});
  CHECK(part.text == claims_part({fill_ledger(source, ledger(), alone)}).text);
  CHECK(part.missed == 0);
  CHECK(part.json.at("digits").size() == filled.entries.size());
  const auto found =
      std::ranges::find_if(filled.entries, [](const Judged& j) { return j.entry.name == "exactly zero"; });
  REQUIRE(found != filled.entries.end());
  CHECK(found->answers.size() == 2);
  CHECK(found->judgement.verdict == Verdict::holds);
}
