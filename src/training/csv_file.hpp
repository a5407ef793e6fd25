#pragma once

#include "data_file.hpp"
#include "source.hpp"

namespace precipice {

/// A table of numbers, one sample a line: fields separated by commas, blanks around them allowed, in double quotes if
/// they hold commas (RFC 4180, but a field ends on its line). The column `files.label_column` is the label, the others
/// are the inputs in their order. Numbers are rounded to binary64 once. Throws FileError with file and line,
/// ConfigError for a label column that there is not.
Source parse_csv(DataFile file, const DataFiles& files, std::size_t classes);

}  // namespace precipice
