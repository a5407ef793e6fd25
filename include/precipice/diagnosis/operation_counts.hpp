#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "precipice/arithmetic/observations.hpp"
#include "precipice/training/precision.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// What happened to the results of one role in one step of training.
struct OperationCounts {
  std::int64_t step;  ///< updates made before it
  Role role;
  Observations counts;

  friend bool operator==(const OperationCounts&, const OperationCounts&) = default;
};

/// The columns of counts, in order.
struct CountColumn {
  std::string_view name;
  std::uint64_t Observations::*value;
};
inline constexpr std::array count_columns{
    CountColumn{"operations", &Observations::operations},
    CountColumn{"additions", &Observations::additions},
    CountColumn{"absorbed", &Observations::absorbed},
    CountColumn{"partially_absorbed", &Observations::partially_absorbed},
    CountColumn{"bits_lost", &Observations::bits_lost},
    CountColumn{"underflows_to_zero", &Observations::underflows_to_zero},
    CountColumn{"subnormal_results", &Observations::subnormal_results},
    CountColumn{"overflows", &Observations::overflows},
    CountColumn{"nans_made", &Observations::nans_made},
};

}  // namespace precipice
#pragma GCC visibility pop
