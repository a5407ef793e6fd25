#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace precipice {

/// Writes a file that appears whole or not at all: temporary name in the same folder, fsync, rename. Makes the folder
/// if there is none. Throws FileError with the system's reason (a full disk, ...).
void write_whole_file(const std::filesystem::path& path, std::string_view bytes);

/// Removes what killed processes had begun to write into a folder, and nothing that is being written, by whomever.
void remove_abandoned_drafts(const std::filesystem::path& folder);

/// The bytes of a file; throws FileError.
std::string read_whole_file(const std::filesystem::path& path);

/// gzip of the bytes, with no time or name in it: with one version of zlib the same bytes give the same file.
std::string gzip(std::string_view bytes);

/// A field of a CSV row, quoted if it must be (RFC 4180).
std::string csv_field(std::string_view text);

/// A number in shortest round-trip form; empty for NaN.
std::string csv_number(double value);

}  // namespace precipice
