#include "precipice/training/random.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "precipice/arithmetic/native.hpp"
#include "precipice/rounding/random_block.hpp"

namespace precipice {

std::uint64_t Random::bits(std::uint64_t index, std::uint32_t attempt) const {
  const auto block = random_block(seed_, index, attempt, static_cast<std::uint32_t>(purpose_));
  return std::uint64_t{block[1]} << 32U | block[0];
}

double Random::uniform(std::uint64_t index, std::uint32_t attempt) const {
  return static_cast<double>(bits(index, attempt) >> 11U) * 0x1p-53;
}

double Random::gaussian(std::uint64_t index) const {
  for (std::uint32_t attempt = 0;; attempt += 2) {
    const double x = 2 * uniform(index, attempt) - 1;
    const double y = 2 * uniform(index, attempt + 1) - 1;
    const double square = x * x + y * y;
    if (square > 0 && square < 1) return x * std::sqrt(-2 * Native<double>::log(square) / square);
  }
}

std::uint64_t Random::below(std::uint64_t bound, std::uint64_t index) const {
  const std::uint64_t excess = (~bound + 1) % bound;  // 2^64 mod bound
  for (std::uint32_t attempt = 0;; ++attempt) {
    const std::uint64_t drawn = bits(index, attempt);
    if (drawn >= excess) return drawn % bound;
  }
}

void permute(std::span<std::size_t> order, std::uint64_t seed, Purpose purpose, std::uint64_t round) {
  const Random random(seed, purpose);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) {
    const std::uint64_t index = round * order.size() + (i - 1);
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(i, index))]);
  }
}

std::vector<std::size_t> permutation(std::size_t count, std::uint64_t seed, Purpose purpose, std::uint64_t round) {
  std::vector<std::size_t> order(count);
  permute(order, seed, purpose, round);
  return order;
}

}  // namespace precipice
