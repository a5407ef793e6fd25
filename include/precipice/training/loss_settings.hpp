#pragma once

#include <cstdint>
#include <string_view>

#include "precipice/arithmetic/sum_order.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Where the mean's factor 1/B is applied, b = fl(1/B) in the format of the gradient:
/// before (PyTorch): g = fl(fl(p b) - [k = r] b); after: g = fl(fl(p - [k = r]) b);
/// outside: g = fl(p - [k = r]), and the parameter gradients are divided by B in their own format.
enum class MeanPlace : std::uint8_t { before, after, outside };

std::string_view to_text(MeanPlace place);
/// Throws ConfigError naming the nearest known place.
MeanPlace parse_mean_place(std::string_view text);

/// Named sequences of rounded operations for p = softmax(z). All but naive and stablemax begin with the maximum m,
/// s = z - m and t = exp(s); S is the sum of t in the order of summation.
///   shift       o = s - log S, p = exp(o) (PyTorch)
///   lse_added   o = z - (m + log S), p = exp(o): the maximum is added again
///   division    p = t / S
///   naive       t = exp(z), p = t / S
///   accurate    S = (sum of the wrong classes' t, a zero in the place of the correct one's) + the correct one's,
///               p = t / S, and the correct class's gradient is minus the sum of the others'
///   stablemax   t = z + 1 for z >= 0, else 1 / (1 - z), p = t / S (Prieto et al. 2025)
///   reciprocal  u = b / S once, and u t stands for b p; the loss adds the maximum again (automatic differentiation
///               of m + log S)
///   composed    the logits are rounded first and S once more, p = t / S, the loss is -log p; its gradient goes back
///               through the logarithm, -y b / p, and then through the softmax
/// softmax_formula.inc has them line by line, softmax_value.inc what each says that the loss is.
enum class Formulation : std::uint8_t { shift, lse_added, division, naive, accurate, stablemax, reciprocal, composed };

/// What is done with dL/dz in the end: nothing, or g <- g - mean over the classes of g.
enum class Projection : std::uint8_t { none, zero_sum };

enum class LossScaling : std::uint8_t {
  as_planned,  ///< dynamic if the precision plan is made for it, else constant
  constant,
  dynamic  ///< see LossScale
};

/// How a dynamic scale of the loss moves: the defaults of PyTorch's GradScaler.
struct DynamicScale {
  double initial = 65536;
  double growth = 2;             ///< factor after `interval` updates in a row
  double backoff = 0.5;          ///< factor after gradients that are not finite
  std::int64_t interval = 2000;  ///< updates
};

struct Loss {
  Formulation formulation = Formulation::shift;
  SumOrder order = SumOrder::sequential;
  MeanPlace mean = MeanPlace::before;
  Projection projection = Projection::none;
  double smoothing = 0;     ///< alpha: targets are 1 - alpha + alpha / K and alpha / K
  double z_loss = 0;        ///< c: the loss has c log(Z)^2 more, Z = sum of exp(z)
  double margin_clamp = 0;  ///< logits further below the maximum than this count as that far; 0: no clamp
  double scale = 1;  ///< of the loss; the parameter gradients are divided by it in the format of master gradients
  /// p b - y b (before), u t - y b (reciprocal) and what z-loss adds to p - y are one rounding each.
  bool is_fused = false;
  LossScaling scaling = LossScaling::as_planned;
  DynamicScale dynamic = {};

  [[nodiscard]] bool has_clamp() const { return margin_clamp != 0; }
  [[nodiscard]] bool has_z_loss() const { return z_loss != 0; }
  [[nodiscard]] bool projects() const { return projection != Projection::none; }
  [[nodiscard]] bool is_scaled() const { return scale != 1 || scaling == LossScaling::dynamic; }
  /// Whether there is nothing but a formulation, an order and a place of the mean.
  [[nodiscard]] bool is_plain() const {
    return !projects() && !has_clamp() && !has_z_loss() && smoothing == 0 && !is_scaled() && !is_fused;
  }
  /// Whether a factor, 1/B or a scale, is applied behind everything else.
  [[nodiscard]] bool scales_gradient() const {
    return mean == MeanPlace::after || (mean == MeanPlace::outside && is_scaled());
  }
};

}  // namespace precipice
#pragma GCC visibility pop
