#pragma once

#include <cstdint>
#include <span>

#include "precipice/arithmetic/matrix.hpp"

namespace precipice {

/// How far features and classifier are from neural collapse (Papyan, Han and Donoho 2020); all are 0 there. With mu_c
/// the mean of class c's features, mu_G that of all features, m_c = mu_c - mu_G, over the classes that have samples;
/// NaN where a measure divides by nothing.
struct NeuralCollapse {
  double within;           ///< NC1 as a ratio of traces: mean |h_i - mu_c(i)|^2 over mean |m_c|^2
  double norms;            ///< NC2: standard deviation of |m_c| over their mean
  double angles;           ///< NC2: mean over pairs of classes of |cos(m_c, m_c') + 1 / (K - 1)|
  double duality;          ///< NC3: || W / ||W|| - M / ||M|| ||, Frobenius, row c of M is m_c
  double centred_duality;  ///< NC3': the same with W's mean over the classes taken out
};

/// features: N x d; labels: a class below K per sample; classifier: d x K.
NeuralCollapse neural_collapse(const Matrix<double>& features, std::span<const std::uint32_t> labels,
                               const Matrix<double>& classifier);

}  // namespace precipice
