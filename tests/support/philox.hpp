#pragma once

#include <array>
#include <cstdint>

#include "precipice/number/exact.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice::testing {

/// Philox4x32-10 written out from the paper (Salmon et al. 2011, section 4.3 and table 2); shares nothing with
/// Random123's code.
inline std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t left = std::uint64_t{0xD251'1F53} * counter[0];
    const std::uint64_t right = std::uint64_t{0xCD9E'8D57} * counter[2];
    const auto high = [](std::uint64_t product) { return static_cast<std::uint32_t>(product >> 32U); };
    counter = {high(right) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(right), high(left) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(left)};
    key[0] += 0x9E37'79B9;
    key[1] += 0xBB67'AE85;
  }
  return counter;
}

/// The first `count` bits of a draw: word counter % 4 of block after block, whose counters hold counter / 4 (two
/// words, the lower one first), the part, and the number of the block from 2^31 on.
inline Integer bits_of_draw(const Draw& draw, std::int64_t count) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const std::uint64_t four = draw.counter >> 2U;
  Integer bits = 0;
  std::int64_t drawn = 0;
  for (std::uint32_t block = 0x8000'0000; drawn < count; ++block, drawn += 32) {
    const auto words = philox({low(four), low(four >> 32U), draw.part, block}, {low(draw.key), low(draw.key >> 32U)});
    bits = (bits << 32U) | Integer(words[draw.counter & 3U]);
  }
  return bits >> static_cast<std::size_t>(drawn - count);
}

}  // namespace precipice::testing
