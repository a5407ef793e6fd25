#include "precipice/sweep/refinement.hpp"

#include <cmath>

#include "precipice/format/word.hpp"
#include "setting_values.hpp"

namespace precipice {
namespace {

/// In the order of the enumerators.
constexpr std::array<std::string_view, all_boundaries.size()> words{"absorption", "nfi", "freezing", "spike"};

bool is_close(const Refinement& r, double a, double b) {
  return r.is_logarithmic ? b <= a * r.resolution : b - a <= r.resolution;
}

}  // namespace

std::string_view to_text(Boundary boundary) { return words[static_cast<std::size_t>(boundary)]; }

Boundary parse_boundary(std::string_view word) { return static_cast<Boundary>(index_of_word("boundary", word, words)); }

bool happens(Boundary boundary, const Onsets& onsets) {
  switch (boundary) {
    case Boundary::absorption: return onsets.first_absorption.has_value();
    case Boundary::nfi: return onsets.nfi.has_value();
    case Boundary::freezing: return onsets.frozen_at.has_value();
    case Boundary::spike: break;
  }
  return onsets.first_spike.has_value();
}

std::optional<Value> halfway(const Refinement& refinement, const Value& a, const Value& b) {
  const double low = *number_of(a), high = *number_of(b);
  if (is_close(refinement, low, high)) return {};
  const double middle = refinement.is_logarithmic ? std::sqrt(low * high) : low + (high - low) / 2;
  const bool are_whole = std::holds_alternative<std::int64_t>(a) && std::holds_alternative<std::int64_t>(b);
  const double between = are_whole ? std::floor(middle) : middle;
  if (!(low < between && between < high)) return {};
  return are_whole ? Value(static_cast<std::int64_t>(between)) : Value(between);
}

}  // namespace precipice
