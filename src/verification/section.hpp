#pragma once

#include <string>
#include <vector>

#include "precipice/chart/table.hpp"

namespace precipice::verification {

struct Part;  // verification/part.hpp

/// A table with what is to be said of it.
struct Section {
  std::string title;
  std::vector<std::string> lines;  ///< sentences under the title, of at most 98 characters
  chart::Table table;
};

/// At the end of a part's text and Markdown; nothing where the table has no rows.
void add(const Section& section, Part& part);

}  // namespace precipice::verification
