#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "json.hpp"
#include "precipice/sweep/results.hpp"

// The file of a cell: what was computed, and what tells whether it is still whole.

namespace precipice {

/// SHA-256 of the tables that stand beside a cell, as they are before compression.
struct TableDigests {
  std::string trace, histograms, counts;  ///< empty: there is none
};

/// Of a manifest or a cell's file.
std::int64_t schema_of(const Json& file);

/// The content of a cell's file.
Json cell_json(const Cell& cell, const CellResult& result, const TableDigests& tables);

/// What the file says of itself: the SHA-256 of its content without `cost` (which may differ) and the digest itself.
std::string content_digest(const Json& cell);

/// A file that should be a cell's.
struct CellFile {
  Json json;
  std::optional<std::string> fault;  ///< why it is not that of this key, as some precipice wrote it: "it is empty"
};

/// Of schema 1 only the form can be told, not the content.
CellFile cell_file_from(const std::string& text, const std::string& key);

/// The file of a cell as it stands; nothing if there is none.
std::optional<CellFile> find_cell(const std::filesystem::path& file, const std::string& key);

/// The file of a cell. Throws FileError if it cannot be read or has a fault.
Json read_cell(const std::filesystem::path& file, const std::string& key);

/// What a cell says of its tables; all empty in schema 1.
TableDigests table_digests(const Json& cell);

/// The onsets of a cell that did not fail; those that its schema did not know are nothing.
Onsets onsets_from(const Json& cell);

/// Whether it failed.
bool has_failed(const Json& cell);

}  // namespace precipice
