#include "precipice/arithmetic/functions.hpp"
#include "precipice/training/optimizer.hpp"

namespace precipice {

double correctly_rounded_power(double beta, std::uint64_t step) {
  const Exact exponent = Exact::finite(Sign::positive, Integer(step), 0);
  return to_double(reference::pow(Exact::from(beta), exponent, binary64, Rounding::nearest_even).value);
}

}  // namespace precipice
