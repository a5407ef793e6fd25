#include <fmt/core.h>

#include <cstdlib>

#include "idx_file.hpp"
#include "selection.hpp"
#include "tasks.hpp"

namespace precipice {
namespace {

constexpr std::size_t classes = 10;

struct KnownFile {
  const char* name;
  const char* checksum;
};
constexpr KnownFile train_images{"train-images-idx3-ubyte.gz",
                                 "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"};
constexpr KnownFile train_labels{"train-labels-idx1-ubyte.gz",
                                 "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"};
constexpr KnownFile test_images{"t10k-images-idx3-ubyte.gz",
                                "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"};
constexpr KnownFile test_labels{"t10k-labels-idx1-ubyte.gz",
                                "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"};

ArrayFile array_of(const KnownFile& file) {
  return parse_idx(read_known_file(fmt::format("{}/{}", fashion_mnist_directory(), file.name), file.checksum,
                                   "install Debian's package dataset-fashion-mnist, or name the folder of its files in "
                                   "PRECIPICE_FASHION_MNIST"));
}

Source images_with_labels(const KnownFile& images, const KnownFile& labels) {
  ArrayFile inputs = array_of(images);
  return paired(std::move(inputs), array_of(labels), classes);
}

}  // namespace

std::string fashion_mnist_directory() {
  const char* const chosen = std::getenv("PRECIPICE_FASHION_MNIST");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/usr/share/datasets/fashion-mnist";
}

DataSet load_fashion_mnist(const Task& task, std::uint64_t seed) {
  const Source train = images_with_labels(train_images, train_labels);
  const Source test = images_with_labels(test_images, test_labels);
  DataSet data = selected(task, seed, train, test, classes);
  data.source = "fashion-mnist";
  check_every_class(data);
  return data;
}

}  // namespace precipice
