#pragma once

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/loss_scale.hpp"
#include "precipice/training/network.hpp"
#include "precipice/training/random.hpp"
#include "precipice/training/role_engines.hpp"
#include "precipice/training/update.hpp"

namespace precipice {

/// What an observer sees of a state: the network's view of N samples and what the loss made of it. V as in EngineOf.
template <class V>
struct Snapshot {
  MatrixView<const V> features;         ///< N x d, input of the classifier
  MatrixView<const V> logits;           ///< N x K
  MatrixView<const V> logit_gradients;  ///< N x K, with 1/B in them unless the mean is applied outside, and scaled
  std::span<const std::uint32_t> labels;
  MatrixView<const V> classifier;  ///< d x K
  double batch;                    ///< B of the mean
  double loss_scale = 1;
  std::span<const V> losses = {};  ///< of each sample as the loss's own operations have it, neither averaged nor scaled
};

/// The layers of a model for data.
inline Shape shape_of(const Model& model, const DataSet& data) {
  Shape shape(model, data.train.labels.size(), data.train.inputs.cols(), data.classes);
  shape.expect_entries(most_entries(data.train.inputs));
  return shape;
}

/// Which row of the table of free features a training sample has; nothing of other models.
inline std::vector<std::uint32_t> rows_of_features(const Model& model, const std::vector<std::uint32_t>& labels) {
  if (model.name != ModelName::unconstrained_features) return {};
  std::vector<std::uint32_t> rows = labels;
  if (model.features.owner == FeatureOwner::each_sample) std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

/// A training run, operation by operation, each in the format of its role. A function of the experiment and the data
/// alone. V and A as in RoleEngines.
template <class V, Arithmetic A = EngineOf<V>>
class Replay {
 public:
  /// `data` outlives the replay.
  Replay(const RoleEngines<V, A>& engines, const Experiment& experiment, const DataSet& data)
      : engines_(begun(engines, experiment)),
        experiment_(experiment),
        data_(data),
        inputs_(converted(data.train.inputs)),
        test_inputs_(converted(data.test.inputs)),
        batch_(batch_size(experiment.run, data.train.labels.size())),
        scale_(settled_loss(experiment)),
        network_(engines_of_network(engines), shape_of(experiment.model, data), data.train.labels.size()),
        loss_(engines_of_loss(engines), settled_loss(experiment), batch_, data.classes),
        update_(engines[Role::master_gradients],
                UpdateEngines<A>(engines[Role::optimizer], engines[updated_role(engines)]), experiment,
                network_.shape()),
        gradients_(network_.shape().parameters),
        train_(network_.shape(), data.train.labels.size()),
        test_(network_.shape(), count_of_tests(data)),
        logit_gradients_(data.train.labels.size(), data.classes),
        losses_(data.train.labels.size()),
        feature_rows_(rows_of_features(experiment.model, data.train.labels)) {
    begin(Pass::begin);
    const A& updated = engines_[updated_role(engines_)];
    for (const double value :
         initial_parameters(experiment.model, network_.shape(), data.train.labels, experiment.run.seed)) {
      parameters_.push_back(updated.convert(exactly<V>(value)));
    }
    if (engines_.keeps_master_weights()) {
      master_ = parameters_;
      copy_master();
    }
    if (scale_.is_dynamic()) take_scale();
  }

  /// Network and loss on all training samples at the present parameters. Valid until the next call of a member.
  Snapshot<V> observe() {
    evaluate_all();
    begin(Pass::losses);
    loss_.losses(std::as_const(train_.outputs.back()).view(), data_.train.labels, losses_);
    const DenseLayer& classifier = network_.shape().classifier();
    return {network_.features(all_training(), train_),
            std::as_const(train_.outputs.back()).view(),
            std::as_const(logit_gradients_).view(),
            data_.train.labels,
            MatrixView<const V>(&parameters_[classifier.weights_at], classifier.fan_in, classifier.fan_out),
            static_cast<double>(batch_),
            scale_.value(),
            losses_};
  }

  /// Logits of all training samples: N x K. Valid as above.
  MatrixView<const V> logits() {
    evaluate_all();
    return std::as_const(train_.outputs.back()).view();
  }

  /// Logits of the test samples: N x K. N may be 0, and is where features are free: a new sample has none. Statistics
  /// of a batch are those of all training samples.
  MatrixView<const V> test_logits() {
    if (network_.shape().reads_the_batch()) evaluate_all();
    begin(Pass::test);
    network_.forward_with(train_, parameters_, {std::as_const(test_inputs_).top(test_.outputs.back().rows())}, test_);
    return std::as_const(test_.outputs.back()).view();
  }

  /// One step: an update, unless the loss has a dynamic scale and a gradient of a parameter is not finite. False if
  /// every logit gradient of the batch was exactly zero.
  bool step() {
    const std::size_t samples = data_.train.labels.size();
    if (learns_from_all()) return update(all_training(), data_.train.labels);
    const std::size_t per_epoch = (samples + batch_ - 1) / batch_;
    const std::size_t place = static_cast<std::size_t>(steps_) % per_epoch;
    if (place == 0 || order_.empty()) shuffle(static_cast<std::uint64_t>(steps_) / per_epoch);
    const std::size_t first = place * batch_, count = std::min(batch_, samples - first);
    for (std::size_t i = 0; i < count; ++i) {
      std::copy_n(inputs_.row(order_[first + i]), inputs_.cols(), batch_inputs_.row(i));
      batch_labels_[i] = data_.train.labels[order_[first + i]];
      if (!feature_rows_.empty()) batch_feature_rows_[i] = feature_rows_[order_[first + i]];
    }
    take_batch(count);  // the last batch of an epoch may be smaller
    const bool alive =
        update({std::as_const(batch_inputs_).top(count), batch_feature_rows_}, std::span(batch_labels_).first(count));
    take_batch(batch_);
    return alive;
  }

  /// See state.hpp. What can be computed again is forgotten where another state may have come.
  template <class Visitor>
  void visit_state(Visitor& visit) {
    visit("steps", steps_);
    begin(Pass::begin);
    const bool keeps_copies = engines_.keeps_master_weights();
    bool are_copies = visit("parameters", keeps_copies ? master_ : parameters_, engines_[updated_role(engines_)]);
    if (keeps_copies) are_copies = visit("copies", parameters_, engines_[Role::weights]) && are_copies;
    if (keeps_copies && !are_copies) copy_master();
    update_.visit_state(visit);
    if (scale_.is_dynamic()) {
      scale_.visit_state(visit);
      take_scale();
    }
    if (!Visitor::restores) return;
    order_.clear();
    all_evaluated_ = false;
  }

  /// As the optimiser updates them.
  [[nodiscard]] std::span<const V> parameters() const {
    return engines_.keeps_master_weights() ? master_ : parameters_;
  }
  /// As the network reads them.
  [[nodiscard]] std::span<const V> weights() const { return parameters_; }
  /// Those without an update included.
  [[nodiscard]] std::int64_t steps() const { return steps_; }
  [[nodiscard]] const LossScale& loss_scale() const { return scale_; }
  /// What made the last update.
  [[nodiscard]] const Update<A>& last_update() const { return update_; }
  [[nodiscard]] const Shape& shape() const { return network_.shape(); }
  /// Whether a step learns from all training samples.
  [[nodiscard]] bool learns_from_all() const { return batch_ >= data_.train.labels.size(); }

 private:
  static const RoleEngines<V, A>& begun(const RoleEngines<V, A>& engines, const Experiment& experiment) {
    engines.begin(experiment.run.seed, 0, Pass::constants);
    return engines;
  }
  void begin(Pass pass) const { engines_.begin(experiment_.run.seed, steps_, pass); }

  // What the loss makes of these has the same bits in every step.
  void take_batch(std::size_t count) {
    begun(engines_, experiment_);
    loss_.set_batch(count);
  }
  void take_scale() {
    begun(engines_, experiment_);
    loss_.set_scale(scale_.value());
  }

  static NetworkEngines<A> engines_of_network(const RoleEngines<V, A>& of) {
    return {{of.if_any(Role::products), of[Role::sums], of.if_any(Role::promoted_sums), of.formats().promote_every(),
             of.if_any(Role::operands), of.if_any(Role::gradient_operands), of.formats().operand_scale()},
            of[Role::features],
            of[Role::logits],
            of[Role::gradients]};
  }
  static LossEngines<A> engines_of_loss(const RoleEngines<V, A>& of) {
    return {of[Role::loss], of[Role::loss_exp], of[Role::loss_sum], of[Role::loss_log], of[Role::loss_gradient]};
  }
  static Role updated_role(const RoleEngines<V, A>& of) {
    return of.keeps_master_weights() ? Role::master_weights : Role::weights;
  }

  static std::size_t batch_size(const Run& run, std::size_t samples) {
    return run.batch == 0 ? samples : std::min(static_cast<std::size_t>(run.batch), samples);
  }

  [[nodiscard]] std::size_t count_of_tests(const DataSet& data) const {
    return network_.shape().has_free_features() ? 0 : data.test.labels.size();
  }

  [[nodiscard]] Batch<V> all_training() const { return {inputs_.view(), feature_rows_}; }

  static Matrix<V> converted(const Matrix<double>& values) {
    Matrix<V> result(values.rows(), values.cols());
    std::ranges::transform(values.values(), result.values().begin(), exactly<V>);
    return result;
  }

  void evaluate_all() {
    if (all_evaluated_) return;
    begin(learns_from_all() ? Pass::batch : Pass::observe);
    evaluate(all_training(), data_.train.labels);
    all_evaluated_ = true;
  }

  void evaluate(const Batch<V>& batch, std::span<const std::uint32_t> labels) {
    const std::size_t samples = batch.samples();
    network_.forward(parameters_, batch, train_);
    const MatrixView<V> of_logits = logit_gradients_.top(samples);
    loss_.gradient(std::as_const(train_.outputs.back()).top(samples), labels, of_logits);
    if (!engines_.formats().has(Role::logit_gradients)) return;
    each(engines_[Role::logit_gradients], Elementwise::convert, {all_of(of_logits)}, all_of(of_logits));
  }

  bool update(const Batch<V>& batch, std::span<const std::uint32_t> labels) {
    const bool known = all_evaluated_ && batch.samples() == inputs_.rows();  // a full batch that was just observed
    if (!known) {
      begin(Pass::batch);
      evaluate(batch, labels);
    }
    all_evaluated_ = false;
    begin(Pass::learn);
    const MatrixView<const V> gradient = std::as_const(logit_gradients_).top(batch.samples());
    network_.backward(parameters_, batch, train_, gradient, gradients_);
    ++steps_;
    if (scale_.is_dynamic() && !are_finite(std::span<const V>(gradients_))) {
      update_.skip();
      scale_.skipped();
      take_scale();
      return true;  // the scale is to blame, not the loss
    }
    unscale(batch.samples());
    apply_rates();
    const std::span<V> updated = engines_.keeps_master_weights() ? std::span(master_) : std::span(parameters_);
    update_.step(updated, gradients_);
    if (engines_.keeps_master_weights()) copy_master();
    if (scale_.is_dynamic() && scale_.updated()) take_scale();
    return std::any_of(gradient.data, gradient.data + gradient.rows * gradient.cols,
                       [](const V& g) { return !is_zero(g); });
  }

  /// What the loss left to the parameter gradients, 1/B and its scale, is taken out as they become master gradients.
  void unscale(std::size_t count) {
    const A& master = engines_[Role::master_gradients];
    const auto divide = [&](double by) {
      const V divisor = exactly<V>(by);
      each(master, Elementwise::div, {gradients_, std::span(&divisor, 1)}, std::span(gradients_));
    };
    const bool is_outside = experiment_.loss.mean == MeanPlace::outside;
    if (is_outside) divide(static_cast<double>(count));
    if (scale_.value() != 1) divide(scale_.value());
    if (is_outside || scale_.value() != 1 || are_alike(master, engines_[Role::gradients])) return;
    each(master, Elementwise::convert, {gradients_}, std::span(gradients_));
  }

  /// A group of parameters learns at its own rate: the factor is on its gradients, rounded as these are. Under gradient
  /// descent this is a learning rate; of Adam, which takes such a factor out again, only its epsilon would see it.
  void apply_rates() {
    for (const ParameterGroup& group : network_.shape().groups) {
      const V rate = exactly<V>(group.rate);
      const std::span<V> of_group = std::span(gradients_).subspan(group.first, group.count);
      each(engines_[Role::master_gradients], Elementwise::mul, {of_group, std::span(&rate, 1)}, of_group);
    }
  }

  void copy_master() { each(engines_[Role::weights], Elementwise::convert, {master_}, std::span(parameters_)); }

  void shuffle(std::uint64_t epoch) {
    order_.resize(data_.train.labels.size());
    permute(order_, experiment_.run.seed, Purpose::shuffle, epoch);
    if (batch_inputs_.rows() == 0) {
      batch_inputs_ = Matrix<V>(batch_, inputs_.cols());
      batch_labels_.resize(batch_);
      if (!feature_rows_.empty()) batch_feature_rows_.resize(batch_);
    }
  }

  RoleEngines<V, A> engines_;
  const Experiment& experiment_;
  const DataSet& data_;
  Matrix<V> inputs_, test_inputs_;
  std::size_t batch_;
  LossScale scale_;
  Network<A> network_;
  SoftmaxCrossEntropy<A> loss_;
  Update<A> update_;
  std::vector<V> parameters_, master_, gradients_;  // master_: what is updated, if the network reads rounded copies
  Activations<V> train_, test_;
  Matrix<V> logit_gradients_;
  std::vector<V> losses_;
  std::vector<std::uint32_t> feature_rows_;  // of the training samples, where features are free
  std::vector<std::size_t> order_;
  Matrix<V> batch_inputs_;
  std::vector<std::uint32_t> batch_labels_, batch_feature_rows_;
  std::int64_t steps_ = 0;
  bool all_evaluated_ = false;  // train_ and logit_gradients_ hold all training samples at the present parameters
};

}  // namespace precipice
