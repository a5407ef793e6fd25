#include "precipice/chart/report.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "made_results.hpp"
#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;

namespace {

/// One of the two blocks of data in a page.
nlohmann::json block(const std::string& page, const std::string& name) {
  const std::string begin = fmt::format(R"(<script type="application/json" id="report-{}">)", name);
  const std::size_t at = page.find(begin) + begin.size();
  REQUIRE(at >= begin.size());
  return nlohmann::json::parse(page.substr(at, page.find("</script>", at) - at));
}

/// What the page's script makes of three digits.
double unpacked(std::string_view digits) {
  static constexpr std::string_view all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::uint32_t code = 0;
  for (const char digit : digits) code = code * 64 + static_cast<std::uint32_t>(all.find(digit));
  return std::bit_cast<float>(code << 14);
}

std::vector<Record> quiet_records(std::size_t count) {
  std::vector<Record> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    all[i].step = static_cast<std::int64_t>(10 * i);
    all[i].loss = all[i].feature_mean_norm = 1;
  }
  return all;
}

bool has(const std::vector<std::size_t>& indices, std::size_t index) {
  return std::ranges::find(indices, index) != indices.end();
}

void check_refused(const std::filesystem::path& folder, const std::string& part) {
  try {
    static_cast<void>(report_page(folder));
    FAIL("no error");
  } catch (const FileError& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }
}

}  // namespace

TEST_CASE("of a trace the ends, every onset, and spikes of loss and of the mean are kept, in any room") {
  for (const std::size_t most : {24UL, 60UL, 300UL, 1500UL}) {
    for (const std::size_t count : {2'000UL, 2'001UL, 50'000UL}) {
      std::vector<Record> all = quiet_records(count);
      all[count / 3].loss = 1e3;
      all[count / 2].loss = 1e-9;
      all[2 * count / 3].feature_mean_norm = 1e4;
      Onsets onsets;
      onsets.fitted = 50;
      onsets.first_absorption = 123;  // no record: the next one
      onsets.diverged_at = all.back().step - 10;
      const auto kept = kept_records(all, onsets, most);
      CAPTURE(most);
      CAPTURE(count);
      CHECK(kept.size() <= most);
      CHECK(std::ranges::is_sorted(kept));
      CHECK(std::set(kept.begin(), kept.end()).size() == kept.size());
      CHECK(kept.front() == 0);
      CHECK(kept.back() == count - 1);
      for (const std::size_t event : {5UL, 13UL, count - 2, count / 3, count / 2, 2 * count / 3}) {
        CAPTURE(event);
        CHECK(has(kept, event));
      }
    }
  }
}

TEST_CASE("a spike is as narrow on the page as it was, and a line that begins or ends does so where it did") {
  std::vector<Record> all = quiet_records(20'000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].largest_update = i < 7'000 ? 0 : 1;  // drawn on logarithms
  all[12'345].loss = 100;
  const auto kept = kept_records(all, {}, 100);
  CHECK(kept.size() <= 100);
  for (const std::size_t event : {12'344UL, 12'345UL, 12'346UL, 6'999UL, 7'000UL}) {
    CAPTURE(event);
    CHECK(has(kept, event));
  }
}

TEST_CASE("with room every spike is kept, and a short trace as it is") {
  std::vector<Record> all = quiet_records(20'000);
  for (std::size_t i = 500; i < all.size(); i += 500) all[i].loss = 10;
  const auto kept = kept_records(all, {}, 1500);
  for (std::size_t i = 500; i < all.size(); i += 500) CHECK(has(kept, i));
  CHECK(kept.size() > 600);
  CHECK(kept_records(quiet_records(100), {}, 100).size() == 100);
  CHECK(kept_records({}, {}, 100).empty());
  std::vector<Record> lost = quiet_records(1000);
  for (Record& record : lost) record.loss = record.feature_mean_norm = std::numeric_limits<double>::quiet_NaN();
  CHECK(kept_records(lost, {}, 100).size() <= 100);
}

TEST_CASE("a number in three digits has its sign, its size and three decimal digits") {
  for (const double value : {0.0, 1.0, -1.0, 0.1, 123.456, -9.87e-12, 6.02e23, 2e-38, 3.3e38}) {
    CAPTURE(value);
    CHECK(std::abs(unpacked(packed(value)) - value) <= std::abs(value) * 0x1p-10);
  }
  CHECK(packed(1) == "P4A");
  CHECK(packed(0) == "AAA");
  CHECK(packed(1 + 0x1p-10) == packed(1));              // a tie goes to the even neighbour
  CHECK(unpacked(packed(1 + 0x1.8p-9)) == 1 + 0x1p-8);  // here the upper one
  CHECK(std::isnan(unpacked(packed(std::numeric_limits<double>::quiet_NaN()))));
  CHECK(unpacked(packed(1e300)) == std::numeric_limits<double>::infinity());
  CHECK(unpacked(packed(-std::numeric_limits<double>::infinity())) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("nothing in the data can end the script that holds it") {
  CHECK(inlined(R"({"a":"</script><!--"})") == R"({"a":"\u003c/script>\u003c!--"})");
  CHECK(inlined("\"\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xA6\"") == "\"\\u2028\\u2029\xE2\x80\xA6\"");
  Synthetic made;
  made.manifest["name"] = "</script><script>alert(1)</script>&\"";
  made.add(4, 5, {"clean", "slingshots"});
  const std::string page = report_page(made.write());
  CHECK(page.find("alert(1)</script>") == std::string::npos);
  CHECK(page.find("<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;: report") !=
        std::string::npos);
  CHECK(block(page, "data").at("name") == made.manifest["name"]);
}

TEST_CASE("a page has every row, with indices on axes and six digits of numbers, and says what is missing") {
  Synthetic made;
  made.add(4, 5, {"clean", "slingshots"}, {"", "340"});
  made.add(8, 8, {"failed"});
  made.add_control(1, "clean", "18.123456789");
  const std::string page = report_page(made.write());
  const auto data = block(page, "data");
  const auto column = [&](std::size_t row, std::string_view name) {
    const auto& columns = data.at("columns");
    const auto found = std::ranges::find_if(columns, [&](const auto& one) { return one.at("name") == name; });
    REQUIRE(found != columns.end());
    return data.at("rows")[row][static_cast<std::size_t>(found - columns.begin())];
  };
  CHECK(data.at("rows").size() == 4);
  CHECK(column(0, "precision.exponent_bits") == 1);
  CHECK(data.at("outcomes")[column(1, "outcome").get<std::size_t>()].at("word") == "slingshots");
  CHECK(column(1, "sc50") == 340);
  CHECK(column(0, "sc50").is_null());
  CHECK(column(3, "precision.p").is_null());
  CHECK(column(3, "final_median_margin") == 18.1235);
  CHECK(column(3, "state_digest") == "a, \"b\"");
  CHECK(data.at("diagram").at("axes") == nlohmann::json{"precision.exponent_bits", "precision.p"});
  const auto notes = data.at("about").at("notes").dump();
  CHECK(notes.find("14 of 14 planned cells are missing") != std::string::npos);
  CHECK(notes.find("Failed: 1 cell") != std::string::npos);
  CHECK(data.at("details")[0].at("missing") == "Its file cells/0000.json is missing.");
  CHECK(data.at("details")[1].at("control") == 3);
  CHECK(data.at("details")[0].at("control").is_null());  // of another seed
  CHECK(block(page, "traces") == nlohmann::json::parse("[null, null, null, null]"));
}

TEST_CASE("runs have onsets, thresholds, a prediction from their control, and the command that makes them") {
  const MadeResults made({.plan = MadeResults::small_plan, .records = 400});
  const std::string page = report_page(made.directory());
  const auto data = block(page, "data"), traces = block(page, "traces");
  const std::size_t control = made.cells().size() - 1;
  const auto& detail = data.at("details")[0];  // p = 8, E = 8, seed 0
  CHECK(detail.at("control") == control - 1);
  CHECK(detail.at("margins")[0].get<double>() == doctest::Approx(8 * std::log(2.0)).epsilon(1e-5));
  // Its control's margin at step s is s / 100: the first record at or after 704.3.
  CHECK(detail.at("sc50") == 710);
  CHECK(detail.at("onsets")[0] == 0);
  CHECK(detail.at("set")[0] == "task.name=random-labels");
  CHECK_FALSE(detail.contains("missing"));
  CHECK(data.at("details")[control].at("sc50").is_null());
  CHECK(traces[0].at("steps").size() == 400);  // all of a short one
  CHECK(traces[0].at("values")[0].get<std::string>().size() == 3 * 400);
  CHECK(report_page(made.directory()) == page);
}

TEST_CASE("a run whose trace or file is gone has no anatomy; a damaged one is an error of one line") {
  const MadeResults made({.plan = MadeResults::small_plan, .records = 30});
  const std::string first = made.cells()[0].key, second = made.cells()[1].key, third = made.cells()[2].key;
  std::filesystem::remove(made.results().trace_file(first));
  std::filesystem::remove(made.results().cell_file(second));
  const auto data = block(report_page(made.directory()), "data");
  CHECK(data.at("details")[0].at("missing") == fmt::format("Its trace traces/{}.csv.gz is missing.", first));
  CHECK(data.at("details")[0].contains("set"));
  CHECK(data.at("details")[1].at("missing") == fmt::format("Its file cells/{}.json is missing.", second));
  std::filesystem::remove(made.directory() / "experiment.toml");
  CHECK(block(report_page(made.directory()), "data").at("toml").is_null());
  write_text(made.results().trace_file(third), "torn");
  check_refused(made.directory(), third);
}

TEST_CASE("damaged and foreign results are an error of one line, and no file of theirs is overwritten") {
  const MadeResults made({.plan = MadeResults::small_plan, .records = 30});
  for (const char* const own : {"cells.csv", "manifest.json", "experiment.toml"}) {
    CHECK_THROWS_AS(write_report({made.directory(), made.directory() / own}), ConfigError);
  }
  CHECK(write_report({made.directory()}) == made.directory() / "report.html");
  CHECK(text_of(made.directory() / "report.html") == report_page(made.directory()));
  write_text(made.directory() / "cells.csv", "key,outcome\n1,\n");
  check_refused(made.directory(), "cells.csv");
  std::filesystem::remove(made.directory() / "cells.csv");
  check_refused(made.directory(), "cells.csv");
  write_text(made.directory() / "manifest.json", "{}");
  check_refused(made.directory(), "manifest.json");
  check_refused(made.directory() / "nowhere", "nowhere");
}

TEST_CASE("hundreds of cells with long traces stay below 2 MB and 4 kB a cell, and nearly fill them") {
  const MadeResults made({.plan = MadeResults::large_plan, .records = 700, .is_noisy = true});
  REQUIRE(made.cells().size() == 402);
  const std::string page = report_page(made.directory());
  CHECK(page.size() <= most_bytes(402));
  CHECK(page.size() > most_bytes(402) * 3 / 4);
  const auto traces = block(page, "traces");
  for (const auto& trace : traces) {
    CHECK(trace.at("steps").size() > 100);
    CHECK(trace.at("steps").size() < 700);
    // The one spike of each, 1e6, is there.
    const auto losses = trace.at("values")[0].get<std::string>();
    double largest = 0;
    for (std::size_t i = 0; i < losses.size(); i += 3) largest = std::max(largest, unpacked(losses.substr(i, 3)));
    CHECK(largest == doctest::Approx(1e6).epsilon(1e-3));
  }
}
