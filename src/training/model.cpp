#include "precipice/training/model.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace precipice {
namespace {

bool has_activations(const Model& model) {
  switch (model.name) {
    case ModelName::mlp: return !model.hidden.empty();
    case ModelName::linear: return false;
    case ModelName::unconstrained_features: break;
  }
  return model.features.are_rectified;
}

std::optional<Misfit> misfit_of_residual(const Model& model) {
  if (model.name != ModelName::mlp || model.residual == Residual::none) return {};
  if (model.hidden.size() < 2) {
    return Misfit{"model.residual",
                  "is add, but there is no second hidden layer to add to: give model.hidden two or more"};
  }
  const auto other = std::ranges::adjacent_find(model.hidden, std::ranges::not_equal_to());
  if (other == model.hidden.end()) return {};
  return Misfit{"model.residual", fmt::format("is add, but hidden layers of {} and {} units cannot be added: give "
                                              "model.hidden equal widths",
                                              *other, *(other + 1))};
}

}  // namespace

std::optional<Misfit> misfit_of(const Model& model, std::size_t classes) {
  if (auto misfit = misfit_of_residual(model)) return misfit;
  if (model.normalisation != Normalisation::none && model.where == NormalisedPlace::activations &&
      !has_activations(model)) {
    return Misfit{"model.where", "is activations, but the model has none; use classifier"};
  }
  if (model.name == ModelName::unconstrained_features && model.features.start == FeatureStart::collapsed &&
      static_cast<std::size_t>(model.features.width) < classes) {
    return Misfit{"model.width", fmt::format("is {}, but collapsed features of {} classes need at least {}",
                                             model.features.width, classes, classes)};
  }
  return {};
}

}  // namespace precipice
