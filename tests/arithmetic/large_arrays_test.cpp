// Arrays so large that they are shared out to threads, against one thread, and against small parts one by one.
#include <doctest/doctest.h>

#include "support/arrays.hpp"
#include "support/one_thread.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261130;
constexpr std::size_t count = 300'007, part = 10'007;

/// compute(first, end, out) for the whole array, on one thread as well, and for its parts.
template <class R, class Compute>
void check_in_parts(const Compute& compute, const std::string& what, Mismatches& mismatches) {
  std::vector<R> all(count), alone(count), parts(count);
  compute(std::size_t{0}, count, std::span(all));
  testing::on_one_thread([&] { compute(std::size_t{0}, count, std::span(alone)); });
  for (std::size_t first = 0; first < count; first += part) {
    const std::size_t end = std::min(first + part, count);
    compute(first, end, std::span(parts).subspan(first, end - first));
  }
  const auto is_same = [](const R& x, const R& y) {
    if constexpr (std::is_same_v<R, Comparison>) {
      return x == y;
    } else {
      return testing::same_bits(x, y);
    }
  };
  for (std::size_t i = 0; i < count; ++i) {
    mismatches.expect(is_same(all[i], parts[i]) && is_same(alone[i], parts[i]),
                      [&] { return fmt::format("{}: element {}", what, i); });
  }
}

template <class A>
void check_engine(const A& engine) {
  using V = typename A::Value;
  Mismatches mismatches;
  testing::Operands operands(engine.format(), seed);
  const testing::Arrays<V> all(operands, count, true);
  const auto of = [](const std::vector<V>& array, std::size_t first, std::size_t end) {
    return std::span(array).subspan(first, end - first);
  };
  for (const Elementwise operation : {Elementwise::convert, Elementwise::sqrt, Elementwise::exp, Elementwise::add,
                                      Elementwise::mul, Elementwise::div, Elementwise::max, Elementwise::fma}) {
    const auto compute = [&](std::size_t first, std::size_t end, std::span<V> out) {
      each(engine, operation, {of(all.x, first, end), of(all.y, first, end), of(all.z, first, end)}, out);
    };
    check_in_parts<V>(compute, testing::name_of(operation), mismatches);
  }
  const std::span<const V> one = std::span(all.y).first(1);
  const auto add_one = [&](std::size_t first, std::size_t end, std::span<V> out) {
    each(engine, Elementwise::add, {of(all.x, first, end), one}, out);
  };
  check_in_parts<V>(add_one, "one operand for all", mismatches);
  const auto scaled = [&](std::size_t first, std::size_t end, std::span<V> out) {
    scale(engine, of(all.x, first, end), -5, out);
  };
  check_in_parts<V>(scaled, "scale", mismatches);
  const auto compared = [&](std::size_t first, std::size_t end, std::span<Comparison> out) {
    compare(engine, of(all.x, first, end), of(all.y, first, end), out);
  };
  check_in_parts<Comparison>(compared, "compare", mismatches);
  const auto compared_with_one = [&](std::size_t first, std::size_t end, std::span<Comparison> out) {
    compare(engine, one, of(all.y, first, end), out);
  };
  check_in_parts<Comparison>(compared_with_one, "compare one", mismatches);
}

}  // namespace

TEST_CASE("operations on large arrays have the bits of their parts, however many threads there are") {
  check_engine(Native<double>{});
  check_engine(Native<float>{});
  check_engine(Carried<double>(bfloat16));
  check_engine(Carried<double>(parse_format("e4m3fn:sat"), Rounding::to_odd));
  check_engine(Carried<float>(binary16));
}
