#include "precipice/chart/csv.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "precipice/format/error.hpp"

namespace precipice::chart {
namespace {

/// The text record by record.
class Reader {
 public:
  Reader(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

  CsvRow record() {
    CsvRow row{line_, {}};
    do row.fields.push_back(field());
    while (skips(','));
    skips('\r');
    if (!skips('\n') && !at_end()) {
      throw FileError(
          fmt::format("{}:{}: text after a closing quote; a quote inside a field is doubled", file_, line_));
    }
    ++line_;
    return row;
  }

 private:
  std::string field() { return skips('"') ? quoted(line_) : bare(); }

  std::string bare() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    const std::string_view result = text_.substr(at_, end - at_);
    at_ = end;
    return std::string(result);
  }

  std::string quoted(int opened) {
    std::string result;
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == '"' && !skips('"')) return result;
      if (c == '\n') ++line_;
      result += c;
    }
    throw FileError(fmt::format("{}:{}: a quoted field has no end", file_, opened));
  }

  bool skips(char c) {
    const bool here = !at_end() && text_[at_] == c;
    if (here) ++at_;
    return here;
  }

  std::string_view text_, file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

std::optional<std::size_t> CsvTable::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column);
  if (found == columns.end()) return {};
  return static_cast<std::size_t>(found - columns.begin());
}

CsvTable parse_csv(std::string_view text, std::string_view file) {
  Reader reader(text, file);
  CsvTable table;
  if (!reader.at_end()) table.columns = reader.record().fields;
  while (!reader.at_end()) {
    CsvRow row = reader.record();
    if (row.fields.size() != table.columns.size()) {
      throw FileError(fmt::format("{}:{}: {} fields under a header of {}", file, row.line, row.fields.size(),
                                  table.columns.size()));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace precipice::chart
