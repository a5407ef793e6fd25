#pragma once

#include "data_file.hpp"
#include "source.hpp"

namespace precipice {

/// A batch of CIFAR-10 in its binary version: for each image a byte that is its class, 0 to 9, and 3072 bytes, the 32 x
/// 32 reds row by row, then the greens, then the blues. Throws FileError.
Source parse_cifar(DataFile file);

}  // namespace precipice
