#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "precipice/cli/brief.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using tests::ProgramRun;

namespace {

ProgramRun formats(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "formats");
  return tests::run_precipice(arguments);
}

std::vector<std::string> lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("without a name the catalogue is listed, in its order") {
  const std::vector<std::string> table = lines(formats({}).out);
  REQUIRE(table.size() > catalogue().size());
  for (std::size_t i = 0; i < catalogue().size(); ++i) {
    CHECK(words(table[i + 1]).front() == catalogue()[i].name);
  }
}

TEST_CASE("a row holds the numbers of the format") {
  const std::vector<std::string> table = lines(formats({"fp32", "E4M3", "e2p1"}).out);
  CHECK(words(table[1]) == Words{"binary32", "e8m23", "24", "23", "8", "-126", "127", "3.4028e+38", "1.1755e-38",
                                 "1.4013e-45", "5.9605e-08", "16.64", "103.97", "87.34"});
  CHECK(words(table[2]) == Words{"float8_e4m3", "e4m3", "4", "3", "4", "-6", "7", "240", "0.015625", "0.0019531",
                                 "0.0625", "2.77", "6.93", "4.16"});
  CHECK(words(table[3]) ==
        Words{"-", "e2m0", "1", "0", "2", "0", "1", "2", "1", "none", "0.5", "0.69", "0.69", "closed"});
}

TEST_CASE("columns are aligned, whatever is in them") {
  const std::vector<std::string> table = lines(formats({"e2m1", "binary256", "e30m65535"}).out);
  for (std::size_t i = 1; i < 4; ++i) CHECK(table[i].size() == table[0].size());
}

TEST_CASE("exponent ranges without end are listed without a number being written out") {
  const ProgramRun run = formats({"e30m65535", "e30m0"});
  CHECK(run.exit_code == 0);
  const Words row = words(lines(run.out)[1]);
  CHECK(row[5] == "-536870910");
  CHECK(row[8] == "1.9525e-161614248");
}

TEST_CASE("the JSON holds exactly the numbers of the format") {
  const auto json = nlohmann::json::parse(formats({"--json", "bfloat16", "e5m3"}).out);
  REQUIRE(json.size() == 2);
  const auto& bf16 = json[0];
  CHECK(bf16["name"] == "bfloat16");
  CHECK(bf16["format"] == "e8m7");
  CHECK(bf16["precision"] == 8);
  CHECK(bf16["trailing_bits"] == 7);
  CHECK(bf16["exponent_bits"] == 8);
  CHECK(bf16["emin"] == -126);
  CHECK(bf16["emax"] == 127);
  CHECK(bf16["largest"].get<double>() == 0x1.fep+127);
  CHECK(bf16["smallest_normal"].get<double>() == 0x1p-126);
  CHECK(bf16["smallest_subnormal"].get<double>() == 0x1p-133);
  CHECK(bf16["unit_roundoff"].get<double>() == 0x1p-8);
  CHECK(json[1]["name"].is_null());
}

TEST_CASE("the margins are the predicted ones, digit by digit") {
  const auto json = nlohmann::json::parse(formats({"--json"}).out);
  REQUIRE(json.size() == catalogue().size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Format& f = catalogue()[i].format;
    if (!has_zero(f)) continue;  // terms never vanish: see below
    const auto window =
        *predicted::nfi_window(f, Rounding::nearest_even, SumOrder::sequential, 2, 0, MeanPlace::outside, 1);
    CHECK(json[i]["absorption_margin"].get<double>() == window.opens);
    CHECK(json[i]["underflow_margin"].get<double>() == window.closes);
    CHECK(json[i]["nfi_window"].get<double>() == window.width());
  }
}

TEST_CASE("numbers that binary64 does not have are formulas in JSON") {
  const auto json = nlohmann::json::parse(formats({"--json", "binary128", "e8m0", "e30m7"}).out);
  CHECK(json[0]["largest"] == "(1-2^-113)*2^16384");
  CHECK(json[0]["smallest_normal"] == "2^-16382");
  CHECK(json[0]["smallest_subnormal"] == "2^-16494");
  CHECK(json[0]["unit_roundoff"].get<double>() == 0x1p-113);
  CHECK(json[1]["smallest_subnormal"].is_null());
  CHECK(json[2]["smallest_normal"] == "2^-536870910");
}

TEST_CASE("an unknown or impossible format is refused before anything is printed") {
  for (const auto& [name, hint] : {std::pair<const char*, const char*>{"bfloat61", "did you mean 'bfloat16'?"},
                                   {"e8", "accepted: e<E>m<trailing bits>"},
                                   {"e31m7", "2 to 30 bits"},
                                   {"e8p65537", "1 to 65536 bits"}}) {
    const ProgramRun run = formats({"binary16", name});
    CAPTURE(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK(run.error_lines() == 1);
    CHECK(run.err.starts_with("precipice: NAME: "));
    CHECK(run.err.find(hint) != std::string::npos);
  }
}

TEST_CASE("a brief decimal has five digits, whatever its size") {
  const auto brief = [](std::int64_t significand, std::int64_t exponent) {
    return cli::brief_decimal(Exact::finite(Sign::positive, significand, exponent));
  };
  CHECK(brief(1, 0) == "1");
  CHECK(brief(1, -1074) == "4.9407e-324");
  CHECK(brief(1, 1023) == "8.9885e+307");
  CHECK(brief(1, 1024) == "1.7977e+308");
  CHECK(brief(1, 16384) == "1.1897e+4932");
  CHECK(brief(1, -16494) == "6.4752e-4966");
  CHECK(brief(3, 3320) == "7.8833e+999");
  CHECK(brief(31, 3317) == "1.0183e+1000");
  CHECK(cli::brief_decimal(Exact::finite(Sign::negative, 1, -16494)) == "-6.4752e-4966");
  CHECK(cli::brief_decimal(largest_finite(binary128)) == "1.1897e+4932");
  CHECK(cli::brief_decimal(Exact()) == "0");
  CHECK(cli::brief_decimal(Exact::infinity(Sign::negative)) == "-inf");
}
