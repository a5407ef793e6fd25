// Stochastic rounding of arrays, compiled once per vector width by Highway.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/stochastic.cpp"
#include <hwy/foreach_target.h>

#include <array>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/arithmetic/stochastic.hpp"
#include "precipice/rounding/random_block.hpp"

#ifndef PRECIPICE_STOCHASTIC_SHARED
#define PRECIPICE_STOCHASTIC_SHARED
namespace precipice {

/// The random words of this many draws in a row are made at once, and fewer used, for the first may be any of a block.
constexpr std::size_t draws_at_once = 256, rounded_at_once = draws_at_once - 8;

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

  HWY_INLINE void round(Words key0, Words key1) {
    const Words left = times(x0, all(0xD251'1F53)), right = times(x2, all(0xCD9E'8D57));
    x0 = hn::Xor3(hn::ShiftRight<32>(right), x1, key0);
    x1 = right;
    x2 = hn::Xor3(hn::ShiftRight<32>(left), x3, key1);
    x3 = left;
  }
  /// The words of lanes 0, 2, ..., then those of lanes 1, 3, ...: block after block, if the counters are in_turn.
  HWY_INLINE void store(std::uint32_t* to) const {
#if HWY_TARGET == HWY_SCALAR
    std::size_t k = 0;
    for (const Words word : {x0, x1, x2, x3}) to[k++] = static_cast<std::uint32_t>(word.raw & 0xffff'ffff);
#else
    const Words first = pair(x0, x1), second = pair(x2, x3);
    const hn::Repartition<std::uint32_t, decltype(words)> halves;
    hn::StoreU(hn::BitCast(halves, hn::InterleaveLower(words, first, second)), halves, to);
    hn::StoreU(hn::BitCast(halves, hn::InterleaveUpper(words, first, second)), halves, to + hn::Lanes(halves));
#endif
  }

 private:
#if HWY_TARGET != HWY_SCALAR
  /// In each lane the lower half of `low`, and that of `high` above it.
  static HWY_INLINE Words pair(Words low, Words high) {
    const hn::Repartition<std::uint32_t, decltype(words)> halves;
    return hn::BitCast(words, hn::OddEven(hn::BitCast(halves, hn::ShiftLeft<32>(high)), hn::BitCast(halves, low)));
  }
#endif
};

/// 0, n / 2, 1, n / 2 + 1, ... in the n lanes.
HWY_INLINE Words in_turn() {
  const std::size_t n = hn::Lanes(words);
  HWY_ALIGN std::uint64_t turns[widest_lanes<double>] = {};
  for (std::size_t i = 0; i < n; ++i) turns[i] = i / 2 + i % 2 * (n / 2);
  return hn::Load(words, turns);
}

/// random_block of blocks first, first + 1, ..., some vectors of them at a time, for each waits for itself.
class RandomWords {
 public:
  explicit RandomWords(const Draw& first) : turns_(in_turn()), part_(all(first.part)) {
    const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word & 0xffff'ffffU); };
    std::uint32_t key0 = low(first.key), key1 = low(first.key >> 32U);
    for (int round = 0; round < rounds; ++round) {
      keys0_[round] = all(key0), keys1_[round] = all(key1);
      key0 += 0x9E37'79B9U;
      key1 += 0xBB67'AE85U;
    }
  }
  void operator()(std::uint64_t first, std::uint32_t* out) const {
    constexpr std::size_t at_once = 4;
    const std::size_t n = hn::Lanes(words);
    for (std::size_t i = 0; i < draws_at_once / 4; i += at_once * n) {
      Philox blocks[at_once];
      for (std::size_t k = 0; k < at_once; ++k) {
        const Words counter = hn::Add(all(first + i + k * n), turns_);
        blocks[k] = {counter, hn::ShiftRight<32>(counter), part_, all(first_block_of_draws)};
      }
      for (int round = 0; round < rounds; ++round) {
        for (Philox& block : blocks) block.round(keys0_[round], keys1_[round]);
      }
      for (std::size_t k = 0; k < at_once; ++k) blocks[k].store(out + 4 * (i + k * n));
    }
  }

 private:
  static constexpr int rounds = 10;

  Words turns_, part_;
  Words keys0_[rounds], keys1_[rounds];
};

/// The 32 bits of random words right behind the last place of a format, of which a double has `tail_bits` more.
HWY_INLINE Words behind_last_place(Words random, int tail_bits) {
  return tail_bits >= 32 ? hn::ShiftLeftSame(random, tail_bits - 32) : hn::ShiftRightSame(random, 32 - tail_bits);
}

/// How many of the 32 bits of a random word are dropped; what is undecided by 32 has more of them.
bool is_limited(const StochasticRounding& rounding) { return rounding.random_bits() != unlimited_random_bits; }
int dropped_bits(const StochasticRounding& rounding) { return is_limited(rounding) ? 32 - rounding.random_bits() : 0; }

/// Normal numbers and zeros: the random bits are added behind the last place, as many as there is room for (the others
/// would not carry), and what carries into the last place rounds up, into the next binade if need be.
template <bool signed_zeros>
class Carry {
 public:
  using V = Lanes<double>;

  explicit Carry(const StochasticRounding& rounding)
      : smallest_normal_(hn::Set(d, rounding.narrowing().floor)),
        largest_(hn::Set(d, rounding.narrowing().largest)),
        tail_bits_(53 - rounding.format().precision),
        is_limited_(is_limited(rounding)),
        used_(behind_last_place(all(~std::uint64_t{0} << static_cast<unsigned>(dropped_bits(rounding)) & 0xffff'ffffU),
                                tail_bits_)),
        kept_(all(~std::uint64_t{0} << static_cast<unsigned>(tail_bits_))) {}

  /// False if some lane is neither normal nor zero, is undecided or rounds beyond the range.
  HWY_INLINE bool round(V x, Words random, V& result) const {
    const V magnitude = hn::Abs(x);
    const Words sum = hn::Add(bits_of<double>(magnitude), hn::And(behind_last_place(random, tail_bits_), used_));
    const V rounded = from_bits<double>(hn::And(sum, kept_));
    const auto is_zero = hn::Eq(magnitude, hn::Zero(d));
    auto is_usual = hn::And(hn::Or(hn::Ge(magnitude, smallest_normal_), is_zero), hn::Le(rounded, largest_));
    if (!is_limited_) is_usual = hn::And(is_usual, hn::RebindMask(d, hn::Ne(hn::And(sum, used_), used_)));
    result = hn::OrAnd(rounded, x, hn::SignBit(d));
    if constexpr (!signed_zeros) result = hn::IfThenZeroElse(is_zero, result);
    return hn::AllTrue(d, is_usual);
  }

 private:
  static constexpr Tag<double> d{};

  V smallest_normal_, largest_;
  int tail_bits_;
  bool is_limited_;
  Words used_;  // the random bits
  Words kept_;  // all but the tail bits
};

/// Any finite number: floor(f 2^n) + R.
template <bool signed_zeros>
class Part {
 public:
  using V = Lanes<double>;

  explicit Part(const StochasticRounding& rounding)
      : narrowing_(rounding.format(), rounding.narrowing()),
        quantum_factor_(hn::Set(d, rounding.narrowing().quantum_factor)),
        is_limited_(is_limited(rounding)),
        dropped_(dropped_bits(rounding)),
        below_whole_(all((std::uint64_t{1} << static_cast<unsigned>(32 - dropped_)) - 1)),
        reciprocal_(all(static_cast<std::uint64_t>(2 * 1023 + 32 - dropped_) << 52U)) {}

  /// False if some lane is for Reference: not finite, or undecided.
  HWY_INLINE bool round(V x, Words random, V& result) const {
    const V magnitude = hn::Abs(x);
    if (!hn::AllTrue(d, hn::Lt(magnitude, hn::Set(d, Carrier<double>::far_above)))) return false;
    const V quantum = hn::Mul(narrowing_.scale(magnitude), quantum_factor_), shift = narrowing_.magic(magnitude);
    const V nearest = hn::Sub(hn::Add(magnitude, shift), shift);
    const V truncated = hn::Sub(nearest, hn::IfThenElseZero(hn::Gt(nearest, magnitude), quantum));
    const V to_integer = from_bits<double>(hn::Sub(reciprocal_, bits_of<double>(quantum)));  // 2^n / quantum
    const V part = hn::Mul(hn::Sub(magnitude, truncated), to_integer);
    const Words drawn = hn::ShiftRightSame(random, dropped_);
    const Words sum = hn::Add(hn::BitCast(words, hn::ConvertTo(signed_words, part)), drawn);
    // What follows may still carry.
    if (!is_limited_ && !hn::AllFalse(words, hn::Eq(sum, below_whole_))) return false;
    const auto goes_up = hn::Gt(hn::BitCast(signed_words, sum), hn::BitCast(signed_words, below_whole_));
    result = narrowing_.with_ends(hn::Add(truncated, hn::IfThenElseZero(hn::RebindMask(d, goes_up), quantum)), x);
    return true;
  }

 private:
  static constexpr Tag<double> d{};
  static constexpr hn::RebindToSigned<Tag<double>> signed_words{};

  NarrowingLanes<double, signed_zeros> narrowing_;
  V quantum_factor_;
  bool is_limited_;
  int dropped_;
  Words below_whole_;  // 2^n - 1
  Words reciprocal_;   // less the bits of a power of two: those of 2^n divided by it
};

/// Arrays, by what suits each of their vectors. `signed_zeros`: the format has both.
template <bool signed_zeros>
class Rounder {
 public:
  using V = Lanes<double>;

  Rounder(const StochasticRounding& rounding, const Draw& first)
      : rounding_(rounding), first_(first), carry_(rounding), part_(rounding) {}

  /// Elements from `at` on, up to `draws_at_once`, by as many random words.
  void round(std::span<const double> x, std::size_t at, const std::uint32_t* random, std::span<double> out) const {
    const std::size_t n = hn::Lanes(d);
    const auto some = [&](std::size_t i, std::size_t count) {
      store_some(by_part(load_some(x.data() + i, count), at + i, random + i, count), out.data() + i, count);
    };
    std::size_t i = std::min(before_aligned(out.data()), x.size());
    if (i > 0) some(0, i);
    const Carry<signed_zeros> carry = carry_;  // in registers
    for (; i + n <= x.size(); i += n) {
      const V from = hn::LoadU(d, x.data() + i);
      V result;
      if (HWY_UNLIKELY(!carry.round(from, drawn(random + i), result))) result = by_part(from, at + i, random + i, n);
      hn::StoreU(result, d, out.data() + i);
    }
    for (; i < x.size(); i += n) some(i, std::min(n, x.size() - i));
  }

 private:
  static constexpr Tag<double> d{};

  static HWY_INLINE Words drawn(const std::uint32_t* random) {
    return hn::PromoteTo(words, hn::LoadU(hn::Rebind<std::uint32_t, Tag<double>>{}, random));
  }

  /// The first `count` of x, which are elements `at` and on.
  HWY_NOINLINE V by_part(V x, std::size_t at, const std::uint32_t* random, std::size_t count) const {
    V result;
    if (HWY_LIKELY(part_.round(x, drawn(random), result))) return result;
    HWY_ALIGN double values[widest_lanes<double>];
    hn::Store(x, d, values);
    for (std::size_t k = 0; k < count; ++k) {
      values[k] = rounding_.round_one(values[k], {first_.key, first_.counter + at + k, first_.part});
    }
    return hn::Load(d, values);
  }

  const StochasticRounding& rounding_;
  const Draw& first_;
  Carry<signed_zeros> carry_;
  Part<signed_zeros> part_;
};

template <bool signed_zeros>
void round_with(const StochasticRounding& rounding, const Draw& first, std::span<const double> x,
                std::span<double> out) {
  const Rounder<signed_zeros> rounder(rounding, first);
  const RandomWords random_words(first);
  HWY_ALIGN std::uint32_t random[draws_at_once];
  std::size_t some = rounded_at_once - hn::Lanes(Tag<double>{}) + before_aligned(out.data());  // then all begin aligned
  for (std::size_t done = 0; done < out.size(); done += some, some = rounded_at_once) {
    some = std::min(some, out.size() - done);
    const std::uint64_t counter = first.counter % 4 + done;  // from the block of the first draw on
    random_words(first.counter / 4 + counter / 4, random);
    rounder.round(x.subspan(done, some), done, random + counter % 4, out.subspan(done, some));
  }
}

void round_some(const StochasticRounding& rounding, const Draw& first, std::span<const double> x,
                std::span<double> out) {
  if (std::signbit(rounding.narrowing().negative_zero)) return round_with<true>(rounding, first, x, out);
  round_with<false>(rounding, first, x, out);
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <fmt/core.h>

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
  HWY_DYNAMIC_DISPATCH(round_some)(*this, first, x, out);
}

double StochasticRounding::round_one(double x, const Draw& draw) const {
  Mode mode(Rounding::stochastic);
  mode.random_bits = random_bits_;
  mode.draw = draw;
  return to_double(precipice::round(Exact::from(x), format_, mode).value);
}

}  // namespace precipice
#endif
