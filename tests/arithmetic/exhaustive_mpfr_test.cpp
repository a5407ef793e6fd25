// A second opinion on all data of IEEE-like formats: MPFR rounds at once into the format, with its own ends of the
// range and its own subnormal numbers, in the four directions that both know.
#include <doctest/doctest.h>

#include "precipice/arithmetic/operations.hpp"
#include "support/formats.hpp"
#include "support/shard.hpp"
#include "support/small_operations.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::MpfrNumber;
using testing::Operand;

namespace {

/// MPFR's range is a format's while the guard lives; its significands lie in [1/2, 1).
class RangeGuard {
 public:
  explicit RangeGuard(const Format& f) {
    mpfr_set_emin(f.emin - f.precision + 2);
    mpfr_set_emax(f.emax + 1);
  }
  ~RangeGuard() {
    mpfr_set_emin(emin_);
    mpfr_set_emax(emax_);
  }
  RangeGuard(const RangeGuard&) = delete;
  RangeGuard& operator=(const RangeGuard&) = delete;

 private:
  mpfr_exp_t emin_ = mpfr_get_emin(), emax_ = mpfr_get_emax();
};

struct Direction {
  Rounding ours;
  mpfr_rnd_t mpfr;
};
constexpr Direction directions[] = {{Rounding::nearest_even, MPFR_RNDN},
                                    {Rounding::toward_zero, MPFR_RNDZ},
                                    {Rounding::toward_positive, MPFR_RNDU},
                                    {Rounding::toward_negative, MPFR_RNDD}};

/// exactly(result, rnd) computes with MPFR and returns its ternary value, ours(direction) is the library's result.
/// MPFR's underflow flag is not ours: it is raised by exact results too.
template <class Ours, class Exactly>
void compare(std::string_view name, const Format& f, std::initializer_list<Exact> operands, Ours ours, Exactly exactly,
             MpfrNumber& result, Mismatches& mismatches) {
  const RangeGuard guard(f);
  for (const Direction& direction : directions) {
    if (f.precision == 1 && direction.mpfr == MPFR_RNDN) continue;  // MPFR's ties go upward there, ours to even codes
    mpfr_clear_flags();
    int ternary = exactly(result.get(), direction.mpfr);
    ternary = mpfr_subnormalize(result.get(), ternary, direction.mpfr);
    const Rounded got = ours(direction.ours);
    Rounded wanted{result.exact(), got.flags};
    wanted.flags.inexact = ternary != 0;
    wanted.flags.overflow = mpfr_overflow_p() != 0;
    wanted.flags.divide_by_zero = mpfr_divby0_p() != 0;
    mismatches.expect(testing::same(got, wanted),
                      [&] { return testing::case_line(name, f, direction.ours, operands, got, wanted); });
  }
}

constexpr testing::PairOperation operations[] = {{"add", reference::add, mpfr_add},
                                                 {"subtract", reference::subtract, mpfr_sub},
                                                 {"multiply", reference::multiply, mpfr_mul},
                                                 {"divide", reference::divide, mpfr_div},
                                                 {"remainder", reference::remainder, mpfr_remainder}};

void check_all(const Format& f, Mismatches& mismatches) {
  MpfrNumber result(f.precision);
  const auto data = testing::operands_of(f, f);
  for (const Operand& x : data) {
    compare(
        "square_root", f, {x.exact}, [&](Rounding direction) { return reference::square_root(x.exact, f, direction); },
        [&](mpfr_ptr r, mpfr_rnd_t rnd) { return mpfr_sqrt(r, x.value.get(), rnd); }, result, mismatches);
    for (const Operand& y : data) {
      for (const testing::PairOperation& operation : operations) {
        compare(
            operation.name, f, {x.exact, y.exact},
            [&](Rounding direction) { return operation.ours(x.exact, y.exact, f, direction); },
            [&](mpfr_ptr r, mpfr_rnd_t rnd) { return operation.mpfr(r, x.value.get(), y.value.get(), rnd); }, result,
            mismatches);
      }
    }
  }
}

}  // namespace

TEST_CASE("+ - * /, remainder and square roots in IEEE-like formats of up to six bits are MPFR's with its own range") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(6)) check_all(f, mismatches);
}

TEST_SUITE("exhaustive") {
  TEST_CASE("+ - * /, remainder and square roots in IEEE-like formats of seven and eight bits are MPFR's") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& f : testing::formats_up_to(8)) {
      if (testing::code_width(f) > 6 && testing::is_in_this_shard(index++)) check_all(f, mismatches);
    }
  }
}
