#include "precipice/arithmetic/carried_stochastic.hpp"

#include <fmt/core.h>

#include <vector>

#include "arithmetic/admission.hpp"
#include "precipice/arithmetic/stochastic.hpp"

namespace precipice {
namespace {

constexpr Format wide = ieee_like(Carrier<double>::widest_precision, 10);
constexpr int most_bits = 32, fewest_bits = 8;

/// m: so many random bits see nothing of what rounding to odd changed.
int bits_behind(const Format& f) { return std::min(most_bits, wide.precision - 1 - f.precision); }

}  // namespace

std::string CarriedStochastic::refusal(const Format& f, const Mode& mode) {
  if (mode.direction != Rounding::stochastic) return "it rounds stochastically";
  if (std::string reason = StochasticRounding::refusal(f, mode.random_bits); !reason.empty()) return reason;
  const int needed = mode.random_bits == unlimited_random_bits ? fewest_bits : mode.random_bits;
  if (bits_behind(f) < needed) {
    return fmt::format("it is proven for p and random bits of at most {} together", wide.precision - 1);
  }
  if (f.emax >= wide.emax || smallest_exponent(f) - most_bits <= smallest_exponent(wide)) {
    return fmt::format("it is proven for exponents between 2^{} and 2^{}", smallest_exponent(wide) + most_bits + 1,
                       wide.emax - 1);
  }
  return {};
}

CarriedStochastic::CarriedStochastic(const Format& format, const Mode& mode, Draws& draws)
    : reference_(admitted(format, name(), refusal(format, mode)), mode, &draws),
      odd_(wide, Rounding::to_odd),
      narrowing_(Narrowing<double>::of(format, Rounding::stochastic)),
      draws_(&draws),
      is_unlimited_(mode.random_bits == unlimited_random_bits) {
  const int bits = is_unlimited_ ? bits_behind(format) : mode.random_bits;
  dropped_ = static_cast<unsigned>(most_bits - bits);
  whole_ = std::ldexp(1.0, bits);
  last_open_ = (std::uint64_t{1} << static_cast<unsigned>(bits)) - 1;
}

double CarriedStochastic::sum_exactly(std::span<const double> terms) const {
  double result = 0;
  if (decides(odd_.sum_exactly(terms), draws_->take_word(), result)) return result;
  std::vector<Exact> exact;
  exact.reserve(terms.size());
  for (const double term : terms) exact.push_back(Exact::from(term));
  return to_double(reference::sum(exact, format(), last_mode()).value);
}

}  // namespace precipice
