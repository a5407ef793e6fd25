#pragma once

#include <string>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice::testing {

/// An engine on exact numbers of its format.
template <Arithmetic A>
class Exactly {
 public:
  using V = typename A::Value;
  explicit Exactly(const A& engine) : engine_(engine) {}

  [[nodiscard]] Exact add(const Exact& x, const Exact& y) const { return of(engine_.add(value(x), value(y))); }
  [[nodiscard]] Exact sub(const Exact& x, const Exact& y) const { return of(engine_.sub(value(x), value(y))); }
  [[nodiscard]] Exact mul(const Exact& x, const Exact& y) const { return of(engine_.mul(value(x), value(y))); }
  [[nodiscard]] Exact div(const Exact& x, const Exact& y) const { return of(engine_.div(value(x), value(y))); }
  [[nodiscard]] Exact sqrt(const Exact& x) const { return of(engine_.sqrt(value(x))); }
  [[nodiscard]] Exact exp(const Exact& x) const { return of(engine_.exp(value(x))); }
  [[nodiscard]] Exact log(const Exact& x) const { return of(engine_.log(value(x))); }
  [[nodiscard]] Exact convert(const Exact& x) const { return of(engine_.convert(value(x))); }
  [[nodiscard]] Exact sum(const std::vector<Exact>& terms) const {
    std::vector<V> values;
    for (const Exact& term : terms) values.push_back(value(term));
    return of(engine_.sum_exactly(values));
  }
  [[nodiscard]] Format format() const { return engine_.format(); }

 private:
  static V value(const Exact& x) { return transfer<V>(x); }
  static Exact of(const V& x) { return as_exact(x); }
  const A& engine_;
};

/// check(engine, name) for each engine, in formats that it takes, to nearest-even.
template <class Check>
void for_every_engine(const Check& check) {
  for (const Format& f :
       {binary16, bfloat16, binary128, ieee_like(1, 5), ieee_like(2, 4), ieee_like(3, 3), ieee_like(237, 19)}) {
    const Reference engine(f);
    check(Exactly(engine), std::string("reference"));
  }
  for (const Format& f : {binary16, bfloat16, binary32, ieee_like(2, 4), ieee_like(3, 3)}) {
    const Carried<double> engine(f);
    check(Exactly(engine), std::string(engine.name()));
  }
  const Native<double> native;
  check(Exactly(native), std::string(native.name()));
}

}  // namespace precipice::testing
