#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#pragma GCC visibility push(default)
namespace precipice {

// How far an update moves each parameter, and how far Adam would move it for a mean gradient of 1.

/// Lower median of magnitudes and the largest; NaN counts as larger than everything in the median, and not at all in
/// the largest. Of nothing, and of NaN alone, the largest is 0.
struct Sizes {
  double median, largest;
};

/// Of at least one value and fewer than 2^32.
Sizes sizes_of(std::span<const double> values);

/// How many parameters an update moved by how much: one of the records' histograms.
struct UpdateHistogram {
  /// Parameters whose |change| lies in [2^exponent, 2^(exponent + 1)).
  struct Binade {
    int exponent;
    std::uint64_t parameters;

    friend bool operator==(const Binade&, const Binade&) = default;
  };
  std::int64_t step = 0;         ///< updates made before this one
  std::vector<Binade> binades;   ///< those that have parameters, exponents rising
  std::uint64_t unmoved = 0;     ///< change is zero
  std::uint64_t not_finite = 0;  ///< it is an infinity or NaN

  friend bool operator==(const UpdateHistogram&, const UpdateHistogram&) = default;
};

UpdateHistogram histogram_of(std::span<const double> changes, std::int64_t step);

struct Onsets;

/// Records on either side of an event whose histograms are kept.
inline constexpr std::size_t histograms_around_event = 10;

/// Keeps the histograms of the records around the first absorption, the onset of inflation and the first spike: that of
/// the event, and histograms_around_event before and behind it.
void keep_around_events(const Onsets& onsets, std::vector<UpdateHistogram>& histograms);

}  // namespace precipice
#pragma GCC visibility pop
