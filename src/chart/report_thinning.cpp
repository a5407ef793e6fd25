#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <queue>

#include "chart/report_series.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/chart/report.hpp"

namespace precipice::chart {
namespace {

/// Edges of `parts` equal parts of 0, ..., count and of `parts` parts of its octaves.
std::vector<std::size_t> edges(std::size_t count, std::size_t parts) {
  std::vector<std::size_t> all{0};
  for (std::size_t i = 1; i < parts; ++i) all.push_back(i * count / parts);
  const std::size_t in_octave = std::max<std::size_t>(1, parts / static_cast<std::size_t>(std::bit_width(count)));
  for (std::size_t octave = 1; octave < count; octave *= 2) {
    for (std::size_t i = 0; i < in_octave; ++i) all.push_back(std::min(octave + i * octave / in_octave, count));
  }
  all.push_back(count);
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// The records of [first, end) with the least and the largest finite value, if there is one.
void keep_extremes(const std::vector<Record>& records, double Record::*value, std::size_t first, std::size_t end,
                   std::vector<std::size_t>& kept) {
  std::optional<std::size_t> least, largest;
  for (std::size_t i = first; i < end; ++i) {
    const double v = records[i].*value;
    if (!std::isfinite(v)) continue;
    if (!least || v < records[*least].*value) least = i;
    if (!largest || v > records[*largest].*value) largest = i;
  }
  if (!least) return;
  kept.push_back(*least);
  kept.push_back(*largest);
}

std::vector<std::size_t> in_order(std::vector<std::size_t> indices) {
  std::ranges::sort(indices);
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

std::vector<std::size_t> events(const std::vector<Record>& records, const Onsets& onsets) {
  std::vector<std::size_t> kept{0, records.size() - 1};
  for (const ReportMark& mark : report_marks) {
    const auto step = onsets.*mark.step;
    if (!step) continue;
    const auto found = std::ranges::lower_bound(records, *step, {}, &Record::step);
    if (found != records.end()) kept.push_back(static_cast<std::size_t>(found - records.begin()));
  }
  return kept;
}

/// With the extremes of so many parts.
std::vector<std::size_t> extremes_of_parts(const std::vector<Record>& records, std::vector<std::size_t> kept,
                                           std::size_t parts) {
  const std::vector<std::size_t> all = edges(records.size(), parts);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    kept.push_back(all[i]);
    keep_extremes(records, &Record::loss, all[i], all[i + 1], kept);
    keep_extremes(records, &Record::feature_mean_norm, all[i], all[i + 1], kept);
  }
  return in_order(std::move(kept));
}

/// As many parts as `most` records have room for.
std::vector<std::size_t> kept_in_parts(const std::vector<Record>& records, const std::vector<std::size_t>& kept,
                                       std::size_t most) {
  std::vector<std::size_t> best = kept;
  // More parts keep more records, nearly always; the largest number that fits is found by halving.
  std::size_t fitting = 0, beyond = most + 1;
  while (fitting + 1 < beyond) {
    const std::size_t parts = (fitting + beyond) / 2;
    std::vector<std::size_t> more = extremes_of_parts(records, kept, parts);
    if (more.size() > most) {
      beyond = parts;
      continue;
    }
    fitting = parts;
    best = std::move(more);
  }
  return best;
}

/// A series as its panel draws it, between 0 and 1; NaN where it shows nothing.
std::vector<double> heights(const std::vector<Record>& records, const ReportSeries& series) {
  std::vector<double> all;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Record& record : records) {
    const double value = record.*series.value;
    const bool is_drawn = std::isfinite(value) && !(series.is_logarithmic && value <= 0);
    all.push_back(!is_drawn               ? std::numeric_limits<double>::quiet_NaN()
                  : series.is_logarithmic ? Native<double>::log(value)
                                          : value);
    if (!is_drawn) continue;
    low = std::min(low, all.back());
    high = std::max(high, all.back());
  }
  const double range = high > low ? high - low : 1;
  for (double& height : all) height = (height - low) / range;
  return all;
}

/// Records between two that are kept, and the one of them that straight lines between the two miss most.
struct Gap {
  double miss = 0;
  std::size_t first = 0, worst = 0, last = 0;

  /// Of equal ones the earlier comes first.
  bool operator<(const Gap& other) const { return miss != other.miss ? miss < other.miss : first > other.first; }
};

/// Adds records where lines between those that are kept would be most wrong.
class Refinement {
 public:
  explicit Refinement(const std::vector<Record>& records) : records_(records) {
    for (const ReportSeries& series : report_series) heights_.push_back(heights(records, series));
  }

  std::vector<std::size_t> refined(std::vector<std::size_t> kept, std::size_t most) {
    constexpr double seen = 0.004;  // of a panel's height: half a pixel
    std::priority_queue<Gap> gaps;
    for (std::size_t i = 0; i + 1 < kept.size(); ++i) gaps.push(gap(kept[i], kept[i + 1]));
    while (kept.size() < most && !gaps.empty() && gaps.top().miss > seen) {
      const Gap top = gaps.top();
      gaps.pop();
      kept.push_back(top.worst);
      gaps.push(gap(top.first, top.worst));
      gaps.push(gap(top.worst, top.last));
    }
    return in_order(std::move(kept));
  }

 private:
  [[nodiscard]] Gap gap(std::size_t first, std::size_t last) const {
    Gap result{0, first, first, last};
    for (std::size_t i = first + 1; i < last; ++i) {
      for (const std::vector<double>& line : heights_) {
        const double missed = miss(line, first, i, last);
        if (missed <= result.miss) continue;
        result.miss = missed;
        result.worst = i;
      }
    }
    return result;
  }

  /// How far record i is off the line from first to last; half a panel where a line begins or ends.
  [[nodiscard]] double miss(const std::vector<double>& line, std::size_t first, std::size_t i, std::size_t last) const {
    const bool is_drawn = !std::isnan(line[i]);
    if (is_drawn != !std::isnan(line[i - 1]) || is_drawn != !std::isnan(line[i + 1])) return 0.5;
    const double share = static_cast<double>(records_[i].step - records_[first].step) /
                         static_cast<double>(records_[last].step - records_[first].step);
    const double missed = std::abs(line[first] + share * (line[last] - line[first]) - line[i]);
    return std::isnan(missed) ? 0 : missed;
  }

  const std::vector<Record>& records_;
  std::vector<std::vector<double>> heights_;
};

}  // namespace

std::vector<std::size_t> kept_records(const std::vector<Record>& records, const Onsets& onsets, std::size_t most) {
  if (records.empty()) return {};
  if (records.size() <= most) {
    std::vector<std::size_t> all(records.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }
  const std::vector<std::size_t> kept = in_order(events(records, onsets));
  return Refinement(records).refined(kept_in_parts(records, kept, std::max(most / 2, kept.size())), most);
}

}  // namespace precipice::chart
