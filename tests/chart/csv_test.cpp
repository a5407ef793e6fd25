#include "precipice/chart/csv.hpp"

#include <doctest/doctest.h>

#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"

using namespace precipice;
using namespace precipice::chart;
using Fields = std::vector<std::string>;

TEST_CASE("rows are read with their lines, whatever ends a line") {
  for (const std::string end : {"\n", "\r\n"}) {
    const CsvTable table = parse_csv("a,b" + end + "1," + end + ",2" + end, "t.csv");
    CHECK(table.columns == Fields{"a", "b"});
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[0].fields == Fields{"1", ""});
    CHECK(table.rows[1].fields == Fields{"", "2"});
    CHECK(table.rows[1].line == 3);
  }
}

TEST_CASE("the last line may lack its end") { CHECK(parse_csv("a\n1", "t.csv").rows.at(0).fields == Fields{"1"}); }

TEST_CASE("nothing at all has no columns") { CHECK(parse_csv("", "t.csv").columns.empty()); }

TEST_CASE("quotes hold commas, line breaks and quotes") {
  const CsvTable table = parse_csv("a,b\n\"x, \"\"y\"\"\nz\",\"\"\n3,4\n", "t.csv");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].fields == Fields{"x, \"y\"\nz", ""});
  CHECK(table.rows[1].line == 4);
}

TEST_CASE("what the sweep writes reads back") {
  for (const std::string text : {"plain", "a,b", "\"", "line\nbreak", "\r", "", " x "}) {
    CHECK(parse_csv("a,b\n" + csv_field(text) + ",1\n", "t.csv").rows.at(0).fields.at(0) == text);
  }
}

TEST_CASE("a damaged table is refused with file and line") {
  CHECK_THROWS_WITH_AS(parse_csv("a,b\n1,2\n3\n", "t.csv"), "t.csv:3: 1 fields under a header of 2", FileError);
  CHECK_THROWS_WITH_AS(parse_csv("a\n\"x\n", "t.csv"), "t.csv:2: a quoted field has no end", FileError);
  CHECK_THROWS_WITH_AS(parse_csv("a\n\"x\"y\n", "t.csv"),
                       "t.csv:2: text after a closing quote; a quote inside a field is doubled", FileError);
}

TEST_CASE("columns are found by name") {
  const CsvTable table = parse_csv("a,b\n", "t.csv");
  CHECK(table.find("b") == 1);
  CHECK_FALSE(table.find("c"));
}
