#include "precipice/verification/boundary_search.hpp"

#include <algorithm>

namespace precipice::verification {
namespace {

/// Narrows [low, high] down to the one place that is left.
std::size_t halved(std::size_t low, std::size_t high, const std::function<bool(std::size_t)>& holds) {
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/// What holds behind the boundary: inflation along E, its absence along p.
struct Line {
  std::vector<bool> measured, predicted;

  [[nodiscard]] std::size_t first() const {
    return static_cast<std::size_t>(std::ranges::find(measured, true) - measured.begin());
  }
  [[nodiscard]] std::size_t guess() const {
    return static_cast<std::size_t>(std::ranges::find(predicted, true) - predicted.begin());
  }
  [[nodiscard]] bool is_monotone() const { return std::ranges::is_sorted(measured); }
};

Line line_of(const std::vector<const BoundaryCell*>& cells, PlaneAxis axis) {
  const bool inflates = axis == PlaneAxis::exponent_bits;
  Line line;
  line.measured.reserve(cells.size());
  line.predicted.reserve(cells.size());
  for (const BoundaryCell* cell : cells) {
    line.measured.push_back(cell->diagnosis.onsets.nfi.has_value() == inflates);
    line.predicted.push_back((cell->predicted.inflation.verdict == predicted::Verdict::yes) == inflates);
  }
  return line;
}

SearchCount search(const Line& line) {
  SearchCount count;
  const std::size_t size = line.measured.size();
  const auto asking = [&](std::size_t& asked) {
    return [&](std::size_t i) {
      ++asked;
      return line.measured[i];
    };
  };
  count.lines = 1;
  count.monotone = line.is_monotone() ? 1 : 0;
  count.cells = size;
  count.same = bisected(size, asking(count.bisected)) == line.first() ? 1 : 0;
  count.guided_same = bisected(size, line.guess(), asking(count.guided)) == line.first() ? 1 : 0;
  return count;
}

}  // namespace

std::size_t bisected(std::size_t count, const std::function<bool(std::size_t)>& holds) {
  return halved(0, count, holds);
}

std::size_t bisected(std::size_t count, std::size_t guess, const std::function<bool(std::size_t)>& holds) {
  if (guess < count && !holds(guess)) return halved(guess + 1, count, holds);
  if (guess == 0 || !holds(guess - 1)) return guess;
  return halved(0, guess - 1, holds);
}

void SearchCount::add(const SearchCount& other) {
  lines += other.lines;
  monotone += other.monotone;
  cells += other.cells;
  bisected += other.bisected;
  guided += other.guided;
  same += other.same;
  guided_same += other.guided_same;
  unlike.insert(unlike.end(), other.unlike.begin(), other.unlike.end());
}

SearchCount search(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells, std::size_t plane,
                   PlaneAxis axis) {
  const bool along_widths = axis == PlaneAxis::exponent_bits;
  const BoundaryPlane& p = agenda.planes[plane];
  SearchCount count;
  for (const int fixed : along_widths ? p.precisions : p.exponent_bits) {
    for (const std::uint64_t seed : agenda.seeds) {
      std::vector<const BoundaryCell*> line;
      for (const BoundaryCell& cell : cells) {
        const bool is_in_line = (along_widths ? cell.precision : cell.exponent_bits) == fixed;
        if (cell.plane == plane && cell.seed == seed && is_in_line) line.push_back(&cell);
      }
      SearchCount found = search(line_of(line, axis));
      if (found.monotone == 0) found.unlike.push_back(static_cast<std::size_t>(line.front() - cells.data()));
      count.add(found);
    }
  }
  return count;
}

}  // namespace precipice::verification
