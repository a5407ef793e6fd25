#include "precipice/rounding/draws.hpp"

#include "precipice/rounding/random_block.hpp"

namespace precipice {

std::uint32_t Draws::take_word() {
  const std::uint64_t counter = take().counter;
  if (block_ != counter / 4) {
    block_ = counter / 4;
    words_ = random_block(last_.key, counter / 4, last_.part, first_block_of_draws);
  }
  return words_[counter % 4];
}

}  // namespace precipice
