#include <fmt/core.h>

#include <bit>

#include "precipice/training/data.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {
namespace {

/// A line for each sample: SHA-256 of its inputs, eight bytes each, the lowest first; and its label.
std::string text_of(const Samples& samples) {
  std::string text = fmt::format("{} x {}\n", samples.inputs.rows(), samples.inputs.cols()), bytes;
  for (std::size_t i = 0; i < samples.inputs.rows(); ++i) {
    bytes.clear();
    for (std::size_t j = 0; j < samples.inputs.cols(); ++j) {
      const auto bits = std::bit_cast<std::uint64_t>(samples.inputs(i, j));
      for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(bits >> shift & 0xffU);
    }
    text += fmt::format("{} {}\n", sha256(bytes), samples.labels[i]);
  }
  return text;
}

}  // namespace

std::string content_digest(const DataSet& data) {
  return sha256(fmt::format("{} classes\n{}{}", data.classes, text_of(data.train), text_of(data.test)));
}

}  // namespace precipice
