#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "precipice/arithmetic/accumulation.hpp"
#include "precipice/arithmetic/elementwise.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// The arithmetic of one format and rounding, on doubles: operands are taken exactly as they are, and every result is
/// the exact one rounded once into the format, in which it is a double. The fastest engine that is exact for the format
/// computes; which one it is changes no bit.
///
///   const Emulator bf16(parse_format("bfloat16"));
///   bf16.add(1, 0x1p-8);                              // 1: absorbed
///   bf16.sum(terms, SumOrder::in_lanes(8));
///
/// A function of its arguments alone, so one object may be used by several threads, and copies are cheap. With a
/// stochastic rounding operation i of a call, from 0, draws for the counter `mode.draw.counter + i`: element i of an
/// array, sum i of several; whoever wants other random numbers for the next call says so by another draw.
class Emulator {
 public:
  /// Throws ConfigError for a format of which some number is no double, and for a mode that no engine has.
  explicit Emulator(const Format& format, const Mode& mode = {});

  [[nodiscard]] const Format& format() const;
  [[nodiscard]] const Mode& mode() const;
  /// The engine that computes: native, carried-binary64, ...
  [[nodiscard]] std::string_view engine() const;

  [[nodiscard]] double round(double x) const { return one(Elementwise::convert, x); }
  [[nodiscard]] double sqrt(double x) const { return one(Elementwise::sqrt, x); }
  [[nodiscard]] double exp(double x) const { return one(Elementwise::exp, x); }
  [[nodiscard]] double log(double x) const { return one(Elementwise::log, x); }
  [[nodiscard]] double tanh(double x) const { return one(Elementwise::tanh, x); }
  [[nodiscard]] double sigmoid(double x) const { return one(Elementwise::sigmoid, x); }
  [[nodiscard]] double add(double x, double y) const { return one(Elementwise::add, x, y); }
  [[nodiscard]] double sub(double x, double y) const { return one(Elementwise::sub, x, y); }
  [[nodiscard]] double mul(double x, double y) const { return one(Elementwise::mul, x, y); }
  [[nodiscard]] double div(double x, double y) const { return one(Elementwise::div, x, y); }
  /// The larger one; NaN if either is, and -0 is below +0 (IEEE 754-2019, clause 9.6).
  [[nodiscard]] double max(double x, double y) const { return one(Elementwise::max, x, y); }
  /// x y + z, rounded once.
  [[nodiscard]] double fma(double x, double y, double z) const { return one(Elementwise::fma, x, y, z); }

  /// out[i] = operation(x[i], y[i], z[i]), with as many operands as the operation has. An operand has as many elements
  /// as `out`, or one that stands for all (precondition). `out` may be one of the operands, but not overlap one
  /// otherwise.
  void each(Elementwise operation, std::span<double> out, std::span<const double> x, std::span<const double> y = {},
            std::span<const double> z = {}) const;
  void round(std::span<const double> x, std::span<double> out) const { each(Elementwise::convert, out, x); }

  /// The sum of the terms, every partial sum rounded; +0 if there are none. `marked`: the term that correct_first
  /// begins with.
  [[nodiscard]] double sum(std::span<const double> terms, const SumOrder& order = SumOrder::sequential,
                           std::size_t marked = 0) const;
  /// sums[i] = the sum of row i. The columns lie side by side (precondition).
  void sum_rows(MatrixView<const double> rows, std::span<double> sums, const SumOrder& order = SumOrder::sequential,
                std::size_t marked = 0) const;

  /// x[0] y[0] + x[1] y[1] + ..., every partial sum rounded; +0 if there is none. Throws ConfigError for an
  /// accumulation that there is none of (see refusal), and for products of a format beyond binary64.
  [[nodiscard]] double dot(std::span<const double> x, std::span<const double> y, const Accumulation& how = {}) const;
  /// out[i] = the dot product of the rows i of x and y. The columns lie side by side (precondition).
  void dot_rows(MatrixView<const double> x, MatrixView<const double> y, std::span<double> out,
                const Accumulation& how = {}) const;
  /// out = left right: (n, k) times (k, m). Element (i, j) is operation i m + j of the call. Vector code where the
  /// order is sequential without blocks and the rounding draws nothing.
  void multiply(MatrixView<const double> left, MatrixView<const double> right, MatrixView<double> out,
                const Accumulation& how = {}) const;

 private:
  [[nodiscard]] double one(Elementwise operation, double x, double y = 0, double z = 0) const;

  struct Engines;
  std::shared_ptr<const Engines> engines_;
};

}  // namespace precipice
#pragma GCC visibility pop
