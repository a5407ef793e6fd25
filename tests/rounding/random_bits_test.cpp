// The random numbers of stochastic rounding: Philox4x32-10, known answers and how a draw maps to its counter.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <set>
#include <string>

#include "precipice/rounding/random_bits.hpp"
#include "precipice/rounding/random_block.hpp"
#include "precipice/rounding/rounding.hpp"
#include "support/mismatches.hpp"
#include "support/philox.hpp"
#include "support/sample.hpp"

using namespace precipice;
using Block = std::array<std::uint32_t, 4>;

namespace {

constexpr std::uint64_t seed = 20260204;
constexpr int random_blocks = 20'000, random_draws = 300;

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32U); }

Draw any_draw(testing::Sample& sample) { return {sample.bits(), sample.bits(), low(sample.bits())}; }

}  // namespace

TEST_CASE("random_block gives the known answers of Random123 for Philox4x32-10") {
  // Counter and key of kat_vectors, word by word: the key, counter and further words are made of them low word first.
  CHECK(random_block(0, 0, 0, 0) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(random_block(~0ULL, ~0ULL, ~0U, ~0U) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(random_block(0x299f31d0'a4093822, 0x85a308d3'243f6a88, 0x13198a2e, 0x03707344) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("random_block is Philox4x32-10 as the paper writes it") {
  testing::Sample sample(seed);
  testing::Mismatches mismatches;
  for (int i = 0; i < random_blocks; ++i) {
    const std::uint64_t key = sample.bits(), counter = sample.bits();
    const std::uint32_t third = low(sample.bits()), fourth = low(sample.bits());
    const Block got = random_block(key, counter, third, fourth);
    const Block wanted = testing::philox({low(counter), high(counter), third, fourth}, {low(key), high(key)});
    mismatches.expect(got == wanted, [&] {
      return fmt::format("random_block {:#x} {:#x} {:#x} {:#x} -> {:#x}, expected {:#x}", key, counter, third, fourth,
                         got[0], wanted[0]);
    });
  }
}

TEST_CASE("the bits of a draw are a quarter of its blocks, numbered from 2^31 on") {
  testing::Sample sample(seed + 1);
  testing::Mismatches mismatches;
  for (int i = 0; i < random_draws; ++i) {
    const Draw draw = any_draw(sample);
    for (const std::int64_t count : {1, 2, 31, 32, 33, 127, 128, 129, 256, 1000, most_random_bits}) {
      const Integer got = random_bits(draw, count), wanted = testing::bits_of_draw(draw, count);
      mismatches.expect(got == wanted, [&] {
        return fmt::format("random_bits {:#x}/{:#x}/{:#x} {} -> {}, expected {}", draw.key, draw.counter, draw.part,
                           count, got.str(), wanted.str());
      });
    }
  }
}

TEST_CASE("a recorded draw, computed by another program: a change here changes every stochastic rounding") {
  CHECK(random_bits({1, 2, 3}, 128).str(0, std::ios_base::hex) == "1c10b30df0fbe71e5a3baefc27dc3b23");
}

TEST_CASE("the first bits of a longer draw are those of a shorter one") {
  testing::Sample sample(seed + 2);
  for (int i = 0; i < random_draws; ++i) {
    const Draw draw = any_draw(sample);
    const std::int64_t count = sample.between(1, 400), more = sample.between(0, 400);
    CHECK(random_bits(draw, count) == random_bits(draw, count + more) >> static_cast<std::size_t>(more));
  }
}

TEST_CASE("no bits are zero, and a number of n bits lies below 2^n") {
  CHECK(random_bits({1, 2, 3}, 0) == 0);
  testing::Sample sample(seed + 3);
  for (std::int64_t count = 1; count <= 300; ++count) CHECK(bit_length(random_bits(any_draw(sample), count)) <= count);
}

TEST_CASE("keys, counters and parts that differ in any bit give different bits") {
  const Draw base{0x0123'4567'89ab'cdef, 0xfedc'ba98'7654'3210, 0x5a5a'a5a5};
  std::set<Integer> seen{random_bits(base, 64)};
  for (int bit = 0; bit < 64; ++bit) {
    Draw key = base, counter = base;
    key.key ^= std::uint64_t{1} << bit;
    counter.counter ^= std::uint64_t{1} << bit;
    seen.insert(random_bits(key, 64));
    seen.insert(random_bits(counter, 64));
  }
  for (int bit = 0; bit < 32; ++bit) {
    Draw part = base;
    part.part ^= std::uint32_t{1} << bit;
    seen.insert(random_bits(part, 64));
  }
  CHECK(seen.size() == 1 + 64 + 64 + 32);
  CHECK(for_part(Mode(Rounding::stochastic), 7).draw == Draw{0, 0, 7});
}

TEST_CASE("every bit of consecutive draws is a one half of the time") {
  constexpr int draws = 4096, bits = 160;
  // Hoeffding: P(|ones - draws / 2| >= t) <= 2 exp(-2 t^2 / draws), for all bits together below 1e-9.
  const double bound = std::sqrt(draws * std::log(2.0 * bits / 1e-9) / 2);
  std::array<int, bits> ones{};
  for (std::uint64_t counter = 0; counter < draws; ++counter) {
    const Integer drawn = random_bits({seed, counter, 0}, bits);
    for (unsigned bit = 0; bit < bits; ++bit) ones[bit] += mpz_tstbit(drawn.backend().data(), bit);
  }
  for (const int count : ones) CHECK(std::abs(count - draws / 2) < bound);
}
