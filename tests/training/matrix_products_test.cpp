// What becomes of the factors of matrix products, and of their sums.
#include "precipice/training/matrix_products.hpp"

#include <doctest/doctest.h>

#include "precipice/format/catalogue.hpp"
#include "support/sample.hpp"
#include "training/transcription.hpp"

using namespace precipice;

namespace {

constexpr std::uint64_t seed = 20261130;

AnyEngine engine(const char* format) {
  const Format f = parse_format(format);
  return {EngineKind::carried, f, Rounding::nearest_even};
}

std::vector<double> converted(const char* format, OperandScale scale, const std::vector<double>& x) {
  std::vector<double> out(x.size());
  OperandConverter<AnyEngine>(engine(format), scale).convert(x, out);
  return out;
}

}  // namespace

TEST_CASE("a factor is scaled by the largest power of two that keeps its largest magnitude in the range") {
  const auto exponent = [](double largest, const std::vector<double>& x) {
    return scale_exponent(largest, std::span<const double>(x));
  };
  CHECK(exponent(448, {1, -0.5}) == 8);
  CHECK(exponent(448, {1.75}) == 8);
  CHECK(exponent(448, {1.7500000000000002}) == 7);  // 448.00000000000006 would not fit
  CHECK(exponent(448, {-448, 3}) == 0);
  CHECK(exponent(448, {449}) == -1);
  CHECK(exponent(448, {0, 0x1p-149}) == 127);  // the largest scale of binary32
  CHECK(exponent(448, {0x1p300}) == -126);     // the least
  CHECK(exponent(448, {0, -0.0}) == 0);
  CHECK(exponent(448, {1, std::numeric_limits<double>::infinity()}) == 0);
  CHECK(exponent(448, {1, std::numeric_limits<double>::quiet_NaN()}) == 0);
  testing::Sample sample(seed);
  for (int i = 0; i < 200; ++i) {
    const double largest = sample.one_of(std::array{448.0, 57344.0, 6.0, 65504.0});
    std::vector<double> x;
    for (int k = 0; k < 4; ++k) {
      x.push_back(
          std::ldexp(static_cast<double>(sample.between(-1000, 1000)), static_cast<int>(sample.between(-9, 9))));
    }
    const std::vector<Exact> exact{Exact::from(x[0]), Exact::from(x[1]), Exact::from(x[2]), Exact::from(x[3])};
    CHECK(scale_exponent(largest, std::span<const Exact>(exact)) == exponent(largest, x));
  }
  // Just above the largest number by less than a double can tell.
  const std::vector<Exact> above{Exact::finite(Sign::positive, (Integer(448) << 100) + 1, -100)};
  CHECK(scale_exponent(448, std::span<const Exact>(above)) == -1);
}

TEST_CASE("a scaled factor is a number of the format times a power of two") {
  // Times 128 (1.8 x 256 = 460.8 would not fit) 0.013 is 1.664, next to 1.625 of 1.5, 1.625, 1.75.
  CHECK(converted("e4m3fn:sat", OperandScale::amax, {1.8, 0.013}) == std::vector{1.75, 0.0126953125});
  CHECK(converted("e4m3fn:sat", OperandScale::none, {1.8, 0.013}) == std::vector{1.75, 0.013671875});
  CHECK(converted("e4m3fn:sat", OperandScale::none, {500, -1000}) == std::vector{448.0, -448.0});
  CHECK(converted("e4m3fn:sat", OperandScale::amax, {500, -1000}) == std::vector{512.0, -1024.0});
  CHECK(converted("e4m3fn:sat", OperandScale::amax, {0x1p-136, -0x1.1p-137}) == std::vector{0x1p-136, -0x1p-136});
  CHECK(converted("e4m3fn:sat", OperandScale::amax, {0x1p-140, 0}) == std::vector{0.0, 0.0});  // no larger scale
}

TEST_CASE("partial sums are added to the promoted sum after every so many terms and after the last") {
  // Ones in p = 3: the sum stops at 8, where adding 1 ties down to even.
  const std::vector<double> ones(20, 1.0);
  const MatrixView<const double> left(ones.data(), 1, 20), right(ones.data(), 20, 1);
  const auto sum_of = [&](std::int64_t promote_every) {
    std::optional<AnyEngine> promoted;
    if (promote_every != 0) promoted = engine("binary32");
    const MatrixProducts<AnyEngine> products(
        ProductEngines<AnyEngine>{std::nullopt, engine("e5m2"), promoted, promote_every});
    ProductRoom<double> room;
    std::vector<double> out(1);
    products.multiply_into(left, right, {out.data(), 1, 1}, room);
    return out[0];
  };
  CHECK(sum_of(0) == 8);
  CHECK(sum_of(8) == 20);   // 8 + 8 + 4
  CHECK(sum_of(7) == 20);   // 7 + 7 + 6
  CHECK(sum_of(10) == 16);  // 8 + 8
  CHECK(sum_of(20) == 8);
  CHECK(sum_of(100) == 8);
}

TEST_CASE("products are exact where no engine rounds them") {
  const std::vector<double> x{1.25, 1}, y{1.25, -1.5};  // 1.5625 - 1.5
  const auto product = [&](const std::optional<AnyEngine>& products) {
    const MatrixProducts<AnyEngine> of(ProductEngines<AnyEngine>{products, engine("e5m4")});
    ProductRoom<double> room;
    std::vector<double> out(1);
    of.multiply_into({x.data(), 1, 2}, {y.data(), 2, 1}, {out.data(), 1, 1}, room);
    return out[0];
  };
  CHECK(product(std::nullopt) == 0.0625);
  CHECK(product(engine("e5m2")) == 0);
  CHECK_FALSE(MatrixProducts<AnyEngine>(ProductEngines<AnyEngine>{std::nullopt, engine("binary32")}).skips_zeros());
  CHECK(MatrixProducts<AnyEngine>(ProductEngines<AnyEngine>{engine("binary32"), engine("binary32")}).skips_zeros());
}
