#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/exponents.hpp"
#include "support/mismatches.hpp"
#include "support/operands.hpp"
#include "support/report.hpp"

namespace precipice::testing {

/// An engine that carries doubles or floats beside the Reference engine: bits are compared (zeros by sign, any NaN
/// equals any NaN).
template <class Engine>
class Comparison {
 public:
  using V = typename Engine::Value;

  Comparison(const Engine& engine, Mismatches& mismatches)
      : Comparison(engine, Reference(engine.format(), engine.rounding()), mismatches) {}
  /// `reference` takes the same random numbers as the engine, but from a source of its own.
  Comparison(const Engine& engine, Reference reference, Mismatches& mismatches)
      : engine_(engine), reference_(std::move(reference)), mismatches_(mismatches) {}

  void pair(V x, V y) {
    const Exact a = Exact::from(x), b = Exact::from(y);
    expect("add", {a, b}, engine_.add(x, y), reference_.add(a, b));
    expect("sub", {a, b}, engine_.sub(x, y), reference_.sub(a, b));
    expect("mul", {a, b}, engine_.mul(x, y), reference_.mul(a, b));
    expect("div", {a, b}, engine_.div(x, y), reference_.div(a, b));
    expect("max", {a, b}, engine_.max(x, y), reference_.max(a, b));
    mismatches_.expect(engine_.compare(x, y) == reference_.compare(a, b), [&] {
      return fmt::format("{} compare {} {}: {} {}", Engine::name(), to_text(engine_.format()),
                         to_text(engine_.rounding()), to_hexadecimal(a), to_hexadecimal(b));
    });
  }
  void triple(V x, V y, V z) {
    const Exact a = Exact::from(x), b = Exact::from(y), c = Exact::from(z);
    expect("fma", {a, b, c}, engine_.fma(x, y, z), reference_.fma(a, b, c));
  }
  void scale(V x, int exponent) {
    const Exact a = Exact::from(x);
    expect("scale", {a, Exact::from(exponent)}, engine_.scale(x, exponent), reference_.scale(a, exponent));
  }
  void convert(V x) { expect("convert", {Exact::from(x)}, engine_.convert(x), reference_.convert(Exact::from(x))); }
  void sqrt(V x) { expect("sqrt", {Exact::from(x)}, engine_.sqrt(x), reference_.sqrt(Exact::from(x))); }
  void exp(V x) { expect("exp", {Exact::from(x)}, engine_.exp(x), reference_.exp(Exact::from(x))); }
  void log(V x) { expect("log", {Exact::from(x)}, engine_.log(x), reference_.log(Exact::from(x))); }
  void tanh(V x) { expect("tanh", {Exact::from(x)}, engine_.tanh(x), reference_.tanh(Exact::from(x))); }
  void sigmoid(V x) { expect("sigmoid", {Exact::from(x)}, engine_.sigmoid(x), reference_.sigmoid(Exact::from(x))); }
  void all_of_one(V x) {
    convert(x);
    sqrt(x);
    exp(x);
    log(x);
    for (const int exponent : exponents_for(engine_.format())) scale(x, exponent);
  }
  void sum(std::span<const V> terms) {
    std::vector<Exact> exact;
    for (const V term : terms) exact.push_back(Exact::from(term));
    const Exact got = Exact::from(engine_.sum_exactly(terms)), wanted = reference_.sum_exactly(exact);
    mismatches_.expect(got == wanted, [&] {
      std::string operands;
      for (const Exact& term : exact) operands += fmt::format(" {}", to_hexadecimal(term));
      return fmt::format("{} sum {} {}:{} -> {}, expected {}", Engine::name(), to_text(engine_.format()),
                         to_text(engine_.rounding()), operands, to_hexadecimal(got), to_hexadecimal(wanted));
    });
  }

 private:
  void expect(std::string_view operation, std::initializer_list<Exact> operands, V got, const Exact& wanted) {
    mismatches_.expect(Exact::from(got) == wanted, [&] {
      return fmt::format("{} {}", Engine::name(),
                         case_line(operation, engine_.format(), reference_.last_mode(), operands,
                                   {Exact::from(got), {}}, {wanted, {}}));
    });
  }

  const Engine& engine_;
  Reference reference_;
  Mismatches& mismatches_;
};

/// An operation of each kind, on operands that are hard for it.
template <class Engine, class V>
void one_of_each(Comparison<Engine>& compare, Operands& operands, Values<V>& value) {
  const auto [x, y] = operands.pair();
  const auto [a, b, c] = operands.triple();
  const auto [z, exponent] = operands.scaling();
  compare.pair(value(x), value(y));
  compare.scale(value(z), exponent);
  compare.triple(value(a), value(b), value(c));
  compare.convert(value(operands.wide()));
  compare.sqrt(value(operands.for_sqrt()));
  compare.exp(value(operands.for_exp()));
  compare.log(value(operands.for_log()));
}

/// Formats of every family, precision and rule that an engine carries, and formats at the ends of its proof.
template <class Engine>
std::vector<Format> carried_formats() {
  std::vector<Format> result;
  for (const char* const text : {"e8m7",
                                 "e5m10",
                                 "e8m23",
                                 "e5m2",
                                 "e4m3",
                                 "e3m1",
                                 "e9m23",
                                 "e6m9",
                                 "e9m1",
                                 "e2m23",
                                 "e7m16",
                                 "e8m24",
                                 "e8m25",
                                 "e9m39",
                                 "e10m50",
                                 "e2m50",
                                 "p24:emin=-876:emax=900",
                                 "e4m3fn",
                                 "e4m3fnuz",
                                 "e3m2fn",
                                 "e2m1f",
                                 "binary8p3",
                                 "binary8p4f",
                                 "e5m10:ftz",
                                 "e8m7:daz",
                                 "e5m10:daz",
                                 "e8m23:ftz:daz",
                                 "e10m40:ftz",
                                 "e4m3:sat",
                                 "e4m3fn:sat:ftz",
                                 "e7m10",
                                 "e7m1",
                                 "e6m10:ftz",
                                 "p11:emin=-69:emax=80"}) {
    const Format f = parse_format(text);
    if (Engine::refusal(f, Rounding::nearest_even).empty()) result.push_back(f);
  }
  return result;
}

}  // namespace precipice::testing
