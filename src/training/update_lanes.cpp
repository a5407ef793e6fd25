// Updates of parameters in vectors, compiled once per vector width by Highway.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "training/update_lanes.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/training/optimizer.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

#include "precipice/training/adam_formula.inc"

constexpr std::size_t widest = 8;  // lanes

/// One vector of parameters from element i on.
template <class E>
HWY_INLINE void update(const E& a, const AdamScalars<Lanes<double>>& s, const double* g, double* mean, double* square,
                       double* parameter) {
  const Tag<double> d;
  auto m = hn::LoadU(d, mean), v = hn::LoadU(d, square), w = hn::LoadU(d, parameter);
  AdamFormula::update(a, s, hn::LoadU(d, g), m, v, w);
  hn::StoreU(m, d, mean);
  hn::StoreU(v, d, square);
  hn::StoreU(w, d, parameter);
}

template <class E>
void adam(const E& a, const AdamScalars<double>& given, const AdamArrays<double>& of) {
  const AdamScalars<Lanes<double>> s{
      E::all(given.keep1),   E::all(given.add1),       E::all(given.keep2),           E::all(given.add2),
      E::all(given.epsilon), E::all(given.minus_size), E::all(given.root_correction), given.begins_at_mean};
  const std::size_t n = hn::Lanes(Tag<double>{}), count = of.parameters.size();
  std::size_t i = 0;
  for (; i + n <= count; i += n) {
    update(a, s, &of.gradients[i], &of.mean[i], &of.square[i], &of.parameters[i]);
  }
  if (i == count) return;
  double g[widest] = {}, mean[widest] = {}, square[widest] = {}, parameter[widest] = {};
  const auto rest = [&](auto copy) {
    for (std::size_t k = 0; i + k < count; ++k) copy(k);
  };
  rest([&](std::size_t k) {
    g[k] = of.gradients[i + k];
    mean[k] = of.mean[i + k];
    square[k] = of.square[i + k];
    parameter[k] = of.parameters[i + k];
  });
  update(a, s, g, mean, square, parameter);
  rest([&](std::size_t k) {
    of.mean[i + k] = mean[k];
    of.square[i + k] = square[k];
    of.parameters[i + k] = parameter[k];
  });
}

void native_adam(const AdamScalars<double>& s, const AdamArrays<double>& of) { adam(NativeLanes<double>{}, s, of); }

void carried_adam(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  if (a.narrowing().is_plain()) return adam(CarriedLanes<double, true>(a), s, of);
  adam(CarriedLanes<double, false>(a), s, of);
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(native_adam);
HWY_EXPORT(carried_adam);

}  // namespace

void adam_update(const Native<double>&, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  HWY_DYNAMIC_DISPATCH(native_adam)(s, of);
}

void adam_update(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  HWY_DYNAMIC_DISPATCH(carried_adam)(a, s, of);
}

}  // namespace precipice
#endif
