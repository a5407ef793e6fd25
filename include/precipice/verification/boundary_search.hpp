#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "precipice/verification/boundary.hpp"

// The boundary of inflation found with few cells, and with all of them.

namespace precipice::verification {

enum class PlaneAxis : std::uint8_t {
  exponent_bits,  ///< inflation begins with the width
  precision       ///< inflation ends with the precision
};

/// The first of `count` places at which `holds` is true, if it is true at all behind the first; `count` if nowhere.
/// Asks for each place at most once. With a guess: asks the two places beside it first.
std::size_t bisected(std::size_t count, const std::function<bool(std::size_t)>& holds);
std::size_t bisected(std::size_t count, std::size_t guess, const std::function<bool(std::size_t)>& holds);

/// Lines of one plane along one axis.
struct SearchCount {
  std::size_t lines = 0, monotone = 0;
  std::size_t cells = 0;     ///< of all lines
  std::size_t bisected = 0;  ///< cells asked for by bisection
  std::size_t guided = 0;    ///< by bisection that begins at the predicted boundary
  std::size_t same = 0;      ///< lines in which bisection finds the first place with all behind it alike
  std::size_t guided_same = 0;
  std::vector<std::size_t> unlike{};  ///< first cell of each line that is not monotone

  void add(const SearchCount& other);
};
SearchCount search(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells, std::size_t plane,
                   PlaneAxis axis);

}  // namespace precipice::verification
