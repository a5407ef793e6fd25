#pragma once

#include <cstdint>
#include <string_view>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/loss_settings.hpp"

/// What a run must show, may show and cannot show: the regions of the phase diagram, from the thresholds of
/// predicted_thresholds.hpp and the margins that training reaches. Nothing here computes a loss.
namespace precipice::predicted {

/// The shifted loss of a run, in one format.
struct RegionSetting {
  Format format;
  Rounding rounding = Rounding::nearest_even;  ///< not stochastic
  SumOrder order = SumOrder::sequential;
  int classes = 2;
  MeanPlace mean = MeanPlace::before;
  std::int64_t batch = 1;
  double scale = 1;  ///< of the loss: a power of two, at least 1; another one than 1 to nearest only
};

/// b = fl(1/B), times the scale.
enum class MeanFactor : std::uint8_t {
  sound,
  vanishes,  ///< zero: every gradient is dead from the first step
  overflows  ///< infinite: no gradient is finite
};

/// Margins of logits, in nats before they are rounded, between which the correct class's gradient is gone and a wrong
/// one is there. Samples differ in their labels and in how far their other rivals are, so each end is a pair: a lone
/// rival, the others far away, is the first to be absorbed and the last to die; K - 1 equal ones are the last to be
/// absorbed, and those of the last class among them.
struct MarginWindow {
  double opens_earliest = 0;  ///< no sample is collapsed at this margin or below; infinity if none ever is
  double opens_latest = 0;    ///< behind this margin every correct class's gradient is zero; infinity if not all are
  double dies_earliest = 0;   ///< up to this margin the nearest rival has a gradient; -infinity if that is not known
  double dies_latest = 0;     ///< from this margin on no wrong class has; infinity if the rounding never gets there
  bool can_collapse = false;  ///< at some margin, for some label
  bool is_open = false;       ///< at some margin, for some label, a gradient is gone and another is not
  bool is_whole = false;      ///< every label has collapsed before any gradient of its nearest rival dies
  bool is_blind = false;      ///< with all classes alike no wrong class has a gradient: fl(fl(1/K) b) is zero
  MeanFactor factor = MeanFactor::sound;
  double floor_ratio = 0;  ///< see rounded_up_floor; 0 if results are not rounded up
};

/// What becomes of the sum over classes where results are rounded up, in sequence, when margins are large. Each of the
/// terms behind the correct class adds ulp(1) to S, however small it is: the sum is counted too high by n = K - 1 - r
/// ulps, 1 at least, and the correct class's gradient is -n ulp(1) b. But no wrong class's gradient gets below the
/// smallest number, q = 2^(emin - p + 1). The K - 1 of them over the mean n: (K - 1) 2^emin / (b mean n), whatever p.
/// Above 1 the sum over classes is positive, as under absorption, and the means grow against each other; below 1 it is
/// negative, and they grow along each other. 0 for other roundings and orders.
double rounded_up_floor(const RegionSetting& setting);

/// By predicted::Thresholds. With a scale s the factor is b s. To nearest, b s normal: the 1 is absorbed as if there
/// were no factor, and a wrong class's gradient is fl(fl(exp(-margin)) b s): it dies with the product, or with the
/// exponential if that is first. So a scale takes back ln B of what 1/B took, and no more.
MarginWindow margin_window(const RegionSetting& setting);

/// The margins that a run gets to if nothing is absorbed, as its binary64 control does: the largest over time of the
/// least, the median and the largest one of the samples.
struct MarginsReached {
  double least, median, largest;
  double samples;  ///< how many there are
};

enum class Verdict : std::uint8_t { no, edge, yes };

/// Why.
enum class Ground : std::uint8_t {
  open,            ///< the window is whole, and margins get there
  closed,          ///< the wrong classes' gradients die first, whatever the label
  never,           ///< the rounding never absorbs, or never underflows
  no_factor,       ///< 1/B is zero
  overflow,        ///< the scaled 1/B is infinite
  not_reached,     ///< margins do not get that far
  partly_reached,  ///< those of some samples do
  partly_open,     ///< the window is open for some labels, or while other rivals are far
  some_labels,     ///< the rounding never absorbs but by 1/B: some labels collapse, of others that is not known
  narrow,          ///< the window is open in part, and there is less than half a sample in it at a time
  blind,           ///< wrong classes have a gradient only where the sample is misclassified
  underflow,       ///< margins get behind both ends of the window
  race,            ///< they would, but inflation throws them back
  over_count,      ///< rounded up, the sum over classes breaks with the other sign: rounded_up_floor below 1
  floor            ///< rounded up, the wrong classes' gradients outweigh that: rounded_up_floor above 1
};
std::string_view to_text(Verdict verdict);
std::string_view to_text(Ground ground);

struct Region {
  Verdict verdict;
  Ground ground;
  bool is_certain = false;  ///< follows from the arithmetic alone, whatever the run does
};

struct Regions {
  Region absorption;  ///< some sample in softmax collapse
  Region inflation;   ///< Numerical Feature Inflation
  Region freezing;    ///< every gradient zero for good
};

/// What follows. Inflation needs absorption. It is expected where the window is whole and the median margin gets
/// behind its opening, and not where samples, spread evenly from the least margin reached to the largest, come to less
/// than half of one in the window of a lone rival. Between lies the edge. Rounded up, where only some labels collapse,
/// the sign of the sum over classes decides. A run freezes where the least margin gets behind both ends of the window,
/// unless this is whole: then margins do not stay.
Regions regions(const MarginWindow& window, const MarginsReached& reached);

}  // namespace precipice::predicted
