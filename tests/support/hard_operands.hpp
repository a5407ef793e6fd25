#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"
#include "support/exact_numbers.hpp"
#include "support/sample.hpp"

namespace precipice::testing {

/// Operands of any size that are hard for arithmetic whose results go to a given format: its own numbers with awkward
/// significands and exponents near a landmark, midpoints and one step beside them, and operands whose result is such
/// a number. They come from both signs and lie, as a rule, within or just beyond the format's range.
class HardOperands {
 public:
  HardOperands(const Format& f, Sample& sample) : format_(f), sample_(sample) {}

  /// A number of the format; zero at times.
  Exact member() {
    const std::int64_t top = std::clamp<std::int64_t>(landmark(), smallest_exponent(format_), format_.emax);
    const std::int64_t bits = std::min<std::int64_t>(format_.precision, top - smallest_exponent(format_) + 1);
    return number({bits, top});
  }
  /// The middle above a number of the format, or below.
  Exact middle() {
    const Exact x = member();
    const std::int64_t quantum = x.is_zero() ? smallest_exponent(format_) : quantum_exponent(format_, x.top_exponent());
    return plus(x, signed_at_random(Exact::finite(Sign::positive, 1, quantum - 1)));
  }
  /// A number of the format or a midpoint, moved by one unit of a place that lies a little or far below.
  Exact beside() {
    const Exact x = sample_.coin() ? middle() : member();
    if (x.is_zero()) return x;
    const std::int64_t place = x.exponent() - sample_.between(1, sample_.coin() ? 4 : 2 * format_.precision + 70);
    return plus(x, signed_at_random(Exact::finite(Sign::positive, 1, place)));
  }
  /// Any number, of the format or wider, within its range and somewhat beyond.
  Exact any() {
    switch (sample_.below(8)) {
      case 0: return middle();
      case 1: return beside();
      case 2: return number({up_to(2 * format_.precision + 3), landmark()});
      case 3: return number({up_to(format_.precision), landmark()});
      default: return member();
    }
  }
  /// An infinity, a zero or NaN, quiet or signalling.
  Exact special() {
    const Sign sign = sample_.coin() ? Sign::positive : Sign::negative;
    switch (sample_.below(4)) {
      case 0: return Exact::infinity(sign);
      case 1: return Exact::nan(sign, sample_.coin() ? Signalling::quiet : Signalling::signalling, 1);
      default: return Exact::zero(sign);
    }
  }

  std::array<Exact, 3> for_sum() {
    const Exact x = any();
    switch (sample_.below(8)) {
      case 0: return {x, any()};
      case 1: return {x, plus_nearby(target(), x.negated())};          // the sum is a hard number
      case 2: return {x, cut(plus_nearby(target(), x.negated()))};     // or close to one
      case 3: return {x, signed_at_random(stepped(x))};                // cancellation
      case 4: return {x, signed_at_random(x)};                         // nothing is left
      case 5: return {x, near(x, 2)};                                  // one binade or its neighbour
      case 6: return {beside(), near(x, 2 * format_.precision + 70)};  // far below, far above
      default: return {x, near(x, format_.precision + 3)};
    }
  }
  std::array<Exact, 3> for_difference() {
    auto [x, y, z] = for_sum();
    return {x, y.negated(), z};
  }
  std::array<Exact, 3> for_product() {
    const std::int64_t p = format_.precision;
    switch (sample_.below(5)) {
      case 0: return {any(), any()};
      case 1: {  // few bits: the product is a number of the format or a midpoint
        const Exact x = number({up_to(p), landmark()});
        return split(x, p + 1 - bit_length(x.significand()));
      }
      case 2: return split(number({p, landmark()}), p);
      default: {  // one factor such that the product is close to a hard number
        const Exact x = member(), t = target();
        return x.is_zero() ? std::array<Exact, 3>{x, t} : std::array<Exact, 3>{x, ratio(t, x, wide_bits())};
      }
    }
  }
  std::array<Exact, 3> for_quotient() {
    const Exact y = any(), q = sample_.coin() ? target() : member();
    switch (sample_.below(5)) {
      case 0: return {any(), y};
      case 1: return {times(q, y), y};           // exact
      case 2: return {stepped(times(q, y)), y};  // one step beside
      case 3: return {cut(times(q, y)), y};
      default: return {member(), member()};
    }
  }
  std::array<Exact, 3> for_root() {
    const Exact root = sample_.coin() ? target() : number({up_to(format_.precision + 1), landmark() / 2});
    const Exact square = times(root, root);
    switch (sample_.below(5)) {
      case 0: return {any()};
      case 1: return {square};
      case 2: return {stepped(square)};
      case 3: return {cut(square)};
      default: return {any().magnitude()};
    }
  }
  std::array<Exact, 3> for_reciprocal_root() {
    const Exact root = target();
    switch (sample_.below(4)) {
      case 0: return {any().magnitude()};
      case 1: return {any()};
      case 2: return {Exact::finite(Sign::positive, 1, landmark())};  // exact for even exponents
      default: {
        const Exact one = Exact::from(1);
        return {root.is_zero() ? root : ratio(one, times(root, root), wide_bits())};
      }
    }
  }
  std::array<Exact, 3> for_fused() {
    auto [x, y, z] = sample_.coin() ? for_product() : std::array<Exact, 3>{any(), any(), Exact()};
    const Exact product = times(x, y);
    const auto minus_product = product.negated();
    switch (sample_.below(8)) {
      case 0: return {x, y, any()};
      case 1: return {x, y, minus_product};       // nothing is left
      case 2: return {x, y, cut(minus_product)};  // the error of a rounded product
      case 3: return {x, y, stepped(minus_product)};
      case 4: return {x, y, plus_nearby(target(), minus_product)};  // the result is a hard number
      case 5: return {x, y, beside()};
      case 6: return {x, y, near(product, 3 * format_.precision + 70)};  // far above or far below
      default: return {x, y, near(product, format_.precision + 3)};
    }
  }
  std::array<Exact, 3> for_remainder() {
    const Exact y = any();
    const Exact n = number({up_to(sample_.coin() ? 4 : 90), sample_.coin() ? 90 : 3});
    const Exact half = Exact::finite(y.sign(), y.significand(), y.exponent() - 1);
    switch (sample_.below(6)) {
      case 0: return {any(), y};
      case 1: return {plus(times(n, y), signed_at_random(half)), y};  // a tie if n is an integer
      case 2: return {stepped(plus(times(n, y), signed_at_random(half))), y};
      case 3: return {plus(times(n, y), any_below(y)), y};
      case 4: return {near(half, 2), y};
      default: return {near(y, 3 * format_.precision + 200), y};
    }
  }

  Sample& sample() { return sample_; }

 private:
  /// The sizes of quotients and the like that stand for a number whose result is close to a hard one.
  std::int64_t wide_bits() { return format_.precision + (sample_.coin() ? 0 : sample_.between(1, 8)); }
  Exact target() { return sample_.below(3) == 0 ? beside() : sample_.coin() ? middle() : member(); }

  /// Exponents of leading bits: anywhere, around 1, around the ends of the range.
  std::int64_t landmark() {
    const std::int64_t p = format_.precision;
    switch (sample_.below(6)) {
      case 0: return sample_.between(smallest_exponent(format_) - 3, std::int64_t{format_.emax} + 2);
      case 1: return smallest_exponent(format_) + sample_.between(-3, p + 2);
      case 2: return format_.emin + sample_.between(-2, 2);
      case 3: return format_.emax + sample_.between(-2, 1);
      default: return sample_.between(-p - 3, p + 3);
    }
  }

  /// Braces, in which both are drawn in this order.
  struct Size {
    std::int64_t bits, top;
  };
  /// A number of so many bits (those at the end may be zeros) with its leading bit at 2^top.
  Exact number(const Size& size) {
    return signed_at_random(Exact::finite(Sign::positive, significand(size.bits), size.top - size.bits + 1));
  }
  std::int64_t up_to(std::int64_t bits) { return sample_.between(1, bits); }
  /// Random bits, few ones, few zeros, a run of ones, a short number.
  Integer significand(std::int64_t bits) {
    const auto power = [](std::int64_t e) { return Integer(1) << static_cast<std::size_t>(e); };
    const auto place = [&] { return sample_.between(0, bits - 1); };
    const Integer lead = power(bits - 1), ones = power(bits) - 1;
    switch (sample_.below(8)) {
      case 0: return lead;
      case 1: return ones;
      case 2: return lead | power(place());
      case 3: return bits > 1 ? Integer(ones - power(sample_.between(0, bits - 2))) : ones;
      case 4: {  // a run of ones
        const std::int64_t low = place();
        return lead | Integer(power(sample_.between(low, bits - 1)) - power(low));
      }
      default: break;
    }
    Integer random = 0;
    for (std::int64_t have = 0; have < bits; have += 64) random = (random << 64U) + sample_.bits();
    return (random & ones) | lead;
  }

  Exact signed_at_random(const Exact& x) { return sample_.coin() ? x : x.negated(); }

  /// One unit of the last of x's own bits, or of the format's, up or down.
  Exact stepped(const Exact& x) {
    if (x.is_zero()) return x;
    const std::int64_t quantum = sample_.coin() ? x.exponent() : quantum_exponent(format_, x.top_exponent());
    return std::abs(quantum - x.exponent()) > most_shift
               ? x
               : plus(x, signed_at_random(Exact::finite(Sign::positive, 1, quantum)));
  }
  /// The first p bits.
  Exact cut(const Exact& x) {
    const std::int64_t excess = bit_length(x.significand()) - format_.precision;
    if (excess <= 0) return x;
    return Exact::finite(x.sign(), x.significand() >> static_cast<std::size_t>(excess), x.exponent() + excess);
  }
  /// A number whose leading bit lies within `reach` binades of that of x.
  Exact near(const Exact& x, std::int64_t reach) {
    if (x.is_zero()) return any();
    return number({up_to(format_.precision + 1), x.top_exponent() + sample_.between(-reach, reach)});
  }
  Exact any_below(const Exact& y) {
    return y.is_zero() ? y : number({wide_bits(), y.top_exponent() - sample_.between(1, 3)});
  }
  /// x, and a second factor of so many bits such that the product is near a landmark.
  std::array<Exact, 3> split(const Exact& x, std::int64_t bits) {
    return {x, number({std::max<std::int64_t>(bits, 1), landmark() - (x.is_zero() ? 0 : x.top_exponent())})};
  }

  Format format_;
  Sample& sample_;
};

}  // namespace precipice::testing
