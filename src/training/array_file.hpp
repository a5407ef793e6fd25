#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "data_file.hpp"
#include "source.hpp"

namespace precipice {

/// A number as a file holds it.
struct Element {
  enum class Kind : std::uint8_t { unsigned_integer, signed_integer, floating_point };
  Kind kind = Kind::unsigned_integer;
  std::size_t size = 1;  ///< bytes: 1, 2, 4 or 8; of floating point 2 (binary16), 4 or 8
  std::endian order = std::endian::little;
};

enum class Layout : std::uint8_t { last_index_fastest, first_index_fastest };

/// An array of numbers in a file, of whatever format.
struct ArrayFile {
  DataFile file;
  std::size_t begin = 0;  ///< of the first element, in bytes
  Element element;
  std::vector<std::uint64_t> shape;
  Layout layout = Layout::last_index_fastest;
};

/// The number that begins at `bytes`; integers are rounded to binary64.
double decoded(const Element& element, const char* bytes);

/// Throws FileError unless exactly the elements that the shape announces follow its header, and at least one. Whoever
/// reads a header calls this before anything of the announced size is allocated.
void check_extent(const ArrayFile& array);
/// The same where only the beginning of a file of `size` bytes has been read.
void check_extent(const ArrayFile& array, std::uint64_t size);

/// "3 x 4".
std::string shape_text(const ArrayFile& array);

/// inputs: N x anything, a sample's values with the last index fastest; labels: N or N x 1. Throws FileError for other
/// shapes, for labels that are none and for numbers that are not finite.
Source paired(ArrayFile inputs, const ArrayFile& labels, std::size_t classes);

}  // namespace precipice
