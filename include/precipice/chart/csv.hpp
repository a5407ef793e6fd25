#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace precipice::chart {

/// One record of a file of comma-separated values, and the line of the file it begins on.
struct CsvRow {
  int line = 0;
  std::vector<std::string> fields;
};

/// A header and the rows under it; each row has as many fields as the header.
struct CsvTable {
  std::vector<std::string> columns;
  std::vector<CsvRow> rows;

  /// Index of a column, nothing if there is none of this name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) const;
};

/// Reads RFC 4180: quoted fields may hold commas, line breaks and doubled quotes; lines end in LF or CRLF. `file` is
/// named in messages. Throws FileError with file:line for an unfinished quote or a row of another length.
CsvTable parse_csv(std::string_view text, std::string_view file);

}  // namespace precipice::chart
