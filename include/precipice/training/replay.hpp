#pragma once

#include <algorithm>
#include <span>
#include <variant>
#include <vector>

#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/network.hpp"
#include "precipice/training/optimizer.hpp"
#include "precipice/training/random.hpp"

namespace precipice {

/// What an observer sees of a state: the network's view of N samples and what the loss made of it. V as in the body's
/// engine.
template <class V>
struct Snapshot {
  MatrixView<const V> features;         ///< N x d, input of the classifier
  MatrixView<const V> logits;           ///< N x K
  MatrixView<const V> logit_gradients;  ///< N x K, with 1/B in them unless the mean is applied outside
  std::span<const std::uint32_t> labels;
  MatrixView<const V> classifier;  ///< d x K
  double batch;                    ///< B of the mean
};

/// A training run, operation by operation: `body` computes the network and the update, `head` the loss. A function of
/// the experiment and the data alone.
template <Arithmetic Body, Arithmetic Head>
class Replay {
 public:
  using V = typename Body::Value;

  /// `data` outlives the replay.
  Replay(const Body& body, const Head& head, const Experiment& experiment, const DataSet& data)
      : body_(body),
        experiment_(experiment),
        data_(data),
        inputs_(converted(data.train.inputs)),
        test_inputs_(converted(data.test.inputs)),
        batch_(batch_size(experiment.run, data.train.labels.size())),
        network_(body, Shape(data.train.inputs.cols(), experiment.model.hidden, data.classes),
                 data.train.labels.size()),
        loss_(head, experiment.loss, batch_),
        optimizer_(chosen_optimizer(body, experiment.optimizer, network_.shape().parameters)),
        gradients_(network_.shape().parameters),
        train_(network_.shape(), data.train.labels.size()),
        test_(network_.shape(), data.test.labels.size()),
        logit_gradients_(data.train.labels.size(), data.classes) {
    for (const double value : initial_parameters(network_.shape(), experiment.run.seed)) {
      parameters_.push_back(body_.convert(exactly<V>(value)));
    }
  }

  /// Network and loss on all training samples at the present parameters. Valid until the next call of a member.
  Snapshot<V> observe() {
    evaluate(inputs_.view(), data_.train.labels);
    all_evaluated_ = true;
    const Shape::Layer& last = network_.shape().layers.back();
    const bool linear = network_.shape().layers.size() == 1;
    return {linear ? std::as_const(inputs_).view() : std::as_const(train_.outputs[train_.outputs.size() - 2]).view(),
            std::as_const(train_.outputs.back()).view(),
            std::as_const(logit_gradients_).view(),
            data_.train.labels,
            MatrixView<const V>(&parameters_[last.weights], last.fan_in, last.fan_out),
            static_cast<double>(batch_)};
  }

  /// Logits of the test samples: N x K; N may be 0.
  MatrixView<const V> test_logits() {
    network_.forward(parameters_, std::as_const(test_inputs_).view(), test_);
    return std::as_const(test_.outputs.back()).view();
  }

  /// One update. False if every logit gradient of the batch was exactly zero.
  bool step() {
    const std::size_t samples = data_.train.labels.size();
    if (batch_ >= samples) return update(inputs_.view(), data_.train.labels);
    const std::size_t per_epoch = (samples + batch_ - 1) / batch_;
    const std::size_t place = static_cast<std::size_t>(steps_) % per_epoch;
    if (place == 0) shuffle(static_cast<std::uint64_t>(steps_) / per_epoch);
    const std::size_t first = place * batch_, count = std::min(batch_, samples - first);
    for (std::size_t i = 0; i < count; ++i) {
      std::copy_n(inputs_.row(order_[first + i]), inputs_.cols(), batch_inputs_.row(i));
      batch_labels_[i] = data_.train.labels[order_[first + i]];
    }
    loss_.set_batch(count);  // the last batch of an epoch may be smaller
    const bool alive = update(std::as_const(batch_inputs_).top(count), std::span(batch_labels_).first(count));
    loss_.set_batch(batch_);
    return alive;
  }

  [[nodiscard]] std::span<const V> parameters() const { return parameters_; }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

 private:
  using AnyOptimizer = std::variant<Adam<Body>, GradientDescent<Body>>;

  static AnyOptimizer chosen_optimizer(const Body& body, const Optimizer& settings, std::size_t parameters) {
    if (settings.name == OptimizerName::adam) return Adam<Body>(body, settings, parameters);
    return GradientDescent<Body>(body, settings, parameters);
  }

  static std::size_t batch_size(const Run& run, std::size_t samples) {
    return run.batch == 0 ? samples : std::min(static_cast<std::size_t>(run.batch), samples);
  }

  static Matrix<V> converted(const Matrix<double>& values) {
    Matrix<V> result(values.rows(), values.cols());
    std::ranges::transform(values.values(), result.values().begin(), exactly<V>);
    return result;
  }

  void evaluate(MatrixView<const V> inputs, std::span<const std::uint32_t> labels) {
    network_.forward(parameters_, inputs, train_);
    loss_.gradient(std::as_const(train_.outputs.back()).top(inputs.rows), labels, logit_gradients_.top(inputs.rows));
  }

  bool update(MatrixView<const V> inputs, std::span<const std::uint32_t> labels) {
    const bool known = all_evaluated_ && inputs.rows == inputs_.rows();  // a full batch that was just observed
    if (!known) evaluate(inputs, labels);
    all_evaluated_ = false;
    const MatrixView<const V> gradient = std::as_const(logit_gradients_).top(inputs.rows);
    network_.backward(parameters_, inputs, train_, gradient, gradients_);
    if (experiment_.loss.mean == MeanPlace::outside) {
      const V count = exactly<V>(static_cast<double>(inputs.rows));
      each(body_, Elementwise::div, {gradients_, std::span(&count, 1)}, std::span(gradients_));
    }
    std::visit([&](auto& optimizer) { optimizer.step(parameters_, gradients_); }, optimizer_);
    ++steps_;
    return std::any_of(gradient.data, gradient.data + gradient.rows * gradient.cols,
                       [](const V& g) { return !is_zero(g); });
  }

  void shuffle(std::uint64_t epoch) {
    order_.resize(data_.train.labels.size());
    permute(order_, experiment_.run.seed, Purpose::shuffle, epoch);
    if (batch_inputs_.rows() == 0) {
      batch_inputs_ = Matrix<V>(batch_, inputs_.cols());
      batch_labels_.resize(batch_);
    }
  }

  Body body_;
  const Experiment& experiment_;
  const DataSet& data_;
  Matrix<V> inputs_, test_inputs_;
  std::size_t batch_;
  Perceptron<Body> network_;
  SoftmaxCrossEntropy<Head, V> loss_;
  AnyOptimizer optimizer_;
  std::vector<V> parameters_, gradients_;
  Activations<V> train_, test_;
  Matrix<V> logit_gradients_;
  std::vector<std::size_t> order_;
  Matrix<V> batch_inputs_;
  std::vector<std::uint32_t> batch_labels_;
  std::int64_t steps_ = 0;
  bool all_evaluated_ = false;  // train_ and logit_gradients_ hold all training samples at the present parameters
};

}  // namespace precipice
