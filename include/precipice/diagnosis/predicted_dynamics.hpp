#pragma once

#include <cstddef>
#include <span>
#include <vector>

#pragma GCC visibility push(default)
/// How the two means drive each other under softmax collapse, and what Adam makes of a gradient that comes back, from
/// formulas alone: nothing here runs a replay.
///
/// W_G is the mean of the classifier's K columns and mu_G the mean of the B samples' features, vectors of length d.
/// Where every sample has collapsed, its gradients of the logits sum to eps / B instead of zero, and a step of gradient
/// descent takes W_G to W_G - alpha mu_G and mu_G to mu_G - beta W_G (arXiv 2605.06152, where beta = eta eps). The
/// second holds where features are parameters themselves and the wrong gradients of each class have the same sum over
/// the samples, as those of balanced classes at neural collapse have.
namespace precipice::predicted {

/// What a step takes of one mean to the other; per step, no units.
struct DriftRates {
  double classifier;  ///< alpha
  double features;    ///< beta
};

/// alpha = eta eps / K, of gradient descent at the rate eta; eps: the residual probability of the step, 1/B removed.
double classifier_drift_rate(double learning_rate, double residual, std::size_t classes);

/// beta = eta_h eps / B, of features that learn at the rate eta_h: the mean of the loss over B samples leaves a
/// sample's features 1/B of the gradient. eta_h = B eta is the paper's convention, in which beta = eta eps.
double feature_drift_rate(double learning_rate, double residual, std::size_t batch);

/// W_G and mu_G, both of length d.
struct TwoMeans {
  std::vector<double> classifier, features;
};

/// One step of the linear map: (W_G - alpha mu_G, mu_G - beta W_G), both from the state before.
TwoMeans drifted(const DriftRates& rates, const TwoMeans& means);

/// sqrt(alpha beta): the map's eigenvalues are 1 +- this. mu_G and W_G grow by 1 + sqrt(alpha beta) per step together
/// as soon as they are antiparallel.
double growth_rate(const DriftRates& rates);

/// sum_s sqrt(alpha(s) beta(s)): what log |mu_G| gains in the growing direction while rates are small.
double continuous_growth(std::span<const DriftRates> rates);

/// sqrt(alpha / beta): |W_G| / |mu_G| in the growing direction, W_G = -sqrt(alpha / beta) mu_G. 1/sqrt(K) in the
/// paper's convention, sqrt(B / K) if features have 1/B. It does not depend on eps.
double direction_ratio(const DriftRates& rates);

/// The two modes of a state: mu_G = growing + decaying and W_G = -q (growing - decaying), q the direction ratio. What
/// is left of the decaying one's length over the growing one's after these steps, at the present q.
double decaying_share(std::span<const DriftRates> rates, const TwoMeans& start);

/// What margins allow: (K - 1) / 2 log(m_T / m_0), at least log |mu_G(T)| - log |mu_G(0)| of features and classifier
/// that began at neural collapse with W_G = 0, K balanced classes and margins m_0, and now have margins m_T. The same
/// gradients stretch the two frames, of sides s_w and s_h with s_w s_h = m: s_w <- s_w + a s_h and s_h <- s_h + b s_w
/// with sqrt(a b) = sqrt(alpha beta) / (K - 1), so m <- m + a s_h^2 + b s_w^2 + a b m >= m (1 + sqrt(a b))^2, and (1 +
/// x / (K - 1))^(K - 1) >= 1 + x. So mu_G grows at most like a power of the margins, while eps falls exponentially with
/// them: few classes inflate little, however long they learn.
double growth_limit(std::size_t classes, double first_margin, double last_margin);

/// ulp(1) / B = 2^(1-p) / B: the least gradient with which a correct class comes back when its loss no longer absorbs
/// the other terms, 1/B in it.
double reemerged_gradient(int precision, std::size_t batch);

/// One parameter under Adam: gradients `before` for so long that the moments have settled, then one of `after`.
struct Reemergence {
  double learning_rate, beta1, beta2, epsilon;
  double before, after;
};

/// Adam (Kingma and Ba 2015) with bias corrections that have become 1.
struct ReemergedStep {
  double mean;         ///< m = beta1 before + (1 - beta1) after
  double square;       ///< v = beta2 before^2 + (1 - beta2) after^2
  double step;         ///< eta m / (sqrt v + epsilon); the parameter falls by it
  double step_before;  ///< eta before / (|before| + epsilon)

  [[nodiscard]] double jump() const { return step / step_before; }
};
ReemergedStep reemerged_step(const Reemergence& of);

}  // namespace precipice::predicted
#pragma GCC visibility pop
