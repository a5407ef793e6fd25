#include "precipice/arithmetic/observations.hpp"

namespace precipice {

Observations& Observations::operator+=(const Observations& other) {
  operations += other.operations;
  additions += other.additions;
  absorbed += other.absorbed;
  partially_absorbed += other.partially_absorbed;
  bits_lost += other.bits_lost;
  underflows_to_zero += other.underflows_to_zero;
  subnormal_results += other.subnormal_results;
  overflows += other.overflows;
  nans_made += other.nans_made;
  return *this;
}

}  // namespace precipice
