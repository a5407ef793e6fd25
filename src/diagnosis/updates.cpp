#include "precipice/diagnosis/updates.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "precipice/diagnosis/outcome.hpp"

namespace precipice {
namespace {

/// Magnitudes compare as these integers do, and every NaN is larger than infinity.
std::uint64_t magnitude_bits(double x) { return std::bit_cast<std::uint64_t>(x) & ~(std::uint64_t{1} << 63U); }

constexpr std::uint64_t infinity_bits = std::uint64_t{0x7ff} << 52U;
constexpr int least_exponent = -1074, exponents = 2098;  // of doubles, subnormal ones included

/// The integer that `place` others precede in rising order; there are more than `place`, and fewer than 2^32. Digit by
/// digit, those that agree with it are kept: several times as fast as a selection by comparisons.
std::uint64_t selected(std::vector<std::uint64_t>& integers, std::size_t place) {
  constexpr unsigned digit_bits = 11;
  constexpr std::size_t digits = 1U << digit_bits, few = 256;
  for (unsigned shift = 52; integers.size() > few && shift >= digit_bits; shift -= digit_bits) {
    const auto digit_of = [=](std::uint64_t x) { return static_cast<std::size_t>(x >> shift) % digits; };
    std::array<std::array<std::uint32_t, 4>, digits> counts{};  // in four parts, which do not wait for each other
    for (std::size_t i = 0; i < integers.size(); ++i) ++counts[digit_of(integers[i])][i % 4];
    const auto count_of = [&](std::size_t digit) {
      return std::accumulate(counts[digit].begin(), counts[digit].end(), std::size_t{0});
    };
    std::size_t digit = 0;
    for (; place >= count_of(digit); ++digit) place -= count_of(digit);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < integers.size(); ++i) {
      integers[kept] = integers[i];
      kept += digit_of(integers[i]) == digit ? 1 : 0;
    }
    integers.resize(kept);
  }
  const auto found = integers.begin() + static_cast<std::ptrdiff_t>(place);
  std::ranges::nth_element(integers, found);
  return *found;
}

double largest_magnitude(std::span<const double> values) {
  std::array<double, 4> largest{};
  for (std::size_t i = 0; i < values.size(); ++i) largest[i % 4] = std::max(largest[i % 4], std::fabs(values[i]));
  return *std::ranges::max_element(largest);
}

/// floor(log2 x) of a finite number other than zero.
int exponent_of(std::uint64_t magnitude) {
  const auto field = static_cast<int>(magnitude >> 52U);
  return field > 0 ? field - 1023 : static_cast<int>(std::bit_width(magnitude)) - 1 + least_exponent;
}

}  // namespace

Sizes sizes_of(std::span<const double> values) {
  std::vector<std::uint64_t> magnitudes(values.size());
  std::ranges::transform(values, magnitudes.begin(), magnitude_bits);
  const std::uint64_t median = selected(magnitudes, (values.size() - 1) / 2);
  return {.median = std::bit_cast<double>(median), .largest = largest_magnitude(values)};
}

UpdateHistogram histogram_of(std::span<const double> changes, std::int64_t step) {
  UpdateHistogram result;
  result.step = step;
  std::array<std::uint64_t, exponents> counts{};
  for (const double change : changes) {
    const std::uint64_t magnitude = magnitude_bits(change);
    if (magnitude == 0) {
      ++result.unmoved;
    } else if (magnitude >= infinity_bits) {
      ++result.not_finite;
    } else {
      ++counts[static_cast<std::size_t>(exponent_of(magnitude) - least_exponent)];
    }
  }
  for (int i = 0; i < exponents; ++i) {
    const std::uint64_t count = counts[static_cast<std::size_t>(i)];
    if (count > 0) result.binades.push_back({.exponent = i + least_exponent, .parameters = count});
  }
  return result;
}

void keep_around_events(const Onsets& onsets, std::vector<UpdateHistogram>& histograms) {
  std::vector<bool> is_kept(histograms.size());
  for (const auto& event : {onsets.first_absorption, onsets.nfi, onsets.first_spike}) {
    if (!event) continue;
    const auto at = static_cast<std::size_t>(std::ranges::lower_bound(histograms, *event, {}, &UpdateHistogram::step) -
                                             histograms.begin());
    const std::size_t first = at - std::min(at, histograms_around_event);
    const std::size_t end = std::min(histograms.size(), at + histograms_around_event + 1);
    for (std::size_t i = first; i < end; ++i) is_kept[i] = true;
  }
  std::vector<UpdateHistogram> kept;
  for (std::size_t i = 0; i < histograms.size(); ++i) {
    if (is_kept[i]) kept.push_back(std::move(histograms[i]));
  }
  histograms = std::move(kept);
}

}  // namespace precipice
