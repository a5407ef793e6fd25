#include <doctest/doctest.h>

#include <cmath>

#include "support/npy_bytes.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

std::string header(const std::string& type, const std::string& shape, const std::string& fortran = "False") {
  return npy_header(type, shape, fortran);
}

const std::string labels = npy(header("<i8", "(3,)"), little_endian<std::int64_t>({1, 0, 1}));

Task task_of(const std::string& inputs, const std::string& classes) {
  Task task;
  task.name = TaskName::npy;
  task.files.data = {written("inputs.npy", inputs)};
  task.files.labels = {written("labels.npy", classes)};
  task.classes = 2;
  task.samples = 3;
  task.test_samples = 0;
  task.preparation.scale = 1;
  return task;
}

Rows read(const std::string& inputs, const std::string& classes = labels) {
  return sorted_rows(load_data(task_of(inputs, classes), 0).train);
}

/// What is wrong with three inputs of type <f8 under this header.
void check_header(const std::string& text, const std::string& part) {
  check_refused(task_of(npy(text, little_endian<double>({1, 2, 3})), labels), "file", {"inputs.npy: its header", part});
}

}  // namespace

TEST_CASE("NPY arrays of every type hold the numbers that were written") {
  const auto one = [](const std::string& type, const std::string& elements) {
    return read(npy(header(type, "(3, 1)"), elements));
  };
  CHECK(one("<f8", little_endian<double>({0.1, -2.5, 1e300})) == Rows{{-2.5, 0}, {0.1, 1}, {1e300, 1}});
  CHECK(one("<f4", little_endian<float>({0.1F, -2.5F, 3})) == Rows{{-2.5, 0}, {0.1F, 1}, {3, 1}});
  const std::vector<std::uint16_t> halves{0x3C01, 0x8001, 0x7BFF};  // 1 + 2^-10, -2^-24, the largest
  CHECK(one("<f2", little_endian(halves)) == Rows{{-0x1p-24, 0}, {0x1.004p0, 1}, {65504, 1}});
  CHECK(one(">f2", big_endian(halves)) == one("<f2", little_endian(halves)));
  CHECK(one("|u1", {"\x00\xff\x80", 3}) == Rows{{0, 1}, {128, 1}, {255, 0}});
  CHECK(one("|i1", {"\x00\xff\x80", 3}) == Rows{{-128, 1}, {-1, 0}, {0, 1}});
  CHECK(one("<u2", little_endian<std::uint16_t>({1, 65'535, 2})) == Rows{{1, 1}, {2, 1}, {65'535, 0}});
  CHECK(one("<i4", little_endian<std::int32_t>({-70'000, 2, 3})) == Rows{{-70'000, 1}, {2, 0}, {3, 1}});
  CHECK(one("<u8", little_endian<std::uint64_t>({1, ~std::uint64_t{0}, 2})) == Rows{{1, 1}, {2, 1}, {0x1p64, 0}});
  CHECK(one("<i8", little_endian<std::int64_t>({1, -1, (std::int64_t{1} << 53) + 1})) ==
        Rows{{-1, 0}, {1, 1}, {0x1p53, 1}});  // rounded to nearest-even
  CHECK(one(">f8", big_endian<double>({0.1, -2.5, 7})) == Rows{{-2.5, 0}, {0.1, 1}, {7, 1}});
  CHECK(one(">i2", big_endian<std::int16_t>({-2, 258, 3})) == Rows{{-2, 1}, {3, 1}, {258, 0}});
}

TEST_CASE("bytes of an NPY array are scaled to [0, 1] unless a factor is given, other numbers are not") {
  const auto scaled = [](const std::string& type, const std::string& elements) {
    Task task = task_of(npy(header(type, "(3, 1)"), elements), labels);
    task.preparation.scale.reset();
    return sorted_rows(load_data(task, 0).train);
  };
  CHECK(scaled("|u1", {"\x00\xff\x33", 3}) == Rows{{0, 1}, {51.0 / 255, 1}, {1, 0}});
  CHECK(scaled("<u2", little_endian<std::uint16_t>({0, 255, 51})) == Rows{{0, 1}, {51, 1}, {255, 0}});
  CHECK(scaled("<f8", little_endian<double>({0, 255, 51})) == Rows{{0, 1}, {51, 1}, {255, 0}});
}

TEST_CASE("C and Fortran order of the same array give the same samples, further indices too") {
  // x[i, j, k] = 100 i + 10 j + k for 3 x 2 x 4.
  std::vector<double> c, fortran;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j) {
      for (int k = 0; k < 4; ++k) c.push_back(100 * i + 10 * j + k);
    }
  }
  for (int k = 0; k < 4; ++k) {
    for (int j = 0; j < 2; ++j) {
      for (int i = 0; i < 3; ++i) fortran.push_back(100 * i + 10 * j + k);
    }
  }
  const Rows expected{{0, 1, 2, 3, 10, 11, 12, 13, 1},
                      {100, 101, 102, 103, 110, 111, 112, 113, 0},
                      {200, 201, 202, 203, 210, 211, 212, 213, 1}};
  CHECK(read(npy(header("<f8", "(3, 2, 4)"), little_endian(c))) == expected);
  CHECK(read(npy(header("<f8", "(3, 2, 4)", "True"), little_endian(fortran))) == expected);
  CHECK(read(npy(header("<f8", "(3, 8)"), little_endian(c))) == expected);
}

TEST_CASE("headers of versions 1, 2 and 3, in any order and with either quotes, are understood") {
  const std::string elements = little_endian<double>({1, 2, 3});
  const Rows expected{{1, 1}, {2, 0}, {3, 1}};
  CHECK(read(npy(header("<f8", "(3, 1)"), elements, 2)) == expected);
  CHECK(read(npy(header("<f8", "(3, 1)"), elements, 3)) == expected);
  CHECK(read(npy("{\"shape\":(3,1),\"fortran_order\":False,\"descr\":\"<f8\"}", elements)) == expected);
  const std::string column = npy(header("<f8", "(3, 1)"), little_endian<double>({1, 0, 1}));
  CHECK(read(npy(header("<f8", "(3, 1)"), elements), column) == expected);  // labels N x 1, as whole reals
}

TEST_CASE("damaged NPY files are refused in one line that names the file and what is wrong") {
  const std::string whole = npy(header("<f8", "(3, 1)"), little_endian<double>({1, 2, 3}));
  const auto refused = [](const std::string& inputs, const std::vector<std::string>& parts) {
    check_refused(task_of(inputs, labels), "file", parts);
  };
  refused("", {"inputs.npy is no NPY file"});
  refused("PK\x03\x04", {"inputs.npy is no NPY file"});
  refused(whole.substr(0, 8), {"ends at byte 8, within its header"});
  refused(whole.substr(0, 40), {"ends at byte 40, within its header of 128 bytes"});
  refused(whole.substr(0, 120), {"ends at byte 120, within its header of 128 bytes"});
  refused(whole.substr(0, whole.size() - 1),
          {"announces 3 x 1 numbers of 8 bytes, but 23 bytes follow it, at byte 128"});
  refused(whole + "x", {"25 bytes follow"});
  refused(npy(header("<f8", "(3, 1)"), little_endian<double>({1, 2, 3}), 9), {"is in version 9"});
  refused(npy(header("<f8", "(3, 1)"), little_endian<double>({1, NAN, 3})), {"byte 136 is nan", "finite"});
  refused(npy(header("<f4", "(3, 1)"), little_endian<float>({1, 2, HUGE_VALF})), {"byte 136 is inf"});
  refused(npy(header("<f8", "(3,)"), little_endian<double>({1, 2, 3})), {"holds a list of 3 numbers"});
  refused(npy(header("<f8", "()"), little_endian<double>({1})), {"holds a single number"});
  refused(npy(header("<f8", "(0, 3)"), ""), {"holds nothing"});
  refused(npy(header("<f8", "(4294967296, 4294967296, 4)"), ""), {"announces 4294967296 x 4294967296 x 4"});
  for (const char* const type : {"|O", "<U4", "<c16", "|b1", "=f8", "|f8", "<f1", "", "<M8[ns]", "<u3"}) {
    refused(npy(header(type, "(3, 1)"), little_endian<double>({1, 2, 3})), {"numbers of type '" + std::string(type)});
  }
}

TEST_CASE("a header that is no dictionary of descr, fortran_order and shape is refused") {
  check_header("", "lacks a '{'");
  check_header("{", "lacks a quoted text");
  check_header("{}", "lacks one of descr, fortran_order and shape");
  check_header("{'descr': '<f8', 'shape': (3, 1)}", "lacks one of");
  check_header("{'descr' '<f8'}", "lacks a ':'");
  check_header("{'descr': '<f8}", "text without an end");
  check_header("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (3, 1)}", "has 'descr' twice");
  check_header("{'descr': '<f8', 'order': False, 'shape': (3, 1)}", "has the key 'order'");
  check_header("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (3, 1)}", "records with fields");
  check_header(header("<f8", "(3, 1)", "Maybe"), "neither True nor False");
  check_header(header("<f8", "3"), "lacks a '('");
  check_header(header("<f8", "(3, -1)"), "something that is no length");
  check_header(header("<f8", "(99999999999999999999, 1)"), "something that is no length");
  check_header(header("<f8", "(3 1)"), "without its closing parenthesis");
  check_header("{'descr': '<f8' 'fortran_order': False, 'shape': (3, 1)}", "lacks a comma");
  check_header(header("<f8", "(3, 1)") + " 1", "goes on behind its closing brace");
}

TEST_CASE("labels of an NPY pair that are none are refused with their place") {
  const std::string inputs = npy(header("<f8", "(3, 1)"), little_endian<double>({1, 2, 3}));
  const auto refused = [&](const std::string& type, const std::string& shape, const std::string& elements,
                           const std::vector<std::string>& parts) {
    check_refused(task_of(inputs, npy(header(type, shape), elements)), "file", parts);
  };
  refused("<i8", "(3,)", little_endian<std::int64_t>({0, 1, 2}), {"labels.npy: byte 144: label 2", "from 0 to 1"});
  refused("<i8", "(3,)", little_endian<std::int64_t>({0, -1, 0}), {"byte 136: label -1"});
  refused("<f8", "(3,)", little_endian<double>({0.5, 1, 0}), {"byte 128: label 0.5"});
  refused("<i8", "(2,)", little_endian<std::int64_t>({0, 1}), {"inputs.npy holds 3 samples", "labels.npy holds 2"});
  refused("<i8", "(3, 2)", little_endian<std::int64_t>({0, 1, 0, 1, 0, 1}), {"labels must be a list"});
}
