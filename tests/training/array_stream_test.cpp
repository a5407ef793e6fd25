#include "precipice/training/array_stream.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/npy_bytes.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

ArrayStream stream(const std::string& bytes) { return ArrayStream(written("stream.npy", bytes)); }

std::vector<double> rows(const ArrayStream& array, std::uint64_t first, std::size_t count) {
  std::vector<double> numbers(count * array.columns());
  array.read(first, numbers);
  return numbers;
}

void refused(const std::string& bytes, const std::string& part) {
  try {
    stream(bytes);
    FAIL("no complaint");
  } catch (const FileError& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }
}

}  // namespace

TEST_CASE("any rows of a matrix are read, whatever its type, byte order and layout") {
  const std::vector<double> c{1, 2, 3, 4, 5, 6, 7, 8}, fortran{1, 3, 5, 7, 2, 4, 6, 8};  // 4 x 2
  const std::vector<float> single(c.begin(), c.end());
  for (const std::string& bytes :
       {npy(npy_header("<f8", "(4, 2)"), little_endian(c)), npy(npy_header(">f8", "(4, 2)"), big_endian(c)),
        npy(npy_header("<f4", "(4, 2)"), little_endian(single)),
        npy(npy_header("<f8", "(4, 2)", "True"), little_endian(fortran)),
        npy(npy_header("|i1", "(4, 2)"), std::string("\1\2\3\4\5\6\7\10"))}) {
    const ArrayStream array = stream(bytes);
    CHECK(array.rows() == 4);
    CHECK(array.columns() == 2);
    CHECK(rows(array, 0, 4) == c);
    CHECK(rows(array, 1, 2) == std::vector<double>{3, 4, 5, 6});
    CHECK(rows(array, 3, 1) == std::vector<double>{7, 8});
  }
}

TEST_CASE("every encoding of binary16 is the number it stands for") {
  std::vector<std::uint16_t> codes(1 << 16);
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint16_t>(i);
  const std::vector<double> all = rows(stream(npy(npy_header("<f2", "(65536,)"), little_endian(codes))), 0, 1 << 16);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const int exponent = static_cast<int>(i >> 10U & 31U), fraction = static_cast<int>(i & 1023U);
    if (exponent == 31) {
      CHECK((fraction == 0 ? std::isinf(all[i]) : std::isnan(all[i])));
      continue;
    }
    const double magnitude = exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * std::exp2(exponent - 25);
    CHECK(std::fabs(all[i]) == magnitude);
    CHECK(std::signbit(all[i]) == (i >= 1 << 15));
  }
}

TEST_CASE("labels are integers below the number of classes, in a list or a column") {
  const std::vector<std::int64_t> good{0, 2, 1};
  std::vector<std::uint32_t> labels(3);
  for (const char* const shape : {"(3,)", "(3, 1)"}) {
    const ArrayStream array = stream(npy(npy_header("<i8", shape), little_endian(good)));
    CHECK(array.is_list());
    array.read_labels(0, 3, labels);
    CHECK(labels == std::vector<std::uint32_t>{0, 2, 1});
    CHECK_THROWS_WITH_AS(array.read_labels(0, 2, labels), doctest::Contains("row 1: label 2 must be"), FileError);
  }
  const ArrayStream negative = stream(npy(npy_header("<i8", "(3,)"), little_endian<std::int64_t>({0, -100, 1})));
  CHECK_THROWS_WITH_AS(negative.read_labels(0, 3, labels), doctest::Contains("row 1: label -100"), FileError);
  negative.read_labels(0, 3, labels, -100);
  CHECK(labels == std::vector<std::uint32_t>{0, ArrayStream::no_label, 1});
}

TEST_CASE("what is no matrix of numbers is refused before it is read") {
  const std::string six = little_endian<double>({1, 2, 3, 4, 5, 6});
  refused("", "no NPY file");
  refused("PK\3\4", "no NPY file");
  refused(npy(npy_header("|O", "(3, 2)"), six), "numbers of type '|O'");
  refused(npy(npy_header("|V2", "(3, 2)"), six), "numbers of type '|V2'");
  refused(npy(npy_header("<f8", "(3, 2)"), six.substr(8)), "announces 3 x 2 numbers of 8 bytes, but 40 bytes");
  refused(npy(npy_header("<f8", "(3, 2)"), six + "x"), "but 49 bytes");
  refused(npy(npy_header("<f8", "(1, 3, 2)"), six), "1 x 3 x 2 numbers; it must be a matrix or a list");
  refused(npy(npy_header("<f8", "()"), six), "single number");
  refused(npy(npy_header("<f8", "(0, 2)"), ""), "holds nothing");
  refused(npy(npy_header("<f8", "(4294967296, 4294967296)"), six), "announces 4294967296 x 4294967296");
  refused(npy("{'descr': '<f8'}", six), "lacks one of");
  refused(npy(npy_header("<f8", "(3, 2)") + std::string(1 << 21, ' '), six, 2), "its header has");
  std::string huge = npy(npy_header("<f8", "(3, 2)"), six, 2);
  huge[11] = '\x7f';  // a length of 2 GB
  refused(huge, "within its header of");
  CHECK_THROWS_WITH_AS(ArrayStream("/nowhere/x.npy"), doctest::Contains("cannot read /nowhere/x.npy"), FileError);
  CHECK_THROWS_WITH_AS(ArrayStream("/tmp"), doctest::Contains("folder"), FileError);
}

TEST_CASE("a file that is cut or changed at any byte is read or refused, never more") {
  const std::string whole = npy(npy_header("<f4", "(3, 2)"), little_endian<float>({1, 2, 3, 4, 5, 6}));
  std::size_t accepted = 0;
  const auto survives = [&](const std::string& bytes) {
    try {
      const ArrayStream array = stream(bytes);
      static_cast<void>(rows(array, 0, array.rows()));
      ++accepted;
    } catch (const FileError& error) {
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }
  };
  for (std::size_t length = 0; length < whole.size(); ++length) survives(whole.substr(0, length));
  CHECK(accepted == 0);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char c : {'\0', '\n', '\'', '(', '9', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[i] = c;
      survives(changed);
    }
  }
  CHECK(accepted > 7 * 24);  // whatever stands among the elements
}
