#pragma once

#include <functional>
#include <vector>

#include "precipice/training/model.hpp"
#include "precipice/training/precision.hpp"
#include "training/transcription.hpp"

namespace precipice::testing {

/// Rows of exact numbers.
using Table = std::vector<std::vector<Exact>>;

/// Every operation of a model on exact numbers, number by number, each rounded into the format of its role; shares no
/// code with the network. Forward leaves behind how to go back.
class TranscribedNetwork {
 public:
  TranscribedNetwork(const RoleFormats& roles, const Model& model, std::vector<Exact> parameters);

  /// Inputs, or the rows of the table of features; labels.
  Table forward(const Table& inputs, const std::vector<std::uint32_t>& feature_rows, std::size_t classes);
  /// dL/dz -> the gradients of all parameters.
  std::vector<Exact> backward(const Table& logit_gradient);

 private:
  /// Of what a layer put out -> of what it read.
  using Back = std::function<Table(const Table&)>;

  [[nodiscard]] Rounds in(Role role) const { return {roles_[role]}; }
  [[nodiscard]] Table operand(const Table& x, Role role) const;
  [[nodiscard]] Exact promoted(const std::vector<Exact>& partial_sums) const;
  [[nodiscard]] Exact row_sum(Role role, const std::vector<Exact>& terms) const;
  [[nodiscard]] Table product(const Table& left, const Table& right) const;
  Table take(std::size_t rows, std::size_t cols);
  void give(std::size_t at, const Table& gradients, Role sums);

  Table dense(const Table& x, std::size_t width, bool has_bias, Role result);
  Table activation(const Table& x, Activation function);
  Table normalisation(const Table& x);
  Table block(const Table& x, std::size_t width);
  Table features(const std::vector<std::uint32_t>& rows, std::size_t count);

  RoleFormats roles_;
  Model model_;
  std::vector<Exact> parameters_, gradients_;
  std::size_t taken_ = 0;
  std::vector<Back> back_;
};

}  // namespace precipice::testing
