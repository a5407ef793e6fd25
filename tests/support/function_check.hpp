#pragma once

#include "support/elementary_oracle.hpp"
#include "support/mismatches.hpp"
#include "support/modes.hpp"
#include "support/mpfr_rounding.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

namespace precipice::testing {

/// Every direction but stochastic, with a tininess by chance.
inline std::span<const Mode> modes_by_chance(Sample& sample) {
  static const std::vector<Mode> all = all_modes();
  return std::span(all).subspan(sample.coin() ? all.size() / 2 : 0, all.size() / 2);
}

/// The operand as the format sees it: under flush_operands a number below the normal ones is a zero.
inline Exact as_seen(const Format& f, const Exact& x) {
  const bool flushes = f.subnormals == Subnormals::flush_operands || f.subnormals == Subnormals::flush_both;
  const bool is_small = x.kind() == Exact::Kind::finite && x.top_exponent() < f.emin;
  return flushes && is_small ? Exact::zero(x.sign()) : x;
}

/// A zero, an infinity or NaN as the format has it.
inline Rounded special(const FormatEnds& ends, const Rounded& result) {
  if (result.value.is_nan()) return ends.nan(result.flags);
  return result.value.is_zero() ? ends.exact_zero(result.value.sign())
                                : ends.infinite(result.value.sign(), result.flags);
}

/// Rounds outcomes into a small format by a table of its numbers.
class SmallRounding {
 public:
  explicit SmallRounding(const Format& f) : oracle_(f) {}

  /// wanted(mode) for each mode.
  template <class Use>
  void round(const Outcome& outcome, std::span<const Mode> modes, Use use) const {
    if (const auto* const number = std::get_if<Enclosure>(&outcome)) {
      const Oracle::Place place = oracle_.locate(truncated(*number));
      for (const Mode& mode : modes) use(mode, oracle_.datum(oracle_.choose(place, number->sign, mode)));
    } else {
      const Rounded result = special(std::get<Rounded>(outcome));
      for (const Mode& mode : modes) use(mode, result);
    }
  }

 private:
  [[nodiscard]] Rounded special(const Rounded& result) const {
    const Exact& x = result.value;
    Oracle::Answer answer = x.is_zero()       ? oracle_.zero(x.sign())
                            : x.is_infinity() ? oracle_.infinite(x.sign())
                                              : oracle_.nan(result.flags);
    answer.flags = answer.flags | result.flags;
    return oracle_.datum(answer);
  }

  Oracle oracle_;
};

/// Rounds outcomes into a format of any size, as MPFR rounds integers.
class WideRounding {
 public:
  explicit WideRounding(const Format& f) : ends_(f) {}

  template <class Use>
  void round(const Outcome& outcome, std::span<const Mode> modes, Use use) const {
    if (const auto* const number = std::get_if<Enclosure>(&outcome)) {
      // The middle of an enclosure stands for all of it.
      Integer units = 2 * number->head + (number->is_exact ? 0 : 1);
      if (number->sign == Sign::negative) units = -units;
      const auto set = [&](mpfr_ptr result, mpfr_rnd_t rounding) {
        return mpfr_set_z_2exp(result, units.backend().data(), number->exponent - 1, rounding);
      };
      const WidestMpfrRange range;
      MpfrRounding rounding(ends_, set);
      for (const Mode& mode : modes) use(mode, rounding.round(mode));
    } else {
      const Rounded result = special(ends_, std::get<Rounded>(outcome));
      for (const Mode& mode : modes) use(mode, result);
    }
  }

 private:
  FormatEnds ends_;
};

/// How many bits of an inexact result decide any rounding but a stochastic one: the precision, half a unit, and what
/// says that something follows.
constexpr std::int64_t deciding_bits(const Format& f) { return f.precision + 3; }

/// How many results lie close to a number of the format or to a midpoint: that operands are hard is part of the claim.
class Closeness {
 public:
  Closeness() = default;
  Closeness(const Closeness&) = delete;
  Closeness& operator=(const Closeness&) = delete;
  ~Closeness() { CHECK_MESSAGE(20 * close_ > cases_, close_ << " of " << cases_ << " results are close calls"); }

  /// By a run of equal bits behind the half unit.
  void count(const Outcome& outcome, const Format& f) {
    constexpr std::int64_t run = 12;
    ++cases_;
    const auto* const number = std::get_if<Enclosure>(&outcome);
    if (number == nullptr || number->is_exact) return;
    const Integer ones = (Integer(1) << static_cast<std::size_t>(run)) - 1;
    const Integer bits = shifted(number->head, f.precision + 1 + run - bit_length(number->head)) & ones;
    close_ += bits == 0 || bits == ones ? 1 : 0;
  }

 private:
  std::int64_t cases_ = 0, close_ = 0;
};

/// Compares ours(mode) with the outcome rounded, in every mode.
template <class Rounding, class Ours>
void compare_rounded(std::string_view name, const Format& f, const Rounding& rounding, std::span<const Mode> modes,
                     std::initializer_list<Exact> operands, const Outcome& outcome, Ours ours, Mismatches& mismatches) {
  rounding.round(outcome, modes, [&](const Mode& mode, const Rounded& wanted) {
    const Rounded got = ours(mode);
    mismatches.expect(same(got, wanted), [&] { return case_line(name, f, mode, operands, got, wanted); });
  });
}

}  // namespace precipice::testing
