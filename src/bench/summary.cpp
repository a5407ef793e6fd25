// The costs that precipice promises, as ratios within one run.
#include <fmt/core.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "bench/bench.hpp"

namespace precipice::bench {
namespace {

enum class Bound : std::uint8_t { at_most, at_least };

/// A promise: the worst of `costs` over `twin`, or of twin over costs where more is better.
struct Target {
  const char* work;
  std::vector<const char*> costs;
  const char* twin;  ///< empty: seconds, times `factor`
  Bound bound;
  double value;
  double factor = 1;
  const char* accepted = "";  ///< the decision that accepts a miss
};

const std::vector<Target>& targets() {
  static const std::vector<Target> all{
      {"matrix product 256^3 in binary64, p = 4, 8, 11, 24, over native",
       {"matmul/carried-binary64/e8m3/256", "matmul/carried-binary64/e8m7/256", "matmul/carried-binary64/e8m10/256",
        "matmul/carried-binary64/e8m23/256"},
       "matmul/native-binary64/e11m52/256",
       Bound::at_most,
       4.5},
      {"the same where products are subnormal",
       {"matmul/carried-binary64/e5m10/256/tiny"},
       "matmul/native-binary64/e11m52/256",
       Bound::at_most,
       4.5},
      {"the same in binary32, p = 4, 8, 11, over native binary32",
       {"matmul/carried-binary32/e5m3/256", "matmul/carried-binary32/e5m7/256", "matmul/carried-binary32/e5m10/256",
        "matmul/carried-binary32/e5m10/256/tiny"},
       "matmul/native-binary32/e8m23/256",
       Bound::at_most,
       4.5},
      {"MPFR over the matrix product in binary64, p = 8",
       {"matmul/carried-binary64/e8m7/256"},
       "matmul/mpfr/e8m7/24",
       Bound::at_least,
       800},
      {"fused over unfused matrix product, p = 8",
       {"matmul/carried-binary64-fused/e8m7/256"},
       "matmul/carried-binary64/e8m7/256",
       Bound::at_most,
       1.3},
      {"the same for p = 24",
       {"matmul/carried-binary64-fused/e8m23/256"},
       "matmul/carried-binary64/e8m23/256",
       Bound::at_most,
       1.3},
      {"matrix product, p = 26, 41, 51, over p = 24",
       {"matmul/carried-binary64/e10m25/256", "matmul/carried-binary64/e10m40/256",
        "matmul/carried-binary64/e10m50/256"},
       "matmul/carried-binary64/e8m23/256",
       Bound::at_most,
       3},
      {"rounding 2^15 doubles over copying them",
       {"round/carried-binary64/e8m7/32768", "round/carried-binary64/e8m23/32768"},
       "round/copy/e11m52/32768",
       Bound::at_most,
       1.5,
       1,
       "0012"},
      {"the same for 2^16, which just fill the second cache",
       {"round/carried-binary64/e8m7/65536", "round/carried-binary64/e8m23/65536"},
       "round/copy/e11m52/65536",
       Bound::at_most,
       1.5,
       1,
       "0012"},
      {"the same for 2^18",
       {"round/carried-binary64/e8m7/262144", "round/carried-binary64/e8m23/262144"},
       "round/copy/e11m52/262144",
       Bound::at_most,
       1.5},
      {"adding 2^16 elements over native",
       {"elementwise/carried-binary64/e8m7/add", "elementwise/carried-binary64/e8m23/add"},
       "elementwise/native-binary64/e11m52/add",
       Bound::at_most,
       1.5},
      {"multiplying 2^16 elements over native",
       {"elementwise/carried-binary64/e8m7/mul", "elementwise/carried-binary64/e8m23/mul"},
       "elementwise/native-binary64/e11m52/mul",
       Bound::at_most,
       1.5},
      {"correctly rounded exp, p <= 24, over the C library's",
       {"exp/carried-binary64/e8m7/4096", "exp/carried-binary64/e8m23/4096"},
       "exp/libm/e11m52/4096",
       Bound::at_most,
       0.5},
      {"softmax row of 97 classes over native with the C library's exp",
       {"softmax/carried-binary64/e8m7/97", "softmax/carried-binary64/e8m23/97"},
       "softmax/libm/e11m52/97",
       Bound::at_most,
       1},
      {"stochastic rounding over nearest-even",
       {"round/stochastic-8/e8m7/65536", "round/stochastic-32/e8m7/65536"},
       "round/carried-binary64/e8m7/65536",
       Bound::at_most,
       4},
      {"training step, everything, over native",
       {"step/everything/e8m3/32", "step/everything/e8m7/32", "step/everything/e8m23/32"},
       "step/native/e11m52/32",
       Bound::at_most,
       6},
      {"training step, loss-only, over native",
       {"step/loss-only/e8m3/32", "step/loss-only/e8m7/32", "step/loss-only/e8m23/32"},
       "step/native/e11m52/32",
       Bound::at_most,
       1.3},
      {"smallest experiment, 25 000 steps, in seconds", {"step/smallest/e8m7/16"}, "", Bound::at_most, 0.5, 25'000},
      {"cells on all cores over cells on one, per core",
       {"cells/all-cores/e8m7/32/real_time"},
       "cells/one-core/e8m7/32/real_time",
       Bound::at_least,
       0.95}};
  return all;
}

/// Throughput is per core, so that one figure serves every machine.
bool is_parallel(const Target& target) { return std::string_view(target.twin).starts_with("cells/"); }

/// The smallest time, which others on the machine have disturbed the least; of several threads the median, for they do
/// not have their luckiest moment together.
double typical(const Target& target, std::vector<double> seconds) {
  std::ranges::sort(seconds);
  return seconds.at(is_parallel(target) ? seconds.size() / 2 : 0);
}

/// The figure of a target; throws std::out_of_range if something did not run.
double measured(const Target& target, const Times& times) {
  double worst = 0;
  for (const char* const name : target.costs) worst = std::max(worst, typical(target, times.at(name)));
  if (*target.twin == '\0') return worst * target.factor;
  const double twin = typical(target, times.at(target.twin));
  const double cores = is_parallel(target) ? std::max(1U, std::thread::hardware_concurrency()) : 1.0;
  return target.bound == Bound::at_most ? worst / twin : twin / worst / cores;
}

}  // namespace

std::string summary_filter() {
  std::string filter;
  for (const Target& target : targets()) {
    for (const char* const name : target.costs) filter += fmt::format("{}^{}$", filter.empty() ? "" : "|", name);
    if (*target.twin != '\0') filter += fmt::format("|^{}$", target.twin);
  }
  return filter;
}

bool print_summary(const Times& times) {
  bool all_met = true;
  fmt::print("{:<68}{:>10}{:>11}  {}\n", "work", "measured", "target", "");
  for (const Target& target : targets()) {
    const bool is_upper = target.bound == Bound::at_most;
    double figure = 0;
    try {
      figure = measured(target, times);
    } catch (const std::out_of_range&) {
      fmt::print("{:<68}{:>10}{:>11}\n", target.work, "not run", "");
      continue;
    }
    const bool is_met = is_upper ? figure <= target.value : figure >= target.value;
    const bool is_accepted = !is_met && *target.accepted != '\0';
    all_met = all_met && (is_met || is_accepted);
    fmt::print("{:<68}{:>10.3g}{:>11}  {}\n", target.work, figure,
               fmt::format("{} {:g}", is_upper ? "<=" : ">=", target.value),
               is_met        ? "met"
               : is_accepted ? fmt::format("accepted ({})", target.accepted)
                             : "missed");
  }
  return all_met;
}

}  // namespace precipice::bench
