// Checkpoints as files: every bit comes back, nothing else is taken for one.
#include "precipice/sweep/checkpoint.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/gzip_file.hpp"
#include "precipice/training/sha256.hpp"
#include "support/results_directory.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;

namespace {

const std::string small =
    "[task]\nname = \"random-labels\"\nsamples = 6\ninputs = 2\nclasses = 3\n[model]\nhidden = [3]\n";

/// Its state after some steps, as bytes of a file.
std::string bytes_after(const Experiment& e, std::int64_t step) {
  std::string bytes;
  Watch watch;
  watch.wants_state = [=](std::int64_t now) { return now == step; };
  watch.on_state = [&](const RunState& state) { bytes = checkpoint_bytes(e, state); };
  run_experiment(e, load_data(e.task, e.run.seed), watch);
  return bytes;
}

Experiment run_of(std::int64_t steps, const std::string& more = "") {
  return testing::experiment(small + "[run]\nsteps = " + std::to_string(steps) + "\n" + more);
}

std::string written(const std::string& bytes) {
  const std::filesystem::path path = std::filesystem::path(PRECIPICE_SCRATCH) / "some.ckpt";
  std::filesystem::remove(path);
  write_whole_file(path, bytes);
  return path.string();
}

Checkpoint checkpoint_of(const Experiment& e, std::int64_t step) {
  return read_checkpoint(written(bytes_after(e, step)));
}

/// The message with which a file is refused; whatever is read must be the checkpoint itself.
std::string complaint_about(const std::string& bytes, const std::string& original) {
  const std::string path = written(bytes);
  try {
    const Checkpoint read = read_checkpoint(path);
    CHECK(checkpoint_bytes(read.experiment(), read.run) == original);
  } catch (const FileError& error) {
    const std::string message = error.what();
    CHECK(message.starts_with(path));
    CHECK(message.find('\n') == std::string::npos);
    return message.substr(path.size() + 1);
  }
  return "no complaint";
}

/// A file whose JSON was changed by somebody who knows the form.
std::string forged(const std::string& bytes, const std::string& from, const std::string& to) {
  std::string text = read_gzip_file(written(bytes));
  std::string body = text.substr(text.find('\n') + 1);
  REQUIRE(body.find(from) != std::string::npos);
  body.replace(body.find(from), from.size(), to);
  return gzip("precipice checkpoint 1 0.1.0 " + sha256(body) + "\n" + body);
}

/// The first line changed.
std::string relabelled(const std::string& bytes, const std::string& from, const std::string& to) {
  std::string text = read_gzip_file(written(bytes));
  REQUIRE(text.find(from) < text.find('\n'));
  return gzip(text.replace(text.find(from), from.size(), to));
}

std::string complaint_of_plan(const Checkpoint& checkpoint, const std::vector<std::string>& assignments) {
  try {
    const Plan plan = plan_from(checkpoint, assignments);
    const Experiment e = resolve(plan.base);
    check_fits(checkpoint, e, load_data(e.task, e.run.seed));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no complaint";
}

std::optional<Origin> origin_with(const Checkpoint& checkpoint, const std::vector<std::string>& assignments) {
  return resolve(plan_from(checkpoint, assignments).base).run.origin;
}

}  // namespace

TEST_CASE("a checkpoint that is read is the one that was written, in every kind of format") {
  for (const char* const more :
       {"", "[precision]\nplan = \"everything\"\n", "[precision]\nplan = \"everything\"\nformat = \"binary128\"\n",
        "[precision]\nplan = \"everything\"\nformat = \"e5m10:ftz:daz\"\nmaster_weights = \"binary32\"\n",
        "[precision]\nformat = \"e2m1fn:sat\"\n[optimizer]\nname = \"momentum\"\n",
        "[precision]\nplan = \"everything\"\nformat = \"e5m10\"\n[optimizer]\nname = \"gradient-descent\"\n"
        "learning_rate = 1e9\n"}) {
    CAPTURE(more);
    const Experiment e = run_of(30, more);
    const std::string bytes = bytes_after(e, 8);
    const Checkpoint checkpoint = read_checkpoint(written(bytes));
    CHECK(checkpoint.step() == 8);
    CHECK(key_of(checkpoint.experiment()) == key_of(e));
    CHECK(checkpoint_bytes(checkpoint.experiment(), checkpoint.run) == bytes);
    const DataSet data = load_data(e.task, e.run.seed);
    const Trace resumed = run_experiment(e, data, {}, &checkpoint.run), unbroken = run_experiment(e, data);
    CHECK(resumed.state_digest == unbroken.state_digest);
    CHECK(resumed.records.size() == unbroken.records.size());
  }
}

TEST_CASE("engines leave the same bytes") {
  Experiment e = run_of(30, "[precision]\nplan = \"everything\"\n");
  const std::string bytes = bytes_after(e, 8);
  e.run.engine = EngineName::reference;
  CHECK(bytes_after(e, 8) == bytes);
}

TEST_CASE("a file that was cut or changed anywhere is refused, or read as what it was") {
  const std::string bytes = bytes_after(run_of(12), 4);
  std::size_t accepted = 0;
  const auto is_accepted = [&](const std::string& damaged) {
    return complaint_about(damaged, bytes) == "no complaint";
  };
  CHECK(is_accepted(bytes));
  for (std::size_t at = 0; at < bytes.size(); ++at) CHECK_FALSE(is_accepted(bytes.substr(0, at)));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int mask : {0x01, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      accepted += static_cast<std::size_t>(is_accepted(changed));
    }
  }
  // gzip's time, level and system, one flag, and the bits that fill the last byte mean nothing to what it holds.
  CHECK(accepted <= 3 * 6 + 1 + 3);
  for (std::size_t at = 0; at <= bytes.size(); at += 7) {
    static_cast<void>(is_accepted(bytes.substr(0, at) + "x" + bytes.substr(at)));
  }
}

TEST_CASE("foreign files and other versions are refused in words") {
  const std::string bytes = bytes_after(run_of(12), 4);
  CHECK(complaint_about("", bytes) == "is no checkpoint of precipice");
  CHECK(complaint_about("[task]\nname = \"digits\"\n", bytes) == "is no checkpoint of precipice");
  CHECK(complaint_about(gzip("step,loss\n0,1\n"), bytes) == "is no checkpoint of precipice");
  CHECK(complaint_about(relabelled(bytes, "checkpoint 1 ", "checkpoint 2 "), bytes) ==
        "is a checkpoint of form 2; this program reads form 1");
  CHECK(complaint_about(relabelled(bytes, " 0.1.0 ", " 0.0.9 "), bytes) ==
        "is by version 0.0.9, this is 0.1.0, whose numbers may be others");
  CHECK(complaint_about(relabelled(bytes, " 0.1.0 ", " "), bytes) == "is damaged: its first line is incomplete");
  CHECK_THROWS_WITH_AS(read_checkpoint("/nowhere/some.ckpt"), "cannot read /nowhere/some.ckpt", FileError);
  CHECK_THROWS_WITH_AS(read_checkpoint("/proc"), "cannot read /proc", FileError);
}

TEST_CASE("what has a right checksum and a wrong content is refused, too") {
  const std::string bytes = bytes_after(run_of(12), 4);
  const auto refused = [&](const std::string& from, const std::string& to, std::string_view part) {
    const std::string message = complaint_about(forged(bytes, from, to), bytes);
    CAPTURE(message);
    CHECK(message.starts_with("is no checkpoint that can be read: "));
    CHECK(message.find(part) != std::string::npos);
  };
  refused("\"steps\": 4", "\"steps\": -4", "steps is negative");
  refused("\"steps\": 4", "\"stops\": 4", "does not say how many steps");
  refused("\"steps\": 4", "\"steps\": \"4\"", "");
  refused("\"format\": \"e11m52\"", "\"format\": \"e11m52x\"", "unknown format");
  refused("\"format\": \"e11m52\"", "\"format\": \"e4m3\"", "is not a value of");
  refused("\"values\": \"", "\"values\": \"zero ", "'zero' is not a number");
  refused("\"task.name\"", "\"task.nome\"", "did you mean 'task.name'");
  refused("\"run.steps\": 12", "\"run.steps\": 0", "run.steps is 0");
  refused("\"layout\"", "\"lay\"", "layout");
  refused("\"loss\": \"", "\"loss\": \"0x1p+0 ", "loss is too short or too long");
  refused("\"step\": [", "\"step\": [ [],", "");
}

TEST_CASE("what leaves the past as it was goes on; anything else is a fork that says of what") {
  const Experiment e = run_of(40);
  const Checkpoint checkpoint = checkpoint_of(e, 20);
  CHECK_FALSE(origin_with(checkpoint, {}));
  CHECK_FALSE(origin_with(checkpoint, {"run.steps=90"}));
  CHECK_FALSE(origin_with(checkpoint, {"run.engine=reference"}));
  CHECK_FALSE(origin_with(checkpoint, {"optimizer.momentum=0.5"}));  // Adam has none
  for (const char* const change :
       {"precision.format=binary64", "precision.p=9", "loss.order=exact", "run.batch=2", "run.record_every=1",
        "optimizer.name=momentum", "optimizer.epsilon=1e-5", "optimizer.schedule=linear", "model.activation=tanh"}) {
    CAPTURE(change);
    const auto origin = origin_with(checkpoint, {change});
    REQUIRE(origin);
    CHECK(origin->key == key_of(e));
    CHECK(origin->step == 20);
    CHECK(complaint_of_plan(checkpoint, {change}) == "no complaint");
  }
  // A schedule that reads the end of the run had another past.
  const Checkpoint scheduled = checkpoint_of(run_of(40, "[optimizer]\nschedule = \"cosine\"\n"), 20);
  CHECK(origin_with(scheduled, {"run.steps=90"}));
  CHECK_FALSE(origin_with(scheduled, {"run.steps=40"}));
  const Checkpoint behind = checkpoint_of(run_of(40, "[optimizer.switch]\nstep = 30\nschedule = \"linear\"\n"), 20);
  CHECK(origin_with(behind, {"run.steps=90"}));
}

TEST_CASE("a fork's key depends on its settings and on everything that it takes over") {
  const auto key = [](const Checkpoint& checkpoint, const std::vector<std::string>& assignments) {
    return key_of(resolve(plan_from(checkpoint, assignments).base));
  };
  const Checkpoint one = checkpoint_of(run_of(40), 20), later = checkpoint_of(run_of(40), 21);
  CHECK(key(one, {}) == key_of(run_of(40)));
  const std::set<std::string> keys{key(one, {}),
                                   key(one, {"precision.p=9"}),
                                   key(one, {"precision.p=10"}),
                                   key(later, {"precision.p=9"}),
                                   key(checkpoint_of(run_of(40, "record_every = 4\n"), 20), {"precision.p=9"}),
                                   key_of(run_of(40, "[precision]\np = 9\n"))};
  CHECK(keys.size() == 6);
  // Settings that meant nothing there mean nothing here.
  const Checkpoint same = checkpoint_of(run_of(40, "[optimizer]\nmomentum = 0.5\n"), 20);
  CHECK(key(same, {"precision.p=9"}) == key(one, {"precision.p=9"}));
}

TEST_CASE("the identity of an experiment without an origin has no key for it") {
  CHECK_FALSE(testing::has_key(run_of(40), "run.origin"));
  CHECK(testing::has_key(run_of(40, "origin = \"0123456789abcdef-3:0123456789abcdef\"\n"), "run.origin"));
  CHECK_FALSE(testing::has_key(run_of(40, "origin = \"none\"\n"), "run.origin"));
  for (const char* const wrong : {"\"x\"", "\"0123456789abcdef-3\"", "\"0123456789abcdef-3:0123\"", "3",
                                  "\"0123456789abcdef--3:0123456789abcdef\"", "\"0123456789abcdeg-3:0123456789abcdef\"",
                                  "\"0123456789abcdef-3:0123456789abcdef0\"", "\"-:\"", "\":-\""}) {
    const std::string message = testing::complaint(small + "[run]\norigin = " + std::string(wrong) + "\n");
    CAPTURE(message);
    CHECK(message.starts_with("test.toml:9: run.origin is "));
    CHECK(message.find("KEY-STEP:DIGEST as 'train --from' sets it") != std::string::npos);
  }
}

TEST_CASE("a run does not go on with other parameters or other data, and not backwards") {
  const Checkpoint checkpoint = checkpoint_of(run_of(40), 20);
  const std::string path = (std::filesystem::path(PRECIPICE_SCRATCH) / "some.ckpt").string();
  CHECK(complaint_of_plan(checkpoint, {"model.hidden=[4]"}) ==
        "--from: model.hidden is [4] here and [3] in " + path +
            "; a run goes on with the parameters it had: 2 x 3 weights, 3 biases, 3 x 3 weights, 3 biases");
  CHECK(complaint_of_plan(checkpoint, {"model.bias=none"}).find("model.bias is none here and all in") !=
        std::string::npos);
  CHECK(complaint_of_plan(checkpoint, {"model.normalisation=layer-norm"}).find("model.normalisation is") !=
        std::string::npos);
  CHECK(complaint_of_plan(checkpoint, {"model.name=linear"}).find("model.name is linear here and mlp in") !=
        std::string::npos);
  CHECK(complaint_of_plan(checkpoint, {"task.samples=7"}) ==
        "--from: task.samples is 7 here and 6 in " + path + "; a run goes on with the data it had");
  CHECK(complaint_of_plan(checkpoint, {"run.seed=1"}).starts_with("--from: run.seed is 1 here and 0 in"));
  CHECK(complaint_of_plan(checkpoint, {"run.steps=19"}) ==
        "--set run.steps: run.steps is 19, but 20 steps were made: must be at least as many");
  CHECK(complaint_of_plan(checkpoint, {"run.origin=none"}) == "--set run.origin: 'train --from' alone sets it");
  CHECK(complaint_of_plan(checkpoint, {"sweep.precision.p=[4,5]"}) ==
        "--set sweep.*: a run from a checkpoint is one run; leave axes away");
  CHECK(complaint_of_plan(checkpoint, {"run.step=30"}).find("did you mean 'run.steps'") != std::string::npos);
}

TEST_CASE("a sweep does not run forks without their checkpoint, and writes nothing") {
  const auto directory = tests::fresh_directory("forks");
  const Plan plan =
      parse_plan(small + "[run]\norigin = \"0123456789abcdef-3:0123456789abcdef\"\n", "test.toml", "forks");
  CHECK_THROWS_AS(run_sweep(plan, directory, {}), ConfigError);
  CHECK_FALSE(std::filesystem::exists(directory));
}
