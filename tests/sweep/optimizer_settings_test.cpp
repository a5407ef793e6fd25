// The keys of [optimizer].
#include <doctest/doctest.h>

#include "precipice/sweep/results.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using testing::complaint;
using testing::experiment;
using testing::has_key;

namespace {

constexpr std::string_view full = R"(
[optimizer]
name = "nesterov"
learning_rate = 0.1
momentum = 0.95
weight_decay = 1e-4
clip_value = 0.5
clip_norm = 2
warm_up = 10
schedule = "cosine"
final_fraction = 0.1
centre_classifier = "weights"
[optimizer.switch]
step = 100
name = "adamw"
beta1 = 0.8
weight_decay = 0.5
schedule = "step"
drop_every = 7
drop_factor = 0.25
centre_classifier = "none"
)";

}  // namespace

TEST_CASE("an optimiser has a rule, a schedule, clipping, decay and centring, and others of these behind a switch") {
  const Experiment e = experiment(full);
  CHECK(e.optimizer == Optimizer{.name = OptimizerName::nesterov,
                                 .learning_rate = 0.1,
                                 .momentum = 0.95,
                                 .weight_decay = 1e-4,
                                 .clip_value = 0.5,
                                 .clip_norm = 2,
                                 .warm_up = 10,
                                 .schedule = ScheduleName::cosine,
                                 .final_fraction = 0.1,
                                 .centre_classifier = ClassifierCentring::weights});
  CHECK(e.optimizer_switch.step == 100);
  Optimizer after = e.optimizer;
  after.name = OptimizerName::adamw;
  after.beta1 = 0.8;
  after.weight_decay = 0.5;
  after.schedule = ScheduleName::step;
  after.drop_every = 7;
  after.drop_factor = 0.25;
  after.centre_classifier = ClassifierCentring::none;
  CHECK(e.optimizer_switch.after(e.optimizer) == after);
}

TEST_CASE("settings of the optimiser that do nothing are no part of an identity") {
  const Experiment plain = experiment("");
  CHECK(key_of(plain) == key_of(experiment("[optimizer]\nmomentum = 0.5\nweight_decay = 0\nclip_norm = 0\nwarm_up = 0\n"
                                           "schedule = \"constant\"\nfinal_fraction = 0.5\ndrop_every = 3\n"
                                           "centre_classifier = \"none\"\n")));
  // No switch, or one to what there is already.
  CHECK(key_of(plain) == key_of(experiment("[optimizer.switch]\nstep = 0\nepsilon = 1\n")));
  CHECK(key_of(plain) == key_of(experiment("[optimizer.switch]\nstep = 9\nepsilon = 1e-8\n")));
  CHECK(key_of(plain) == key_of(experiment("[optimizer.switch]\nstep = 9\nepsilon = \"unchanged\"\n")));
  CHECK_FALSE(has_key(plain, "optimizer.switch.step"));
  for (const std::string_view line :
       {"weight_decay = 0.1", "clip_norm = 1", "clip_value = 1", "warm_up = 5", "schedule = \"linear\"",
        "name = \"adamw\"", "centre_classifier = \"weights\"", "switch.step = 9\nswitch.epsilon = 1e-5"}) {
    CAPTURE(line);
    CHECK(key_of(experiment("[optimizer]\n" + std::string(line) + "\n")) != key_of(plain));
  }
}

TEST_CASE("what only the optimiser behind a switch uses is part of the identity") {
  const auto with_beta = [](std::string_view more) {
    return experiment("[optimizer]\nname = \"gradient-descent\"\n" + std::string(more));
  };
  const std::string_view change = "[optimizer.switch]\nstep = 5\nname = \"adam\"\n";
  CHECK(key_of(with_beta("beta1 = 0.5\n")) == key_of(with_beta("")));
  CHECK(key_of(with_beta("beta1 = 0.5\n" + std::string(change))) != key_of(with_beta(change)));
  CHECK(has_key(with_beta(change), "optimizer.beta1"));
  // Said before or behind the switch: the same run, unless Adam is there before it.
  const Experiment behind = with_beta(std::string(change) + "epsilon = 1e-5\n");
  CHECK(has_key(behind, "optimizer.switch.epsilon"));
  CHECK_FALSE(has_key(behind, "optimizer.epsilon"));
  CHECK_FALSE(has_key(behind, "optimizer.switch.momentum"));
}

TEST_CASE("a switch's keys may be axes, and a resolved configuration reads back as the same experiments") {
  const Plan plan = parse_plan(std::string(full) +
                                   "[sweep]\n\"optimizer.switch.step\" = [0, 50, 100]\n"
                                   "\"optimizer.learning_rate\" = [0.1, 0.2]\n"
                                   "[[sweep.also]]\n\"optimizer.switch.name\" = \"gradient-descent\"\n",
                               "test.toml", "test");
  const auto cells = expand(plan), again = expand(parse_plan(to_toml(plan), "again.toml", "test"));
  REQUIRE(cells.size() == 7);
  REQUIRE(again.size() == 7);
  for (std::size_t i = 0; i < cells.size(); ++i) CHECK(cells[i].key == again[i].key);
  // What a switch leaves alone follows the axis.
  const Experiment& last = again[5].experiment;
  CHECK(last.optimizer_switch.after(last.optimizer).learning_rate == 0.2);

  Plan set = parse_plan("", "test.toml", "test");
  override_setting(set, "optimizer.switch.step=16");
  override_setting(set, "optimizer.switch.name=gradient-descent");
  override_setting(set, "optimizer.switch.learning_rate=1e5");
  const Experiment e = expand(set).front().experiment;
  CHECK(e.optimizer_switch.after(e.optimizer).name == OptimizerName::gradient_descent);
  CHECK(e.optimizer_switch.after(e.optimizer).learning_rate == 1e5);
}

TEST_CASE("a wrong setting of the optimiser is named in one line, with its place and what would be right") {
  const auto says = [](std::string_view text, std::initializer_list<std::string_view> parts) {
    const std::string message = complaint(text);
    CAPTURE(message);
    CHECK(message.find('\n') == std::string::npos);
    for (const std::string_view part : parts) CHECK(message.find(part) != std::string::npos);
  };
  says("[optimizer]\nname = \"nesterof\"\n", {"test.toml:2", "did you mean 'nesterov'"});
  says("[optimizer]\nname = \"sgd\"\n", {"test.toml:2", "adam, gradient-descent, momentum, nesterov, adamw"});
  says("[optimizer]\nmomentum = 1\n", {"test.toml:2", "must be a number in [0, 1)"});
  says("[optimizer]\nweight_decay = -0.1\n", {"test.toml:2", "must be a number of at least 0"});
  says("[optimizer]\nclip_norm = -1\n", {"test.toml:2", "must be a number of at least 0"});
  says("[optimizer]\nclip_value = \"big\"\n", {"test.toml:2", "must be a number of at least 0"});
  says("[optimizer]\nwarm_up = 2.5\n", {"test.toml:2", "must be an integer"});
  says("[optimizer]\nschedule = \"cosin\"\n", {"test.toml:2", "did you mean 'cosine'"});
  says("[optimizer]\nfinal_fraction = 1.5\n", {"test.toml:2", "must be a number in [0, 1]"});
  says("[optimizer]\ndrop_every = 0\n", {"test.toml:2", "must be an integer from 1"});
  says("[optimizer]\ncentre_classifier = \"all\"\n", {"test.toml:2", "none, weights"});
  says("[optimizer]\nwarm_up = 11\n[run]\nsteps = 10\n", {"test.toml:2", "more than the 10 steps of the run"});
  CHECK(complaint("[optimizer]\nwarm_up = 10\n[run]\nsteps = 10\n") == "no complaint");
}

TEST_CASE("a wrong switch is named in one line, with its place and what would be right") {
  const auto says = [](std::string_view text, std::initializer_list<std::string_view> parts) {
    const std::string message = complaint(text);
    CAPTURE(message);
    for (const std::string_view part : parts) CHECK(message.find(part) != std::string::npos);
  };
  says("[optimizer.switch]\nstep = 10\nepsilon = 1\n[run]\nsteps = 10\n",
       {"test.toml:2: optimizer.switch.step", "must be below the 10 steps of the run"});
  says("[optimizer.switch]\nstep = -1\n", {"test.toml:2", "must be an integer of at least 0"});
  says("[optimizer.switch]\nepsilon = 1e-5\n", {"test.toml:2: optimizer.switch.epsilon", "no optimizer.switch.step"});
  says("[optimizer.switch]\nstep = 5\nepsilon = -1\n", {"test.toml:3", "must be a number of at least 0"});
  says("[optimizer.switch]\nstep = 5\nlearning_rate = 0\n", {"test.toml:3", "must be a positive number"});
  says("[optimizer.switch]\nstep = 5\nname = \"same\"\n", {"test.toml:3", "must be one of adam"});
  says("[optimizer.switch]\nstep = 5\nrate = 1\n", {"test.toml:3", "unknown key 'optimizer.switch.rate'"});
  says("[optimizer.switch]\nstep = 5\nwarm_up = 11\n[run]\nsteps = 10\n",
       {"test.toml:3: optimizer.switch.warm_up", "more than the 10 steps"});
}
