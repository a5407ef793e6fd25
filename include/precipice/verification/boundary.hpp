#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/predicted_regions.hpp"
#include "precipice/verification/course.hpp"

/// The boundaries of the phase diagram: where runs absorb, inflate and freeze, against what theory says of each format.
namespace precipice::verification {

struct Part;  // verification/part.hpp

/// What cells are compared with. The defaults are the theory; another one is there to be refuted.
struct RegionTheory {
  std::function<predicted::MarginWindow(const predicted::RegionSetting&)> window = predicted::margin_window;
  std::function<predicted::Regions(const predicted::MarginWindow&, const predicted::MarginsReached&)> regions =
      predicted::regions;
};

/// IEEE-like formats that differ in their widths alone, and a loss: a plane (E, p).
struct BoundaryPlane {
  std::string name;
  std::vector<int> precisions;     ///< rising
  std::vector<int> exponent_bits;  ///< rising
  Subnormals subnormals = Subnormals::gradual;
  Rounding rounding = Rounding::nearest_even;
  MeanPlace mean = MeanPlace::before;
  double scale = 1;  ///< of the loss
};

/// 50 digits, a network 64-32-32-10, Adam 3e-3, the loss alone in the format of the cell.
struct BoundaryAgenda {
  std::vector<BoundaryPlane> planes;
  std::vector<std::uint64_t> seeds;
  std::int64_t steps = 20000;
};
BoundaryAgenda boundary_agenda(Extent extent);

/// What a record of a run must obey, whatever the run does: its own margins and the window decide the shares of samples
/// in softmax collapse and without any gradient.
enum class RecordRule : std::uint8_t {
  none_before,    ///< a collapsed sample: the window is open, and some margin may be in it
  all_inside,     ///< every margin within what is open to all labels: all samples are collapsed
  all_behind,     ///< every margin behind both ends: no sample has a gradient
  none_vanishes,  ///< a sample without a gradient: some margin is behind a dead rival's
  all_vanished,   ///< no sample with a gradient: every margin is
};
inline constexpr std::size_t record_rule_count = 5;

struct RuleCount {
  std::size_t held = 0, broken = 0;  ///< records that the rule speaks of
};

/// A run of the plane, and what theory says of it.
struct BoundaryCell {
  std::size_t plane = 0;  ///< of the agenda
  int precision = 0, exponent_bits = 0;
  std::uint64_t seed = 0;
  predicted::MarginWindow window{};
  predicted::Regions predicted{};
  // Measured.
  Diagnosis diagnosis{};
  std::int64_t steps = 0;
  double largest_margin = 0;                         ///< of all records
  double final_least_margin = 0;                     ///< at the end; NaN if it diverged
  double drift_cosine_at_inflation = 0;              ///< Record::drift_cosine at the onset; 0 without inflation
  std::array<RuleCount, record_rule_count> rules{};  ///< by RecordRule
};

/// Cells in the order of the agenda: plane by plane, precisions, widths, seeds. Throws Interrupted when stopped,
/// FileError without the digits.
std::vector<BoundaryCell> examine_boundary(const Course& course, const BoundaryAgenda& agenda,
                                           const RegionTheory& theory = {});

/// A comparison is one of absorption, inflation and freezing in one cell, or all records of a cell against the rules.
/// Missed: what theory says for certain and the run contradicts. All else that differs is a finding, with its reason.
Part verify_boundary(const Course& course, const BoundaryAgenda& agenda, const RegionTheory& theory = {});
Part verify_boundary(const Course& course, Extent extent, const RegionTheory& theory = {});

}  // namespace precipice::verification
