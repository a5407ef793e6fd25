#pragma once

#include <string>
#include <vector>

#include "precipice/chart/results.hpp"

namespace precipice::chart {

/// Which table of which results.
struct TableRequest {
  std::vector<std::string> by;       ///< axes whose values name a row; none: all that vary, but for seeds
  std::vector<std::string> columns;  ///< of cells.csv; none: those of most use
};

/// Words in rows under a header. Nothing is cut.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// One row for each combination of the axes' values, in the order of the runs, which sums up its runs (seeds):
///   runs      how many there are
///   outcome   which, and how many of each: "slingshots 2, inflates 1"
///   a number  its lower median and, where runs differ, its range: "340 [320, 360]"; first how many have it where some
///             lack it: "2 of 3: 340"; without any "never", if it is a step at which something begins, else "-"
///   claims    what the experiment's file says of the variant, with the share of runs that bear it out: "no-spikes 3/3"
///   verdict   agrees where most runs bear out every claim, disagrees where most bear out none, partly
/// Claims and verdict are there if a variant claims something. A run is compared with that of
/// the first variant at the same place of all axes that the variant leaves free. Throws ConfigError for an axis or
/// column that there is not.
Table table_of(const Results& results, const TableRequest& request);

/// Columns under each other, two blanks apart.
std::string to_text(const Table& table);
std::string to_markdown(const Table& table);
std::string to_csv(const Table& table);

/// The rows of table_of as a JSON array of objects, with numbers where a table has words:
///   outcome   {"slingshots": 2, "inflates": 1}
///   a number  {"runs": 2, "median": 340, "least": 320, "largest": 360}, runs: how many have it; null if none does
///   claims    how many runs bear each out: {"no-spikes": 3}; null where it cannot be judged
std::string table_json(const Results& results, const TableRequest& request);

}  // namespace precipice::chart
