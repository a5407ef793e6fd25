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

template <class E>
void adam(const E& a, const AdamScalars<double>& given, const AdamArrays<double>& of) {
  const AdamScalars<Lanes<double>> s{
      E::all(given.keep1),   E::all(given.add1),       E::all(given.keep2),           E::all(given.add2),
      E::all(given.epsilon), E::all(given.minus_size), E::all(given.root_correction), given.begins_at_mean};
  const std::size_t n = hn::Lanes(Tag<double>{}), count = of.parameters.size();
  for (std::size_t i = 0; i < count; i += n) {
    const auto load = [&](std::span<const double> from) HWY_ATTR { return load_some(&from[i], count - i); };
    const auto store = [&](Lanes<double> v, std::span<double> to) HWY_ATTR { store_some(v, &to[i], count - i); };
    auto mean = load(of.mean), square = load(of.square), parameter = load(of.parameters);
    AdamFormula::update(a, s, load(of.gradients), mean, square, parameter);
    store(mean, of.mean);
    store(square, of.square);
    store(parameter, of.parameters);
  }
}

void native_adam(const AdamScalars<double>& s, const AdamArrays<double>& of) { adam(NativeLanes<double>{}, s, of); }

void carried_adam(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  with_lanes(a, [&](const auto& lanes) { adam(lanes, s, of); });
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
