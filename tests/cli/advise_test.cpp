#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "precipice/diagnosis/advice.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using tests::ProgramRun;

namespace {

ProgramRun advise(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "advise");
  return tests::run_precipice(arguments);
}

}  // namespace

TEST_CASE("advice comes with the inequalities that decide") {
  const ProgramRun run = advise({"--classes", "10", "--batch", "128", "--margin", "25"});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  for (const char* const part :
       {"margins up to 25 nats, 10 classes, batch 128",
        "p ln 2 on: 25.646 with p = 37, above 25; 24.953 with p = 36 is not", "n = 1 to 9 by label: 25.646 to 27.844",
        "advice     e", "E <= 4, where 2^(E-1) - 2 <= log2 128", "verdict",
        "\nbinary64            53  11       36.74"}) {
    CAPTURE(part);
    CAPTURE(run.out);
    CHECK(run.out.find(part) != std::string::npos);
  }
}

TEST_CASE("the JSON of an advice has its numbers, digit by digit") {
  const auto json =
      nlohmann::json::parse(advise({"--classes", "7", "--batch", "64", "--margin", "12.5", "--loss-scale", "8",
                                    "--order", "lanes:4", "--rounding", "rz", "--mean", "after", "--json"})
                                .out);
  const predicted::Regime regime{.margin = 12.5,
                                 .classes = 7,
                                 .batch = 64,
                                 .loss_scale = 8,
                                 .order = SumOrder::in_lanes(4),
                                 .rounding = Rounding::toward_zero,
                                 .mean = MeanPlace::after};
  const predicted::Advice advice = predicted::advise(regime);
  CHECK(json["precision"] == advice.precision);
  CHECK(json["exponent_bits"] == advice.exponent_bits);
  CHECK(json["closed_exponent_bits"] == *advice.closed_exponent_bits);
  CHECK(json["regime"]["reduction"] == 8);
  CHECK(json["equal_wrong_classes"]["most_terms"] == advice.pieces->most);
  REQUIRE(json["named"].size() == catalogue().size());
  for (std::size_t i = 0; i < advice.named.size(); ++i) {
    CHECK(json["named"][i]["name"] == catalogue()[i].name);
    CHECK(json["named"][i]["absorption_margin"].get<double>() == *advice.named[i].opens);
  }
}

TEST_CASE("where 1/B is lost the advice asks for precision, and says what would not lose it") {
  const ProgramRun lost = advise({"--classes", "10", "--batch", "50", "--margin", "25", "--rounding", "to-odd"});
  for (const char* const part : {"to-odd never rounds a sum above 1 back to 1, but the softmax times 1/B back to 1/B,",
                                 "from (p - 2) ln 2 on: 25.646 with p = 39, above 25; 24.953 with p = 38 is not",
                                 "--mean after or outside", "(p = 39,", "\nbinary32            24   8       15.25"}) {
    CAPTURE(part);
    CAPTURE(lost.out);
    CHECK(lost.out.find(part) != std::string::npos);
  }
  for (const std::vector<std::string>& kept :
       {std::vector<std::string>{"--batch", "64"}, {"--batch", "50", "--mean", "after"}}) {
    std::vector<std::string> arguments{"--classes", "10", "--margin", "25", "--rounding", "to-odd"};
    arguments.insert(arguments.end(), kept.begin(), kept.end());
    CHECK(advise(arguments).out.find("never rounds a sum above 1 back to 1: any p will do") != std::string::npos);
  }
}

TEST_CASE("what is no regime is refused in one line") {
  const std::vector<std::string> good{"--classes", "10", "--batch", "128", "--margin", "25"};
  for (const auto& [option, value, hint] :
       {std::tuple<const char*, const char*, const char*>{"--classes", "1", "at least 2"},
        {"--classes", "ten", "--classes"},
        {"--batch", "0", "from 1"},
        {"--margin", "0", "above 0"},
        {"--margin", "nan", "above 0"},
        {"--margin", "inf", "above 0"},
        {"--loss-scale", "-1", "positive"},
        {"--loss-scale", "5e-324", "B / S must be finite"},
        {"--order", "sequentail", "did you mean 'sequential'?"},
        {"--mean", "befor", "did you mean 'before'?"},
        {"--rounding", "sr", "stochastic"}}) {
    std::vector<std::string> arguments = good;
    const auto place = std::ranges::find(arguments, option);
    if (place == arguments.end()) {
      arguments.insert(arguments.end(), {option, value});
    } else {
      *(place + 1) = value;
    }
    const ProgramRun run = advise(arguments);
    CAPTURE(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK(run.error_lines() == 1);
    CHECK(run.err.find(hint) != std::string::npos);
  }
  CHECK(advise({"--classes", "10"}).exit_code == 2);
}
