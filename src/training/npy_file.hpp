#pragma once

#include "array_file.hpp"

namespace precipice {

/// An array as NumPy saves it (NEP 1): format versions 1 to 3; integers of 1, 2, 4 or 8 bytes, binary32, binary64, of
/// either byte order; C or Fortran order. Throws FileError.
ArrayFile parse_npy(DataFile file);

}  // namespace precipice
