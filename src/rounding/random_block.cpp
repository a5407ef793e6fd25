#include "precipice/rounding/random_block.hpp"

#include <Random123/philox.h>

namespace precipice {
namespace {

constexpr std::uint32_t low_half(std::uint64_t x) { return static_cast<std::uint32_t>(x & 0xffff'ffffU); }
constexpr std::uint32_t high_half(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32U); }

}  // namespace

std::array<std::uint32_t, 4> random_block(std::uint64_t key, std::uint64_t counter, std::uint32_t third,
                                          std::uint32_t fourth) {
  using Philox = r123::Philox4x32;  // ten rounds
  const Philox::ctr_type block = Philox{}(Philox::ctr_type{{low_half(counter), high_half(counter), third, fourth}},
                                          Philox::key_type{{low_half(key), high_half(key)}});
  return {block[0], block[1], block[2], block[3]};
}

}  // namespace precipice
