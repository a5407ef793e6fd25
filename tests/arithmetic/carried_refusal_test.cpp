#include <doctest/doctest.h>

#include <string>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

using namespace precipice;

namespace {

template <class Engine>
void check_accepted(const Format& f) {
  for (const Rounding rounding : deterministic_roundings()) {
    CAPTURE(to_text(f));
    CHECK(Engine::refusal(f, rounding).empty());
    CHECK_NOTHROW(Engine(f, rounding));
  }
}

template <class Engine>
void check_refused(const char* text, Rounding rounding, const char* reason) {
  CAPTURE(text);
  const Format f = parse_format(text);
  CHECK(Engine::refusal(f, rounding).find(reason) != std::string::npos);
  std::string message;
  try {
    const Engine engine(f, rounding);
  } catch (const ConfigError& error) {
    message = error.what();
  }
  CHECK(message.find(reason) != std::string::npos);
  CHECK(message.find(to_text(f)) != std::string::npos);
  CHECK(message.find(Engine::name()) != std::string::npos);
}

}  // namespace

TEST_CASE("the carried engines take every format that their proof covers, in every direction") {
  for (int precision = 2; precision <= 51; ++precision) {
    for (int exponent_bits = 2; exponent_bits <= 10; ++exponent_bits) {
      check_accepted<Carried<double>>(ieee_like(precision, exponent_bits));
    }
  }
  for (int precision = 2; precision <= 11; ++precision) {
    for (int exponent_bits = 2; exponent_bits <= 7; ++exponent_bits) {
      check_accepted<Carried<float>>(ieee_like(precision, exponent_bits));
    }
  }
  for (const char* const text : {"e4m3fn", "e4m3fnuz", "binary8p3", "e2m1f", "e5m10:ftz:daz", "e4m3:sat"}) {
    check_accepted<Carried<double>>(parse_format(text));
    check_accepted<Carried<float>>(parse_format(text));
  }
}

TEST_CASE("the carried engines refuse what lies one step outside their proof, and say why") {
  const Rounding nearest = Rounding::nearest_even;
  check_refused<Carried<double>>("e5m0", nearest, "p = 1");
  check_refused<Carried<double>>("e5m51", nearest, "p = 52");
  check_refused<Carried<double>>("binary64", nearest, "p = 53");
  check_refused<Carried<double>>("e11m7", nearest, "exponents within +-900");
  check_refused<Carried<double>>("p24:emin=-877:emax=900", nearest, "exponents within +-900");
  check_refused<Carried<double>>("p24:emin=-876:emax=901", nearest, "exponents within +-900");
  check_refused<Carried<double>>("e8m0fnu", nearest, "p = 1");
  check_refused<Carried<double>>("binary8p3u", nearest, "a sign and a zero");
  check_refused<Carried<double>>("e5m10", Rounding::stochastic, "no random numbers");
  check_refused<Carried<float>>("e5m11", nearest, "p = 12");
  check_refused<Carried<float>>("e8m7", nearest, "exponents within +-80");
  check_refused<Carried<float>>("p11:emin=-70:emax=80", nearest, "exponents within +-80");
  check_refused<Carried<float>>("p11:emin=-69:emax=81", nearest, "exponents within +-80");
}

TEST_CASE("one bit more than the proof allows, and rounding the odd result again is wrong") {
  // 52 bits leave one bit behind them: an odd result cannot tell a middle from what lies beyond it.
  const Narrowing<double> too_wide = Narrowing<double>::of(ieee_like(52, 8), Rounding::nearest_even);
  const double middle = 1 + 0x1p-52, sum = middle + 0x1p-60;  // the middle of 1 and 1 + 2^-51; the sum is above it
  const double odd = detail::to_odd(sum, detail::error_of_sum(middle, 0x1p-60, sum));
  const Exact exact = reference::add(Exact::from(middle), Exact::from(0x1p-60), ieee_like(52, 8), {}).value;
  CHECK(too_wide.rounded(odd) == 1.0);
  CHECK(to_double(exact) == 1 + 0x1p-51);
}
