// Every kernel on arrays of every small size, which begin where no vector does and end with their allocation: nothing
// around the results is written, and a sanitizer sees what is read. On every vector width of this machine.
#include <doctest/doctest.h>

#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/stochastic.hpp"
#include "support/arrays.hpp"
#include "support/framed.hpp"
#include "support/orders.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Frame;
using testing::Framed;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261129;
constexpr std::size_t longest = 35, longest_of_products = 17;

/// check(engine, operands, target, mismatches) for engines of every kind of kernel.
template <class Check>
void for_every_engine(const Check& check) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    const auto with = [&](const auto& engine) {
      testing::Operands operands(engine.format(), seed);
      check(engine, operands, target, mismatches);
    };
    with(Native<double>{});
    with(Native<float>{});
    with(Carried<double>(bfloat16));
    with(Carried<double>(parse_format("e4m3fn:sat:ftz"), Rounding::toward_negative));
    with(Carried<float>(binary16));
    with(Carried<float>(parse_format("e5m2:daz"), Rounding::to_odd));
  });
}

/// Results and the guards around them.
template <class V, class What>
void expect_framed(Framed<V>& out, std::span<const V> wanted, const What& what, Mismatches& mismatches) {
  testing::expect_same<V>(out.span(), wanted, what, mismatches);
  mismatches.expect(out.is_untouched(), [&] { return what() + " writes beyond its results"; });
}

/// use(count, frame) for every length and frame.
template <class Use>
void for_every_size(const Use& use) {
  for (std::size_t count = 0; count <= longest; ++count) {
    for (const Frame& frame : testing::all_frames) use(count, frame);
  }
}

template <class A>
void check_each(const A& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
  using V = typename A::Value;
  const testing::Arrays<V> all(operands, longest, false);
  for (const Elementwise operation : testing::all_operations) {
    std::vector<V> wanted(longest);
    for (std::size_t i = 0; i < longest; ++i) {
      wanted[i] = precipice::detail::one_result<A>(engine, operation, {all.x, all.y, all.z}, i);
    }
    for_every_size([&](std::size_t count, const Frame& frame) {
      const auto copy = [&](const std::vector<V>& of) { return Framed<V>(std::span(of).first(count), frame); };
      Framed<V> x = copy(all.x), y = copy(all.y), z = copy(all.z), out(count, frame);
      each(engine, operation, {x.span(), y.span(), z.span()}, out.span());
      const auto what = [&] {
        return fmt::format("{} {} {}", target, testing::name_of(operation), testing::text_of(engine));
      };
      expect_framed<V>(out, std::span(wanted).first(count), what, mismatches);
    });
  }
}

template <class A>
void check_scale_and_compare(const A& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
  using V = typename A::Value;
  constexpr int exponent = -3;
  const testing::Arrays<V> all(operands, longest, false);
  std::vector<V> scaled;
  for (const V& x : all.x) scaled.push_back(engine.scale(x, exponent));
  for_every_size([&](std::size_t count, const Frame& frame) {
    const auto what = [&] { return fmt::format("{} {} {}", target, testing::text_of(engine), count); };
    Framed<V> x(std::span(all.x).first(count), frame), y(std::span(all.y).first(count), frame), out(count, frame);
    scale(engine, x.span(), exponent, out.span());
    expect_framed<V>(out, std::span(scaled).first(count), what, mismatches);
    Framed<Comparison> compared(count, frame);
    compare(engine, x.span(), y.span(), compared.span());
    bool is_right = compared.is_untouched();
    for (std::size_t i = 0; i < count; ++i) {
      is_right = is_right && compared.span()[i] == comparison(engine.compare(all.x[i], all.y[i]));
    }
    mismatches.expect(is_right, [&] { return what() + " compared"; });
  });
}

template <class V>
std::vector<V> mixed(testing::Operands& operands, std::size_t count) {
  testing::Mixture<V> mixture(operands);
  std::vector<V> result;
  while (result.size() < count) result.push_back(mixture(testing::Mixture<V>::Kind::special));
  return result;
}

template <class A>
void check_rows(const A& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
  using V = typename A::Value;
  constexpr std::size_t rows = 3;
  const std::vector<V> values = mixed<V>(operands, rows * longest), addends = mixed<V>(operands, longest);
  std::vector<V> sums(longest), moved(values);
  for (std::size_t at = 0; at < values.size(); ++at) {
    sums[at % longest] = engine.add(sums[at % longest], values[at]);
    moved[at] = engine.add(values[at], addends[at % longest]);
  }
  for_every_size([&](std::size_t cols, const Frame& frame) {
    const auto what = [&] { return fmt::format("{} rows {} {}", target, testing::text_of(engine), cols); };
    for (const std::size_t stride : {cols, cols + 3}) {
      Framed<V> m(rows, cols, stride, {frame.before, 0}), some(std::span<const V>(addends).first(cols), frame);
      m.fill(values, longest);
      Framed<V> out(cols, frame);
      add_up_rows(engine, std::as_const(m).view(), out.span());
      expect_framed<V>(out, std::span(sums).first(cols), what, mismatches);

      Framed<V> to(rows, cols, stride, frame), expected(rows, cols, stride, frame);
      to.fill(values, longest);
      expected.fill(moved, longest);
      add_to_rows(engine, some.span(), to.view());
      mismatches.expect(to.is_untouched(), [&] { return what() + ": writes beyond its rows"; });
      for (std::size_t i = 0; i < rows; ++i) {
        testing::expect_same<V>(to.view().row(i), expected.view().row(i), what, mismatches);
      }
    }
  });
}

template <class A>
void check_columns(const A& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
  using V = typename A::Value;
  constexpr std::size_t rows = 5;
  const std::vector<V> values = mixed<V>(operands, rows * longest);
  std::vector<std::uint32_t> marked(longest);
  for (std::uint32_t& mark : marked) mark = static_cast<std::uint32_t>(operands.sample().below(rows));
  for (const SumOrder& order : testing::all_orders) {
    const MatrixView<const V> all(values.data(), rows, longest);
    const std::vector<V> wanted = testing::sums_one_by_one<A>(engine, all, order, marked);
    for_every_size([&](std::size_t cols, const Frame& frame) {
      Framed<V> m(rows, cols, cols + cols % 3, {frame.before, 0}), out(cols, frame);
      m.fill(values, longest);
      Framed<std::uint32_t> marks(std::span<const std::uint32_t>(marked).first(cols), frame);
      sum_columns(engine, std::as_const(m).view(), order, marks.span(), out.span());
      const auto what = [&] { return fmt::format("{} sum {} {}", target, to_text(order), testing::text_of(engine)); };
      expect_framed<V>(out, std::span(wanted).first(cols), what, mismatches);
    });
  }
}

// --- products -------------------------------------------------------------------------------------------------------

struct Sizes {
  std::size_t rows, inner, cols;
};

/// A matrix or, transposed, the same one.
template <class V>
class Factor {
 public:
  Factor(const std::vector<V>& values, std::size_t rows, std::size_t cols, bool is_transposed, const Frame& frame)
      : is_transposed_(is_transposed),
        stored_(is_transposed ? cols : rows, is_transposed ? rows : cols, (is_transposed ? rows : cols) + rows % 3,
                {frame.before, 0}) {
    const MatrixView<V> to = is_transposed ? stored_.view().transposed() : stored_.view();
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < cols; ++j) to(i, j) = values[i * cols + j];
    }
  }
  [[nodiscard]] MatrixView<const V> view() const {
    return is_transposed_ ? stored_.view().transposed() : stored_.view();
  }

 private:
  bool is_transposed_;
  Framed<V> stored_;
};

template <class A>
void check_product(const A& engine, const Sizes& n, testing::Operands& operands, const char* target,
                   Mismatches& mismatches) {
  using V = typename A::Value;
  testing::Mixture<V> mixture(operands);
  const auto kind = operands.sample().coin() ? testing::Mixture<V>::Kind::members : mixture.kind();
  const auto drawn = [&](std::size_t count) {
    std::vector<V> result(count);
    for (V& x : result) x = mixture(kind);
    return result;
  };
  const std::vector<V> left = drawn(n.rows * n.inner), right = drawn(n.inner * n.cols);
  std::vector<V> apart(n.rows * n.cols), fused(n.rows * n.cols);
  for (std::size_t i = 0; i < n.rows; ++i) {
    for (std::size_t j = 0; j < n.cols; ++j) {
      for (std::size_t k = 0; k < n.inner; ++k) {
        const V x = left[i * n.inner + k], y = right[k * n.cols + j];
        V &sum = apart[i * n.cols + j], &exact = fused[i * n.cols + j];
        sum = engine.add(sum, engine.mul(x, y));
        exact = engine.fma(x, y, exact);
      }
    }
  }
  struct Transposition {
    bool left, right;
  };
  for (const Transposition is : {Transposition{false, false}, {true, false}, {false, true}}) {
    for (const Frame& frame : testing::all_frames) {
      const Factor<V> l(left, n.rows, n.inner, is.left, frame), r(right, n.inner, n.cols, is.right, frame);
      const auto check = [&](const std::vector<V>& wanted, const char* name, const auto& multiply_into) {
        Framed<V> out(n.rows, n.cols, n.cols + n.rows % 2, frame);
        multiply_into(out.view());
        const auto what = [&] {
          return fmt::format("{} {}{}{} {} {} x {} x {}", target, name, is.left ? " l^T" : "", is.right ? " r^T" : "",
                             testing::text_of(engine), n.rows, n.inner, n.cols);
        };
        for (std::size_t i = 0; i < n.rows; ++i) {
          testing::expect_same<V>(out.view().row(i), std::span(wanted).subspan(i * n.cols, n.cols), what, mismatches);
        }
        mismatches.expect(out.is_untouched(), [&] { return what() + " writes beyond its results"; });
      };
      check(apart, "product", [&](MatrixView<V> out) { multiply(engine, l.view(), r.view(), out); });
      check(fused, "fused product", [&](MatrixView<V> out) { multiply_fused(engine, l.view(), r.view(), out); });
    }
  }
}

}  // namespace

TEST_CASE("operations on arrays of odd sizes keep to their arrays") {
  for_every_engine([](const auto& engine, auto& operands, const char* target, Mismatches& mismatches) {
    check_each(engine, operands, target, mismatches);
  });
}

TEST_CASE("scalings and comparisons of arrays of odd sizes keep to their arrays") {
  for_every_engine([](const auto& engine, auto& operands, const char* target, Mismatches& mismatches) {
    check_scale_and_compare(engine, operands, target, mismatches);
  });
}

TEST_CASE("sums over rows of odd sizes keep to their arrays") {
  for_every_engine([](const auto& engine, auto& operands, const char* target, Mismatches& mismatches) {
    check_rows(engine, operands, target, mismatches);
  });
}

TEST_CASE("sums of columns of odd sizes keep to their arrays") {
  for_every_engine([](const auto& engine, auto& operands, const char* target, Mismatches& mismatches) {
    check_columns(engine, operands, target, mismatches);
  });
}

TEST_CASE("products of matrices of odd sizes keep to their arrays, in every transposition") {
  for_every_engine([](const auto& engine, auto& operands, const char* target, Mismatches& mismatches) {
    for (std::size_t n = 0; n <= longest_of_products; ++n) {
      for (const Sizes& sizes : {Sizes{n, 3, 5}, {2, n, 7}, {3, 4, n}, {n, 2, n}, {9, n, 17}}) {
        check_product(engine, sizes, operands, target, mismatches);
      }
    }
  });
}

TEST_CASE("arrays of odd sizes are rounded stochastically and keep to their arrays") {
  constexpr std::size_t most = 300;
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    for (const int bits : {unlimited_random_bits, 8}) {
      testing::Operands operands(binary16, seed);
      const StochasticRounding rounding(binary16, bits);
      const Draw first{operands.sample().bits(), 3, 1};
      std::vector<double> x, wanted;
      for (std::size_t i = 0; i < most; ++i) {
        x.push_back(operands.any());
        wanted.push_back(rounding.round_one(x.back(), {first.key, first.counter + i, first.part}));
      }
      const auto check = [&](std::size_t count, const Frame& frame) {
        Framed<double> from(std::span<const double>(x).first(count), frame), out(count, frame);
        rounding.round(from.span(), first, out.span());
        const auto what = [&] { return fmt::format("{} sr:{} of {}", target, bits, count); };
        expect_framed<double>(out, std::span(wanted).first(count), what, mismatches);
      };
      for_every_size(check);
      for (std::size_t count = 240; count <= 274; ++count) check(count, {1, 1});
    }
  });
}
