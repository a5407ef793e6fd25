#include <doctest/doctest.h>

#include "precipice/training/sha256.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

Task task_of(const std::string& text, std::int64_t samples = 3) {
  Task task;
  task.name = TaskName::csv;
  task.files.data = {written("table.csv", text)};
  task.classes = 2;
  task.samples = samples;
  task.test_samples = 0;
  return task;
}

Rows read(const Task& task) { return sorted_rows(load_data(task, 0).train); }

Task with_label(const std::string& column, const std::string& text) {
  Task task = task_of(text);
  task.files.label_column = column;
  return task;
}

Task with_header(CsvHeader header, const std::string& text, std::int64_t samples = 3) {
  Task task = task_of(text, samples);
  task.files.header = header;
  return task;
}

const Rows expected{{0.1, 2, 1}, {3, -4.5e-3, 0}, {5, 6, 1}};

}  // namespace

TEST_CASE("a table of numbers: the last column is the label, line ends and blanks do not matter") {
  CHECK(read(task_of("0.1,2,1\n3,-4.5e-3,0\n5,6,1\n")) == expected);
  CHECK(read(task_of("0.1,2,1\n3,-4.5e-3,0\n5,6,1")) == expected);
  CHECK(read(task_of("0.1,2,1\r\n3,-4.5e-3,0\r\n5,6,1\r\n\r\n\n")) == expected);
  CHECK(read(task_of("\xef\xbb\xbf 0.1 ,\t2, 1\n+3 , -4.5E-3,0.0\n \"5\" ,\"6\",1\n")) == expected);
  CHECK(read(task_of("x,y,label\n0.1,2,1\n3,-4.5e-3,0\n5,6,1\n")) == expected);
  Task packed = task_of("");
  packed.files.data = {written_gzip("table.csv.gz", "0.1,2,1\n3,-4.5e-3,0\n5,6,1\n")};
  CHECK(read(packed) == expected);
}

TEST_CASE("a number of a table is the nearest binary64 number") {
  CHECK(read(task_of("9007199254740993,0\n0.1000000000000000055511151231257827,1\n5e-324,0\n")) ==
        Rows{{0x1p-1074, 0}, {0.1, 1}, {0x1p53, 0}});
}

TEST_CASE("a column of any place may be the label; the others are inputs in their order") {
  const std::string text = "x,class,\"y, in \"\"mm\"\"\"\n0.1,1,2\n3,0,-4.5e-3\n5,1,6\n";
  CHECK(read(with_label("class", text)) == expected);
  CHECK(read(with_label("x", "x,a,b\n1,0.1,2\n0,3,-4.5e-3\n1,5,6\n")) == expected);
  CHECK(read(with_label("a, \"b\"", "x,y,\"a, \"\"b\"\"\"\n0.1,2,1\n3,-4.5e-3,0\n5,6,1\n")) == expected);
  check_refused(with_label("clas", text), "config",
                {"table.csv:1: no column 'clas', which task.label_column names; did you mean 'class'?"});
  check_refused(with_label("class", "0.1,2,1\n3,4,0\n5,6,1\n"), "config",
                {"task.label_column is 'class', but", "no line of names"});
  check_refused(with_label("x", "x,y,x\n1,2,3\n"), "file", {"table.csv:1: two columns are called 'x'"});
}

TEST_CASE("a first line is a header if no field of it is a number, or as the task says") {
  CHECK(read(with_header(CsvHeader::present, "1,2,3\n0.1,2,1\n3,-4.5e-3,0\n5,6,1\n")) == expected);
  CHECK(read(with_header(CsvHeader::absent, "0.1,2,1\n3,-4.5e-3,0\n5,6,1\n")) == expected);
  check_refused(with_header(CsvHeader::absent, "x,y,label\n1,2,1\n"), "file", {"table.csv:1: column 1 is 'x'"});
  check_refused(with_header(CsvHeader::detect, "1,x,0\n1,2,1\n"), "file", {"table.csv:1: column 2 is 'x'"});
  check_refused(with_header(CsvHeader::present, "1,2,1\n"), "file", {"holds no samples, only a header"});
}

TEST_CASE("a damaged table is refused in one line that names file and line") {
  const auto refused = [](const std::string& text, const std::vector<std::string>& parts) {
    check_refused(task_of(text), "file", parts);
  };
  refused("", {"table.csv is empty"});
  refused("\n\n", {"table.csv is empty"});
  refused("1\n0\n", {"table.csv:1: one column"});
  refused("1;2;1\n", {"table.csv:1: one column", "separated by commas"});
  refused("1,2,1\n3,0\n5,6,1\n", {"table.csv:2: 2 columns, but line 1 has 3"});
  refused("1,2,1\n3,4,0\n5,6,1,0\n", {"table.csv:3: 4 columns, but line 1 has 3"});
  refused("1,2,1\n\n5,6,1\n", {"table.csv:2: column 1 is empty"});
  refused("1,2,1\n3,,0\n", {"table.csv:2: column 2 is empty"});
  refused("x,y,label\n1,2,1\n3,4,0\n5,six,1\n", {"table.csv:4: column 2 (y) is 'six', but must be a number"});
  refused("1,2,1\n3,nan,0\n", {"table.csv:2: column 2 is 'nan'"});
  refused("1,2,1\n3,-inf,0\n", {"table.csv:2: column 2 is '-inf'"});
  refused("1,2,1\n3,1e999,0\n", {"table.csv:2: column 2 is '1e999'", "range of binary64"});
  refused("1,2,1\n3,4x,0\n", {"table.csv:2: column 2 is '4x'"});
  refused("1,2,1\n3,0x10,0\n", {"table.csv:2: column 2 is '0x10'"});
  refused("1,2,1\n3,+-4,0\n", {"table.csv:2: column 2 is '+-4'"});
  refused("1,2,1\n3,4 5,0\n", {"table.csv:2: column 2 is '4 5'"});
  refused("1,2,1\n3,\"4,0\n", {"table.csv:2: a quote that is opened"});
  refused("1,2,1\n3,\"4\"5,0\n", {"table.csv:2: '4' goes on behind its closing quote"});
  refused("1,2,1\n3,4,2\n", {"table.csv:2: label 2 must be an integer from 0 to 1"});
  refused("1,2,1\n3,4,-1\n", {"table.csv:2: label -1"});
  refused("1,2,1\n3,4,0.5\n", {"table.csv:2: label 0.5"});
  refused("x,y\n1,0\n2,setosa\n", {"table.csv:3: column 2 (y) is 'setosa'"});
  refused(std::string("1,2,1\n3,\x01\xff\0,0\n", 14), {"table.csv:2: column 2 is '" + std::string(3, '?') + "'"});
  refused("1,2,1\n" + std::string(100, 'z') + ",2,1\n", {"'" + std::string(40, 'z') + "...'"});
}

TEST_CASE("the fingerprint of one table is the SHA-256 of its file; of more, in the order in which they are named") {
  const std::string a = "0,0\n1,1\n", b = "2,0\n3,1\n";
  Task task = task_of(a, 2);
  const DataSet one = load_data(task, 0);
  CHECK(one.checksum == sha256(a));
  task.files.test_data = {written("test.csv", b)};
  task.test_samples = 2;
  const DataSet two = load_data(task, 0);
  CHECK(two.checksum == fingerprint({sha256(a), sha256(b)}));
  CHECK(two.source == "files: " + task.files.data[0] + ", " + task.files.test_data[0]);
  CHECK(sorted_rows(two.test) == Rows{{2, 0}, {3, 1}});
  task.files.data.push_back(task.files.test_data[0]);
  task.files.test_data.clear();
  task.test_samples = 0;
  task.samples = 4;
  CHECK(load_data(task, 0).checksum == two.checksum);
  CHECK(read(task) == Rows{{0, 0}, {1, 1}, {2, 0}, {3, 1}});
}
