#pragma once

#include "array_file.hpp"

namespace precipice {

/// An array in the format of MNIST's files: two zeros, a code for the type, the number of lengths, the lengths as
/// big-endian 32-bit integers, then the elements, big-endian, last index fastest. Throws FileError.
ArrayFile parse_idx(DataFile file);

}  // namespace precipice
