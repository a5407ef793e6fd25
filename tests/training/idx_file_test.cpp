#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "precipice/training/sha256.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

std::string idx(unsigned char code, const std::vector<std::uint32_t>& lengths, const std::string& elements) {
  return std::string{'\0', '\0', static_cast<char>(code), static_cast<char>(lengths.size())} + big_endian(lengths) +
         elements;
}

/// Three images of 2 x 2 bytes, of classes 0, 1, 0.
const std::string images = idx(0x08, {3, 2, 2}, {"\x00\x33\x66\xff\x01\x02\x03\x04\x10\x20\x30\x40", 12});
const std::string labels = idx(0x08, {3}, {"\x00\x01\x00", 3});
const Rows pixels{{0, 51, 102, 255, 0}, {1, 2, 3, 4, 1}, {16, 32, 48, 64, 0}};

Task task_of(const std::string& inputs, const std::string& classes) {
  Task task;
  task.name = TaskName::idx;
  task.files.data = {inputs};
  task.files.labels = {classes};
  task.classes = 2;
  task.samples = 3;
  task.test_samples = 0;
  return task;
}

/// With the bytes as they are.
Task unscaled(Task task) {
  task.preparation.scale = 1;
  return task;
}

Task with_images(const std::string& bytes) { return task_of(written("images", bytes), written("labels", labels)); }
Task with_labels(const std::string& bytes) { return task_of(written("images", images), written("labels", bytes)); }

}  // namespace

TEST_CASE("IDX files give every image its label, bytes over 255, plain or compressed") {
  const DataSet plain = load_data(unscaled(task_of(written("images", images), written("labels", labels))), 0);
  CHECK(plain.classes == 2);
  CHECK(plain.train.inputs.cols() == 4);
  CHECK(sorted_rows(plain.train) == pixels);
  CHECK(plain.test.labels.empty());
  const Task packed = task_of(written_gzip("images.gz", images), written_gzip("labels.gz", labels));
  CHECK(sorted_rows(load_data(unscaled(packed), 0).train) == pixels);
  Rows unit = pixels;
  for (auto& row : unit) {
    for (std::size_t j = 0; j < 4; ++j) row[j] /= 255;
  }
  CHECK(sorted_rows(load_data(packed, 0).train) == unit);
}

TEST_CASE("IDX files of every type hold the numbers that were written, the high byte first") {
  const auto read = [](unsigned char code, const std::string& elements) {
    return sorted_rows(load_data(with_images(idx(code, {3, 1}, elements)), 0).train);
  };
  CHECK(read(0x09, big_endian<std::int8_t>({-128, 127, -1})) == Rows{{-128, 0}, {-1, 0}, {127, 1}});
  CHECK(read(0x0b, big_endian<std::int16_t>({-2, 258, 3})) == Rows{{-2, 0}, {3, 0}, {258, 1}});
  CHECK(read(0x0c, big_endian<std::int32_t>({-70'000, 16'909'060, 5})) == Rows{{-70'000, 0}, {5, 0}, {16'909'060, 1}});
  CHECK(read(0x0d, big_endian<float>({0.1F, -2.5F, 3})) == Rows{{-2.5, 1}, {0.1F, 0}, {3, 0}});
  CHECK(read(0x0e, big_endian<double>({0.1, -2.5, 1e300})) == Rows{{-2.5, 1}, {0.1, 0}, {1e300, 0}});
}

TEST_CASE("the fingerprint is the SHA-256 of the SHA-256s of the files as they lie on disk") {
  const std::string inputs = written_gzip("images.gz", images), classes = written("labels", labels);
  const DataSet data = load_data(task_of(inputs, classes), 0);
  CHECK(data.checksum == sha256(sha256(read_back(inputs)) + "\n" + sha256(labels) + "\n"));
  CHECK(data.source == "files: " + inputs);
  CHECK(fingerprint({sha256("a")}) == sha256("a"));
  // printf a > a; printf b > b; sha256sum a b | cut -d' ' -f1 | sha256sum
  CHECK(fingerprint({sha256("a"), sha256("b")}) == "bf75fafab8e46555836b92f1b04106b795a9ed36bd39b351f103b28819895f33");
}

TEST_CASE("several files are read one after the other, held-out ones apart") {
  Task task = unscaled(task_of(written("images", images), written("labels", labels)));
  task.files.data.push_back(written("more_images", idx(0x08, {1, 4}, {"\x09\x09\x09\x09", 4})));
  task.files.labels.push_back(written("more_labels", idx(0x08, {1}, {"\x01", 1})));
  task.files.test_data = {written("test_images", idx(0x08, {2, 4}, {"\x07\x07\x07\x07\x08\x08\x08\x08", 8}))};
  task.files.test_labels = {written("test_labels", idx(0x08, {2}, {"\x00\x01", 2}))};
  task.samples = 4;
  task.test_samples = 2;
  const DataSet data = load_data(task, 0);
  CHECK(sorted_rows(data.train) == Rows{{0, 51, 102, 255, 0}, {1, 2, 3, 4, 1}, {9, 9, 9, 9, 1}, {16, 32, 48, 64, 0}});
  CHECK(sorted_rows(data.test) == Rows{{7, 7, 7, 7, 0}, {8, 8, 8, 8, 1}});
  task.files.labels.pop_back();
  check_refused(task, "config", {"task.data names 2 files and task.labels names 1"});
  task.files.labels.push_back(written("more_labels", idx(0x08, {1}, {"\x01", 1})));
  task.files.data.back() = written("more_images", idx(0x08, {1, 3}, {"\x09\x09\x09", 3}));
  check_refused(task, "file", {"more_images has 3 inputs a sample", "has 4"});
  task.files.data.back() = written("more_images", idx(0x09, {1, 4}, {"\x09\x09\x09\x09", 4}));
  check_refused(task, "file", {"more_images", "one of", "holds bytes and the other does not"});
  task.files.data.back() = written("more_images", idx(0x08, {1, 4}, {"\x09\x09\x09\x09", 4}));
  task.test_samples = 3;
  check_refused(task, "config", {"task.test_samples = 3 is more than the 2 samples of", "test_images"});
  task.test_samples = 2;
  task.files.test_data = {written("test_images", idx(0x08, {2, 1}, {"\x07\x07", 2}))};
  check_refused(task, "file", {"test_images has 1 inputs a sample"});
}

TEST_CASE("damaged IDX files are refused in one line that names the file and what is wrong") {
  check_refused(with_images(""), "file", {"images is no IDX file"});
  check_refused(with_images("\x89PNG\r\n"), "file", {"images is no IDX file"});
  check_refused(with_images("\x01" + images.substr(1)), "file", {"images is no IDX file"});
  check_refused(with_images(images.substr(0, 14)), "file", {"ends at byte 14, within its header of 16 bytes"});
  check_refused(with_images(idx(0x0a, {3, 4}, "")), "file", {"byte 2 is 0x0a, no type of IDX"});
  check_refused(with_images(images.substr(0, 10)), "file", {"ends at byte 10, within its header of 16 bytes"});
  check_refused(with_images(images.substr(0, 27)), "file", {"announces 3 x 2 x 2", "11 bytes follow", "at byte 16"});
  check_refused(with_images(images + "x"), "file", {"13 bytes follow"});
  check_refused(with_images(idx(0x08, {0, 4}, "")), "file", {"holds nothing", "0 x 4"});
  check_refused(with_images(idx(0x08, {}, "x")), "file", {"holds a single number"});
  check_refused(with_images(labels), "file", {"holds a list of 3 numbers", "for features"});
  check_refused(with_images(idx(0x0d, {3, 1}, big_endian<float>({1, NAN, 2}))), "file", {"byte 16 is nan", "finite"});
  check_refused(with_images(idx(0x0e, {3, 1}, big_endian<double>({1, 2, -HUGE_VAL}))), "file", {"byte 28 is -inf"});
  check_refused(with_labels(images), "file", {"labels holds 3 x 2 x 2 numbers", "one for each sample"});
  check_refused(with_labels(idx(0x08, {2}, {"\x00\x01", 2})), "file", {"3 samples", "2 labels"});
  check_refused(with_labels(idx(0x08, {3}, {"\x00\x02\x01", 3})), "file", {"labels: byte 9: label 2", "from 0 to 1"});
  check_refused(with_labels(idx(0x09, {3}, {"\x00\x01\xff", 3})), "file", {"byte 10: label -1"});
  check_refused(with_labels(idx(0x0d, {3}, big_endian<float>({0, 0.5F, 1}))), "file", {"byte 12: label 0.5"});
  check_refused(with_labels(idx(0x0d, {3}, big_endian<float>({0, NAN, 1}))), "file", {"label nan"});
}

TEST_CASE("a header that announces more than there is allocates nothing") {
  const std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  check_refused(with_images(idx(0x0e, {most, most, most, most}, "12345678")), "file", {"announces 4294967295 x"});
  // 2^33 elements of 8 bytes are 2^36 bytes, a multiple of 2^32.
  check_refused(with_images(idx(0x0e, {1U << 31U, 1U << 31U, 4}, "")), "file", {"announces"});
  // 2^16 (2^48 - 1)^2 elements, of which 64-bit integers keep 2^16: as many as there are.
  std::vector<std::uint32_t> lengths{1U << 16U};
  for (const std::uint32_t factor : {3U, 3U, 5U, 7U, 13U, 17U, 241U, 97U, 257U, 673U})
    lengths.insert(lengths.end(), 2, factor);
  check_refused(with_images(idx(0x08, lengths, std::string(1U << 16U, 'x'))), "file", {"announces 65536 x 3 x 3 x"});
  check_refused(with_images(std::string("\0\0\x08\xff", 4) + std::string(100, '\0')), "file", {"within its header"});
}

TEST_CASE("a compressed file that breaks off or was changed is refused") {
  const std::string whole = read_back(written_gzip("images.gz", images + std::string(5000, 'x')));
  const auto packed = [&](const std::string& bytes) {
    return task_of(written("images.gz", bytes), written("labels", labels));
  };
  check_refused(packed(whole.substr(0, whole.size() - 9)), "file", {"images.gz is damaged", "within its gzip stream"});
  check_refused(packed(whole.substr(0, 12)), "file", {"images.gz is damaged"});
  std::string changed = whole;
  changed[whole.size() - 6] = static_cast<char>(changed[whole.size() - 6] ^ 1);  // of the CRC
  check_refused(packed(changed), "file", {"images.gz is damaged"});
}

TEST_CASE("a missing file, a folder and a key that is not set are named") {
  const std::string classes = written("labels", labels);
  check_refused(task_of("/nowhere/images", classes), "file",
                {"cannot read /nowhere/images", "task.data must name a file"});
  check_refused(task_of(PRECIPICE_SCRATCH, classes), "file", {"cannot read", "task.data"});
  check_refused(task_of(written("images", images), "/nowhere/labels"), "file", {"/nowhere/labels; task.labels"});
  Task task = task_of(written("images", images), classes);
  task.files.labels.push_back(classes);
  check_refused(task, "config", {"task.data names 1 files and task.labels names 2"});
  task.files.labels.clear();
  check_refused(task, "config", {"task.data names 1 files and task.labels names 0"});
  task.files.data.clear();
  check_refused(task, "config", {"task.data is not set"});
}
