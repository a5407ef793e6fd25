#include <doctest/doctest.h>

#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

/// An image whose bytes are all `shade` but the last.
std::string image(char label, char shade) { return std::string(1, label) + std::string(3071, shade) + '\xff'; }

/// One image of each class from `begin` on.
std::string batch(int begin, int end) {
  std::string bytes;
  for (int k = begin; k < end; ++k) bytes += image(static_cast<char>(k), static_cast<char>(10 * k));
  return bytes;
}

Task task_of(std::vector<std::string> files) {
  Task task;
  task.name = TaskName::cifar_10;
  task.files.data = std::move(files);
  task.samples = 10;
  task.test_samples = 0;
  return task;
}

}  // namespace

TEST_CASE("batches of CIFAR-10 hold a label and 3072 bytes an image; several are read one after the other") {
  const DataSet data =
      load_data(task_of({written("batch_1.bin", batch(0, 4)), written("batch_2.bin", batch(4, 10))}), 0);
  CHECK(data.classes == 10);
  CHECK(data.train.inputs.cols() == 3072);
  const Rows rows = sorted_rows(data.train);
  REQUIRE(rows.size() == 10);
  for (std::size_t k = 0; k < 10; ++k) {
    CHECK(rows[k][0] == static_cast<double>(10 * k) / 255);
    CHECK(rows[k][3070] == static_cast<double>(10 * k) / 255);
    CHECK(rows[k][3071] == 1);
    CHECK(rows[k][3072] == static_cast<double>(k));
  }
}

TEST_CASE("a damaged batch of CIFAR-10 is refused") {
  const std::string whole = batch(0, 10);
  check_refused(task_of({written("batch.bin", "")}), "file", {"batch.bin has 0 bytes", "3073"});
  check_refused(task_of({written("batch.bin", whole.substr(0, 30'729))}), "file", {"batch.bin has 30729 bytes"});
  check_refused(task_of({written("batch.bin", whole + image(10, 0))}), "file", {"byte 30730: label 10", "from 0 to 9"});
  check_refused(task_of({written("batch.bin", batch(0, 9) + image(8, 0))}), "config",
                {"class 9 of 10 has no training sample among the 10 of", "batch.bin"});
}
