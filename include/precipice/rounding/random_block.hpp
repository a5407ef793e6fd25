#pragma once

#include <array>
#include <cstdint>

namespace precipice {

/// 128 random bits as a function of a key and a counter of 128 bits: Philox4x32-10 of Random123 (Salmon et al. 2011),
/// integers only.
std::array<std::uint32_t, 4> random_block(std::uint64_t key, std::uint64_t counter, std::uint32_t third,
                                          std::uint32_t fourth);

/// The fourth word of the first block of a draw (see Draw). Other uses of the same key have smaller ones.
inline constexpr std::uint32_t first_block_of_draws = 0x8000'0000;

}  // namespace precipice
