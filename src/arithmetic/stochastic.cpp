// Stochastic rounding of arrays, compiled once per vector width by Highway.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/stochastic.cpp"
#include <hwy/foreach_target.h>

#include <array>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/arithmetic/stochastic.hpp"

#ifndef PRECIPICE_STOCHASTIC_SHARED
#define PRECIPICE_STOCHASTIC_SHARED
namespace precipice {

/// The random words of this many draws in a row are made at once, and fewer used, for the first may be any of a block.
constexpr std::size_t draws_at_once = 256, rounded_at_once = draws_at_once - 8;

/// The blocks of random numbers that belong to one call.
struct Blocks {
  std::array<std::uint32_t, 2> key;
  std::uint64_t first;  ///< counter / 4 of the first block
  std::uint32_t part;
};

}  // namespace precipice
#endif

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

using Words = Bits<double>;  // a 32-bit word in the lower half of each lane
constexpr hn::RebindToUnsigned<Tag<double>> words;

HWY_INLINE Words all(std::uint64_t word) { return hn::Set(words, word); }
/// The product of the lower halves.
HWY_INLINE Words times(Words x, Words y) {
#if HWY_TARGET == HWY_SCALAR
  constexpr std::uint64_t low = 0xffff'ffff;
  return Words{(x.raw & low) * (y.raw & low)};
#else
  constexpr hn::Repartition<std::uint32_t, hn::RebindToUnsigned<Tag<double>>> halves;
  return hn::MulEven(hn::BitCast(halves, x), hn::BitCast(halves, y));
#endif
}

/// Philox4x32-10 (Salmon et al. 2011) of a vector of counters, a block a lane. The upper halves hold what falls in, and
/// no lower half sees them.
struct Philox {
  Words x0, x1, x2, x3;

  HWY_INLINE void round(std::uint32_t key0, std::uint32_t key1) {
    const Words left = times(x0, all(0xD251'1F53)), right = times(x2, all(0xCD9E'8D57));
    x0 = hn::Xor3(hn::ShiftRight<32>(right), x1, all(key0));
    x1 = right;
    x2 = hn::Xor3(hn::ShiftRight<32>(left), x3, all(key1));
    x3 = left;
  }
  /// Block after block.
  HWY_INLINE void store(std::uint32_t* to) const {
    const hn::Rebind<std::uint32_t, decltype(words)> narrow;
    hn::StoreInterleaved4(hn::TruncateTo(narrow, x0), hn::TruncateTo(narrow, x1), hn::TruncateTo(narrow, x2),
                          hn::TruncateTo(narrow, x3), narrow, to);
  }
};

/// random_block of blocks first, first + 1, ..., some vectors of them at a time, for each waits for itself.
void random_words(const Blocks& from, std::uint64_t first, std::uint32_t* out) {
  constexpr std::uint32_t first_block = 0x8000'0000;  // as in random_bits
  constexpr std::size_t at_once = 4;
  const std::size_t n = hn::Lanes(words);
  for (std::size_t i = 0; i < draws_at_once / 4; i += at_once * n) {
    Philox blocks[at_once];
    for (std::size_t k = 0; k < at_once; ++k) {
      const Words counter = hn::Add(all(first + i + k * n), hn::Iota(words, 0));
      blocks[k] = {counter, hn::ShiftRight<32>(counter), all(from.part), all(first_block)};
    }
    std::uint32_t key0 = from.key[0], key1 = from.key[1];
    for (int round = 0; round < 10; ++round) {
      for (Philox& block : blocks) block.round(key0, key1);
      key0 += 0x9E37'79B9U;
      key1 += 0xBB67'AE85U;
    }
    for (std::size_t k = 0; k < at_once; ++k) blocks[k].store(out + 4 * (i + k * n));
  }
}

/// A vector of doubles, rounded by a vector of random numbers. `signed_zeros`: the format has both, so that a magnitude
/// only needs its sign back.
template <bool signed_zeros>
class Rounder {
 public:
  using V = Lanes<double>;

  explicit Rounder(const StochasticRounding& rounding)
      : narrowing_(rounding.format(), rounding.narrowing()),
        quantum_factor_(hn::Set(d, rounding.narrowing().quantum_factor)),
        smallest_normal_(hn::Set(d, rounding.narrowing().floor)),
        is_limited_(rounding.random_bits() != unlimited_random_bits),
        dropped_(is_limited_ ? 32 - rounding.random_bits() : 0),
        tail_bits_(53 - rounding.format().precision),
        used_(all(0xffff'ffffU >> static_cast<unsigned>(dropped_) << static_cast<unsigned>(dropped_))),
        kept_(all(~std::uint64_t{0} << static_cast<unsigned>(tail_bits_))),
        below_whole_(all((std::uint64_t{1} << static_cast<unsigned>(32 - dropped_)) - 1)),
        reciprocal_(all(static_cast<std::uint64_t>(2 * 1023 + 32 - dropped_) << 52U)) {}

  /// False if some lane is for Reference: not finite, or undecided.
  HWY_INLINE bool round(V x, Words random, V& result) const {
    const V magnitude = hn::Abs(x);
    const auto is_normal = hn::Or(hn::Ge(magnitude, smallest_normal_), hn::Eq(magnitude, hn::Zero(d)));
    V rounded;
    const bool is_decided = tail_bits_ >= 32 - dropped_ && hn::AllTrue(d, is_normal)
                                ? by_carry(magnitude, random, rounded)
                                : by_part(magnitude, hn::ShiftRightSame(random, dropped_), rounded);
    if (!is_decided) return false;
    result = narrowing_.with_ends(rounded, x);
    return true;
  }

 private:
  static constexpr Tag<double> d{};
  static constexpr hn::RebindToSigned<Tag<double>> signed_words{};

  /// Normal numbers and zeros, n <= the bits behind the last place: adds the random number there, and what carries into
  /// the last place rounds up, into the next binade if need be. Infinities stay, and NaN are NaN.
  HWY_INLINE bool by_carry(V magnitude, Words random, V& rounded) const {
    const Words sum = hn::Add(bits_of<double>(magnitude), in_place(hn::And(random, used_)));
    if (!is_limited_) {
      const Words whole = in_place(used_);
      if (!hn::AllFalse(words, hn::Eq(hn::And(sum, whole), whole))) return false;
    }
    rounded = from_bits<double>(hn::And(sum, kept_));
    return true;
  }
  /// The 32 bits of a random word right behind the last place.
  HWY_INLINE Words in_place(Words word) const {
    return tail_bits_ >= 32 ? hn::ShiftLeftSame(word, tail_bits_ - 32) : hn::ShiftRightSame(word, 32 - tail_bits_);
  }

  /// Any number: floor(f 2^n) + R.
  HWY_INLINE bool by_part(V magnitude, Words drawn, V& rounded) const {
    if (!hn::AllTrue(d, hn::Lt(magnitude, hn::Set(d, Carrier<double>::far_above)))) return false;
    const V quantum = hn::Mul(narrowing_.scale(magnitude), quantum_factor_), shift = narrowing_.magic(magnitude);
    const V nearest = hn::Sub(hn::Add(magnitude, shift), shift);
    const V truncated = hn::Sub(nearest, hn::IfThenElseZero(hn::Gt(nearest, magnitude), quantum));
    const V to_integer = from_bits<double>(hn::Sub(reciprocal_, bits_of<double>(quantum)));  // 2^n / quantum
    const V part = hn::Mul(hn::Sub(magnitude, truncated), to_integer);
    const Words sum = hn::Add(hn::BitCast(words, hn::ConvertTo(signed_words, part)), drawn);
    // What follows may still carry.
    if (!is_limited_ && !hn::AllFalse(words, hn::Eq(sum, below_whole_))) return false;
    const auto goes_up = hn::Gt(hn::BitCast(signed_words, sum), hn::BitCast(signed_words, below_whole_));
    rounded = hn::Add(truncated, hn::IfThenElseZero(hn::RebindMask(d, goes_up), quantum));
    return true;
  }

  NarrowingLanes<double, signed_zeros> narrowing_;
  V quantum_factor_, smallest_normal_;
  bool is_limited_;
  int dropped_;        // of the 32 bits of a random word
  int tail_bits_;      // of a double behind the last place of a normal number
  Words used_;         // the first n bits of a random word
  Words kept_;         // all but the tail bits
  Words below_whole_;  // 2^n - 1
  Words reciprocal_;   // less the bits of a power of two: those of 2^n divided by it
};

template <bool signed_zeros>
void round_with(const StochasticRounding& rounding, const Blocks& blocks, const Draw& first, std::span<const double> x,
                std::span<double> out) {
  const Tag<double> d;
  const hn::Rebind<std::uint32_t, Tag<double>> narrow;
  const std::size_t n = hn::Lanes(d);
  const Rounder<signed_zeros> rounder(rounding);
  HWY_ALIGN std::uint32_t random[draws_at_once];
  const auto one_by_one = [&](std::size_t from, std::size_t count) {
    for (std::size_t k = from; k < from + count; ++k) {
      out[k] = rounding.round_one(x[k], {first.key, first.counter + k, first.part});
    }
  };
  // Draws are numbered from the block of the first one on.
  const std::size_t skipped = first.counter % 4;
  for (std::size_t done = 0; done < out.size(); done += rounded_at_once) {
    random_words(blocks, blocks.first + done / 4, random);
    const std::size_t some = std::min(out.size() - done, rounded_at_once);
    for (std::size_t i = 0; i < some; i += n) {
      const std::size_t at = done + i, count = std::min(n, some - i);
      const auto drawn = hn::PromoteTo(words, hn::LoadU(narrow, random + skipped + i));
      HWY_ALIGN double rest[8] = {};
      if (count < n) std::copy_n(x.data() + at, count, rest);
      Lanes<double> result;
      if (HWY_UNLIKELY(!rounder.round(count < n ? hn::Load(d, rest) : hn::LoadU(d, x.data() + at), drawn, result))) {
        one_by_one(at, count);
      } else if (count == n) {
        hn::StoreU(result, d, out.data() + at);
      } else {
        hn::Store(result, d, rest);
        std::copy_n(rest, count, out.data() + at);
      }
    }
  }
}

void round_some(const StochasticRounding& rounding, const Blocks& blocks, const Draw& first, std::span<const double> x,
                std::span<double> out) {
  if (std::signbit(rounding.narrowing().negative_zero)) return round_with<true>(rounding, blocks, first, x, out);
  round_with<false>(rounding, blocks, first, x, out);
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <fmt/format.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/rounding/round.hpp"

namespace precipice {
namespace {

HWY_EXPORT(round_some);

const Format& admitted(const Format& f, const std::string& reason) {
  if (reason.empty()) return f;
  throw ConfigError(fmt::format("arrays are not rounded stochastically into {}: {}", describe(f), reason));
}

}  // namespace

std::string StochasticRounding::refusal(const Format& format, int random_bits) {
  if (std::string reason = Carried<double>::refusal(format, Rounding::nearest_even); !reason.empty()) return reason;
  if (format.subnormals != Subnormals::gradual) return "it underflows gradually";
  if (random_bits < 0 || random_bits > 32) return fmt::format("it takes up to 32 random bits, not {}", random_bits);
  return {};
}

StochasticRounding::StochasticRounding(const Format& format, int random_bits)
    : format_(admitted(format, refusal(format, random_bits))),
      random_bits_(random_bits),
      narrowing_(Narrowing<double>::of(format, Rounding::stochastic)) {}

void StochasticRounding::round(std::span<const double> x, const Draw& first, std::span<double> out) const {
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word & 0xffff'ffffU); };
  const Blocks blocks{{low(first.key), low(first.key >> 32U)}, first.counter / 4, first.part};
  HWY_DYNAMIC_DISPATCH(round_some)(*this, blocks, first, x, out);
}

double StochasticRounding::round_one(double x, const Draw& draw) const {
  Mode mode(Rounding::stochastic);
  mode.random_bits = random_bits_;
  mode.draw = draw;
  return to_double(precipice::round(Exact::from(x), format_, mode).value);
}

}  // namespace precipice
#endif
