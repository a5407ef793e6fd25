#include "training/transcribed_network.hpp"

#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"

namespace precipice::testing {
namespace {

Table zeros(std::size_t rows, std::size_t cols) { return Table(rows, std::vector<Exact>(cols)); }

Table transposed(const Table& x) {
  Table result = zeros(x[0].size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x[0].size(); ++j) result[j][i] = x[i][j];
  }
  return result;
}

/// f of each element, and of its place.
template <class F>
Table each_of(const Table& x, const F& f) {
  Table result = x;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x[i].size(); ++j) result[i][j] = f(x[i][j], i, j);
  }
  return result;
}

Exact number(double x) { return Exact::from(x); }
bool is_positive(const Exact& x) { return compare(x, Exact()) > 0; }

Exact tanh_of(const Rounds& a, const Exact& x) { return reference::tanh(x, a.to.format, a.to.rounding).value; }
Exact root_of(const Rounds& a, const Exact& x) { return reference::square_root(x, a.to.format, a.to.rounding).value; }

Exact sum_of(const Rounds& a, const std::vector<Exact>& terms) {
  Exact sum;
  for (const Exact& term : terms) sum = a.add(sum, term);
  return sum;
}

/// x 2^n, exactly.
Exact shifted(const Exact& x, int n) {
  return x.kind() == Exact::Kind::finite ? Exact::finite(x.sign(), x.significand(), x.exponent() + n) : x;
}

/// By trial: the largest power of two that keeps every element within the format.
int scale_of(const Table& x, const Format& format) {
  Exact amax;
  for (const std::vector<Exact>& row : x) {
    for (const Exact& e : row) {
      if (!e.is_finite()) return 0;
      if (compare(e.magnitude(), amax) > 0) amax = e.magnitude();
    }
  }
  int s = 127;
  while (s > -126 && compare(shifted(amax, s), largest_finite(format)) > 0) --s;
  return amax.is_zero() ? 0 : s;
}

Exact mean_of(const Rounds& a, const std::vector<Exact>& terms) {
  return a.div(sum_of(a, terms), number(static_cast<double>(terms.size())));
}

Exact gelu_tanh_of(const Rounds& a, const Exact& x) {
  const Exact cube = a.mul(a.mul(x, x), x);
  return tanh_of(a, a.mul(number(0.7978845608028654), a.add(x, a.mul(number(0.044715), cube))));
}

Exact value_of(const Rounds& a, Activation function, double slope, const Exact& x) {
  switch (function) {
    case Activation::relu: return is_positive(x) ? x : Exact();
    case Activation::leaky_relu: return is_positive(x) ? x : a.mul(number(slope), x);
    case Activation::tanh: return tanh_of(a, x);
    case Activation::gelu: break;
  }
  return a.mul(a.mul(number(0.5), x), a.add(number(1), gelu_tanh_of(a, x)));
}

/// x, what the activation made of it, and the gradient of that.
Exact gradient_of(const Rounds& a, Activation function, double slope, const Exact& x, const Exact& y, const Exact& g) {
  const Exact one = number(1), half = number(0.5);
  switch (function) {
    case Activation::relu: return y.is_zero() ? Exact() : g;
    case Activation::leaky_relu: return is_positive(x) ? g : a.mul(number(slope), g);
    case Activation::tanh: return a.mul(g, a.sub(one, a.mul(y, y)));
    case Activation::gelu: break;
  }
  const Exact t = gelu_tanh_of(a, x);
  const Exact cubic = a.mul(number(0.044715), a.mul(number(3), a.mul(x, x)));
  const Exact inner = a.mul(number(0.7978845608028654), a.add(one, cubic));
  const Exact right = a.mul(a.mul(half, a.mul(x, a.sub(one, a.mul(t, t)))), inner);
  return a.mul(g, a.add(a.mul(half, a.add(one, t)), right));
}

}  // namespace

TranscribedNetwork::TranscribedNetwork(const RoleFormats& roles, const Model& model, std::vector<Exact> parameters)
    : roles_(roles), model_(model), parameters_(std::move(parameters)), gradients_(parameters_.size()) {}

/// What a matrix product takes of x.
Table TranscribedNetwork::operand(const Table& x, Role role) const {
  if (!roles_.has(role)) return x;
  const int s = roles_.operand_scale() == OperandScale::amax ? scale_of(x, roles_[role].format) : 0;
  return each_of(
      x, [&](const Exact& e, std::size_t, std::size_t) { return shifted(in(role).convert(shifted(e, s)), -s); });
}

Exact TranscribedNetwork::promoted(const std::vector<Exact>& partial_sums) const {
  return sum_of(in(Role::promoted_sums), partial_sums);
}

/// Of terms that are no products.
Exact TranscribedNetwork::row_sum(Role role, const std::vector<Exact>& terms) const {
  if (role != Role::sums || !roles_.has(Role::promoted_sums)) return sum_of(in(role), terms);
  const auto most = static_cast<std::size_t>(roles_.promote_every());
  std::vector<Exact> parts;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    if (k % most == 0) parts.emplace_back();
    parts.back() = in(role).add(parts.back(), terms[k]);
  }
  return promoted(parts);
}

Table TranscribedNetwork::product(const Table& left, const Table& right) const {
  const auto most = static_cast<std::size_t>(roles_.promote_every());
  Table out = zeros(left.size(), right[0].size());
  return each_of(out, [&](const Exact&, std::size_t i, std::size_t j) {
    std::vector<Exact> parts(1);
    for (std::size_t k = 0; k < right.size(); ++k) {
      if (most != 0 && k != 0 && k % most == 0) parts.emplace_back();
      const Exact &l = left[i][k], &r = right[k][j];
      parts.back() = roles_.has(Role::products) ? in(Role::sums).add(parts.back(), in(Role::products).mul(l, r))
                                                : in(Role::sums).fma(l, r, parts.back());
    }
    return most == 0 ? parts[0] : promoted(parts);
  });
}

Table TranscribedNetwork::take(std::size_t rows, std::size_t cols) {
  return each_of(zeros(rows, cols), [&](const Exact&, std::size_t, std::size_t) { return parameters_[taken_++]; });
}

/// The gradients of what was taken at a place: the sums of the rows' columns.
void TranscribedNetwork::give(std::size_t at, const Table& terms, Role sums) {
  for (const std::vector<Exact>& column : transposed(terms)) {
    gradients_[at++] = in(Role::gradients).convert(row_sum(sums, column));
  }
}

Table TranscribedNetwork::dense(const Table& x, std::size_t width, bool has_bias, Role result) {
  const std::size_t at = taken_;
  const Table weights = take(x[0].size(), width);
  const Table x_factor = operand(x, Role::operands), w_factor = operand(weights, Role::operands);
  const Table sums = product(x_factor, w_factor);
  const std::size_t bias_at = taken_;
  const std::vector<Exact> bias = has_bias ? take(1, width)[0] : std::vector<Exact>();
  back_.emplace_back([=, this](const Table& delta) {
    std::size_t to = at;
    const Table factor = operand(delta, Role::gradient_operands);
    for (const std::vector<Exact>& row : product(transposed(x_factor), factor)) {
      for (const Exact& g : row) gradients_[to++] = in(Role::gradients).convert(g);
    }
    if (has_bias) give(bias_at, delta, Role::sums);
    return each_of(product(factor, transposed(w_factor)),
                   [&](const Exact& g, std::size_t, std::size_t) { return in(Role::gradients).convert(g); });
  });
  return each_of(sums, [&](const Exact& s, std::size_t, std::size_t j) {
    return has_bias ? in(result).add(s, bias[j]) : in(result).convert(s);
  });
}

Table TranscribedNetwork::activation(const Table& x, Activation function) {
  const double slope = model_.slope;
  const Table y = each_of(
      x, [&](const Exact& e, std::size_t, std::size_t) { return value_of(in(Role::features), function, slope, e); });
  back_.emplace_back([=, this](const Table& delta) {
    return each_of(delta, [&](const Exact& g, std::size_t i, std::size_t j) {
      return gradient_of(in(Role::gradients), function, slope, x[i][j], y[i][j], g);
    });
  });
  return y;
}

Table TranscribedNetwork::normalisation(const Table& x) {
  if (model_.normalisation == Normalisation::none) return x;
  const Rounds f = in(Role::features);
  const bool by_sample = model_.normalisation == Normalisation::layer_norm;
  const bool has_deviation = model_.normalisation != Normalisation::centring;
  const bool is_affine = has_deviation && model_.is_affine;
  Table y = by_sample ? x : transposed(x);  // what shares a mean lies in a row
  std::vector<Exact> deviations;
  for (std::vector<Exact>& row : y) {
    const Exact mean = mean_of(f, row);
    std::vector<Exact> squares;
    for (Exact& e : row) {
      e = f.sub(e, mean);
      squares.push_back(f.mul(e, e));
    }
    deviations.push_back(root_of(f, f.add(mean_of(f, squares), number(model_.epsilon))));
    if (!has_deviation) continue;
    for (Exact& e : row) e = f.div(e, deviations.back());
  }
  const Table normalised = by_sample ? y : transposed(y);
  const std::size_t at = taken_, width = x[0].size();
  const Table affine = is_affine ? take(2, width) : Table();
  back_.emplace_back([=, this](const Table& delta) {
    const Rounds g = in(Role::gradients);
    Table of_y = delta;
    if (is_affine) {
      give(at, each_of(delta, [&](const Exact& d, std::size_t i, std::size_t j) { return g.mul(d, normalised[i][j]); }),
           Role::gradients);
      give(at + width, delta, Role::gradients);
      of_y = each_of(delta, [&](const Exact& d, std::size_t, std::size_t j) { return g.mul(d, affine[0][j]); });
    }
    if (!by_sample) of_y = transposed(of_y);
    for (std::size_t i = 0; i < of_y.size(); ++i) {
      std::vector<Exact> products;
      for (std::size_t j = 0; j < of_y[i].size(); ++j) products.push_back(g.mul(of_y[i][j], y[i][j]));
      const Exact mean = mean_of(g, of_y[i]), mean_product = mean_of(g, products);
      for (std::size_t j = 0; j < of_y[i].size(); ++j) {
        Exact& d = of_y[i][j];
        d = g.sub(d, mean);
        if (has_deviation) d = g.div(g.sub(d, g.mul(y[i][j], mean_product)), deviations[i]);
      }
    }
    return by_sample ? of_y : transposed(of_y);
  });
  if (!is_affine) return normalised;
  return each_of(normalised, [&](const Exact& e, std::size_t, std::size_t j) {
    return f.add(f.mul(e, affine[0][j]), affine[1][j]);
  });
}

/// A hidden layer.
Table TranscribedNetwork::block(const Table& x, std::size_t width) {
  const std::size_t first = back_.size();
  Table y = dense(x, width, model_.biases == Biases::all || model_.biases == Biases::hidden, Role::features);
  if (model_.where == NormalisedPlace::activations) y = normalisation(y);
  y = activation(y, model_.activation);
  if (model_.residual == Residual::none || first == 0) return y;
  const std::vector<Back> own(back_.begin() + static_cast<std::ptrdiff_t>(first), back_.end());
  back_.resize(first);
  back_.emplace_back([=, this](const Table& delta) {
    Table below = delta;
    for (std::size_t i = own.size(); i-- > 0;) below = own[i](below);
    return each_of(
        below, [&](const Exact& g, std::size_t i, std::size_t j) { return in(Role::gradients).add(g, delta[i][j]); });
  });
  return each_of(y, [&](const Exact& e, std::size_t i, std::size_t j) { return in(Role::features).add(e, x[i][j]); });
}

Table TranscribedNetwork::features(const std::vector<std::uint32_t>& rows, std::size_t count) {
  const auto width = static_cast<std::size_t>(model_.features.width);
  const Table table = take(count, width);
  Table x;
  for (const std::uint32_t row : rows) x.push_back(table[row]);
  back_.emplace_back([=, this](const Table& delta) {
    for (std::size_t row = 0; row < count; ++row) {
      Table own;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == row) own.push_back(delta[i]);
      }
      if (own.empty()) own.emplace_back(width);
      give(row * width, own, Role::sums);
    }
    return delta;
  });
  return each_of(x, [&](const Exact& e, std::size_t, std::size_t) { return in(Role::features).convert(e); });
}

Table TranscribedNetwork::forward(const Table& inputs, const std::vector<std::uint32_t>& feature_rows,
                                  std::size_t classes) {
  Table x = inputs;
  if (model_.name == ModelName::unconstrained_features) {
    const bool of_samples = model_.features.owner == FeatureOwner::each_sample;
    x = features(feature_rows, of_samples ? feature_rows.size() : classes);
    if (model_.features.are_rectified) {
      if (model_.where == NormalisedPlace::activations) x = normalisation(x);
      x = activation(x, Activation::relu);
    }
  }
  if (model_.name == ModelName::mlp) {
    for (const std::int64_t width : model_.hidden) x = block(x, static_cast<std::size_t>(width));
  }
  if (model_.where == NormalisedPlace::classifier) x = normalisation(x);
  return dense(x, classes, model_.biases == Biases::all || model_.biases == Biases::classifier, Role::logits);
}

std::vector<Exact> TranscribedNetwork::backward(const Table& logit_gradient) {
  Table delta = logit_gradient;
  for (std::size_t i = back_.size(); i-- > 0;) delta = back_[i](delta);
  return gradients_;
}

}  // namespace precipice::testing
