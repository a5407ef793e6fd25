// Operations on arrays in vectors against the scalar engines, element by element, on every vector width of this
// machine.
#include "precipice/arithmetic/arrays.hpp"

#include <doctest/doctest.h>

#include "precipice/number/code_point.hpp"
#include "support/arrays.hpp"
#include "support/engines.hpp"
#include "support/formats.hpp"
#include "support/shard.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261122;

/// One operation on whole arrays, and on each element.
template <class A>
void check(const A& engine, Elementwise operation, const precipice::detail::ArrayOperands<typename A::Value>& in,
           std::span<typename A::Value> out, const char* target, Mismatches& mismatches) {
  using V = typename A::Value;
  each(engine, operation, in, out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const V wanted = precipice::detail::one_result(engine, operation, in, i);
    mismatches.expect(testing::same_bits(out[i], wanted), [&] {
      const auto at = [&](std::span<const V> x) { return x.empty() ? 0.0 : static_cast<double>(in.at(x, i)); };
      return fmt::format("{} {} {} {} {} {:a} {:a} {:a} -> {:a}, expected {:a}", target, A::name(),
                         testing::name_of(operation), to_text(engine.format()), to_text(engine.rounding()), at(in.x),
                         at(in.y), at(in.z), static_cast<double>(out[i]), static_cast<double>(wanted));
    });
  }
}

template <class A>
void check_engine(const A& engine, std::size_t count, std::uint64_t stream, const char* target,
                  Mismatches& mismatches) {
  using V = typename A::Value;
  testing::Operands operands(engine.format(), stream);
  for (const bool only_members : {false, true}) {
    const testing::Arrays<V> all(operands, count, only_members);
    std::vector<V> out(count);
    for (const Elementwise operation : testing::all_operations) {
      const std::size_t some = testing::is_function(operation) ? count / 8 : count;  // scalar functions are slow
      const auto part = [&](const std::vector<V>& array) { return std::span(array).first(some); };
      check<A>(engine, operation, {part(all.x), part(all.y), part(all.z)}, std::span(out).first(some), target,
               mismatches);
    }
  }
}

template <class A>
void check_every_rounding(std::size_t count) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<A>()) {
      for (const Rounding rounding : deterministic_roundings()) {
        check_engine(A(f, rounding), count, stream++, target, mismatches);
      }
    }
  });
}

template <class V>
std::vector<V> all_data(const Format& f) {
  std::vector<V> result;
  for (int code = 0; code < 1 << width(f); ++code) result.push_back(static_cast<V>(to_double(decode(f, code))));
  return result;
}

/// Every operation on all data or pairs of data of a format.
template <class V>
void check_all_pairs(const Format& f, Rounding rounding, const char* target, Mismatches& mismatches) {
  if (!Carried<V>::refusal(f, rounding).empty()) return;
  const Carried<V> engine(f, rounding);
  const std::vector<V> data = all_data<V>(f);
  std::vector<V> out(data.size());
  for (const Elementwise operation : testing::all_operations) {
    if (operands_of(operation) == 1) check<Carried<V>>(engine, operation, {.x = data}, out, target, mismatches);
    if (operands_of(operation) != 2) continue;
    for (const V& y : data) {
      check<Carried<V>>(engine, operation, {.x = data, .y = std::span(&y, 1)}, out, target, mismatches);
    }
  }
}

}  // namespace

TEST_CASE("some kind of vectors is tested") {
  std::string tested;
  testing::on_every_target([&](const char* target) { tested += std::string(" ") + target; });
  MESSAGE("vectors:" << tested);
  CHECK(!tested.empty());
}

TEST_CASE("operations on arrays have the bits of the scalar ones: all formats and directions") {
  check_every_rounding<Carried<double>>(200);
  check_every_rounding<Carried<float>>(200);
}

TEST_CASE("native operations on arrays have the bits of the scalar ones") {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    check_engine(Native<double>{}, 2000, seed, target, mismatches);
    check_engine(Native<float>{}, 2000, seed, target, mismatches);
  });
}

TEST_CASE("operations on all data and pairs of named formats of eight bits have the bits of the scalar ones") {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    for (const char* const text : {"e4m3", "e5m2", "e4m3fn", "e4m3fnuz:ftz", "binary8p3"}) {
      for (const Rounding rounding : {Rounding::nearest_even, Rounding::to_odd, Rounding::toward_negative}) {
        check_all_pairs<double>(parse_format(text), rounding, target, mismatches);
        check_all_pairs<float>(parse_format(text), rounding, target, mismatches);
      }
    }
  });
}

TEST_CASE("arrays of every small length and alignment, in place and with one operand for all") {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    const Carried<double> engine(bfloat16);
    testing::Operands operands(bfloat16, seed);
    for (std::size_t count = 0; count <= 35; ++count) {
      const testing::Arrays<double> all(operands, count + 1, true);
      const auto x = std::span(all.x).subspan(1), y = std::span(all.y).subspan(1);
      std::vector<double> out(count + 2, 7.0);
      for (const Elementwise operation : {Elementwise::add, Elementwise::mul}) {
        check<Carried<double>>(engine, operation, {x, y}, std::span(out).subspan(1, count), target, mismatches);
        check<Carried<double>>(engine, operation, {x, std::span(all.y).first(1)}, std::span(out).subspan(1, count),
                               target, mismatches);
        CHECK(out.front() == 7.0);
        CHECK(out.back() == 7.0);
        std::vector<double> in_place(x.begin(), x.end()), wanted(count);
        each(engine, operation, {x, y}, std::span(wanted));
        each(engine, operation, {in_place, y}, std::span(in_place));
        for (std::size_t i = 0; i < count; ++i) {
          mismatches.expect(testing::same_bits(in_place[i], wanted[i]),
                            [&] { return fmt::format("{} in place {}", target, i); });
        }
      }
    }
  });
}

TEST_SUITE("oracle") {
  TEST_CASE("operations on arrays have the bits of the scalar ones on more than ten million hard operands") {
    check_every_rounding<Carried<double>>(3'000);
    check_every_rounding<Carried<float>>(3'000);
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("operations on all data and pairs of every format of six to eight bits have the bits of the scalar ones") {
    testing::on_every_target([&](const char* target) {
      Mismatches mismatches;
      std::size_t index = 0;
      for (const int bits : {6, 7, 8}) {
        for (const Format& f : testing::families_of_width(bits)) {
          if (!testing::is_in_this_shard(index++)) continue;
          for (const Rounding rounding : deterministic_roundings()) {
            check_all_pairs<double>(f, rounding, target, mismatches);
            check_all_pairs<float>(f, rounding, target, mismatches);
          }
        }
      }
    });
  }
}
