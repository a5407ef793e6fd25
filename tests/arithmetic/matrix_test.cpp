// Matrix products in vectors against the scalar engine, element by element, on every vector width of this machine.
#include "precipice/arithmetic/matrix.hpp"

#include <doctest/doctest.h>

#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/engines.hpp"
#include "support/operands.hpp"
#include "support/same.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 7;

/// What the factors hold; each is a case of its own for the kernels.
enum class Data : std::uint8_t { usual, tiny, huge, adversarial, wide };
constexpr Data all_data[] = {Data::usual, Data::tiny, Data::huge, Data::adversarial, Data::wide};

/// Draws factors for products that end in a format.
class Factors {
 public:
  Factors(const Format& f, std::uint64_t stream) : format_(f), operands_(f, stream) {}

  testing::Sample& sample() { return operands_.sample(); }

  template <class V>
  Matrix<V> operator()(std::size_t rows, std::size_t cols, Data data) {
    const Carried<double> member(plain(format_));
    Matrix<V> m(rows, cols);
    for (V& x : m.values()) x = static_cast<V>(drawn(data, member));
    return m;
  }

 private:
  double drawn(Data data, const Carried<double>& member) {
    if (sample().below(8) == 0) return sample().coin() ? 0.0 : -0.0;
    const double x = static_cast<double>(sample().between(-1'000'000, 1'000'000)) * 0x1p-19;
    switch (data) {
      case Data::usual: return member.convert(x);
      case Data::tiny: return member.convert(std::ldexp(x, format_.emin / 2 - static_cast<int>(sample().below(4))));
      case Data::huge: return member.convert(std::ldexp(x, format_.emax / 2 - 1));
      case Data::adversarial: return operands_.any();
      case Data::wide: break;
    }
    return x * 0x1.23456789abcdep0;
  }

  Format format_;
  testing::Operands operands_;
};

template <class V>
void expect_same(const Matrix<V>& got, const Matrix<V>& wanted, const std::string& what, Mismatches& mismatches) {
  for (std::size_t i = 0; i < got.values().size(); ++i) {
    mismatches.expect(testing::same_bits(got.values()[i], wanted.values()[i]), [&] {
      return fmt::format("{}: element {} is {:a}, expected {:a}", what, i, static_cast<double>(got.values()[i]),
                         static_cast<double>(wanted.values()[i]));
    });
  }
}

/// out(i, j) = step(... step(step(0, l(i, 0), r(0, j)), l(i, 1), r(1, j)) ...).
template <class V, class Step>
void one_by_one(MatrixView<const V> left, MatrixView<const V> right, Matrix<V>& out, const Step& step) {
  for (std::size_t i = 0; i < left.rows; ++i) {
    for (std::size_t j = 0; j < right.cols; ++j) {
      V sum{};
      for (std::size_t k = 0; k < left.cols; ++k) sum = step(sum, left(i, k), right(k, j));
      out(i, j) = sum;
    }
  }
}

struct Sizes {
  std::size_t rows, inner, cols;
};

/// Both kinds of product in the three transpositions of a layer.
template <class P, class A>
void check_products(const P& products, const A& sums, Factors& factors, const Sizes& n, Data data,
                    const std::string& what, Mismatches& mismatches) {
  using V = typename A::Value;
  const Matrix<V> left = factors.operator()<V>(n.rows, n.inner, data),
                  right = factors.operator()<V>(n.inner, n.cols, data);
  const Matrix<V> tall = factors.operator()<V>(n.inner, n.rows, data),
                  flat = factors.operator()<V>(n.cols, n.inner, data);
  const auto check = [&](MatrixView<const V> l, MatrixView<const V> r, const char* which) {
    Matrix<V> fast(n.rows, n.cols), slow(n.rows, n.cols);
    multiply(products, sums, l, r, fast.view());
    one_by_one(l, r, slow, [&](const V& sum, const V& x, const V& y) { return sums.add(sum, products.mul(x, y)); });
    expect_same(fast, slow, fmt::format("{} {}", what, which), mismatches);
    multiply_fused(sums, l, r, fast.view());
    one_by_one(l, r, slow, [&](const V& sum, const V& x, const V& y) { return sums.fma(x, y, sum); });
    expect_same(fast, slow, fmt::format("{} {} fused", what, which), mismatches);
  };
  check(left.view(), right.view(), "l r");
  check(tall.view().transposed(), right.view(), "l^T r");
  check(left.view(), flat.view().transposed(), "l r^T");
}

template <class A>
void check_every_rounding(int shapes) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<A>()) {
      for (const Rounding rounding : deterministic_roundings()) {
        const A engine(f, rounding);
        Factors factors(f, stream++);
        for (const Data data : all_data) {
          for (int i = 0; i < (rounding == Rounding::nearest_even ? 5 * shapes : shapes); ++i) {
            const auto size = [&](std::int64_t low) {
              return static_cast<std::size_t>(factors.sample().between(low, 19));
            };
            check_products(engine, engine, factors, {size(1), size(0), size(1)}, data,
                           fmt::format("{} {} {} {}", target, A::name(), to_text(f), to_text(rounding)), mismatches);
          }
        }
      }
    }
  });
}

}  // namespace

TEST_CASE("a matrix product in vectors has the bits of the scalar one: all formats, directions and kinds of data") {
  check_every_rounding<Carried<double>>(1);
  check_every_rounding<Carried<float>>(1);
}

TEST_CASE("products and sums may have formats of their own") {
  testing::on_every_target([](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    const char* const texts[] = {"e4m3fn", "e5m2", "e8m7", "e5m10", "e8m23", "e8m13", "e9m39", "e5m10:ftz"};
    for (const char* const products : texts) {
      for (const char* const sums : texts) {
        Factors factors(parse_format(products), stream++);
        for (const Data data : all_data) {
          check_products(Carried<double>(parse_format(products)), Carried<double>(parse_format(sums)), factors,
                         {9, 13, 11}, data, fmt::format("{} {} {}", target, products, sums), mismatches);
        }
      }
    }
  });
}

TEST_CASE("long sums close to the end of the range overflow exactly where the scalar ones do") {
  testing::on_every_target([](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const char* const text : {"e4m3", "e4m3fn", "e3m2fn", "e5m2", "e5m10", "e4m3:sat"}) {
      for (int i = 0; i < 20; ++i) {
        Factors factors(parse_format(text), stream++);
        for (const Data data : {Data::usual, Data::huge}) {
          check_products(Carried<double>(parse_format(text)), Carried<double>(parse_format(text)), factors,
                         {5, 200, 17}, data, fmt::format("{} {}", target, text), mismatches);
          check_products(Carried<float>(parse_format(text)), Carried<float>(parse_format(text)), factors, {5, 200, 17},
                         data, fmt::format("{} {} in binary32", target, text), mismatches);
        }
      }
    }
  });
}

TEST_CASE("a native matrix product in vectors has the bits of the scalar one") {
  testing::on_every_target([](const char* target) {
    Mismatches mismatches;
    Factors factors(ieee_like(24, 8), seed);
    for (int i = 0; i < 60; ++i) {
      const auto size = [&] { return static_cast<std::size_t>(factors.sample().between(1, 19)); };
      const Sizes n{size(), size(), size()};
      const auto left = factors.operator()<double>(n.rows, n.inner, Data::adversarial);
      const auto right = factors.operator()<double>(n.inner, n.cols, Data::wide);
      Matrix<double> fast(n.rows, n.cols), slow(n.rows, n.cols);
      const Native<double> native;
      multiply(native, left.view(), right.view(), fast.view());
      one_by_one(left.view(), right.view(), slow, [](double sum, double x, double y) { return sum + x * y; });
      expect_same(fast, slow, fmt::format("{} native", target), mismatches);
    }
  });
}

TEST_CASE("products or sums may be native") {
  testing::on_every_target([](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    const Native<double> native;
    for (const char* const text : {"e8m7", "e4m3fn", "e5m10:ftz", "e8m23:daz", "e9m39"}) {
      for (const Rounding rounding : {Rounding::nearest_even, Rounding::toward_negative, Rounding::to_odd}) {
        const Carried<double> carried(parse_format(text), rounding);
        Factors factors(carried.format(), stream++);
        for (const Data data : all_data) {
          const std::string what = fmt::format("{} {} {}", target, text, to_text(rounding));
          check_products(native, carried, factors, {9, 13, 11}, data, "native products, " + what, mismatches);
          check_products(carried, native, factors, {9, 13, 11}, data, "native sums, " + what, mismatches);
        }
      }
    }
  });
}

TEST_CASE("Carried and Reference multiply matrices to the same bits") {
  Mismatches mismatches;
  std::uint64_t stream = seed;
  for (const char* const name : {"e8m7", "e4m3", "e3m1", "e8m23:ftz", "e4m3fnuz"}) {
    for (const Rounding rounding : {Rounding::nearest_even, Rounding::toward_negative}) {
      const Carried<double> a(parse_format(name), rounding);
      const Reference reference(a.format(), rounding);
      Factors factors(a.format(), stream++);
      for (const Data data : all_data) {
        const auto left = factors.operator()<double>(7, 9, data), right = factors.operator()<double>(9, 11, data);
        Matrix<double> product(7, 11), expected(7, 11);
        multiply(a, left.view(), right.view(), product.view());
        Matrix<Exact> l(7, 9), r(9, 11), out(7, 11);
        for (std::size_t i = 0; i < left.values().size(); ++i) l.values()[i] = Exact::from(left.values()[i]);
        for (std::size_t i = 0; i < right.values().size(); ++i) r.values()[i] = Exact::from(right.values()[i]);
        multiply(reference, std::as_const(l).view(), std::as_const(r).view(), out.view());
        for (std::size_t i = 0; i < out.values().size(); ++i) expected.values()[i] = to_double(out.values()[i]);
        expect_same(product, expected, name, mismatches);
      }
    }
  }
}

TEST_CASE("a product over nothing is plus zero") {
  Matrix<double> left(2, 0), right(0, 3), out(2, 3);
  for (double& x : out.values()) x = 5;
  multiply(Native<double>{}, std::as_const(left).view(), std::as_const(right).view(), out.view());
  for (const double x : out.values()) CHECK(std::bit_cast<std::uint64_t>(x) == 0);
}
