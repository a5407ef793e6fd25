#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "precipice/sweep/results.hpp"

namespace precipice::chart {

/// A directory with the files of a sweep that nobody has trained: cells and traces of made-up records.
class MadeResults {
 public:
  struct Request {
    std::string_view plan;
    std::size_t records;    ///< of each trace, ten steps apart
    bool is_noisy = false;  ///< no two records are the same
  };
  /// p = 8 and 12, E = 8, two seeds, and their controls.
  static constexpr std::string_view small_plan = R"(
[task]
name = "random-labels"
samples = 20
[sweep]
"precision.p" = [8, 12]
"precision.exponent_bits" = [8]
"run.seed" = [0, 1]
[[sweep.also]]
"precision.format" = "binary64"
"run.seed" = [0, 1]
)";
  /// 400 cells and two controls.
  static constexpr std::string_view large_plan = R"(
[task]
name = "random-labels"
samples = 20
[sweep]
"precision.p" = { from = 2, to = 21 }
"precision.exponent_bits" = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
"run.seed" = [0, 1]
[[sweep.also]]
"precision.format" = "binary64"
"run.seed" = [0, 1]
)";

  /// The median margin at step s is s / 100; one record of each trace has a loss of 1e6.
  explicit MadeResults(const Request& request);

  [[nodiscard]] const std::filesystem::path& directory() const { return results_.directory(); }
  [[nodiscard]] const precipice::Results& results() const { return results_; }
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }

 private:
  precipice::Results results_;
  std::vector<Cell> cells_;
};

}  // namespace precipice::chart
