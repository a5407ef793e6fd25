#pragma once

#include <string>
#include <string_view>

namespace precipice {

/// A file of data: its bytes, decompressed if they are gzip's, and the SHA-256 of the file as it lies on disk.
struct DataFile {
  std::string path;
  std::string bytes;
  std::string checksum;
};

/// Throws FileError if the file cannot be read; `remedy` then ends the message.
DataFile read_data_file(const std::string& path, std::string_view remedy);

/// The same for a file whose content is known: throws FileError if its SHA-256 is another one.
DataFile read_known_file(const std::string& path, std::string_view checksum, std::string_view remedy);

/// A piece of a damaged file for a message of one line: what cannot be printed as '?', and not all of a long one.
std::string printable(std::string_view text);

}  // namespace precipice
