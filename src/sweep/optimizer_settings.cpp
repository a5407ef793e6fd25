#include <deque>

#include "sweep/setting_values.hpp"

namespace precipice {
namespace {

constexpr Words<OptimizerName, 5> optimizers{{"adam", "gradient-descent", "momentum", "nesterov", "adamw"}};
constexpr Words<ScheduleName, 4> schedules{{"constant", "linear", "cosine", "step"}};
constexpr Words<ClassifierCentring, 2> centrings{{"none", "weights"}};

/// What a setting has behind a switch if nothing is said of it.
constexpr std::string_view unchanged = "unchanged";

/// A setting of the optimiser, from which come its key and that of its value behind the switch.
template <class T>
struct Field {
  std::string_view name, help;
  T Optimizer::*member;
  std::function<T(const Value&)> parse;
  std::function<Value(const T&)> write = [](const T& value) { return Value(value); };
  /// Whether it means anything to an optimiser.
  std::function<bool(const Optimizer&)> concerns = [](const Optimizer&) { return true; };
  /// A value that does nothing, and so need not be part of an identity.
  std::optional<T> neutral = std::nullopt;

  [[nodiscard]] bool acts_in(const Optimizer& o) const { return concerns(o) && o.*member != neutral; }
};

Optimizer behind_switch(const Experiment& e) {
  return e.optimizer_switch.step == 0 ? e.optimizer : e.optimizer_switch.after(e.optimizer);
}

template <class T>
Setting setting_of(const Field<T>& field) {
  const auto member = field.member;
  return {field.name, field.help, [=](Experiment& e, const Value& v) { e.optimizer.*member = field.parse(v); },
          [=](const Experiment& e) { return field.write(e.optimizer.*member); },
          [=](const Experiment& e) {
            const Optimizer after = behind_switch(e);
            return field.acts_in(e.optimizer) || (field.acts_in(after) && after.*member == e.optimizer.*member);
          }};
}

template <class T>
Setting setting_behind_switch(const Field<T>& field) {
  // Settings have views of their texts.
  static std::deque<std::string> texts;
  const std::string_view rest = field.name.substr(field.name.find('.') + 1);
  const std::string& name = texts.emplace_back(fmt::format("optimizer.switch.{}", rest));
  const std::string& help = texts.emplace_back(fmt::format("{} from optimizer.switch.step on; unchanged", field.name));
  const auto member = field.member;
  return {name, help,
          [=](Experiment& e, const Value& v) {
            const auto* const word = std::get_if<std::string>(&v);
            const bool stays = word != nullptr && *word == unchanged;
            e.optimizer_switch.set(member, stays ? std::optional<T>() : std::optional<T>(field.parse(v)));
          },
          [=](const Experiment& e) {
            const std::optional<T> value = e.optimizer_switch.of(member);
            return value ? field.write(*value) : Value(std::string(unchanged));
          },
          [=](const Experiment& e) {
            const Optimizer after = behind_switch(e);
            return field.concerns(after) && after.*member != e.optimizer.*member;
          }};
}

Setting switch_step() {
  return {"optimizer.switch.step", "updates after which the settings optimizer.switch.* hold; 0: never",
          [](Experiment& e, const Value& v) { e.optimizer_switch.step = integer(v, 0, any_size); },
          [](const Experiment& e) { return e.optimizer_switch.step; },
          [](const Experiment& e) { return behind_switch(e) != e.optimizer; }};
}

bool is_adam(const Optimizer& o) { return o.name == OptimizerName::adam || o.name == OptimizerName::adamw; }
bool has_momentum(const Optimizer& o) { return o.name == OptimizerName::momentum || o.name == OptimizerName::nesterov; }
bool is_scheduled(const Optimizer& o) { return o.schedule != ScheduleName::constant; }
bool drops(const Optimizer& o) { return o.schedule == ScheduleName::step; }
bool falls_to_fraction(const Optimizer& o) { return is_scheduled(o) && !drops(o); }

double positive(const Value& value) {
  return real(
      value, [](double x) { return x > 0; }, "a positive number");
}
double not_negative(const Value& value) {
  return real(
      value, [](double x) { return x >= 0; }, "a number of at least 0");
}
double below_one(const Value& value) {
  return real(
      value, [](double x) { return x >= 0 && x < 1; }, "a number in [0, 1)");
}
double up_to_one(const Value& value) {
  return real(
      value, [](double x) { return x >= 0 && x <= 1; }, "a number in [0, 1]");
}

/// The keys of the settings themselves, and those of their values behind the switch.
struct Keys {
  std::vector<Setting> now, behind;

  template <class T>
  void add(const Field<T>& field) {
    now.push_back(setting_of(field));
    behind.push_back(setting_behind_switch(field));
  }
  /// A real number that counts if it is not `neutral`.
  void add_real(std::string_view name, std::string_view help, double Optimizer::*member, double (*parse)(const Value&),
                bool (*concerns)(const Optimizer&), std::optional<double> neutral = std::nullopt) {
    add(Field<double>{
        .name = name, .help = help, .member = member, .parse = parse, .concerns = concerns, .neutral = neutral});
  }
  template <class Enum, std::size_t N>
  void add_words(std::string_view name, std::string_view help, Enum Optimizer::*member, const Words<Enum, N>& words,
                 std::optional<Enum> neutral) {
    add(Field<Enum>{.name = name,
                    .help = help,
                    .member = member,
                    .parse = [&words](const Value& v) { return words.parse(v); },
                    .write = [&words](const Enum& e) { return Value(words.write(e)); },
                    .neutral = neutral});
  }
};

}  // namespace

std::vector<Setting> optimizer_settings() {
  const auto any = [](const Optimizer&) { return true; };
  Keys keys;
  keys.add_words("optimizer.name", "adam, adamw, gradient-descent, momentum or nesterov", &Optimizer::name, optimizers,
                 std::optional<OptimizerName>());
  keys.add_real("optimizer.learning_rate", "step size", &Optimizer::learning_rate, positive, any);
  keys.add_real("optimizer.beta1", "decay of the mean (adam, adamw)", &Optimizer::beta1, below_one, is_adam);
  keys.add_real("optimizer.beta2", "decay of the mean square (adam, adamw)", &Optimizer::beta2, below_one, is_adam);
  keys.add_real("optimizer.epsilon", "added to the root of the mean square (adam, adamw)", &Optimizer::epsilon,
                not_negative, is_adam);
  keys.add_real("optimizer.momentum", "decay of the sum of gradients (momentum, nesterov)", &Optimizer::momentum,
                below_one, has_momentum);
  keys.add_real("optimizer.weight_decay",
                "multiple of the parameters added to their gradients; of adamw times the rate taken from parameters",
                &Optimizer::weight_decay, not_negative, any, 0);
  keys.add_real("optimizer.clip_value", "largest magnitude of a gradient; 0: any", &Optimizer::clip_value, not_negative,
                any, 0);
  keys.add_real("optimizer.clip_norm", "largest norm of all gradients together; 0: any", &Optimizer::clip_norm,
                not_negative, any, 0);
  keys.add(Field<std::int64_t>{.name = "optimizer.warm_up",
                               .help = "steps in which the learning rate rises linearly to its full size",
                               .member = &Optimizer::warm_up,
                               .parse = [](const Value& v) { return integer(v, 0, 1'000'000'000); },
                               .neutral = 0});
  keys.add_words("optimizer.schedule", "how the rate falls after the warm-up: constant, linear, cosine or step",
                 &Optimizer::schedule, schedules, std::optional(ScheduleName::constant));
  keys.add_real("optimizer.final_fraction", "share of the rate left at the end of the run (linear, cosine)",
                &Optimizer::final_fraction, up_to_one, falls_to_fraction);
  keys.add(Field<std::int64_t>{.name = "optimizer.drop_every",
                               .help = "steps from one drop of the rate to the next (step)",
                               .member = &Optimizer::drop_every,
                               .parse = [](const Value& v) { return integer(v, 1, 1'000'000'000); },
                               .concerns = drops});
  keys.add_real("optimizer.drop_factor", "what the rate is multiplied by at a drop (step)", &Optimizer::drop_factor,
                up_to_one, drops);
  keys.add_words("optimizer.centre_classifier",
                 "weights: after each update the mean over the classes is taken from the last layer's weights; none",
                 &Optimizer::centre_classifier, centrings, std::optional(ClassifierCentring::none));
  std::vector<Setting> all = std::move(keys.now);
  all.push_back(switch_step());
  std::ranges::move(keys.behind, std::back_inserter(all));
  return all;
}

}  // namespace precipice
