#include <doctest/doctest.h>

#include "precipice/sweep/files.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using namespace precipice::tests;

// What a browser makes of the page: tests/report/report_test.py.

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("report writes one page, which names nothing to load, and prints its name") {
  const auto folder = fresh_directory("report");
  const auto train = run_precipice({"train", "--set", "run.steps=200", "--out", folder.string()});
  CAPTURE(train.err);
  REQUIRE(train.exit_code == 0);
  const auto run = run_precipice({"report", folder.string()});
  CAPTURE(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.out == (folder / "report.html").string() + "\n");
  const std::string page = read_whole_file(folder / "report.html");
  CHECK(page.starts_with("<!DOCTYPE html>\n"));
  CHECK(page.ends_with("</html>\n"));
  CHECK(contains(page, "default-src 'none'"));
  CHECK_FALSE(contains(page, " src="));
  CHECK_FALSE(contains(page, "@import"));
  CHECK_FALSE(contains(page, "{{"));
  const auto other = run_precipice({"report", folder.string(), "-o", (folder / "other.html").string()});
  CHECK(other.exit_code == 0);
  CHECK(read_whole_file(folder / "other.html") == page);
}

TEST_CASE("bad input to report: one line, exit code 2 or 3, nothing written") {
  const auto folder = fresh_directory("report-bad");
  std::filesystem::create_directories(folder);
  const auto refused = [](std::vector<std::string> arguments, int code, std::string_view part) {
    arguments.insert(arguments.begin(), "report");
    const auto run = run_precipice(arguments);
    CAPTURE(run.err);
    CHECK(run.exit_code == code);
    CHECK(run.error_lines() == 1);
    CHECK(contains(run.err, part));
    CHECK(run.out.empty());
  };
  refused({}, 2, "DIR");
  refused({folder.string(), "-o"}, 2, "needs a value");
  refused({(folder / "nowhere").string()}, 3, "no such directory");
  refused({folder.string()}, 3, "manifest.json");
  refused({folder.string(), "-o", (folder / "cells.csv").string()}, 2, "choose another name");
  CHECK(std::filesystem::is_empty(folder));
}
