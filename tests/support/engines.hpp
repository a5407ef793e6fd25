#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "precipice/arithmetic/reference.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"

namespace precipice::testing {

/// An engine that carries doubles beside the Reference engine: bits are compared (zeros by sign, any NaN equals any
/// NaN).
template <class Engine>
class Comparison {
 public:
  Comparison(const Engine& engine, Mismatches& mismatches)
      : engine_(engine), reference_(engine.format()), mismatches_(mismatches) {}

  void pair(double x, double y) {
    const Exact a = Exact::from(x), b = Exact::from(y);
    expect("add", {a, b}, engine_.add(x, y), reference_.add(a, b));
    expect("sub", {a, b}, engine_.sub(x, y), reference_.sub(a, b));
    expect("mul", {a, b}, engine_.mul(x, y), reference_.mul(a, b));
    expect("div", {a, b}, engine_.div(x, y), reference_.div(a, b));
  }
  void convert(double x) {
    expect("convert", {Exact::from(x)}, engine_.convert(x), reference_.convert(Exact::from(x)));
  }
  void sqrt(double x) { expect("sqrt", {Exact::from(x)}, engine_.sqrt(x), reference_.sqrt(Exact::from(x))); }
  void exp(double x) { expect("exp", {Exact::from(x)}, engine_.exp(x), reference_.exp(Exact::from(x))); }
  void log(double x) { expect("log", {Exact::from(x)}, engine_.log(x), reference_.log(Exact::from(x))); }
  void all_of_one(double x) {
    convert(x);
    sqrt(x);
    exp(x);
    log(x);
  }
  void sum(std::span<const double> terms) {
    std::vector<Exact> exact;
    for (const double term : terms) exact.push_back(Exact::from(term));
    const Exact got = Exact::from(engine_.sum_exactly(terms)), wanted = reference_.sum_exactly(exact);
    mismatches_.expect(got == wanted, [&] {
      std::string operands;
      for (const Exact& term : exact) operands += fmt::format(" {}", to_hexadecimal(term));
      return fmt::format("{} sum {} nearest-even:{} -> {}, expected {}", Engine::name(), to_text(engine_.format()),
                         operands, to_hexadecimal(got), to_hexadecimal(wanted));
    });
  }

 private:
  void expect(std::string_view operation, std::initializer_list<Exact> operands, double got, const Exact& wanted) {
    mismatches_.expect(Exact::from(got) == wanted, [&] {
      return fmt::format("{} {}", Engine::name(),
                         case_line(operation, engine_.format(), Rounding::nearest_even, operands,
                                   {Exact::from(got), {}}, {wanted, {}}));
    });
  }

  const Engine& engine_;
  Reference reference_;
  Mismatches& mismatches_;
};

}  // namespace precipice::testing
