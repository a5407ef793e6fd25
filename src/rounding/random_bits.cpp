#include "precipice/rounding/random_bits.hpp"

#include "precipice/rounding/random_block.hpp"

namespace precipice {

Integer random_bits(const Draw& draw, std::int64_t count) {
  // Four draws in a row share their blocks, one word each: whoever rounds arrays wastes none. Other uses of the same
  // seed number their blocks from 0 in the last word (training/random.hpp).
  Integer bits = 0;
  std::int64_t drawn = 0;
  for (std::uint32_t block = first_block_of_draws; drawn < count; ++block, drawn += 32) {
    bits = (bits << 32U) + random_block(draw.key, draw.counter / 4, draw.part, block)[draw.counter % 4];
  }
  return bits >> static_cast<std::size_t>(drawn - count);
}

}  // namespace precipice
