// Training and stochastic rounding take their random numbers from one generator and may have the same seed.
#include <doctest/doctest.h>

#include "precipice/rounding/random_bits.hpp"
#include "precipice/rounding/random_block.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/random.hpp"

using namespace precipice;

namespace {

/// The last word of a counter block: draws of stochastic roundings count their blocks from here on.
constexpr std::uint32_t first_of_draws = 0x8000'0000;

}  // namespace

TEST_CASE("training and stochastic rounding never share a counter block") {
  for (const Purpose purpose :
       {Purpose::weights, Purpose::shuffle, Purpose::subset, Purpose::inputs, Purpose::labels}) {
    const auto last_word = static_cast<std::uint32_t>(purpose);
    CHECK(last_word < first_of_draws);
    for (const std::uint64_t index : {0ULL, 1ULL, ~0ULL}) {
      for (const std::uint32_t attempt : {0U, 1U, first_of_draws, ~0U}) {
        const auto block = random_block(17, index, attempt, last_word);
        CHECK(Random(17, purpose).bits(index, attempt) == (std::uint64_t{block[1]} << 32U | block[0]));
      }
    }
  }
  // The longest draw there is: all its blocks lie from 2^31 on.
  const Integer drawn = random_bits({17, 0, 1}, most_random_bits);
  Integer wanted = 0;
  for (std::uint32_t i = 0; i < most_random_bits / 32; ++i) {
    wanted = (wanted << 32U) + random_block(17, 0, 1, first_of_draws + i)[0];
  }
  CHECK(drawn == wanted);
}
