// Visitors of a state, piece by piece.
#include "precipice/training/state.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"
#include "training/saved_state.hpp"

using namespace precipice;
using testing::exact_text;
using testing::restore;
using testing::saved;

namespace {

/// One piece of each kind.
template <Arithmetic A>
struct Memory {
  using V = typename A::Value;
  A engine;
  std::vector<V> numbers = {};
  double scale = 0;
  std::int64_t count = 0;
  std::uint64_t updates = 0;
  bool is_first = false;
  std::optional<std::int64_t> since = std::nullopt;

  template <class Visitor>
  void visit_state(Visitor& visit) {
    visit("numbers", numbers, engine);
    visit("scale", scale);
    visit("count", count);
    visit("updates", updates);
    visit("is_first", is_first);
    visit("since", since);
  }
};

AnyEngine engine_of(const Format& format, Rounding rounding = Rounding::nearest_even) {
  return {EngineKind::reference, format, rounding};
}

}  // namespace

TEST_CASE("every kind of piece is saved and restored bit for bit") {
  const double inf = std::numeric_limits<double>::infinity();
  Memory<AnyEngine> memory{
      engine_of(binary64), {0.1, -0.0, 0x1p-1074, inf, std::nan("")}, 65536, 12, 1ULL << 40U, true, 7};
  const State state = saved(memory);
  Memory<AnyEngine> other{engine_of(binary64), std::vector<double>(5)};
  const Heritage heritage = restore(other, state);
  CHECK(exact_text(saved(other)) == exact_text(state));
  CHECK(std::signbit(other.numbers[1]));
  CHECK(std::isnan(other.numbers[4]));
  CHECK(other.scale == 65536);
  CHECK(other.updates == 1ULL << 40U);
  CHECK(other.is_first);
  CHECK(other.since == 7);
  CHECK(heritage.is_whole());
  CHECK(heritage.rounded == 0);
  CHECK(heritage.numbers == 6);
  other.since = 3;
  memory.since.reset();
  restore(other, saved(memory));
  CHECK_FALSE(other.since);
}

TEST_CASE("numbers are rounded into another format in its direction, and counted") {
  const std::vector<double> values{1, 0x1.01p0, -0x1.03p0, 0x1p-140, 1e39};
  Memory<AnyEngine> memory{engine_of(binary64), values};
  Memory<AnyEngine> up{engine_of(bfloat16, Rounding::toward_positive), std::vector<double>(5)};
  const Heritage heritage = restore(up, saved(memory));
  CHECK(up.numbers == std::vector<double>{1, 0x1.02p0, -0x1.02p0, 0x1p-133, std::numeric_limits<double>::infinity()});
  CHECK(heritage.rounded == 4);
  Memory<Reference> exact{Reference(parse_format("binary128")), std::vector<Exact>(5)};
  CHECK(restore(exact, saved(memory)).rounded == 0);
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(exact.numbers[i] == Exact::from(values[i]));
}

TEST_CASE("numbers that are no doubles are rounded once into a format of doubles") {
  const Exact tie =
      Exact::finite(Sign::positive, (Integer(1) << 70) + (Integer(1) << 62) + 1, -70);  // 1 + 2^-8 and a bit
  Memory<Reference> memory{Reference(parse_format("binary128")), {tie}};
  Memory<AnyEngine> narrow{engine_of(bfloat16), std::vector<double>(1)};
  restore(narrow, saved(memory));
  CHECK(narrow.numbers.front() == 0x1.02p0);  // by way of binary64 it would be a tie, and 1
}

TEST_CASE("a member of the format stays, though the format flushes what it takes in") {
  const Format flushing = parse_format("e5m10:daz");
  Memory<AnyEngine> memory{engine_of(flushing), {0x1p-20}}, other{engine_of(flushing), {0}};
  restore(other, saved(memory));
  CHECK(other.numbers.front() == 0x1p-20);
}

TEST_CASE("what is missing, left over or of another size is told") {
  Memory<AnyEngine> memory{engine_of(binary64), {1, 2}};
  State state = saved(memory);
  state.counts["of another"] = 1;
  state.numbers.erase("scale");
  state.counts.erase("since");
  Memory<AnyEngine> other{engine_of(binary64), {0, 0}, 5};
  other.since = 9;
  const Heritage heritage = restore(other, state);
  CHECK(heritage.begun_anew == std::vector<std::string>{"scale", "since"});
  CHECK(heritage.left_behind == std::vector<std::string>{"of another"});
  CHECK(other.scale == 5);
  CHECK(other.since == 9);
  CHECK_FALSE(heritage.is_whole());
  other.numbers.resize(3);
  CHECK_THROWS_WITH_AS(restore(other, state), "the state has 2 numbers of numbers, the experiment 3", FileError);
  other.numbers.resize(2);
  state.counts["count"].reset();
  CHECK_THROWS_WITH_AS(restore(other, state), "the state has no value for count", FileError);
}
