// Updates of parameters in vectors, compiled once per vector width by Highway.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "training/update_lanes.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/arithmetic/pieces.hpp"
#include "precipice/training/update_passes.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

#include "precipice/training/update_formula.inc"

/// As many parameters as a vector of doubles has lanes, or are left; floats as the doubles that they are.
HWY_INLINE Lanes<double> load(std::span<const double> from, std::size_t i) {
  return load_some(&from[i], from.size() - i);
}
HWY_INLINE void store(Lanes<double> v, std::span<double> to, std::size_t i) { store_some(v, &to[i], to.size() - i); }

HWY_INLINE Lanes<double> load(std::span<const float> from, std::size_t i) {
  const hn::Rebind<float, Tag<double>> narrow;
  const std::size_t count = std::min(from.size() - i, hn::Lanes(narrow));
  HWY_ALIGN float padded[widest_lanes<double>] = {};
  std::copy_n(&from[i], count, padded);
  return hn::PromoteTo(Tag<double>{}, hn::Load(narrow, padded));
}
HWY_INLINE void store(Lanes<double> v, std::span<float> to, std::size_t i) {
  const hn::Rebind<float, Tag<double>> narrow;
  const std::size_t count = std::min(to.size() - i, hn::Lanes(narrow));
  HWY_ALIGN float padded[widest_lanes<double>];
  hn::Store(as_floats(v), narrow, padded);
  std::copy_n(padded, count, &to[i]);
}

enum class Then : std::uint8_t { apply, keep_change };

template <Then then, class E, class T>
void adam(const E& engine, const AdamScalars<double>& given, const AdamArrays<T>& of) {
  const E a = engine;  // in registers
  const AdamScalars<Lanes<double>> s{
      E::all(given.keep1),   E::all(given.add1),       E::all(given.keep2),           E::all(given.add2),
      E::all(given.epsilon), E::all(given.minus_size), E::all(given.root_correction), given.begins_at_mean};
  for (std::size_t i = 0; i < of.parameters.size(); i += hn::Lanes(Tag<double>{})) {
    auto mean = load(of.mean, i), square = load(of.square, i);
    if constexpr (then == Then::apply) {
      auto parameter = load(of.parameters, i);
      AdamFormula::update(a, s, load(of.gradients, i), mean, square, parameter);
      store(parameter, of.parameters, i);
    } else {
      store(AdamFormula::change(a, s, load(of.gradients, i), mean, square), of.parameters, i);
    }
    store(mean, of.mean, i);
    store(square, of.square, i);
  }
}

template <Then then, class E, class T>
void momentum(const E& engine, const MomentumScalars<double>& given, const MomentumArrays<T>& of) {
  const E a = engine;  // in registers
  const MomentumScalars<Lanes<double>> s{E::all(given.momentum), E::all(given.minus_rate), given.is_first,
                                         given.looks_ahead};
  for (std::size_t i = 0; i < of.parameters.size(); i += hn::Lanes(Tag<double>{})) {
    auto velocity = load(of.velocity, i);
    if constexpr (then == Then::apply) {
      auto parameter = load(of.parameters, i);
      MomentumFormula::update(a, s, load(of.gradients, i), velocity, parameter);
      store(parameter, of.parameters, i);
    } else {
      store(MomentumFormula::change(a, s, load(of.gradients, i), velocity), of.parameters, i);
    }
    store(velocity, of.velocity, i);
  }
}

template <class E, class T>
void multiple(const E& engine, double given, std::span<const T> terms, std::span<T> sums) {
  const E a = engine;  // in registers
  const auto factor = E::all(given);
  for (std::size_t i = 0; i < sums.size(); i += hn::Lanes(Tag<double>{})) {
    store(MultipleFormula::added(a, factor, load(terms, i), load(sums, i)), sums, i);
  }
}

void native_adam(const AdamScalars<double>& s, const AdamArrays<double>& of) {
  adam<Then::apply>(NativeLanes<double>{}, s, of);
}
void native_adam_changes(const AdamScalars<double>& s, const AdamArrays<double>& of) {
  adam<Then::keep_change>(NativeLanes<double>{}, s, of);
}
void carried_adam(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { adam<Then::apply>(lanes, s, of); });
}
void carried_adam_changes(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { adam<Then::keep_change>(lanes, s, of); });
}
void carried_adam_of_floats(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<float>& of) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { adam<Then::apply>(lanes, s, of); });
}

void native_momentum(const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  momentum<Then::apply>(NativeLanes<double>{}, s, of);
}
void native_momentum_changes(const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  momentum<Then::keep_change>(NativeLanes<double>{}, s, of);
}
void carried_momentum(const Carried<double>& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { momentum<Then::apply>(lanes, s, of); });
}
void carried_momentum_changes(const Carried<double>& a, const MomentumScalars<double>& s,
                              const MomentumArrays<double>& of) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { momentum<Then::keep_change>(lanes, s, of); });
}
void carried_momentum_of_floats(const Carried<double>& a, const MomentumScalars<double>& s,
                                const MomentumArrays<float>& of) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { momentum<Then::apply>(lanes, s, of); });
}

void native_multiple(double factor, std::span<const double> terms, std::span<double> sums) {
  multiple(NativeLanes<double>{}, factor, terms, sums);
}
void carried_multiple(const Carried<double>& a, double factor, std::span<const double> terms, std::span<double> sums) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { multiple(lanes, factor, terms, sums); });
}
void carried_multiple_of_floats(const Carried<double>& a, double factor, std::span<const float> terms,
                                std::span<float> sums) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { multiple(lanes, factor, terms, sums); });
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(native_adam);
HWY_EXPORT(native_adam_changes);
HWY_EXPORT(carried_adam);
HWY_EXPORT(carried_adam_changes);
HWY_EXPORT(carried_adam_of_floats);
HWY_EXPORT(native_momentum);
HWY_EXPORT(native_momentum_changes);
HWY_EXPORT(carried_momentum);
HWY_EXPORT(carried_momentum_changes);
HWY_EXPORT(carried_momentum_of_floats);
HWY_EXPORT(native_multiple);
HWY_EXPORT(carried_multiple);
HWY_EXPORT(carried_multiple_of_floats);

constexpr std::size_t worth_a_piece = 1 << 14;  // parameters, some 50 microseconds

/// update(a part of the arrays) for all parts.
template <class T, class Update>
void in_parts(const AdamArrays<T>& of, const Update& update) {
  in_pieces(of.parameters.size(), worth_a_piece, [&](std::size_t first, std::size_t end) {
    const auto part = [&](auto array) { return array.subspan(first, end - first); };
    update(AdamArrays<T>{part(of.gradients), part(of.mean), part(of.square), part(of.parameters)});
  });
}
template <class T, class Update>
void in_parts(const MomentumArrays<T>& of, const Update& update) {
  in_pieces(of.parameters.size(), worth_a_piece, [&](std::size_t first, std::size_t end) {
    const auto part = [&](auto array) { return array.subspan(first, end - first); };
    update(MomentumArrays<T>{part(of.gradients), part(of.velocity), part(of.parameters)});
  });
}
template <class T, class Update>
void in_parts(std::span<const T> terms, std::span<T> sums, const Update& update) {
  in_pieces(sums.size(), worth_a_piece, [&](std::size_t first, std::size_t end) {
    update(terms.subspan(first, end - first), sums.subspan(first, end - first));
  });
}

}  // namespace

void adam_update(const Native<double>&, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  in_parts(of, [&](const AdamArrays<double>& part) { HWY_DYNAMIC_DISPATCH(native_adam)(s, part); });
}
void adam_update(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  in_parts(of, [&](const AdamArrays<double>& part) { HWY_DYNAMIC_DISPATCH(carried_adam)(a, s, part); });
}
void adam_changes(const Native<double>&, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  in_parts(of, [&](const AdamArrays<double>& part) { HWY_DYNAMIC_DISPATCH(native_adam_changes)(s, part); });
}
void adam_changes(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  in_parts(of, [&](const AdamArrays<double>& part) { HWY_DYNAMIC_DISPATCH(carried_adam_changes)(a, s, part); });
}
void adam_update(const Carried<float>& a, const AdamScalars<double>& s, const AdamArrays<float>& of) {
  in_parts(of, [&](const AdamArrays<float>& part) { HWY_DYNAMIC_DISPATCH(carried_adam_of_floats)(a.wide(), s, part); });
}

void momentum_update(const Native<double>&, const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  in_parts(of, [&](const MomentumArrays<double>& part) { HWY_DYNAMIC_DISPATCH(native_momentum)(s, part); });
}
void momentum_update(const Carried<double>& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  in_parts(of, [&](const MomentumArrays<double>& part) { HWY_DYNAMIC_DISPATCH(carried_momentum)(a, s, part); });
}
void momentum_changes(const Native<double>&, const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  in_parts(of, [&](const MomentumArrays<double>& part) { HWY_DYNAMIC_DISPATCH(native_momentum_changes)(s, part); });
}
void momentum_changes(const Carried<double>& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  in_parts(of, [&](const MomentumArrays<double>& part) { HWY_DYNAMIC_DISPATCH(carried_momentum_changes)(a, s, part); });
}
void momentum_update(const Carried<float>& a, const MomentumScalars<double>& s, const MomentumArrays<float>& of) {
  in_parts(of, [&](const MomentumArrays<float>& part) {
    HWY_DYNAMIC_DISPATCH(carried_momentum_of_floats)(a.wide(), s, part);
  });
}

void add_multiple(const Native<double>&, double factor, std::span<const double> terms, std::span<double> sums) {
  in_parts(terms, sums, [&](std::span<const double> some, std::span<double> of_them) {
    HWY_DYNAMIC_DISPATCH(native_multiple)(factor, some, of_them);
  });
}
void add_multiple(const Carried<double>& a, double factor, std::span<const double> terms, std::span<double> sums) {
  in_parts(terms, sums, [&](std::span<const double> some, std::span<double> of_them) {
    HWY_DYNAMIC_DISPATCH(carried_multiple)(a, factor, some, of_them);
  });
}
void add_multiple(const Carried<float>& a, double factor, std::span<const float> terms, std::span<float> sums) {
  in_parts(terms, sums, [&](std::span<const float> some, std::span<float> of_them) {
    HWY_DYNAMIC_DISPATCH(carried_multiple_of_floats)(a.wide(), factor, some, of_them);
  });
}

}  // namespace precipice
#endif
