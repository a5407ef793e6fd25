// square_root, round_to_integral, log_b, neighbours and conversions of every datum of small formats.
#include <doctest/doctest.h>

#include "precipice/arithmetic/operations.hpp"
#include "support/formats.hpp"
#include "support/mpfr_rounding.hpp"
#include "support/shard.hpp"
#include "support/small_operations.hpp"

using namespace precipice;
using testing::Datum;
using testing::Mismatches;
using testing::Operand;
using testing::OperationCheck;
using testing::Oracle;
using testing::Truncated;

namespace {

// --- definitions ----------------------------------------------------------------------------------------------------

/// The integer that MPFR rounds to in our direction.
void integer_of(mpfr_ptr result, mpfr_srcptr x, Rounding direction) {
  switch (direction) {
    case Rounding::nearest_even: mpfr_rint(result, x, MPFR_RNDN); return;
    case Rounding::nearest_away: mpfr_round(result, x); return;
    case Rounding::toward_zero: mpfr_trunc(result, x); return;
    case Rounding::toward_positive: mpfr_ceil(result, x); return;
    case Rounding::toward_negative: mpfr_floor(result, x); return;
    case Rounding::away_from_zero: mpfr_rint(result, x, MPFR_RNDA); return;
    case Rounding::to_odd:
      mpfr_trunc(result, x);
      if (mpfr_integer_p(x) == 0 && mpfr_get_si(result, MPFR_RNDZ) % 2 == 0) mpfr_rint(result, x, MPFR_RNDA);
      return;
    case Rounding::stochastic: break;  // has tests of its own
  }
}

/// floor(log2 |x|), with MPFR's data and flag for the special operands.
int binary_logarithm(mpfr_ptr result, mpfr_srcptr x) {
  if (mpfr_nan_p(x) != 0) return mpfr_set(result, x, MPFR_RNDN);
  if (mpfr_inf_p(x) != 0) return mpfr_abs(result, x, MPFR_RNDN);
  if (mpfr_zero_p(x) == 0) return mpfr_set_si(result, mpfr_get_exp(x) - 1, MPFR_RNDN);
  mpfr_set_divby0();
  mpfr_set_inf(result, -1);
  return 0;
}

// --- checks ---------------------------------------------------------------------------------------------------------

void check_integers(OperationCheck& check, const Operand& x) {
  testing::MpfrNumber integer(64);
  for (const Mode& mode : check.modes()) {
    Oracle::Answer wanted = check.of_datum(x.datum, mode);
    if (mpfr_regular_p(x.value.get()) != 0) {
      integer_of(integer.get(), x.value.get(), mode.direction);
      wanted = check.of_result(integer, mode);
      // Of the flags only overflow and underflow coincide with inexact (clause 7.1).
      const bool is_other = mpfr_equal_p(integer.get(), x.value.get()) == 0;
      wanted.flags.inexact = wanted.flags.inexact || (is_other && !wanted.flags.invalid);
    }
    check.expect("round_to_integral", {&x}, reference::round_to_integral(x.exact, check.format(), mode), wanted, mode);
  }
}

void check_operations(const Format& operands, const Format& f, const std::vector<Mode>& modes, Mismatches& mismatches) {
  OperationCheck check(f, modes, mismatches);
  for (const Operand& x : testing::operands_of(operands, f)) {
    check.compare(
        "square_root", {&x}, [&](const Mode& mode) { return reference::square_root(x.exact, f, mode); },
        [&](mpfr_ptr result, mpfr_rnd_t rnd) { return mpfr_sqrt(result, x.value.get(), rnd); });
    check.compare(
        "log_b", {&x}, [&](const Mode& mode) { return reference::log_b(x.exact, f, mode); },
        [&](mpfr_ptr result, mpfr_rnd_t) { return binary_logarithm(result, x.value.get()); });
    check_integers(check, x);
  }
}

/// convert takes its operands as they are, whatever the format flushes.
void check_conversions(const Format& operands, const Format& f, const std::vector<Mode>& modes,
                       Mismatches& mismatches) {
  OperationCheck check(f, modes, mismatches);
  for (const Operand& x : testing::operands_of(operands, plain(f))) {
    check.compare(
        "convert", {&x}, [&](const Mode& mode) { return reference::convert(x.exact, f, mode); },
        [&](mpfr_ptr result, mpfr_rnd_t rnd) { return mpfr_set(result, x.value.get(), rnd); });
  }
}

/// Into wide formats with IEEE's specials: what MPFR makes of each number at the precision that is left for it.
void check_wide_conversions(const Format& operands, const Format& f, Mismatches& mismatches) {
  const testing::WidestMpfrRange range;
  const testing::FormatEnds ends(f);
  for (const Operand& x : testing::operands_of(operands, f)) {
    const bool signals = x.datum.kind == Datum::Kind::signalling_nan;
    const auto itself = [&](mpfr_ptr result, mpfr_rnd_t rnd) { return mpfr_set(result, x.value.get(), rnd); };
    testing::MpfrRounding rounding(ends, itself);
    for (const Mode& mode : testing::usual_modes()) {
      const Rounded wanted = rounding.is_ordinary()
                                 ? rounding.round(mode)
                                 : Rounded{is_nan(x.datum) ? Exact::nan() : x.exact, Flags{.invalid = signals}};
      const Rounded got = reference::convert(x.exact, f, mode);
      mismatches.expect(testing::same(got, wanted),
                        [&] { return testing::case_line("convert", f, mode, {x.exact}, got, wanted); });
    }
  }
}

void check_catalogue_conversions(const Format& operands, Mismatches& mismatches) {
  for (const Format& f : testing::catalogue_formats()) {
    if (testing::code_width(f) <= 64) {
      check_conversions(operands, f, testing::usual_modes(), mismatches);
    } else {
      check_wide_conversions(operands, f, mismatches);
    }
  }
}

void check_neighbours(const Format& f, Mismatches& mismatches) {
  OperationCheck check(f, {Mode{}}, mismatches);
  for (const Operand& x : testing::operands_of(f, plain(f))) {
    if (!is_nan(x.datum)) continue;
    const Oracle::Answer nan = check.of_datum(x.datum, {});
    check.expect("next_up", {&x}, reference::next_up(x.exact, f), nan, {});
    check.expect("next_down", {&x}, reference::next_down(x.exact, f), nan, {});
  }
  const auto row = testing::data_in_order(f);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto [below, above] = neighbours_of(row, i);
    const Exact x = to_exact(row[i]);
    const Rounded up = reference::next_up(x, f), down = reference::next_down(x, f);
    const Rounded wanted_up{to_exact(above), {}}, wanted_down{to_exact(below), {}};
    mismatches.expect(testing::same(up, wanted_up),
                      [&] { return testing::case_line("next_up", f, {}, {x}, up, wanted_up); });
    mismatches.expect(testing::same(down, wanted_down),
                      [&] { return testing::case_line("next_down", f, {}, {x}, down, wanted_down); });
  }
}

void check_everything(const Format& f, Mismatches& mismatches) {
  check_operations(f, f, testing::usual_modes(), mismatches);
  check_catalogue_conversions(f, mismatches);
  check_neighbours(f, mismatches);
}

}  // namespace

TEST_CASE("square roots, integers, logarithms, neighbours and conversions of small formats of each family") {
  Mismatches mismatches;
  for (const char* const text : {"e3m2", "e2m3", "e4m0", "e3m2:fn", "e2m3b4fn", "e3m2f", "e2m3fnuz", "e3m2nuz",
                                 "e5m0fnu", "e2m3u", "e3m2fnuzu", "e2m2nuzu", "e2m3:explicit", "e4m1:emax=2"}) {
    check_everything(parse_format(text), mismatches);
  }
}

TEST_CASE("square roots, integers, logarithms and conversions with every rule for the ends of formats") {
  Mismatches mismatches;
  for (const char* const text : {"e3m1", "e2m2:fn", "e3m1b9fnuz", "e4m0fnu", "e2m3u", "e2m1f"}) {
    for (const Format& f : testing::with_every_rule(parse_format(text))) {
      check_operations(f, f, testing::all_modes(), mismatches);
      check_operations(ieee_like(4, 3), f, testing::all_modes(), mismatches);
      check_conversions(ieee_like(4, 4), f, testing::all_modes(), mismatches);
    }
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("square roots, integers, logarithms, neighbours and conversions of every format of up to eight bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& f : testing::families_up_to(8)) {
      if (testing::is_in_this_shard(index++)) check_everything(f, mismatches);
    }
  }

  TEST_CASE("the same of every IEEE-like format of nine to sixteen bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& f : testing::formats_up_to(16)) {
      if (testing::code_width(f) > 8 && testing::is_in_this_shard(index++)) check_everything(f, mismatches);
    }
  }

  TEST_CASE("e5m4 and e6m3u give in every format of up to seven bits what the rules for its ends say") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& usual : testing::families_up_to(7)) {
      for (const Format& f : testing::with_every_rule(usual)) {
        if (!testing::is_in_this_shard(index++)) continue;
        check_operations(ieee_like(5, 5), f, testing::all_modes(), mismatches);
        check_conversions(ieee_like(5, 5), f, testing::all_modes(), mismatches);
      }
    }
  }
}

TEST_SUITE("long") {
  TEST_CASE("square roots, integers, logarithms, neighbours and conversions of all families of nine to sixteen bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (int bits = 9; bits <= 16; ++bits) {
      for (const Format& f : testing::families_of_width(bits)) {
        if (f.specials != Specials::ieee && testing::is_in_this_shard(index++)) check_everything(f, mismatches);
      }
    }
  }
}
