#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/record.hpp"

namespace precipice::chart {

/// Which page of which results.
struct ReportRequest {
  std::filesystem::path directory;
  std::filesystem::path output = {};  ///< default: directory/report.html
};

/// What a page of so many runs is at most large: 2 MB for what all share, 4 kB for each. Traces get what is left of it.
constexpr std::size_t most_bytes(std::size_t runs) { return 2'000'000 + 4'000 * runs; }

/// Results as one HTML page, to look at without this program and without a network: what was run, the phase diagram,
/// the anatomy of every run, onsets over p, a table of all runs, and how to reproduce them. A function of the results
/// alone: the column `seconds` is left out. Text from the results is data of the page's script and never HTML. A run
/// whose cell or trace is missing has no anatomy, and the page says so. Throws FileError for a manifest, a cells.csv, a
/// cell or a trace that is damaged or foreign.
std::string report_page(const std::filesystem::path& directory);

/// Writes it to a file that appears whole or not at all; returns its name. Throws ConfigError for a file that is one of
/// the results' own, FileError as report_page and if it cannot be written.
std::filesystem::path write_report(const ReportRequest& request);

/// Indices of the records that a page keeps of a trace, rising, at most `most` (no fewer than 24): all, if that is
/// enough; else
///   the first and the last, and the first at or after each onset;
///   of each of many parts of the steps the first, and those with the least and the largest loss and ||mu_G||, so that
///   no spike is lost. The parts, as many as half of `most` has room for, lie between the edges of two divisions of the
///   records, one into equal parts, the other into octaves and these into equal parts: what begins is as visible as
///   what goes on;
///   one by one, the record that straight lines between those kept so far miss most, in any series as it is drawn,
///   until that is less than half a pixel. So a spike is as narrow as it was.
std::vector<std::size_t> kept_records(const std::vector<Record>& records, const Onsets& onsets, std::size_t most);

/// A number as three digits of base 64 (A-Z a-z 0-9 + /): the 18 bits of the nearest number with a sign, 8 exponent
/// bits and 9 trailing bits, that is binary32 cut short (e8m9, three decimal digits). All NaNs are "f8A".
std::string packed(double value);

/// JSON that may stand inside of a script element: neither `</` nor `<!--` can occur, nor a line end of JavaScript.
std::string inlined(std::string_view json);

}  // namespace precipice::chart
