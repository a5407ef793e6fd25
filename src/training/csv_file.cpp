#include "csv_file.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// The number that a field is, rounded once to binary64; infinities and NaN are numbers here. Nothing for other text.
std::optional<double> number_in(std::string_view field) {
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (end != field.data() + field.size() || field.empty()) return {};
  if (error == std::errc::result_out_of_range) return HUGE_VAL;
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

/// Takes the fields of a line one after the other.
class Fields {
 public:
  /// `place` stands for file and line in messages; called only for them.
  Fields(std::string_view line, std::function<std::string()> place) : rest_(line), place_(std::move(place)) {}

  /// The next field without blanks and quotes around it, valid until the next call; nothing at the end of the line.
  std::optional<std::string_view> next() {
    if (is_done_) return {};
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    const std::string_view field = rest_.starts_with('"') ? quoted() : plain();
    is_done_ = rest_.empty();
    if (!is_done_ && rest_.front() != ',') {
      throw FileError(
          fmt::format("{}: '{}' goes on behind its closing quote; a comma must follow", place_(), printable(field)));
    }
    if (!is_done_) rest_.remove_prefix(1);
    return field;
  }

 private:
  std::string_view plain() {
    const std::string_view field = rest_.substr(0, rest_.find(','));
    rest_.remove_prefix(field.size());
    return trimmed(field);
  }

  /// A doubled quote within quotes is a quote.
  std::string_view quoted() {
    unquoted_.clear();
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] != '"') {
        unquoted_ += rest_[at];
      } else if (rest_.substr(at + 1).starts_with('"')) {
        unquoted_ += rest_[at++];
      } else {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t", at + 1), rest_.size()));
        return trimmed(unquoted_);
      }
    }
    throw FileError(fmt::format("{}: a quote that is opened must be closed on the same line", place_()));
  }

  std::string_view rest_;
  std::function<std::string()> place_;
  std::string unquoted_;
  bool is_done_ = false;
};

/// The lines of a file and what stands in them.
class Table {
 public:
  Table(DataFile file, const DataFiles& files) : file_(std::move(file)) {
    find_lines();
    std::vector<std::string> first;
    Fields fields = fields_of(0);
    while (const auto field = fields.next()) first.emplace_back(*field);
    columns_ = first.size();
    if (columns_ < 2) {
      throw FileError(
          fmt::format("{}:1: one column, but a table needs inputs and a label, separated by commas", file_.path));
    }
    has_header_ = is_header(first, files.header);
    if (has_header_) names_ = first;
    label_ = label_column(files.label_column);
    if (samples() == 0) throw FileError(fmt::format("{} holds no samples, only a header", file_.path));
  }

  [[nodiscard]] std::size_t samples() const { return begins_.size() - (has_header_ ? 1 : 0); }
  [[nodiscard]] std::size_t width() const { return columns_ - 1; }
  [[nodiscard]] const DataFile& file() const { return file_; }

  /// Where a sample stands, for messages.
  [[nodiscard]] std::string place(std::size_t sample) const { return line_place(line(sample)); }

  /// Fills row[0, width()) with a sample's inputs and returns its label.
  double read(std::size_t sample, std::span<double> row) const {
    Fields fields = fields_of(line(sample));
    double label = 0;
    std::size_t column = 0, feature = 0;
    while (const auto field = fields.next()) {
      if (column < columns_) (column == label_ ? label : row[feature++]) = finite(*field, column, sample);
      ++column;
    }
    if (column != columns_) {
      throw FileError(fmt::format("{}: {} columns, but line 1 has {}; all lines must have as many", place(sample),
                                  column, columns_));
    }
    return label;
  }

 private:
  void find_lines() {
    const std::string& text = file_.bytes;
    std::size_t begin = text.starts_with("\xef\xbb\xbf") ? 3 : 0;  // a byte order mark
    while (begin < text.size()) {
      begins_.push_back(begin);
      begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
    }
    while (!begins_.empty() && trimmed(text_of(begins_.size() - 1)).empty()) begins_.pop_back();
    if (begins_.empty()) throw FileError(fmt::format("{} is empty", file_.path));
  }

  [[nodiscard]] std::size_t line(std::size_t sample) const { return sample + (has_header_ ? 1 : 0); }

  [[nodiscard]] std::string_view text_of(std::size_t line) const {
    std::string_view text = std::string_view(file_.bytes).substr(begins_[line]);
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }

  [[nodiscard]] std::string line_place(std::size_t line) const { return fmt::format("{}:{}", file_.path, line + 1); }

  [[nodiscard]] Fields fields_of(std::size_t line) const {
    return {text_of(line), [this, line] { return line_place(line); }};
  }

  static bool is_header(const std::vector<std::string>& first, CsvHeader header) {
    switch (header) {
      case CsvHeader::present: return true;
      case CsvHeader::absent: return false;
      case CsvHeader::detect: break;
    }
    return std::ranges::none_of(first, [](const std::string& field) { return number_in(field).has_value(); });
  }

  [[nodiscard]] std::size_t label_column(const std::string& wanted) const {
    if (wanted == "last") return columns_ - 1;
    if (!has_header_) {
      throw ConfigError(fmt::format("task.label_column is '{}', but {} has no line of names; it must be \"last\"",
                                    wanted, file_.path));
    }
    const auto found = std::ranges::find(names_, wanted);
    if (found == names_.end()) {
      const std::vector<std::string_view> known(names_.begin(), names_.end());
      throw ConfigError(fmt::format("{}:1: no column '{}', which task.label_column names{}", file_.path, wanted,
                                    did_you_mean(wanted, known)));
    }
    if (std::ranges::count(names_, wanted) > 1) {
      throw FileError(fmt::format("{}:1: two columns are called '{}'; the label must be one", file_.path, wanted));
    }
    return static_cast<std::size_t>(found - names_.begin());
  }

  [[nodiscard]] double finite(std::string_view field, std::size_t column, std::size_t sample) const {
    const std::optional<double> value = number_in(field);
    if (value && std::isfinite(*value)) return *value;
    const std::string name = has_header_ ? fmt::format(" ({})", printable(names_[column])) : "";
    const std::string found = field.empty() ? "empty" : fmt::format("'{}'", printable(field));
    throw FileError(fmt::format("{}: column {}{} is {}, but must be a number in the range of binary64", place(sample),
                                column + 1, name, found));
  }

  DataFile file_;
  std::vector<std::size_t> begins_;  ///< of the lines, in bytes; those that are blank at the end left out
  std::size_t columns_ = 0, label_ = 0;
  bool has_header_ = false;
  std::vector<std::string> names_;
};

}  // namespace

Source parse_csv(DataFile file, const DataFiles& files, std::size_t classes) {
  const auto table = std::make_shared<const Table>(std::move(file), files);
  Source source;
  source.width = table->width();
  source.name = table->file().path;
  source.checksums = {table->file().checksum};
  std::vector<double> row(source.width);
  for (std::size_t i = 0; i < table->samples(); ++i) {
    source.labels.push_back(checked_label(table->read(i, row), classes, table->place(i)));
  }
  source.read = [table](std::size_t sample, std::span<double> inputs) {
    static_cast<void>(table->read(sample, inputs));
  };
  return source;
}

}  // namespace precipice
