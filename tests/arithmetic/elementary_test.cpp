#include "precipice/arithmetic/elementary.hpp"

#include <doctest/doctest.h>
#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <thread>
#include <vector>

using precipice::DoubleDouble;

namespace {

constexpr std::uint64_t seed = 20240229;
constexpr int random_arguments = 1'000'000;
constexpr int adversarial_steps = 500;
constexpr int kernel_arguments = 200'000;
constexpr int identity_operands = 100'000;
constexpr mpfr_prec_t oracle_precision = 200;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double least_subnormal = std::numeric_limits<double>::denorm_min();
constexpr double least_normal = std::numeric_limits<double>::min();
constexpr double largest = std::numeric_limits<double>::max();

using Random = std::mt19937_64;

struct Oracle {
  std::string name;
  int (*in_mpfr)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
  double (*rounded)(double);
  DoubleDouble (*kernel)(double);
  double bound;
};

const Oracle exp_oracle{"exp", mpfr_exp, precipice::exp_binary64, precipice::exp_double_double,
                        precipice::exp_relative_error};
const Oracle log_oracle{"log", mpfr_log, precipice::log_binary64, precipice::log_double_double,
                        precipice::log_relative_error};

class Number {
 public:
  explicit Number(mpfr_prec_t precision = oracle_precision) { mpfr_init2(value, precision); }
  ~Number() { mpfr_clear(value); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mpfr_t value;
};

/// MPFR's own way to binary64: 53 bits with its ternary value, then mpfr_subnormalize in binary64's exponent range.
class Binary64Oracle {
 public:
  double operator()(const Oracle& oracle, double x) {
    mpfr_set_d(argument_.value, x, MPFR_RNDN);
    const int ternary = oracle.in_mpfr(result_.value, argument_.value, MPFR_RNDN);
    const mpfr_exp_t emin = mpfr_get_emin();
    const mpfr_exp_t emax = mpfr_get_emax();
    mpfr_set_emin(-1073);
    mpfr_set_emax(1024);
    mpfr_subnormalize(result_.value, mpfr_check_range(result_.value, ternary, MPFR_RNDN), MPFR_RNDN);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    return mpfr_get_d(result_.value, MPFR_RNDN);
  }

 private:
  Number argument_{53};
  Number result_{53};
};

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

std::string hexadecimal(double x) {
  char text[64];
  std::snprintf(text, sizeof text, "%a", x);
  return text;
}

bool same(double a, double b) { return bits(a) == bits(b) || (std::isnan(a) && std::isnan(b)); }

/// Number of arguments whose result has other bits than MPFR's; a line for each of the first few.
int wrong_results(const Oracle& oracle, const std::vector<double>& arguments) {
  constexpr int shown = 10;
  Binary64Oracle expected;
  int wrong = 0;
  for (const double x : arguments) {
    const double ours = oracle.rounded(x);
    const double right = expected(oracle, x);
    if (!same(ours, right) && ++wrong <= shown) {
      MESSAGE(oracle.name << "(" << hexadecimal(x) << ") is " << hexadecimal(ours) << ", not " << hexadecimal(right));
    }
  }
  return wrong;
}

/// Largest |hi + lo - f(x)| / |f(x)| over the arguments, with log2 of it and the argument in a message.
double worst_relative_error(const Oracle& oracle, const std::vector<double>& arguments) {
  Number argument(53), value, error;
  double worst = 0;
  double where = 0;
  for (const double x : arguments) {
    const auto [hi, lo] = oracle.kernel(x);
    mpfr_set_d(argument.value, x, MPFR_RNDN);
    oracle.in_mpfr(value.value, argument.value, MPFR_RNDN);
    mpfr_sub_d(error.value, value.value, hi, MPFR_RNDN);
    mpfr_sub_d(error.value, error.value, lo, MPFR_RNDN);
    if (mpfr_zero_p(error.value) != 0) {
      continue;
    }
    mpfr_div(error.value, error.value, value.value, MPFR_RNDN);
    const double relative = std::fabs(mpfr_get_d(error.value, MPFR_RNDN));
    if (!(relative <= worst)) {
      worst = relative;
      where = x;
    }
  }
  MESSAGE(oracle.name << ": relative error up to 2^" << std::log2(worst) << " (bound 2^" << std::log2(oracle.bound)
                      << "), at " << hexadecimal(where));
  return worst;
}

double uniform(Random& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// A positive double with any significand and an exponent field from [low, high].
double of_binade(Random& random, std::uint64_t low, std::uint64_t high) {
  const std::uint64_t field = std::uniform_int_distribution<std::uint64_t>(low, high)(random);
  return std::bit_cast<double>((field << 52) | (random() >> 12));
}

/// The doubles within so many steps of x.
void add_neighbours(std::vector<double>& arguments, double x, int steps = adversarial_steps) {
  double down = x;
  double up = x;
  arguments.push_back(x);
  for (int step = 0; step < steps; ++step) {
    arguments.push_back(down = std::nextafter(down, -infinity));
    arguments.push_back(up = std::nextafter(up, infinity));
  }
}

/// Hard to round: the result lies far closer than usual to a double or to the midpoint of two, up to 2^-113 of itself.
/// V. Lefevre and J.-M. Muller, Worst cases for correct rounding of the elementary functions in double precision, 2001.
const std::vector<double> hard_for_exp = {
    -0x1.e8bdbfcd9144ep3,   -0x1.71e0b869b5e79p2,   -0x1.02393d5976769p1,   -0x1.2a9cad9998262p0,
    -0x1.cc37ef7de7501p0,   -0x1.22e24fa3d5cf9p-1,  -0x1.dc2b5df1f7d3dp-1,  -0x1.290ea09e36479p-3,
    -0x1.a2fefefd580dfp-13, -0x1.ed318efb627eap-27, -0x1.4bd46601ae1efp-31, -0x1.1000000000242p-42,
    -0x1.2000000000288p-42, -0x1.8000000000012p-48, -0x1.0000000000001p-51, 0x1.fffffffffffffp-53,
    0x1.fffffffffffe0p-48,  0x1.7ffe7ffee0024p-32,  0x1.80017ffedffdcp-32,  0x1.9e9cbbfd6080bp-31,
    0x1.d7a7d893609e5p-26,  0x1.ba07d73250de7p-14,  0x1.d77fd13d27fffp-11,  0x1.6a4d1af9cc989p-8,
    0x1.8ae823850230bp-5,   0x1.46370d915991bp-4,   0x1.f6e4c3ced7c72p-3,   0x1.accfbe46b4ef0p-1,
    0x1.aca7ae8da5a7bp0,    0x1.d6336a88077aap0,    0x1.42ee3c7dc4946p1,    0x1.83d4bcdebb3f4p2,
    0x1.76e7e5d7b6eacp3,    0x1.a8ead058bc6b8p3,    0x1.1d5c2daebe367p4,    0x1.c44ce0d716a1ap4};
const std::vector<double> hard_for_log = {
    0x1.0000000000001p0, 0x1.000976581ce4ep1,  0x1.91a8dff540ff7p2,  0x1.de37fb31fd5fcp2,  0x1.2b1199e497739p3,
    0x1.55f0eaa1b2fc8p3, 0x1.8ede492d96072p3,  0x1.11867637cbd03p4,  0x1.3d9d7d597a9ddp4,  0x1.7f3825778aaafp4,
    0x1.ac50b409c8aeep8, 0x1.de7cd6751029ap16, 0x1.a8c02e974c315p25, 0x1.b890ca8637ae2p40, 0x1.a6ae5142326b5p0,
    0x1.bbfff9457d5c3p0, 0x1.ac032a8d2ec23p0,  0x1.fd68ffa928b1ap0,  0x1.34a732134a19ap1,  0x1.2669caccf03cap1,
    0x1.efcbe699decc2p0, 0x1.f003daa798b71p0,  0x1.a455a70c31d80p13, 0x1.223a1f0a08134p28, 0x1.304da5ffcea3dp42};

/// Hard cases, the ends of every range, powers of two, and where the reduction changes its mind; with neighbours.
std::vector<double> adversarial_for_exp() {
  std::vector<double> arguments = {0.0, -0.0, infinity, -infinity, quiet_nan, largest, -largest, 710.0, -746.0, -800.0};
  for (const double x : hard_for_exp) {
    add_neighbours(arguments, x, 3);
  }
  for (const double end : {709.782712893384, 709.79, 709.8, -708.3964185322641, -709.0, -745.1332191019411, -745.13,
                           -745.14, -707.7, least_subnormal, least_normal}) {
    add_neighbours(arguments, end);
  }
  for (int exponent = -1074; exponent < 9; ++exponent) {
    add_neighbours(arguments, std::ldexp(1.0, exponent), 2);
    add_neighbours(arguments, -std::ldexp(1.0, exponent), 2);
  }
  for (int k = -1080; k <= 1025; ++k) {
    add_neighbours(arguments, k * std::numbers::ln2, 5);
    add_neighbours(arguments, (k + 0.5) * std::numbers::ln2, 5);
    add_neighbours(arguments, (k + 0.5) * (std::numbers::ln2 / 4096), 5);  // the reduction's half-way points
  }
  return arguments;
}

std::vector<double> adversarial_for_log() {
  std::vector<double> arguments = {0.0, -0.0, infinity, -infinity, quiet_nan, -1.0, -least_subnormal, largest};
  for (const double x : hard_for_log) {
    add_neighbours(arguments, x, 3);
  }
  for (const double x : {1.0, std::numbers::e, std::numbers::sqrt2, std::numbers::sqrt2 / 2, 1.412109375, 1 + 0x1p-9,
                         1 - 0x1p-10, 1 + 0x1p-22, 1 - 0x1p-22, 1 + 0x1p-21, 1 - 0x1p-21, least_normal}) {
    add_neighbours(arguments, x);
  }
  for (int step = 1; step <= adversarial_steps; ++step) {
    arguments.push_back(step * least_subnormal);
    arguments.push_back(largest - step * 0x1p971);
  }
  for (int exponent = -1073; exponent <= 1023; ++exponent) {
    add_neighbours(arguments, std::ldexp(1.0, exponent), 5);
    add_neighbours(arguments, std::ldexp(std::numbers::sqrt2, exponent), 5);
  }
  for (int k = -744; k <= 709; ++k) {
    add_neighbours(arguments, std::exp(static_cast<double>(k)), 5);
  }
  for (int exponent = 1; exponent <= 52; ++exponent) {
    add_neighbours(arguments, 1 + std::ldexp(1.0, -exponent), 5);
    add_neighbours(arguments, 1 - std::ldexp(1.0, -exponent), 5);
  }
  for (int cell = 0; cell < 512; ++cell) {
    add_neighbours(arguments, 1 + cell / 512.0, 5);
  }
  return arguments;
}

/// Only what the kernels and their relative bound are for.
std::vector<double> kernel_domain(const Oracle& oracle, std::vector<double> arguments) {
  const bool is_exp = oracle.in_mpfr == mpfr_exp;
  std::erase_if(arguments, [=](double x) {
    return is_exp ? !(x > -665.0 && x < 709.78) : !(x > 0 && x < infinity);  // exp(-665) > 2^-960
  });
  return arguments;
}

}  // namespace

TEST_CASE("the error-free transformations give the sum and the product exactly") {
  Random random(seed);
  Number exact(2200), seen(2200);
  int wrong = 0;
  const auto differs = [&](DoubleDouble result) {
    mpfr_set_d(seen.value, result.hi, MPFR_RNDN);
    mpfr_add_d(seen.value, seen.value, result.lo, MPFR_RNDN);
    return mpfr_equal_p(seen.value, exact.value) == 0;
  };
  for (int n = 0; n < identity_operands; ++n) {
    const double a = of_binade(random, 600, 1400) * (random() % 2 == 0 ? 1 : -1);
    const double b = std::ldexp(of_binade(random, 1023, 1023), std::ilogb(a) + static_cast<int>(random() % 121) - 60);
    mpfr_set_d(exact.value, a, MPFR_RNDN);
    mpfr_add_d(exact.value, exact.value, b, MPFR_RNDN);
    wrong += differs(precipice::two_sum(a, b)) ? 1 : 0;
    wrong += differs(std::fabs(a) < b ? precipice::fast_two_sum(b, a) : precipice::fast_two_sum(a, b)) ? 1 : 0;
    mpfr_set_d(exact.value, a, MPFR_RNDN);
    mpfr_mul_d(exact.value, exact.value, b, MPFR_RNDN);
    wrong += differs(precipice::two_product(a, b)) ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("the product's error term is exact down to products of 2^-969") {
  const double a = 1 + 0x1p-52;
  CHECK(precipice::two_product(a, a * 0x1p-969) == DoubleDouble{(1 + 0x1p-51) * 0x1p-969, 0x1p-1073});
  CHECK(precipice::two_product(a, a * 0x1p-971).lo == 0);
}

TEST_CASE("special arguments of exp and log are those of IEEE 754-2019") {
  using precipice::exp_binary64;
  using precipice::log_binary64;
  CHECK(bits(exp_binary64(0.0)) == bits(1.0));
  CHECK(bits(exp_binary64(-0.0)) == bits(1.0));
  CHECK(exp_binary64(infinity) == infinity);
  CHECK(bits(exp_binary64(-infinity)) == bits(0.0));
  CHECK(std::isnan(exp_binary64(quiet_nan)));
  CHECK(log_binary64(0.0) == -infinity);
  CHECK(log_binary64(-0.0) == -infinity);
  CHECK(bits(log_binary64(1.0)) == bits(0.0));
  CHECK(log_binary64(infinity) == infinity);
  CHECK(std::isnan(log_binary64(-1.0)));
  CHECK(std::isnan(log_binary64(-infinity)));
  CHECK(std::isnan(log_binary64(quiet_nan)));
}

TEST_CASE("exp overflows, becomes subnormal and vanishes where it should") {
  using precipice::exp_binary64;
  CHECK(exp_binary64(0x1.62e42fefa39efp9) == 0x1.fffffffffff2ap1023);
  CHECK(exp_binary64(0x1.62e42fefa39f0p9) == infinity);
  CHECK(exp_binary64(-0x1.6232bdd7abcd2p9) == 0x1.000000000007cp-1022);
  CHECK(exp_binary64(-0x1.6232bdd7abcd3p9) == 0x0.ffffffffffe7cp-1022);
  CHECK(exp_binary64(-0x1.74910d52d3051p9) == least_subnormal);
  CHECK(bits(exp_binary64(-0x1.74910d52d3052p9)) == bits(0.0));
}

TEST_CASE("the kernels are exact where the function is") {
  CHECK(precipice::exp_double_double(0.0) == DoubleDouble{1, 0});
  const DoubleDouble log_of_one = precipice::log_double_double(1.0);
  CHECK(bits(log_of_one.hi) == bits(0.0));
  CHECK(log_of_one.lo == 0);
}

TEST_CASE("the kernels return a normalised pair") {
  Random random(seed);
  for (int n = 0; n < identity_operands; ++n) {
    const DoubleDouble e = precipice::exp_double_double(uniform(random, -665, 709.7));
    const DoubleDouble l = precipice::log_double_double(of_binade(random, 0, 2046));
    const bool normalised = e.hi + e.lo == e.hi && l.hi + l.lo == l.hi;
    if (!normalised) {
      REQUIRE(normalised);
    }
  }
}

TEST_CASE("hard cases of Lefevre and Muller are rounded correctly") {
  CHECK(precipice::exp_binary64(0x1.9e9cbbfd6080bp-31) == 0x1.000000033d398p0);
  CHECK(precipice::exp_binary64(0x1.83d4bcdebb3f4p2) == 0x1.ac50b409c8aeep8);
  CHECK(wrong_results(exp_oracle, hard_for_exp) == 0);
  CHECK(wrong_results(log_oracle, hard_for_log) == 0);
}

TEST_CASE("exp and log leave the state of MPFR as it was") {
  const mpfr_exp_t emin = mpfr_get_emin();
  const mpfr_exp_t emax = mpfr_get_emax();
  mpfr_set_emin(-5);
  mpfr_set_emax(5);
  mpfr_clear_flags();
  const double subnormal = precipice::exp_binary64(-740.0);
  const double hard = precipice::log_binary64(0x1.ac50b409c8aeep8);
  CHECK(mpfr_get_emin() == -5);
  CHECK(mpfr_get_emax() == 5);
  CHECK(mpfr_flags_save() == 0);
  mpfr_set_emin(emin);
  mpfr_set_emax(emax);
  CHECK(wrong_results(exp_oracle, {-740.0}) == 0);
  CHECK(subnormal == precipice::exp_binary64(-740.0));
  CHECK(hard == 0x1.83d4bcdebb3f4p2);
}

TEST_CASE("every thread gets the same bits") {
  constexpr int threads = 4;
  Random random(seed);
  std::vector<double> arguments(2000);
  std::ranges::generate(arguments, [&] { return uniform(random, -745, 709); });
  const auto sum = [&] {
    std::uint64_t total = 0;
    for (const double x : arguments) {
      total = total * 31 + bits(precipice::exp_binary64(x)) + bits(precipice::log_binary64(std::fabs(x)));
    }
    return total;
  };
  std::vector<std::uint64_t> sums(threads);
  std::vector<std::thread> running;
  running.reserve(threads);
  for (auto& result : sums) {
    running.emplace_back([&] { result = sum(); });
  }
  for (auto& thread : running) {
    thread.join();
  }
  CHECK(std::ranges::count(sums, sum()) == threads);
}

TEST_SUITE("oracle") {
  TEST_CASE("exp is correctly rounded at random arguments of its range") {
    Random random(seed);
    std::vector<double> arguments(random_arguments);
    std::ranges::generate(arguments, [&] { return uniform(random, -746, 710); });
    CHECK(wrong_results(exp_oracle, arguments) == 0);
  }

  TEST_CASE("exp is correctly rounded at random arguments of every binade") {
    Random random(seed + 1);
    std::vector<double> arguments(random_arguments);
    constexpr std::uint64_t of_2_to_minus_60 = 963;
    constexpr std::uint64_t of_2_to_9 = 1032;
    for (std::size_t n = 0; n < arguments.size(); ++n) {
      const double magnitude = n % 8 == 0 ? of_binade(random, 0, 2046) : of_binade(random, of_2_to_minus_60, of_2_to_9);
      arguments[n] = random() % 2 == 0 ? magnitude : -magnitude;
    }
    CHECK(wrong_results(exp_oracle, arguments) == 0);
  }

  TEST_CASE("log is correctly rounded at random arguments of every binade") {
    Random random(seed + 2);
    std::vector<double> arguments(random_arguments);
    std::ranges::generate(arguments, [&] { return of_binade(random, 0, 2046); });
    CHECK(wrong_results(log_oracle, arguments) == 0);
  }

  TEST_CASE("log is correctly rounded at random arguments around one") {
    Random random(seed + 3);
    std::vector<double> arguments(random_arguments);
    for (std::size_t n = 0; n < arguments.size(); ++n) {
      const double away = std::ldexp(uniform(random, -1, 1), -static_cast<int>(n % 53));
      arguments[n] = n % 2 == 0 ? uniform(random, 0.5, 2) : 1 + away / 2;
    }
    CHECK(wrong_results(log_oracle, arguments) == 0);
  }

  TEST_CASE("exp and log are correctly rounded at adversarial arguments") {
    CHECK(wrong_results(exp_oracle, adversarial_for_exp()) == 0);
    CHECK(wrong_results(log_oracle, adversarial_for_log()) == 0);
  }

  TEST_CASE("the error of exp in double-double arithmetic stays below its bound") {
    Random random(seed + 4);
    std::vector<double> arguments = kernel_domain(exp_oracle, adversarial_for_exp());
    for (int n = 0; n < kernel_arguments; ++n) {
      arguments.push_back(n % 2 == 0 ? uniform(random, -665, 709.78) : uniform(random, -0.01, 0.01));
    }
    CHECK(worst_relative_error(exp_oracle, arguments) < exp_oracle.bound);
  }

  TEST_CASE("the error of log in double-double arithmetic stays below its bound") {
    Random random(seed + 5);
    std::vector<double> arguments = kernel_domain(log_oracle, adversarial_for_log());
    for (int n = 0; n < kernel_arguments; ++n) {
      arguments.push_back(n % 2 == 0 ? of_binade(random, 0, 2046) : uniform(random, 0.99, 1.01));
    }
    CHECK(worst_relative_error(log_oracle, arguments) < log_oracle.bound);
  }

  TEST_CASE("below 2^-960 the error of exp in double-double arithmetic grows by at most 2^-1074") {
    Random random(seed + 6);
    Number value(oracle_precision);
    Number argument(53), error;
    for (int n = 0; n < kernel_arguments / 4; ++n) {
      const double x = uniform(random, -745.2, -665);
      const auto [hi, lo] = precipice::exp_double_double(x);
      mpfr_set_d(argument.value, x, MPFR_RNDN);
      mpfr_exp(value.value, argument.value, MPFR_RNDN);
      mpfr_sub_d(error.value, value.value, hi, MPFR_RNDN);
      mpfr_sub_d(error.value, error.value, lo, MPFR_RNDN);
      mpfr_abs(error.value, error.value, MPFR_RNDU);
      mpfr_mul_d(value.value, value.value, precipice::exp_relative_error, MPFR_RNDD);
      mpfr_sub(error.value, error.value, value.value, MPFR_RNDU);
      const bool within = mpfr_cmp_ui_2exp(error.value, 1, -1074) <= 0;
      if (!within) {
        MESSAGE("exp(" << hexadecimal(x) << ") is " << hexadecimal(hi) << " + " << hexadecimal(lo));
        REQUIRE(within);
      }
    }
  }
}
