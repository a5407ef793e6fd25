// The oracle of the elementary functions against a witness of its own: Boost's binary floating-point numbers, whose exp
// and log share neither code nor method with it (nor with MPFR).
#include <doctest/doctest.h>

#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include "support/mismatches.hpp"
#include "support/mpfr.hpp"
#include "support/power_oracle.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Enclosure;
using testing::Mismatches;
using testing::Outcome;

namespace {

namespace mp = boost::multiprecision;
constexpr int witness_bits = 480;
using Witness = mp::number<mp::cpp_bin_float<witness_bits, mp::digit_base_2>, mp::et_off>;

constexpr int operands_per_function = 120;
constexpr std::uint64_t seed = 20260301;
constexpr std::int64_t enclosure_bits = 200;
/// Of a result and of the ones that cancel in its formula; far more than an enclosure has.
constexpr int trusted_bits = witness_bits - 64;

Witness to_witness(const Exact& x) {
  const Witness magnitude = ldexp(Witness(mp::cpp_int(x.significand().str())), static_cast<int>(x.exponent()));
  return x.is_negative() ? Witness(-magnitude) : magnitude;
}

/// By the textbook, in the witness's arithmetic.
Witness by_textbook(std::string_view function, const Witness& x) {
  const Witness one = 1;
  if (function == "exp") return exp(x);
  if (function == "expm1") return exp(x) - one;
  if (function == "exp2") return exp(Witness(x * log(Witness(2))));
  if (function == "log") return log(x);
  if (function == "log1p") return log(Witness(one + x));
  if (function == "log2") return log(x) / log(Witness(2));
  if (function == "tanh") return one - 2 / (exp(Witness(2 * x)) + one);
  if (function == "sigmoid") return one / (one + exp(Witness(-x)));
  if (function == "erf") return boost::math::erf(x);
  return one / sqrt(x);
}

/// Whether the witness lies within the enclosure, give or take what its own arithmetic may have lost to cancellation.
bool holds(const Enclosure& enclosure, const Witness& witness) {
  const Exact low = Exact::finite(enclosure.sign, enclosure.head, enclosure.exponent);
  const Exact high = Exact::finite(enclosure.sign, enclosure.head + 1, enclosure.exponent);
  const Witness allowance = ldexp(Witness(1) + abs(witness), -trusted_bits);
  const Witness a = to_witness(low), b = enclosure.is_exact ? a : to_witness(high);
  return witness >= std::min(a, b) - allowance && witness <= std::max(a, b) + allowance;
}

std::string line(std::string_view function, std::initializer_list<Exact> operands, const Witness& witness) {
  std::string text(function);
  for (const Exact& x : operands) text += " " + to_hexadecimal(x);
  return text + ": the enclosure does not hold " + witness.str(30);
}

}  // namespace

TEST_CASE("enclosures of elementary functions hold what Boost's numbers make of the textbook's formulas") {
  testing::Sample sample(seed);
  Mismatches mismatches;
  for (const testing::ElementaryFunction& function : testing::elementary_functions) {
    for (int i = 0; i < operands_per_function; ++i) {
      const Exact x = testing::random_number(sample, i % 2 == 0 ? 12 : 64, sample.between(-40, i % 3 == 0 ? 7 : 2));
      const Outcome outcome = testing::outcome_of(function, x, enclosure_bits);
      if (!std::holds_alternative<Enclosure>(outcome)) continue;
      const Witness witness = by_textbook(function.name, to_witness(x));
      const auto& enclosure = std::get<Enclosure>(outcome);
      mismatches.expect(holds(enclosure, witness), [&] { return line(function.name, {x}, witness); });
      mismatches.expect(enclosure.is_exact || bit_length(enclosure.head) >= enclosure_bits,
                        [&] { return line(function.name, {x}, witness) + " for lack of bits"; });
    }
  }
}

TEST_CASE("enclosures of powers hold what Boost's numbers make of exp(y log x)") {
  testing::Sample sample(seed + 1);
  Mismatches mismatches;
  for (int i = 0; i < operands_per_function; ++i) {
    const Exact x = testing::random_number(sample, i % 2 == 0 ? 4 : 64, sample.between(-20, 20)).magnitude();
    const Exact y = testing::random_number(sample, i % 3 == 0 ? 3 : 64, sample.between(-20, 4));
    const Outcome outcome = testing::power_outcome(x, y, enclosure_bits);
    const Witness witness = exp(Witness(to_witness(y) * log(to_witness(x))));
    mismatches.expect(holds(std::get<Enclosure>(outcome), witness), [&] { return line("pow", {x, y}, witness); });
  }
}

TEST_CASE("an enclosure beside a simple number holds what lies closer than it tells apart") {
  testing::Sample sample(seed + 2);
  Mismatches mismatches;
  for (const testing::ElementaryFunction& function : testing::elementary_functions) {
    for (int i = 0; i < operands_per_function / 4; ++i) {
      constexpr std::int64_t few = 20;
      const Exact x = testing::random_number(sample, i % 2 == 0 ? 2 : 20, -sample.between(few, 2 * few + 12));
      const Outcome outcome = testing::outcome_of(function, x, few);
      if (!std::holds_alternative<Enclosure>(outcome)) continue;
      const Witness witness = by_textbook(function.name, to_witness(x));
      mismatches.expect(holds(std::get<Enclosure>(outcome), witness),
                        [&] { return line(function.name, {x}, witness); });
    }
  }
}

TEST_CASE("exact results are known to be exact, and only these") {
  const auto is_exact = [](const Outcome& outcome) {
    const auto* const number = std::get_if<Enclosure>(&outcome);
    return number == nullptr || number->is_exact;
  };
  const auto number = [](double x) { return Exact::from(x); };
  CHECK(is_exact(testing::exp2_of(number(-37), 20)));
  CHECK_FALSE(is_exact(testing::exp2_of(number(-37.5), 20)));
  CHECK(is_exact(testing::log2_of(number(0x1p-300), 20)));
  CHECK_FALSE(is_exact(testing::log2_of(number(3), 20)));
  CHECK(is_exact(testing::log_of(number(1), 20)));
  CHECK(is_exact(testing::rsqrt_of(number(0x1p-46), 20)));
  CHECK_FALSE(is_exact(testing::rsqrt_of(number(0x1p-47), 20)));
  CHECK_FALSE(is_exact(testing::rsqrt_of(number(9), 20)));
  CHECK(is_exact(testing::power_outcome(number(81), number(0.25), 20)));
  CHECK(is_exact(testing::power_outcome(number(0x81p-2 * 0x81p-2), number(1.5), 40)));
  CHECK(is_exact(testing::power_outcome(number(0x1p-64), number(-0.375), 20)));
  CHECK_FALSE(is_exact(testing::power_outcome(number(81), number(-0.25), 20)));
  CHECK_FALSE(is_exact(testing::power_outcome(number(27), number(0.25), 20)));
  CHECK_FALSE(is_exact(testing::power_outcome(number(3), number(1000), 20)));
}
