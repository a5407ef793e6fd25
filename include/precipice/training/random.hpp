#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace precipice {

/// What a random number decides. Part of the counter, so that no two uses ever share bits; never renumber.
enum class Purpose : std::uint32_t {
  weights = 1,
  shuffle = 2,
  subset = 3,
  inputs = 4,
  labels = 5,
  test_subset = 6,
  test_inputs = 7,
  cluster_means = 8,
  features = 9,
  curvature = 16,
  recomputed_cells = 17
};

/// Random numbers as a function of (seed, purpose, index): Philox4x32-10 of Random123 (Salmon et al. 2011), integers
/// only, so nothing depends on the order of calls, on threads, machine or compiler.
class Random {
 public:
  Random(std::uint64_t seed, Purpose purpose) : seed_(seed), purpose_(purpose) {}

  /// 64 random bits; `attempt` gives further ones for the same index.
  [[nodiscard]] std::uint64_t bits(std::uint64_t index, std::uint32_t attempt = 0) const;
  /// A multiple of 2^-53 in [0, 1).
  [[nodiscard]] double uniform(std::uint64_t index, std::uint32_t attempt = 0) const;
  /// Standard normal, by the polar method (Marsaglia and Bray 1964) with correctly rounded log and sqrt.
  [[nodiscard]] double gaussian(std::uint64_t index) const;
  /// An integer in [0, bound), every one equally likely (rejection). bound >= 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound, std::uint64_t index) const;

 private:
  std::uint64_t seed_;
  Purpose purpose_;
};

/// A random order of 0, 1, ..., order.size() - 1 (Fisher-Yates); `round` numbers independent orders of one seed and
/// purpose.
void permute(std::span<std::size_t> order, std::uint64_t seed, Purpose purpose, std::uint64_t round = 0);
std::vector<std::size_t> permutation(std::size_t count, std::uint64_t seed, Purpose purpose, std::uint64_t round = 0);

}  // namespace precipice
