#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace precipice {

/// The order in which a sum's terms meet; it decides bits, so it is a parameter.
///
/// A running sum takes its first term rounded into the format, then the others one by one as they are, and rounds after
/// each. `lanes` and `butterfly` have one per lane: lane j takes the terms j, j + n, j + 2n, ..., as many as there are
/// (so the last round may leave the higher lanes out). Their sums then meet in a tree by halves: v[i] += v[i + n/2] for
/// all i < n/2, then v[i] += v[i + n/4] for all i < n/4, ..., v[0] += v[1]. Fewer terms than lanes are no special case:
/// each is a lane's sum.
///
/// `vector`, `strided`, `packets`, `windows` and `cascade` are the sums of libraries, whose sources decision 0017
/// names. With nothing to add, a library adds a zero; here what has no terms takes no part.
struct SumOrder {
  enum class Kind : std::uint8_t {
    sequential,     ///< by index: ((t0 + t1) + t2) + ...
    reverse,        ///< from the last index down
    correct_first,  ///< the marked term first, then the others by index
    pairwise,       ///< the first floor(n/2) terms apart from the others, each part likewise, down to single terms
    lanes,          ///< lane_count lanes, then the tree; lanes without terms take no part in it
    butterfly,  ///< a warp of 32 that shuffles by xor with 16, 8, 4, 2, 1: lanes without terms hold +0; lane 0's sum
    kahan,      ///< compensated: s = t0, c = +0; y = t - c; u = s + y; c = (u - s) - y; s = u; ... (Kahan 1965)
    exact,      ///< the exact sum, rounded once
    vector,     ///< as lanes where there are terms for all of them, else sequential
    strided,    ///< lanes whose sums meet one by one, from lane 0 up
    packets,    ///< lanes with whole rounds only, each in four running sums if it has four terms at least (its terms 0,
                ///< 4, 8,
                ///< ... and so on; they meet one by one, then what is left over follows); the tree; the running sum of
                ///< the other terms + that
    windows,    ///< with more than n terms, running sums of windows of n, the first and the last of them short by as
                ///< much, or the last by one more; the sums are summed in the same way
    cascade,    ///< lanes with whole rounds only, each a sum of rows; the running sum of the other terms, + lane 0, +
                ///< lane 1, ...; fewer terms than lanes are one sum of rows (see SumFormula::sum_of_rows)
  };

  Kind kind = Kind::sequential;
  int lane_count = 0;  ///< lanes or length of a window: a power of two within 2..most_lanes; 0 where there are none

  static constexpr int most_lanes = 1024;

  static const SumOrder sequential, reverse, correct_first, pairwise, butterfly, kahan, exact;
  static constexpr SumOrder in_lanes(int count) { return {Kind::lanes, count}; }
  static constexpr SumOrder in_vectors(int lanes) { return {Kind::vector, lanes}; }
  static constexpr SumOrder in_strides(int lanes) { return {Kind::strided, lanes}; }
  static constexpr SumOrder in_packets(int lanes) { return {Kind::packets, lanes}; }
  static constexpr SumOrder in_windows(int length) { return {Kind::windows, length}; }
  static constexpr SumOrder in_cascade(int lanes) { return {Kind::cascade, lanes}; }

  friend constexpr bool operator==(const SumOrder&, const SumOrder&) = default;
};

inline constexpr SumOrder SumOrder::sequential{Kind::sequential}, SumOrder::reverse{Kind::reverse},
    SumOrder::correct_first{Kind::correct_first}, SumOrder::pairwise{Kind::pairwise},
    SumOrder::butterfly{Kind::butterfly}, SumOrder::kahan{Kind::kahan}, SumOrder::exact{Kind::exact};

/// sequential, reverse, correct-first, pairwise, `lanes:n`, butterfly, kahan, exact, `vector:n`, `strided:n`,
/// `packets:n`, `windows:n`, `cascade:n`.
std::string to_text(const SumOrder& order);
/// The inverse. Throws ConfigError naming what would be right.
SumOrder parse_sum_order(std::string_view text);

}  // namespace precipice
#pragma GCC visibility pop
