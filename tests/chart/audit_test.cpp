#include "precipice/chart/audit.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace precipice;

TEST_CASE("the figure of an audit has its bins, and one line for thresholds that are the same") {
  Audit audit;
  for (const double margin : {3.0, 3.2, -1.0}) audit.margins.add(margin);
  const std::string script =
      chart::audit_script("a title", audit, {{"tf32", 7.6}, {"binary16", 7.6}, {"binary32", 16.6}});
  for (const char* const part : {"'a title'", "\n3.25 2\n", "\n-0.75 1\n", "'tf32, binary16'", "'binary32'",
                                 "set xrange [-2:17.6]", "plot $margins"}) {
    CAPTURE(script);
    CAPTURE(part);
    CHECK(script.find(part) != std::string::npos);
  }
  CHECK(chart::audit_script("", Audit(), {}).find("plot NaN") != std::string::npos);
}

TEST_CASE("without gnuplot there is no figure of an audit") {
  const std::filesystem::path figure = std::filesystem::path(PRECIPICE_SCRATCH) / "audit.svg";
  CHECK_FALSE(chart::draw_audit("", Audit(), {}, figure, "/nowhere/gnuplot"));
}
