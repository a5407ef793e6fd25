#pragma once

#include <array>
#include <span>

#include "precipice/arithmetic/operations.hpp"
#include "support/mpfr_rounding.hpp"

namespace precipice::testing {

/// An operation of ours beside MPFR's. Operands count as they are: x[0], x[1], x[2].
struct MpfrOperation {
  const char* name;
  std::size_t operands;
  Rounded (*ours)(const Exact* x, const Format& f, const Mode& mode);
  int (*mpfr)(mpfr_ptr result, const MpfrNumber* x, mpfr_rnd_t rounding);
};

/// x / y. MPFR 4.2.0 calls some exact quotients of a long dividend inexact and then rounds a tie the wrong way (at 64
/// bits 0x1.5ccf45d813394be5e4522e77c6541c420fc / 0x1.5ccf45d813394be9fac, of 63 bits a tie): whether a truncated
/// quotient is exact is found by multiplying back, and mpfr_set rounds last.
inline int checked_quotient(mpfr_ptr result, mpfr_srcptr x, mpfr_srcptr y, mpfr_rnd_t rounding) {
  const mpfr_prec_t bits = mpfr_get_prec(result) + 2;
  MpfrNumber whole(bits), sticky(bits + 1), back(bits + mpfr_get_prec(y));
  mpfr_div(whole.get(), x, y, MPFR_RNDZ);
  if (mpfr_regular_p(whole.get()) == 0) return mpfr_div(result, x, y, rounding);
  mpfr_mul(back.get(), whole.get(), y, MPFR_RNDZ);
  mpfr_set(sticky.get(), whole.get(), MPFR_RNDZ);
  if (mpfr_equal_p(back.get(), x) == 0) {
    mpfr_signbit(whole.get()) != 0 ? mpfr_nextbelow(sticky.get()) : mpfr_nextabove(sticky.get());
  }
  return mpfr_set(result, sticky.get(), rounding);
}

inline constexpr MpfrOperation mpfr_addition{
    "add", 2, [](const Exact* x, const Format& f, const Mode& m) { return reference::add(x[0], x[1], f, m); },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return mpfr_add(r, x[0].get(), x[1].get(), d); }};
inline constexpr MpfrOperation mpfr_subtraction{
    "subtract", 2, [](const Exact* x, const Format& f, const Mode& m) { return reference::subtract(x[0], x[1], f, m); },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return mpfr_sub(r, x[0].get(), x[1].get(), d); }};
inline constexpr MpfrOperation mpfr_multiplication{
    "multiply", 2, [](const Exact* x, const Format& f, const Mode& m) { return reference::multiply(x[0], x[1], f, m); },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return mpfr_mul(r, x[0].get(), x[1].get(), d); }};
inline constexpr MpfrOperation mpfr_division{
    "divide", 2, [](const Exact* x, const Format& f, const Mode& m) { return reference::divide(x[0], x[1], f, m); },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return checked_quotient(r, x[0].get(), x[1].get(), d); }};
inline constexpr MpfrOperation mpfr_square_root{
    "square_root", 1, [](const Exact* x, const Format& f, const Mode& m) { return reference::square_root(x[0], f, m); },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return mpfr_sqrt(r, x[0].get(), d); }};
inline constexpr MpfrOperation mpfr_reciprocal_root{
    "rsqrt", 1, [](const Exact* x, const Format& f, const Mode& m) { return reference::rsqrt(x[0], f, m); },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return mpfr_rec_sqrt(r, x[0].get(), d); }};
inline constexpr MpfrOperation mpfr_fused{
    "fused_multiply_add", 3,
    [](const Exact* x, const Format& f, const Mode& m) {
      return reference::fused_multiply_add(x[0], x[1], x[2], f, m);
    },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return mpfr_fma(r, x[0].get(), x[1].get(), x[2].get(), d); }};
inline constexpr MpfrOperation mpfr_nearest_remainder{
    "remainder", 2,
    [](const Exact* x, const Format& f, const Mode& m) { return reference::remainder(x[0], x[1], f, m); },
    [](mpfr_ptr r, const MpfrNumber* x, mpfr_rnd_t d) { return mpfr_remainder(r, x[0].get(), x[1].get(), d); }};

/// What an operation of MPFR's gives in a format, with every flag, in every direction but stochastic.
class MpfrOracle {
 public:
  MpfrOracle(const MpfrOperation& operation, const FormatEnds& ends, std::span<const Exact> operands)
      : operation_(operation),
        ends_(ends),
        seen_{as_seen(operands, 0), as_seen(operands, 1), as_seen(operands, 2)},
        operands_{MpfrNumber(seen_[0]), MpfrNumber(seen_[1]), MpfrNumber(seen_[2])},
        compute_{operation_, operands_.data()},
        result_(ends, compute_) {}

  [[nodiscard]] Rounded round(const Mode& mode) {
    return result_.is_ordinary() ? result_.round(mode) : special(mode.direction);
  }

 private:
  struct Compute {
    const MpfrOperation& operation;
    const MpfrNumber* operands;
    int operator()(mpfr_ptr result, mpfr_rnd_t rounding) const { return operation.mpfr(result, operands, rounding); }
  };

  /// Under flush_operands what lies below 2^emin is a zero.
  [[nodiscard]] Exact as_seen(std::span<const Exact> operands, std::size_t i) const {
    const Format& f = ends_.format();
    if (i >= operands.size()) return {};
    const Exact& x = operands[i];
    const bool flushed =
        flushes_operands(f) && x.kind() == Exact::Kind::finite && mpfr_get_exp(MpfrNumber(x).get()) - 1 < f.emin;
    return flushed ? Exact::zero(x.sign()) : x;
  }

  /// Zeros, infinities and NaN: MPFR has those of IEEE 754 but for rsqrt(-0) and signalling NaNs.
  [[nodiscard]] Rounded special(Rounding direction) const {
    bool has_nan = false, is_signalling = false;
    for (const Exact& x : seen_) has_nan |= x.is_nan(), is_signalling |= x.is_signalling();
    MpfrNumber result(ends_.format().precision);
    mpfr_clear_divby0();
    compute_(result.get(), direction == Rounding::toward_negative ? MPFR_RNDD : MPFR_RNDN);
    const Exact value = result.exact();
    if (value.is_nan()) {
      const bool zero_times_infinity =
          (seen_[0].is_infinity() && seen_[1].is_zero()) || (seen_[0].is_zero() && seen_[1].is_infinity());
      const bool invalid = !has_nan || is_signalling || (operation_.operands == 3 && zero_times_infinity);
      return ends_.nan(Flags{.invalid = invalid});
    }
    if (value.is_infinity()) {
      const bool is_reciprocal_root = operation_.mpfr == mpfr_reciprocal_root.mpfr;
      return ends_.infinite(is_reciprocal_root ? seen_[0].sign() : value.sign(),
                            Flags{.divide_by_zero = mpfr_divby0_p() != 0});
    }
    return ends_.exact_zero(value.sign());
  }

  const MpfrOperation& operation_;
  const FormatEnds& ends_;
  std::array<Exact, 3> seen_;
  std::array<MpfrNumber, 3> operands_;
  Compute compute_;
  MpfrRounding<Compute> result_;
};

}  // namespace precipice::testing
