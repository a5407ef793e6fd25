// A step of training allocates nothing after the first: every call for memory of this program passes here.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"
#include "support/orders.hpp"

// The sanitizers have a malloc of their own.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);                           // NOLINT(bugprone-reserved-identifier): glibc's
void* __libc_calloc(std::size_t count, std::size_t size);        // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* old, std::size_t size);               // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t alignment, std::size_t size);  // NOLINT(bugprone-reserved-identifier)

void* malloc(std::size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  ++allocations;
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}

namespace {

using namespace precipice;

/// Allocations of the steps after the first.
std::size_t allocations_of(const RoleEngines<double>& engines, const Experiment& experiment, const DataSet& data) {
  constexpr int steps = 40;
  Replay<double> replay(engines, experiment, data);
  replay.step();
  const std::size_t before = allocations;
  for (int i = 0; i < steps; ++i) replay.step();
  return allocations - before;
}

void check(const Experiment& experiment) {
  const DataSet data = load_data(experiment.task, experiment.run.seed);
  CAPTURE(to_text(experiment.precision.format));
  CAPTURE(to_text(experiment.loss.order));
  const Engines engines = choose_engines(experiment.precision, EngineName::automatic);
  CHECK(with_engines(experiment.precision, engines, [&]<class V>(const RoleEngines<V>& of_roles) -> std::size_t {
          // Exact numbers live on the heap.
          if constexpr (std::is_same_v<V, double>)
            return allocations_of(of_roles, experiment, data);
          else
            return 1;
        }) == 0);
}

}  // namespace

TEST_CASE("memory that is asked for is counted") {
  const std::size_t before = allocations;
  void* volatile seen = std::malloc(1000);  // or a compiler may do without it
  std::free(seen);
  CHECK(allocations > before);
}

TEST_CASE("a step allocates nothing after the first: plans, formats, directions, optimisers, batches") {
  for (const PrecisionPlan plan : {PrecisionPlan::loss_only, PrecisionPlan::everything}) {
    for (const char* const text : {"e8m7", "e5m10", "e4m3fn", "e8m23", "e10m40", "e5m7:ftz"}) {
      for (const Rounding rounding : {Rounding::nearest_even, Rounding::toward_zero}) {
        Experiment experiment;
        experiment.precision = {plan, parse_format(text), rounding};
        check(experiment);
        experiment.run.batch = 7;
        experiment.optimizer.name = OptimizerName::gradient_descent;
        check(experiment);
      }
    }
  }
}

TEST_CASE("a step allocates nothing after the first: factors that are converted, promoted sums, a dynamic scale") {
  for (std::size_t i = 0; i < plan_count; ++i) {
    for (const ModelName model : {ModelName::mlp, ModelName::unconstrained_features}) {
      for (const std::int64_t batch : {0, 7}) {
        Experiment experiment;
        CAPTURE(i);
        CAPTURE(batch);
        experiment.model.name = model;
        experiment.precision.plan = static_cast<PrecisionPlan>(i);
        // MPFR decides the few exponentials in binary64 that are hard to round, and allocates.
        experiment.precision.of(Role::loss) = RoleFormat{binary32};
        experiment.precision.promote_every = batch;  // never or every 7 terms
        experiment.run.batch = batch;
        experiment.loss.dynamic = {.initial = 0x1p30, .interval = 5};
        check(experiment);
      }
    }
  }
}

TEST_CASE("a step allocates nothing after the first: everything that an update can be made of") {
  for (const OptimizerName name : {OptimizerName::adamw, OptimizerName::momentum, OptimizerName::nesterov}) {
    for (const ScheduleName schedule : {ScheduleName::linear, ScheduleName::cosine, ScheduleName::step}) {
      for (const PrecisionPlan plan : {PrecisionPlan::loss_only, PrecisionPlan::everything}) {
        Experiment experiment;
        experiment.precision.plan = plan;
        experiment.optimizer = {.name = name,
                                .epsilon = 1e-3,
                                .weight_decay = 0.01,
                                .clip_value = 0.5,
                                .clip_norm = 1,
                                .warm_up = 10,
                                .schedule = schedule,
                                .drop_every = 3,
                                .centre_classifier = ClassifierCentring::weights};
        check(experiment);
        experiment.precision.of(Role::weights) = RoleFormat{binary32};
        check(experiment);
      }
    }
  }
}

TEST_CASE("a step allocates nothing after the first: models") {
  std::vector<Model> models(6);
  models[0].name = ModelName::linear;
  models[1].name = ModelName::unconstrained_features;
  models[1].features.rate = 3;
  models[2].activation = Activation::gelu;
  models[2].normalisation = Normalisation::layer_norm;
  models[3].activation = Activation::tanh;
  models[3].residual = Residual::add;
  models[3].normalisation = Normalisation::batch_norm;
  models[3].where = NormalisedPlace::activations;
  models[4].activation = Activation::leaky_relu;
  models[4].normalisation = Normalisation::centring;
  models[5].hidden = {};
  for (const Model& model : models) {
    for (const PrecisionPlan plan : {PrecisionPlan::loss_only, PrecisionPlan::everything}) {
      // MPFR decides the few cases of tanh in binary64 that are hard to round, and allocates.
      const bool has_tanh = model.activation == Activation::gelu || model.activation == Activation::tanh;
      if (has_tanh && plan == PrecisionPlan::loss_only) continue;
      for (const TaskName task : {TaskName::digits, TaskName::modular_addition}) {
        Experiment experiment;
        experiment.task.name = task;
        experiment.task.modulus = 17;
        experiment.model = model;
        experiment.precision.plan = plan;
        check(experiment);
        experiment.run.batch = 7;
        check(experiment);
      }
    }
  }
}

TEST_CASE("a step allocates nothing after the first: orders of summation and places of the mean") {
  for (const SumOrder& order : testing::all_orders) {
    for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after, MeanPlace::outside}) {
      for (const Format& f : {bfloat16, binary64}) {
        Experiment experiment;
        experiment.loss.order = order;
        experiment.loss.mean = mean;
        experiment.precision.format = f;
        check(experiment);
      }
    }
  }
}

#endif
