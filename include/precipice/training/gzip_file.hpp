#pragma once

#include <span>
#include <string>

namespace precipice {

/// The bytes of a gzip file, decompressed; a file that is not compressed is read as it is. Throws FileError, also
/// for a stream that breaks off.
std::string read_gzip_file(const std::string& path);

/// The bytes of a gzip file that is in memory, decompressed. Throws FileError, with its name.
std::string decompressed(std::span<const unsigned char> gzip, const std::string& name);

}  // namespace precipice
