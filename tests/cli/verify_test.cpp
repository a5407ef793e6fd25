#include "precipice/cli/verify.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "precipice/sweep/files.hpp"
#include "support/refusal.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

cli::VerifyOptions thresholds_of(const std::string& format) {
  cli::VerifyOptions options;
  options.subject = "thresholds";
  options.formats = {format};
  return options;
}

}  // namespace

TEST_CASE("verify compares, reports and exits with 0; twice the same bytes") {
  const auto folder = fresh_directory("verify");
  const auto run = [&](const std::string& name) {
    return run_precipice({"verify", "--formats", "e4m3fn,e5m2", "thresholds", "--json",
                          (folder / (name + ".json")).string(), "--report", (folder / name).string()});
  };
  const ProgramRun first = run("one"), second = run("two");
  CHECK(first.exit_code == 0);
  CHECK(first.out.find("thresholds: 2304 comparisons, 0 missed") != std::string::npos);
  const std::string json = read_whole_file(folder / "one.json");
  CHECK(json == read_whole_file(folder / "two.json"));
  CHECK(read_whole_file(folder / "one" / "report.md") == read_whole_file(folder / "two" / "report.md"));
  const auto parsed = nlohmann::json::parse(json);
  CHECK(parsed.at("parts").at("thresholds").at("checked") == 2304);
  CHECK(parsed.at("missed") == 0);
}

TEST_CASE("a wrong theory is a failed check") {
  using predicted::EqualRivals;
  using predicted::GradientRules;
  verification::Theory theory;
  CHECK(cli::verify(thresholds_of("e5m2"), theory) == ExitCode::fine);
  theory.thresholds = [](const GradientRules& rules) {
    const auto predict = verification::threshold_theory()(rules);
    return [predict](EqualRivals rivals) {
      ++rivals.classes;  // K for K - 1
      return predict(rivals);
    };
  };
  CHECK(cli::verify(thresholds_of("e5m2"), theory) == ExitCode::check_failed);
  theory.thresholds = [](GradientRules rules) {
    rules.mean = MeanPlace::outside;  // no 1/B
    return verification::threshold_theory()(rules);
  };
  CHECK(cli::verify(thresholds_of("e5m2"), theory) == ExitCode::check_failed);
}

TEST_CASE("what verify does not know is refused before anything is computed") {
  CHECK(refusal({"verify", "threshold"}).find("did you mean 'thresholds'") != std::string::npos);
  CHECK(refusal({"verify", "thresholds", "--formats", "e8m0fnu"}).find("has no sign") != std::string::npos);
  CHECK(refusal({"verify", "thresholds", "--formats", "e9"}).find("--formats") != std::string::npos);
  CHECK(refusal({"verify", "thresholds", "--formats", "bf16:daz"}).find("flushes operands") != std::string::npos);
  CHECK(refusal({"verify", "--json"}).find("needs a value") != std::string::npos);
  CHECK(refusal({"verify", "thresholds", "--report", "/proc/nowhere"}, 3).find("--report") != std::string::npos);
}
