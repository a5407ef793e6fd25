// With which probability stochastic rounding goes up: exactly, over all random numbers of n bits, and by counting.
#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <vector>

#include "precipice/number/code_point.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"
#include "support/stochastic.hpp"

using namespace precipice;

namespace {

constexpr std::uint64_t key = 20260206;
constexpr int parts = 1024;  ///< of a quantum

/// For every R of so many bits a draw that begins with it, found by trying one counter after the other.
std::vector<Draw> draws_of_all_bits(int bits) {
  const std::size_t wanted = std::size_t{1} << bits;
  std::vector<std::optional<Draw>> found(wanted);
  std::size_t count = 0;
  for (std::uint64_t counter = 0; count < wanted; ++counter) {
    const Draw draw{key, counter, 0};
    auto& place = found[static_cast<std::size_t>(testing::bits_of_draw(draw, bits))];
    if (!place) ++count;
    if (!place) place = draw;
  }
  std::vector<Draw> result;
  for (const auto& draw : found) result.push_back(*draw);
  return result;
}

/// A number of the format plus k parts of its quantum.
struct Position {
  Format format;
  Exact below;

  [[nodiscard]] Exact plus(int k) const {
    const std::int64_t quantum =
        below.is_zero() ? smallest_exponent(format) : quantum_exponent(format, below.top_exponent());
    const Integer units = below.significand() << static_cast<std::size_t>(below.exponent() - quantum);
    return Exact::finite(below.sign(), units * parts + k, quantum - 10);
  }
};
static_assert(parts == 1 << 10);

/// Inside a binade, at its end, among the subnormal numbers, below all of them and at the end of the range, both
/// signs.
std::vector<Position> positions() {
  std::vector<Position> result;
  for (const Format& f : {binary16, bfloat16, ieee_like(3, 3), laid_out(4, 4, Specials::no_infinity)}) {
    const Exact one = Exact::from(1), tiny = smallest_positive(f);
    for (const Exact& x : {Exact(), tiny, next_up(f, tiny), next_down(f, smallest_normal(f)), one, next_up(f, one),
                           next_down(f, Exact::from(2)), largest_finite(f)}) {
      result.push_back({f, x});
      if (!x.is_zero()) result.push_back({f, x.negated()});
    }
  }
  return result;
}

/// How many of the draws take x away from zero, to the number above or beyond the range; a negative number if one of
/// them takes it elsewhere.
std::int64_t times_up(const Position& at, const Exact& x, int random_bits, const std::vector<Draw>& draws) {
  const Exact above = at.below.is_negative() ? next_down(at.format, at.below) : next_up(at.format, at.below);
  std::int64_t count = 0;
  for (const Draw& draw : draws) {
    const Rounded got = round(x, at.format, testing::stochastic(random_bits, draw));
    const bool is_below = at.below.is_zero() ? got.value.is_zero() : got.value == at.below;
    if (!is_below && !got.flags.overflow && got.value != above) return -1;
    count += is_below ? 0 : 1;
  }
  return count;
}

}  // namespace

TEST_CASE("of all random numbers of n bits exactly floor(f * 2^n) take a number up") {
  testing::Mismatches mismatches;
  for (int bits = 1; bits <= 6; ++bits) {
    const std::vector<Draw> draws = draws_of_all_bits(bits);
    for (const Position& at : positions()) {
      for (int k = 0; k < parts; k += 43) {
        const std::int64_t wanted = (std::int64_t{k} << bits) / parts;
        const Exact x = at.plus(k);
        const std::int64_t got = times_up(at, x, bits, draws);
        mismatches.expect(got == wanted, [&] {
          return fmt::format("stochastic:{} {}: {} goes up {} times, expected {}", bits, to_text(at.format),
                             to_hexadecimal(x), got, wanted);
        });
      }
    }
  }
}

TEST_CASE("without a limit a part of n bits goes up for exactly f * 2^n of the 2^n ways in which R may begin") {
  testing::Mismatches mismatches;
  for (const int bits : {1, 3, 6}) {
    const std::vector<Draw> draws = draws_of_all_bits(bits);
    for (const Position& at : positions()) {
      for (int k = 0; k < 1 << bits; ++k) {
        const Exact x = at.plus(k << (10 - bits));
        const std::int64_t got = times_up(at, x, unlimited_random_bits, draws);
        mismatches.expect(got == k, [&] {
          return fmt::format("stochastic {}: {} goes up {} times of 2^{}, expected {}", to_text(at.format),
                             to_hexadecimal(x), got, bits, k);
        });
      }
    }
  }
}

TEST_CASE("without a limit the frequency is the part that falls off, however long") {
  constexpr int draws = 20'000;
  // Hoeffding: P(|ups - draws * f| >= t) <= 2 exp(-2 t^2 / draws), for all four cases together below 1e-9.
  const double bound = std::sqrt(draws * std::log(2.0 * 4 / 1e-9) / 2);
  for (const double part : {0x1.5555555555555p-2, 0x1.fffffffffffffp-1, 0x1.999999999999ap-4, 0x1p-50}) {
    CAPTURE(part);
    // 2 + part in units of 2^-20 of a format with p = 22: one bit more than the quantum in front, all of part behind.
    const Exact fraction = Exact::from(part);
    const Format f = ieee_like(22, 8);
    const Integer units = (Integer(2) << static_cast<std::size_t>(20 - fraction.exponent())) + fraction.significand();
    const Exact x = Exact::finite(Sign::positive, units, fraction.exponent() - 20);
    int ups = 0;
    for (std::uint64_t counter = 0; counter < draws; ++counter) {
      ups += round(x, f, testing::stochastic(unlimited_random_bits, {key, counter, 0})).value == Exact::from(2) ? 0 : 1;
    }
    CHECK(std::fabs(ups - draws * part) < bound);
  }
}

TEST_CASE("fewer random bits see only the first bits of the part that falls off") {
  // One part in 1024 above 1: floor(f * 2^n) is 0 for n < 10.
  const Position at{binary16, Exact::from(1)};
  for (int bits = 1; bits <= 9; ++bits) {
    CHECK(times_up(at, at.plus(1), bits, draws_of_all_bits(std::min(bits, 6))) == 0);
  }
}
