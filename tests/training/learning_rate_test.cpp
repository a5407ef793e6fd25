#include "precipice/training/learning_rate.hpp"

#include <doctest/doctest.h>
#include <mpfr.h>

#include <vector>

#include "support/sample.hpp"

using namespace precipice;

namespace {

constexpr std::uint64_t seed = 20261128;
constexpr int random_angles = 100'000;

std::vector<double> rates(const Optimizer& settings, std::int64_t steps) {
  LearningRate rate(settings, steps);
  std::vector<double> all;
  for (std::int64_t t = 0; t < steps; ++t) all.push_back(rate.at(t));
  return all;
}

double cosine_by_mpfr(std::int64_t part, std::int64_t whole) {
  mpfr_t x, cosine;
  mpfr_init2(x, 64);
  mpfr_init2(cosine, 53);
  mpfr_set_si(x, part, MPFR_RNDN);
  mpfr_cosu(cosine, x, 2 * static_cast<unsigned long>(whole), MPFR_RNDN);
  const double result = mpfr_get_d(cosine, MPFR_RNDN);
  mpfr_clear(x);
  mpfr_clear(cosine);
  return result;
}

}  // namespace

TEST_CASE("without a schedule the rate is what it is, and rises to that in the warm-up") {
  CHECK(rates({.learning_rate = 0.3}, 3) == std::vector{0.3, 0.3, 0.3});
  CHECK(rates({.learning_rate = 3, .warm_up = 4}, 6) == std::vector{0.75, 1.5, 2.25, 3.0, 3.0, 3.0});
  CHECK(rates({.learning_rate = 0.3, .warm_up = 3}, 3) == std::vector{0.3 * (1. / 3), 0.3 * (2. / 3), 0.3});
}

TEST_CASE("the rate falls in a straight line, along a wave or by steps, from the end of the warm-up") {
  CHECK(rates({.learning_rate = 8, .warm_up = 2, .schedule = ScheduleName::linear, .final_fraction = 0.5}, 6) ==
        std::vector{4.0, 8.0, 8.0, 7.0, 6.0, 5.0});
  CHECK(rates({.learning_rate = 8, .warm_up = 1, .schedule = ScheduleName::cosine, .final_fraction = 0.5}, 4) ==
        std::vector{8.0, 8.0, 7.0, 5.0});  // cosines 1, 1/2, -1/2
  CHECK(rates({.learning_rate = 8, .schedule = ScheduleName::cosine}, 2) == std::vector{8.0, 4.0});
  CHECK(rates({.learning_rate = 8, .warm_up = 1, .schedule = ScheduleName::step, .drop_every = 2, .drop_factor = 0.25},
              6) == std::vector{8.0, 8.0, 8.0, 2.0, 2.0, 0.5});
}

TEST_CASE("powers of the factor of drops are rounded once") {
  LearningRate rate({.learning_rate = 1, .schedule = ScheduleName::step, .drop_every = 1, .drop_factor = 0.3}, 10);
  CHECK(rate.at(3) == 0.026999999999999996);  // one multiplication after the other gives 0.027
  CHECK(rate.at(0) == 1);
}

TEST_CASE("cosines of the schedule are correctly rounded") {
  int wrong = 0;
  const auto check = [&](std::int64_t part, std::int64_t whole) {
    wrong += correctly_rounded_cosine(part, whole) == cosine_by_mpfr(part, whole) ? 0 : 1;
  };
  for (std::int64_t whole = 1; whole < 200; ++whole) {
    for (std::int64_t part = 0; part <= whole; ++part) check(part, whole);
  }
  testing::Sample sample(seed);
  for (int i = 0; i < random_angles; ++i) {
    const std::int64_t whole = sample.between(1, 1'000'000'000);
    check(sample.between(0, whole), whole);
    check(sample.between(0, std::min<std::int64_t>(whole, 1000)), whole);
    check((whole + sample.between(-1, 1)) / 2, whole);  // near a zero
  }
  CHECK(wrong == 0);
  CHECK(correctly_rounded_cosine(1, 3) == 0.5);
  CHECK(correctly_rounded_cosine(1, 2) == 0);
  CHECK(correctly_rounded_cosine(1, 1) == -1);
}
