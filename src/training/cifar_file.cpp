#include "cifar_file.hpp"

#include <fmt/core.h>

#include <memory>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

constexpr std::size_t pixels = std::size_t{3} * 32 * 32, record = 1 + pixels, classes = 10;

}  // namespace

Source parse_cifar(DataFile file) {
  if (file.bytes.empty() || file.bytes.size() % record != 0) {
    throw FileError(fmt::format("{} has {} bytes, but a binary batch of CIFAR-10 has {} for each image", file.path,
                                file.bytes.size(), record));
  }
  Source source;
  source.width = pixels;
  source.unit = 255;
  source.name = file.path;
  source.checksums = {file.checksum};
  const auto shared = std::make_shared<const DataFile>(std::move(file));
  const auto byte = [shared](std::size_t at) { return static_cast<std::uint8_t>(shared->bytes[at]); };
  for (std::size_t at = 0; at < shared->bytes.size(); at += record) {
    source.labels.push_back(checked_label(byte(at), classes, fmt::format("{}: byte {}", shared->path, at)));
  }
  source.read = [byte](std::size_t sample, std::span<double> row) {
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = byte(sample * record + 1 + j);
  };
  return source;
}

}  // namespace precipice
