#pragma once

#include "precipice/arithmetic/reference.hpp"
#include "precipice/training/network.hpp"

namespace testing {

/// A model with random parameters on random samples, computed in a format so wide that a central difference is good to
/// some forty digits.
class Derivatives {
 public:
  explicit Derivatives(const precipice::Model& model);

  /// Compares every element of the gradient with a central difference.
  void check();

 private:
  [[nodiscard]] precipice::Exact loss_at(const std::vector<precipice::Exact>& parameters);

  precipice::Reference a_;
  precipice::Shape shape_;
  precipice::Network<precipice::Reference> network_;
  precipice::Matrix<precipice::Exact> inputs_;
  std::vector<std::uint32_t> feature_rows_;
  std::vector<precipice::Exact> parameters_;
  precipice::Activations<precipice::Exact> activations_;
};

}  // namespace testing
