#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "precipice/training/random.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

Task fashion(std::int64_t samples, std::int64_t test_samples) {
  Task task;
  task.name = TaskName::fashion_mnist;
  task.samples = samples;
  task.test_samples = test_samples;
  return task;
}

bool is_installed() { return std::filesystem::exists(fashion_mnist_directory() + "/train-images-idx3-ubyte.gz"); }

/// Takes Fashion-MNIST from another folder while it lives.
class OtherFolder {
 public:
  explicit OtherFolder(const std::string& folder) : before_(fashion_mnist_directory()) { choose(folder); }
  OtherFolder(const OtherFolder&) = delete;
  OtherFolder& operator=(const OtherFolder&) = delete;
  ~OtherFolder() { choose(before_); }

 private:
  static void choose(const std::string& folder) { setenv("PRECIPICE_FASHION_MNIST", folder.c_str(), 1); }
  std::string before_;
};

}  // namespace

TEST_CASE("without Fashion-MNIST one line names the package that holds it; another file is refused") {
  const OtherFolder nowhere("/nowhere");
  check_refused(
      fashion(50, 50), "file",
      {"cannot read /nowhere/train-images-idx3-ubyte.gz", "package dataset-fashion-mnist", "PRECIPICE_FASHION_MNIST"});
  const OtherFolder damaged(std::filesystem::path(written("fashion/train-images-idx3-ubyte.gz", "x")).parent_path());
  check_refused(fashion(50, 50), "file", {"train-images-idx3-ubyte.gz is damaged: its SHA-256 is", "b0564c3e"});
}

TEST_CASE("Fashion-MNIST, where it is installed: 60 000 and 10 000 images, as recorded") {
  if (!is_installed()) {
    MESSAGE("dataset-fashion-mnist is not installed");
    return;
  }
  Task task = fashion(60'000, 10'000);
  task.preparation.scale = 1;
  const DataSet data = load_data(task, 0);
  CHECK(data.source == "fashion-mnist");
  CHECK(data.checksum == "3a128d28b5468a26634b0027b1098af889c6a72807784d418044595d5b0bc947");
  CHECK(data.classes == 10);
  CHECK(data.train.inputs.cols() == 784);
  for (std::uint32_t k = 0; k < 10; ++k) {
    CHECK(std::ranges::count(data.train.labels, k) == 6000);
    CHECK(std::ranges::count(data.test.labels, k) == 1000);
  }
  // The first images of the files, by another reader: label, sum of all pixels, column 12 of row 14.
  const auto place = [&](Purpose purpose, std::size_t count) {
    const std::vector<std::size_t> order = permutation(count, 0, purpose);
    return static_cast<std::size_t>(std::ranges::find(order, std::size_t{0}) - order.begin());
  };
  const std::size_t train = place(Purpose::subset, 60'000), test = place(Purpose::test_subset, 10'000);
  const auto sum = [](const Samples& samples, std::size_t i) {
    const std::vector<double> image = row(samples, i);
    return std::accumulate(image.begin(), image.end(), 0.0);
  };
  CHECK(data.train.labels[train] == 9);
  CHECK(sum(data.train, train) == 76'247);
  CHECK(data.train.inputs(train, 14 * 28 + 12) == 0xed);
  CHECK(data.test.labels[test] == 9);
  CHECK(sum(data.test, test) == 33'456);
  CHECK(data.test.inputs(test, 14 * 28 + 12) == 0x62);
}

TEST_CASE("Fashion-MNIST, where it is installed: a balanced subset of pixels in [0, 1]") {
  if (!is_installed()) {
    MESSAGE("dataset-fashion-mnist is not installed");
    return;
  }
  Task task = fashion(200, 100);
  task.preparation.balance = Balance::equal;
  const DataSet data = load_data(task, 0);
  for (std::uint32_t k = 0; k < 10; ++k) {
    CHECK(std::ranges::count(data.train.labels, k) == 20);
    CHECK(std::ranges::count(data.test.labels, k) == 10);
  }
  CHECK(*std::ranges::max_element(data.train.inputs.values()) == 1);
  CHECK(*std::ranges::min_element(data.train.inputs.values()) == 0);
  CHECK(std::ranges::all_of(data.train.inputs.values(), [](double x) { return std::round(x * 255) / 255 == x; }));
}
