#pragma once

#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "support/mismatches.hpp"
#include "support/modes.hpp"
#include "support/mpfr.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"

namespace precipice::testing {

/// A datum as the operations get it, and as MPFR gets it.
struct Operand {
  Exact exact;
  Datum datum;       ///< under flush_operands a zero if it lies below 2^emin
  MpfrNumber value;  ///< of `datum`

  Operand(const Format& results, const Datum& given)
      : exact(to_exact(given)), datum(as_seen(results, given)), value(to_exact(datum)) {}

  static Datum as_seen(const Format& f, Datum x) {
    const bool flushes = f.subnormals == Subnormals::flush_operands || f.subnormals == Subnormals::flush_both;
    const bool small = x.kind == Datum::Kind::number && x.magnitude.significand != 0 && top_of(x.magnitude) < f.emin;
    if (flushes && small) x.magnitude.significand = 0;
    return x;
  }
};

/// Every code point of `operands`, for operations into `results`.
inline std::deque<Operand> operands_of(const Format& operands, const Format& results) {
  std::deque<Operand> data;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << code_width(operands); ++code) {
    data.emplace_back(results, datum_of(operands, code));
  }
  return data;
}

struct PairOperation {
  std::string_view name;
  Rounded (*ours)(const Exact& x, const Exact& y, const Format& f, const Mode& mode);
  int (*mpfr)(mpfr_ptr result, mpfr_srcptr x, mpfr_srcptr y, mpfr_rnd_t rounding);
};

/// Operations into a small format against MPFR's result of 64 bits, truncated, and the oracle's choice.
class OperationCheck {
 public:
  OperationCheck(const Format& f, std::vector<Mode> modes, Mismatches& mismatches)
      : format_(f), oracle_(f), modes_(std::move(modes)), mismatches_(mismatches) {
    for (std::uint64_t code = 0; code_width(f) <= widest_table && code < std::uint64_t{1} << code_width(f); ++code) {
      data_.push_back(to_exact(datum_of(f, code)));
    }
  }

  /// exactly(result, rnd) is MPFR's, which knows IEEE's special data too; ours(mode) the library's.
  template <class Ours, class Exactly>
  void compare(std::string_view name, std::initializer_list<const Operand*> operands, Ours ours, Exactly exactly) {
    mpfr_clear_divby0();
    const bool sticky = exactly(result_.get(), MPFR_RNDZ) != 0;
    const bool is_ordinary = mpfr_regular_p(result_.get()) != 0;
    const Sign sign = sign_of(result_);
    const Oracle::Place place = is_ordinary ? oracle_.locate(Truncated{head_of(result_), sticky}) : Oracle::Place{};
    const bool downward_is_negative = mpfr_zero_p(result_.get()) != 0 && is_negative_downward(exactly);
    Oracle::Answer special{};
    if (mpfr_nan_p(result_.get()) != 0) special = oracle_.nan(Flags{.invalid = is_invalid(operands)});
    if (mpfr_inf_p(result_.get()) != 0) special = infinite(sign);
    for (const Mode& mode : modes_) {
      const bool downward = mode.direction == Rounding::toward_negative;
      const Oracle::Answer wanted = is_ordinary                        ? oracle_.choose(place, sign, mode)
                                    : mpfr_zero_p(result_.get()) == 0  ? special
                                    : downward && downward_is_negative ? oracle_.zero(Sign::negative)
                                                                       : oracle_.zero(sign);
      expect(name, operands, ours(mode), wanted, mode);
    }
  }

  void pair(const PairOperation& operation, const Operand& x, const Operand& y) {
    compare(
        operation.name, {&x, &y}, [&](const Mode& mode) { return operation.ours(x.exact, y.exact, format_, mode); },
        [&](mpfr_ptr result, mpfr_rnd_t rnd) { return operation.mpfr(result, x.value.get(), y.value.get(), rnd); });
  }

  /// A datum as the exact result.
  [[nodiscard]] Oracle::Answer of_datum(const Datum& x, const Mode& mode) const {
    if (is_nan(x)) return oracle_.nan(Flags{.invalid = x.kind == Datum::Kind::signalling_nan});
    if (x.kind == Datum::Kind::infinity) return oracle_.infinite(testing::sign_of(x));
    return is_zero(x) ? oracle_.zero(testing::sign_of(x))
                      : oracle_.round(Truncated{x.magnitude, false}, testing::sign_of(x), mode);
  }

  /// An exact result of MPFR's of 64 bits.
  [[nodiscard]] Oracle::Answer of_result(MpfrNumber& x, const Mode& mode) const {
    const Sign sign = sign_of(x);
    return mpfr_zero_p(x.get()) != 0 ? oracle_.zero(sign) : oracle_.round(Truncated{head_of(x), false}, sign, mode);
  }

  void expect(std::string_view name, std::initializer_list<const Operand*> operands, const Rounded& got,
              const Oracle::Answer& wanted, const Mode& mode) {
    Exact beyond_table;
    if (wanted.code >= data_.size()) beyond_table = oracle_.datum(wanted).value;
    const Exact& value = wanted.code < data_.size() ? data_[wanted.code] : beyond_table;
    mismatches_.expect(is_same_datum(got.value, value) && got.flags == wanted.flags, [&] {
      std::vector<Exact> shown;
      for (const Operand* const x : operands) shown.push_back(x->exact);
      return case_line(name, format_, mode, shown, got, {value, wanted.flags});
    });
  }

  [[nodiscard]] const Oracle& oracle() const { return oracle_; }
  [[nodiscard]] const Format& format() const { return format_; }
  [[nodiscard]] const std::vector<Mode>& modes() const { return modes_; }

 private:
  static Sign sign_of(const MpfrNumber& x) { return mpfr_signbit(x.get()) != 0 ? Sign::negative : Sign::positive; }
  /// A number of 64 bits is one limb with its leading bit on top.
  static Dyadic head_of(MpfrNumber& x) {
    static_assert(sizeof(mp_limb_t) == 8);
    const auto* const limb = static_cast<const mp_limb_t*>(mpfr_custom_get_significand(x.get()));
    return {*limb, static_cast<std::int64_t>(mpfr_get_exp(x.get())) - 64};
  }
  template <class Exactly>
  bool is_negative_downward(Exactly exactly) {
    exactly(downward_.get(), MPFR_RNDD);
    return mpfr_signbit(downward_.get()) != 0;
  }
  static bool is_invalid(std::initializer_list<const Operand*> operands) {
    bool has_nan = false, is_signalling = false;
    for (const Operand* const x : operands) {
      has_nan = has_nan || is_nan(x->datum);
      is_signalling = is_signalling || x->datum.kind == Datum::Kind::signalling_nan;
    }
    return !has_nan || is_signalling || is_infinity_times_zero(operands);
  }
  /// Of three operands, which are those of x * y + z: invalid whatever z is.
  static bool is_infinity_times_zero(std::initializer_list<const Operand*> operands) {
    if (operands.size() != 3) return false;
    const Datum &x = operands.begin()[0]->datum, &y = operands.begin()[1]->datum;
    return (x.kind == Datum::Kind::infinity && is_zero(y)) || (is_zero(x) && y.kind == Datum::Kind::infinity);
  }
  [[nodiscard]] Oracle::Answer infinite(Sign sign) const {
    Oracle::Answer answer = oracle_.infinite(sign);
    answer.flags.divide_by_zero = mpfr_divby0_p() != 0;
    return answer;
  }

  Format format_;
  Oracle oracle_;
  std::vector<Mode> modes_;
  Mismatches& mismatches_;
  static constexpr int widest_table = 16;
  std::vector<Exact> data_;  ///< by code point, in formats of up to widest_table bits
  MpfrNumber result_{64}, downward_{64};
};

}  // namespace precipice::testing
