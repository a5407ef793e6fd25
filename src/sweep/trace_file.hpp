#pragma once

#include <string>

#include "precipice/diagnosis/trace.hpp"

// The tables that stand beside a cell, as text: CSV with a header.

namespace precipice {

/// A row for each record.
std::string trace_table(const Trace& trace);

/// The records of such a table; columns that earlier precipices did not write are NaN. Throws FileError, naming
/// `place`, for anything else.
std::vector<Record> records_from(std::string_view table, const std::string& place);

/// A row for each binade that has parameters: log2 is floor(log2 |change|), -inf where nothing moved.
std::string histograms_table(const std::vector<UpdateHistogram>& histograms);

/// A row for each counted step and emulated role.
std::string counts_table(const std::vector<OperationCounts>& all);

}  // namespace precipice
