#include "array_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <memory>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

std::size_t offset_of(const ArrayFile& array, std::size_t index) { return array.begin + index * array.element.size; }

/// The element at a place in the file, 0 the first; integers are rounded to binary64.
double element_at(const ArrayFile& array, std::size_t index) {
  return decoded(array.element, array.file.bytes.data() + offset_of(array, index));
}

/// The value of an encoding of binary16; NaNs are alike.
double half(std::uint32_t code) {
  const int exponent = static_cast<int>(code >> 10U & 0x1FU);
  const double sign = (code & 0x8000U) != 0 ? -1 : 1, fraction = code & 0x3FFU;
  if (exponent == 0x1F) return fraction == 0 ? sign * HUGE_VAL : std::nan("");
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 0x400, exponent - 25));
}

/// Place of every feature relative to its sample's first, and the way from one sample to the next, in elements.
struct Strides {
  std::size_t sample = 1;
  std::vector<std::size_t> features;
};

Strides strides_of(const ArrayFile& array) {
  Strides strides;
  std::size_t width = 1;
  for (std::size_t axis = 1; axis < array.shape.size(); ++axis) width *= array.shape[axis];
  strides.features.resize(width);
  if (array.layout == Layout::last_index_fastest) {
    strides.sample = width;
    for (std::size_t j = 0; j < width; ++j) strides.features[j] = j;
    return strides;
  }
  for (std::size_t j = 0; j < width; ++j) {
    std::size_t rest = j, step = array.shape[0];
    for (std::size_t axis = 1; axis < array.shape.size(); ++axis) step *= array.shape[axis];
    for (std::size_t axis = array.shape.size() - 1; axis > 0; --axis) {
      step /= array.shape[axis];
      strides.features[j] += rest % array.shape[axis] * step;
      rest /= array.shape[axis];
    }
  }
  return strides;
}

void check_finite(const ArrayFile& array, std::size_t count) {
  if (array.element.kind != Element::Kind::floating_point) return;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = element_at(array, i);
    if (std::isfinite(x)) continue;
    throw FileError(
        fmt::format("{}: the number at byte {} is {}; inputs must be finite", array.file.path, offset_of(array, i), x));
  }
}

void check_shapes(const ArrayFile& inputs, const ArrayFile& labels) {
  if (inputs.shape.size() < 2) {
    throw FileError(
        fmt::format("{} holds a list of {} numbers; inputs must have an index for samples and one or more "
                    "for features",
                    inputs.file.path, shape_text(inputs)));
  }
  if (labels.shape.size() != 1 && !(labels.shape.size() == 2 && labels.shape[1] == 1)) {
    throw FileError(fmt::format("{} holds {} numbers; labels must be a list, one for each sample", labels.file.path,
                                shape_text(labels)));
  }
  if (inputs.shape[0] != labels.shape[0]) {
    throw FileError(fmt::format("{} holds {} samples and {} holds {} labels; there must be as many", inputs.file.path,
                                inputs.shape[0], labels.file.path, labels.shape[0]));
  }
}

}  // namespace

std::string shape_text(const ArrayFile& array) { return fmt::format("{}", fmt::join(array.shape, " x ")); }

double decoded(const Element& e, const char* bytes) {
  std::uint64_t bits = 0;
  for (std::size_t k = 0; k < e.size; ++k) {
    const std::size_t from_top = e.order == std::endian::big ? k : e.size - 1 - k;
    bits = bits << 8U | static_cast<std::uint8_t>(bytes[from_top]);
  }
  switch (e.kind) {
    case Element::Kind::unsigned_integer: return static_cast<double>(bits);
    case Element::Kind::signed_integer: {
      const std::size_t unused = 64 - 8 * e.size;
      return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
    }
    case Element::Kind::floating_point:
      if (e.size == 2) return half(static_cast<std::uint32_t>(bits));
      return e.size == 4 ? std::bit_cast<float>(static_cast<std::uint32_t>(bits)) : std::bit_cast<double>(bits);
  }
  return 0;
}

void check_extent(const ArrayFile& array) { check_extent(array, array.file.bytes.size()); }

void check_extent(const ArrayFile& array, std::uint64_t size) {
  if (array.shape.empty()) throw FileError(fmt::format("{} holds a single number, not samples", array.file.path));
  const std::uint64_t bytes = size - array.begin, capacity = bytes / array.element.size;
  std::uint64_t count = 1;
  bool fits = true;
  for (const std::uint64_t length : array.shape) {
    if (length == 0) {
      throw FileError(
          fmt::format("{} holds nothing: its header announces {} numbers", array.file.path, shape_text(array)));
    }
    fits = fits && length <= capacity / count;  // so the product stays within the file
    if (fits) count *= length;
  }
  if (!fits || count * array.element.size != bytes) {
    throw FileError(fmt::format("{}: its header announces {} numbers of {} bytes, but {} bytes follow it, at byte {}",
                                array.file.path, shape_text(array), array.element.size, bytes, array.begin));
  }
}

Source paired(ArrayFile inputs, const ArrayFile& labels, std::size_t classes) {
  check_shapes(inputs, labels);
  Source source;
  for (std::size_t i = 0; i < labels.shape[0]; ++i) {
    const std::string place = fmt::format("{}: byte {}", labels.file.path, offset_of(labels, i));
    source.labels.push_back(checked_label(element_at(labels, i), classes, place));
  }
  const auto strides = std::make_shared<const Strides>(strides_of(inputs));
  source.width = strides->features.size();
  check_finite(inputs, source.labels.size() * source.width);
  source.unit = inputs.element.kind == Element::Kind::unsigned_integer && inputs.element.size == 1 ? 255 : 1;
  source.name = inputs.file.path;
  source.checksums = {inputs.file.checksum, labels.file.checksum};
  const auto array = std::make_shared<const ArrayFile>(std::move(inputs));
  source.read = [array, strides](std::size_t sample, std::span<double> row) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      row[j] = element_at(*array, sample * strides->sample + strides->features[j]);
    }
  };
  return source;
}

}  // namespace precipice
