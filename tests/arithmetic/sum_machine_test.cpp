// Sums in every order against the machine's arithmetic, each order written as the code that it stands for.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "support/mismatches.hpp"
#include "support/orders.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::all_orders;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr int random_sums = 2'000;
constexpr std::uint64_t seed = 20260302, most_terms = 75;

template <class F>
F by_index(const std::vector<F>& t) {
  F total = t[0];
  for (std::size_t k = 1; k < t.size(); ++k) total += t[k];
  return total;
}

template <class F>
F by_halves(const std::vector<F>& t) {
  if (t.size() == 1) return t[0];
  const auto middle = t.begin() + static_cast<std::ptrdiff_t>(t.size() / 2);
  return by_halves(std::vector<F>(t.begin(), middle)) + by_halves(std::vector<F>(middle, t.end()));
}

/// As vector code does it: whole vectors, then a masked one; then the upper half is added to the lower one.
template <class F>
F in_vectors(const std::vector<F>& t, std::size_t lanes) {
  std::vector<F> v(lanes);
  std::vector<char> is_used(lanes, 0);
  for (std::size_t base = 0; base < t.size(); base += lanes) {
    for (std::size_t j = 0; j < lanes && base + j < t.size(); ++j) {
      v[j] = is_used[j] != 0 ? v[j] + t[base + j] : t[base + j];
      is_used[j] = 1;
    }
  }
  while (lanes > 1) {
    lanes /= 2;
    for (std::size_t j = 0; j < lanes; ++j) {
      if (is_used[j + lanes] != 0) v[j] += v[j + lanes];
    }
  }
  return v[0];
}

/// All 32 lanes of a warp shuffle at once; lane 0 has the sum.
template <class F>
F in_a_warp(const std::vector<F>& t) {
  std::array<F, 32> v{};
  for (std::size_t k = 0; k < t.size(); ++k) v[k % 32] = k < 32 ? t[k] : v[k % 32] + t[k];
  for (const std::size_t mask : {16U, 8U, 4U, 2U, 1U}) {
    const std::array<F, 32> before = v;
    for (std::size_t lane = 0; lane < 32; ++lane) v[lane] = before[lane] + before[lane ^ mask];
  }
  return v[0];
}

/// A number, or nothing yet: what has no terms takes no part.
template <class F>
struct Held {
  F value = 0;
  bool is_there = false;

  void add(F x) {
    value = is_there ? value + x : x;
    is_there = true;
  }
  void add(const Held& x) {
    if (x.is_there) add(x.value);
  }
};

template <class F>
F in_strides(const std::vector<F>& t, std::size_t lanes) {
  std::vector<Held<F>> v(lanes);
  for (std::size_t k = 0; k < t.size(); ++k) v[k % lanes].add(t[k]);
  Held<F> total;
  for (const Held<F>& x : v) total.add(x);
  return total.value;
}

/// Eigen's packets: four accumulators while there are four packets, then the first of them alone; a scalar for the
/// rest.
template <class F>
F in_packets(const std::vector<F>& t, std::size_t size) {
  const std::size_t packets = t.size() / size, fours = packets / 4 * 4;
  std::vector<std::array<Held<F>, 4>> v(size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t p = 0; p < fours; ++p) v[i][p % 4].add(t[p * size + i]);
    for (const std::size_t k : {1U, 2U, 3U}) v[i][0].add(v[i][k]);
    for (std::size_t p = fours; p < packets; ++p) v[i][0].add(t[p * size + i]);
  }
  for (std::size_t half = size / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) v[i][0].add(v[i + half][0]);
  }
  Held<F> total;
  for (std::size_t k = packets * size; k < t.size(); ++k) total.add(t[k]);
  total.add(v[0][0]);
  return total.value;
}

/// XLA's windows: nothing is padded to both sides until windows fill the row, until one of them holds all.
template <class F>
F in_windows(const std::vector<F>& t, std::size_t length) {
  std::vector<Held<F>> row(t.size());
  for (std::size_t k = 0; k < t.size(); ++k) row[k].add(t[k]);
  while (row.size() > length) {
    const std::size_t lacking = (length - row.size() % length) % length;
    row.insert(row.begin(), lacking / 2, {});
    row.insert(row.end(), lacking - lacking / 2, {});
    std::vector<Held<F>> reduced(row.size() / length);
    for (std::size_t k = 0; k < row.size(); ++k) reduced[k / length].add(row[k]);
    row = reduced;
  }
  Held<F> total;
  for (const Held<F>& x : row) total.add(x);
  return total.value;
}

/// PyTorch's multi_row_sum of one row: four levels, each of which empties into the next.
template <class F>
Held<F> in_levels(const std::vector<F>& t) {
  std::size_t power = 0;
  while ((std::size_t{1} << power) < t.size()) ++power;
  power = std::max<std::size_t>(4, power / 4);
  std::array<Held<F>, 4> level;
  std::size_t k = 0;
  while (k + (std::size_t{1} << power) <= t.size()) {
    for (std::size_t n = 0; n < std::size_t{1} << power; ++n) level[0].add(t[k++]);
    for (std::size_t j = 1; j < 4; ++j) {
      level[j].add(std::exchange(level[j - 1], {}));
      if ((k >> (j * power)) % (std::size_t{1} << power) != 0) break;
    }
  }
  while (k < t.size()) level[0].add(t[k++]);
  for (const std::size_t j : {1U, 2U, 3U}) level[0].add(level[j]);
  return level[0];
}
/// Its row_sum: four partial sums side by side.
template <class F>
Held<F> in_rows(const std::vector<F>& t) {
  const std::size_t whole = t.size() / 4 * 4;
  std::array<std::vector<F>, 4> parts;
  for (std::size_t k = 0; k < whole; ++k) parts[k % 4].push_back(t[k]);
  Held<F> total = in_levels(parts[0]);
  for (std::size_t k = whole; k < t.size(); ++k) total.add(t[k]);
  for (const std::size_t p : {1U, 2U, 3U}) total.add(in_levels(parts[p]));
  return total;
}
/// Its vectorized_inner_sum, and scalar_inner_sum for rows shorter than a vector.
template <class F>
F in_cascade(const std::vector<F>& t, std::size_t lanes) {
  if (t.size() < lanes) return in_rows(t).value;
  const std::size_t whole = t.size() / lanes * lanes;
  std::vector<std::vector<F>> columns(lanes);
  for (std::size_t k = 0; k < whole; ++k) columns[k % lanes].push_back(t[k]);
  Held<F> total;
  for (std::size_t k = whole; k < t.size(); ++k) total.add(t[k]);
  for (const std::vector<F>& column : columns) total.add(in_rows(column));
  return total.value;
}

/// Goldberg 1991, theorem 8; volatile, lest a compiler cancels.
template <class F>
F compensated(const std::vector<F>& t) {
  volatile F s = t[0], c = 0;
  for (std::size_t k = 1; k < t.size(); ++k) {
    volatile F y = t[k] - c;
    volatile F u = s + y;
    volatile F gained = u - s;
    c = gained - y;
    s = u;
  }
  return s;
}

template <class F>
F machine_sum(std::vector<F> t, const SumOrder& order, std::size_t marked) {
  const auto lanes = static_cast<std::size_t>(order.lane_count);
  switch (order.kind) {
    case SumOrder::Kind::sequential: return by_index(t);
    case SumOrder::Kind::reverse: return by_index(std::vector<F>(t.rbegin(), t.rend()));
    case SumOrder::Kind::correct_first:
      std::rotate(t.begin(), t.begin() + static_cast<std::ptrdiff_t>(marked),
                  t.begin() + static_cast<std::ptrdiff_t>(marked) + 1);
      return by_index(t);
    case SumOrder::Kind::pairwise: return by_halves(t);
    case SumOrder::Kind::lanes: return in_vectors(t, lanes);
    case SumOrder::Kind::vector: return t.size() < lanes ? by_index(t) : in_vectors(t, lanes);
    case SumOrder::Kind::strided: return in_strides(t, lanes);
    case SumOrder::Kind::packets: return in_packets(t, lanes);
    case SumOrder::Kind::windows: return in_windows(t, lanes);
    case SumOrder::Kind::cascade: return in_cascade(t, lanes);
    case SumOrder::Kind::butterfly: return in_a_warp(t);
    case SumOrder::Kind::kahan: return compensated(t);
    case SumOrder::Kind::exact: break;  // exact_sum_test.cpp
  }
  return 0;
}

/// Numbers of close and of far magnitudes, now and then one that is not ordinary.
template <class F>
std::vector<F> random_terms(Sample& sample) {
  constexpr F large = std::numeric_limits<F>::max(), tiny = std::numeric_limits<F>::denorm_min();
  const std::array special{F(0), -F(0), large, -large, tiny, -tiny, F(INFINITY), -F(INFINITY), F(NAN)};
  const bool is_ordinary = sample.below(4) != 0;
  const int reach = sample.coin() ? 4 : 40;
  std::vector<F> terms;
  for (std::uint64_t count = 1 + sample.below(most_terms); terms.size() < count;) {
    const auto significand = static_cast<F>(sample.between(-(1 << 23), 1 << 23));
    terms.push_back(std::ldexp(significand, static_cast<int>(sample.between(-reach, reach))));
    if (!is_ordinary && sample.below(most_terms) == 0) terms.back() = sample.one_of(special);
    if (sample.below(5) == 0) terms.back() = -sample.one_of(terms);
  }
  return terms;
}

std::vector<Exact> exactly_all(const auto& terms) {
  std::vector<Exact> result;
  for (const auto term : terms) result.push_back(Exact::from(static_cast<double>(term)));
  return result;
}

std::string line_of(const char* engine, const SumOrder& order, std::size_t marked, const std::vector<Exact>& terms,
                    const Format& f, const Exact& got, const Exact& wanted) {
  const auto operation = fmt::format("{} sum {} marked {}", engine, to_text(order), marked);
  return testing::case_line(operation, f, Rounding::nearest_even, terms, {got, {}}, {wanted, {}});
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("every order adds floats as the machine does, in Reference and in the carried engine") {
    Sample sample(seed);
    Mismatches mismatches;
    const Reference reference(binary32);
    const Carried<double> carried(binary32);
    for (int i = 0; i < random_sums; ++i) {
      const std::vector<float> terms = random_terms<float>(sample);
      const std::vector<Exact> exact = exactly_all(terms);
      const std::vector<double> doubles(terms.begin(), terms.end());
      const std::size_t marked = sample.below(terms.size());
      for (const SumOrder& order : all_orders) {
        if (order == SumOrder::exact) continue;
        const Exact wanted = Exact::from(machine_sum(terms, order, marked));
        const Exact got = sum(reference, exact, order, marked);
        mismatches.expect(got == wanted,
                          [&] { return line_of("reference", order, marked, exact, binary32, got, wanted); });
        const Exact also = Exact::from(sum(carried, doubles, order, marked));
        mismatches.expect(also == wanted,
                          [&] { return line_of("carried", order, marked, exact, binary32, also, wanted); });
      }
    }
  }

  TEST_CASE("long sums, which fill windows of windows and all levels of a cascade, add floats as the machine does") {
    Sample sample(seed + 2);
    Mismatches mismatches;
    const Carried<double> carried(binary32);
    const std::array orders{SumOrder::in_windows(4),  SumOrder::in_windows(32), SumOrder::in_cascade(2),
                            SumOrder::in_cascade(8),  SumOrder::in_cascade(16), SumOrder::in_packets(8),
                            SumOrder::in_vectors(16), SumOrder::in_strides(8),  SumOrder::in_cascade(1024)};
    for (const std::size_t count : {97, 128, 143, 1000, 1023, 1025, 2047, 2113, 4096, 5000, 33'000, 40'003}) {
      std::vector<float> terms;
      while (terms.size() < count) {
        const auto significand = static_cast<float>(sample.between(0, 1 << 23));
        terms.push_back(std::ldexp(significand, static_cast<int>(sample.between(-4, 4))));
      }
      const std::vector<double> doubles(terms.begin(), terms.end());
      for (const SumOrder& order : orders) {
        const double got = sum(carried, doubles, order, 0), wanted = machine_sum(terms, order, 0);
        mismatches.expect(got == wanted, [&] {
          return fmt::format("{} of {} terms: {:a}, expected {:a}", to_text(order), count, got, wanted);
        });
      }
    }
  }

  TEST_CASE("every order adds doubles as the machine does, in Reference and in the native engine") {
    Sample sample(seed + 1);
    Mismatches mismatches;
    const Reference reference(binary64);
    for (int i = 0; i < random_sums; ++i) {
      const std::vector<double> terms = random_terms<double>(sample);
      const std::vector<Exact> exact = exactly_all(terms);
      const std::size_t marked = sample.below(terms.size());
      for (const SumOrder& order : all_orders) {
        if (order == SumOrder::exact) continue;
        const Exact wanted = Exact::from(machine_sum(terms, order, marked));
        const Exact got = sum(reference, exact, order, marked);
        mismatches.expect(got == wanted,
                          [&] { return line_of("reference", order, marked, exact, binary64, got, wanted); });
        const Exact also = Exact::from(sum(Native<double>{}, terms, order, marked));
        mismatches.expect(also == wanted,
                          [&] { return line_of("native", order, marked, exact, binary64, also, wanted); });
      }
    }
  }
}
