#pragma once

#include "array_file.hpp"

namespace precipice {

/// An array as NumPy saves it (NEP 1): format versions 1 to 3; integers of 1, 2, 4 or 8 bytes, binary16, binary32,
/// binary64, of either byte order; C or Fortran order. Throws FileError.
ArrayFile parse_npy(DataFile file);

/// What the header says, of a file of `size` bytes whose beginning is `head`. Throws FileError for a header that goes
/// beyond it, and unless exactly the numbers that it announces follow.
ArrayFile parse_npy_header(DataFile head, std::uint64_t size);

}  // namespace precipice
