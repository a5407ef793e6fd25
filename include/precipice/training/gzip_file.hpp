#pragma once

#include <string>

namespace precipice {

/// The bytes of a gzip file, decompressed; a file that is not compressed is read as it is. Throws FileError, also
/// for a stream that breaks off.
std::string read_gzip_file(const std::string& path);

}  // namespace precipice
