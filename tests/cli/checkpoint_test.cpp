// train --checkpoint-at, --checkpoint-every and --from, as a person uses them.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "precipice/sweep/files.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"
#include "support/without_costs.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

std::vector<std::string> arguments(std::initializer_list<std::string> words,
                                   std::initializer_list<std::string> assignments = {}) {
  std::vector<std::string> all{"train"};
  all.insert(all.end(), words);
  for (const std::string& assignment : assignments) {
    all.emplace_back("--set");
    all.push_back(assignment);
  }
  return all;
}

/// The only checkpoint of this step in a directory of results.
std::string checkpoint_in(const std::filesystem::path& directory, std::int64_t step) {
  for (const auto& entry : std::filesystem::directory_iterator(directory / "checkpoints")) {
    if (entry.path().filename().string().ends_with(fmt::format("-{}.ckpt", step))) return entry.path().string();
  }
  return "no checkpoint";
}

bool has(const ProgramRun& run, std::string_view part) { return run.out.find(part) != std::string::npos; }

void check_refused(const std::vector<std::string>& words, int code, std::string_view part) {
  const ProgramRun run = run_precipice(words);
  CAPTURE(run.err);
  CHECK(run.exit_code == code);
  CHECK(run.error_lines() == 1);
  CHECK(run.err.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("train --from leaves the very files of the run that was never stopped") {
  const auto unbroken = fresh_directory("unbroken"), first = fresh_directory("first"),
             second = fresh_directory("second");
  const ProgramRun whole = run_precipice(arguments({"--out", unbroken.string()}, {"run.steps=300", "run.batch=16"}));
  const ProgramRun head =
      run_precipice(arguments({"--out", first.string(), "--checkpoint-at", "0,77", "--checkpoint-every", "100"},
                              {"run.steps=300", "run.batch=16"}));
  CHECK(has(head, "checkpoints       5, the last " + first.string() + "/checkpoints/"));
  CHECK(without_costs(first) == without_costs(unbroken));
  for (const std::int64_t step : {0, 77, 100, 200, 300}) {
    const std::string file = checkpoint_in(first, step);
    CAPTURE(file);
    std::filesystem::remove_all(second);
    const ProgramRun tail = run_precipice(arguments({"--from", file, "--out", second.string()}));
    CHECK(tail.exit_code == 0);
    CHECK(tail.err.empty());
    CHECK(tail.out.starts_with(fmt::format("continued         from step {} of {}", step, file)));
    CHECK(without_costs(second) == without_costs(unbroken));
  }
  // The experiment that is written beside the results is the same, but for its name.
  const auto settings = [](const std::filesystem::path& directory) {
    const std::string text = read_whole_file(directory / "experiment.toml");
    return text.substr(text.find('\n'));
  };
  CHECK(settings(second) == settings(unbroken));
  const ProgramRun at_end = run_precipice(arguments({"--from", checkpoint_in(first, 300), "--out", first.string()}));
  CHECK(has(at_end, "where it was at its end; --set run.steps=N makes more steps"));
  const ProgramRun more = run_precipice(arguments({"--from", checkpoint_in(first, 300)}, {"run.steps=400"}));
  const ProgramRun at_once = run_precipice(arguments({}, {"run.steps=400", "run.batch=16"}));
  CHECK(more.out.ends_with(at_once.out));
}

TEST_CASE("a fork says what was changed, and what that cost") {
  const auto parent = fresh_directory("parent"), child = fresh_directory("child"),
             grandchild = fresh_directory("grand");
  run_precipice(arguments({"--out", parent.string(), "--checkpoint-at", "200"}, {"run.steps=500"}));
  const std::string file = checkpoint_in(parent, 200), key = std::filesystem::path(file).stem().string().substr(0, 16);

  const ProgramRun run = run_precipice(
      arguments({"--from", file, "--out", child.string(), "--checkpoint-at", "350"}, {"precision.format=binary64"}));
  CHECK(run.exit_code == 0);
  CHECK(run.out.starts_with("forked            at step 200 from " + key +
                            "\nchanged           precision.format e8m7 -> e11m52\nformat "));
  CHECK(has(run, "SC50              step 180\nNFI onset         never"));
  CHECK(has(run, "since step 200    clean: first absorption never, NFI onset never, first spike never"));
  const auto cell =
      nlohmann::ordered_json::parse(read_whole_file(std::filesystem::directory_iterator(child / "cells")->path()));
  CHECK(cell.at("parameters").at("run.origin").get<std::string>().starts_with(key + "-200:"));
  CHECK(cell.at("key") != key);

  // A checkpoint of the fork goes on as the fork; its experiment file alone cannot.
  run_precipice(arguments({"--from", checkpoint_in(child, 350), "--out", grandchild.string()}));
  CHECK(without_costs(grandchild) == without_costs(child));
  check_refused(arguments({(child / "experiment.toml").string()}), 2, "a state of another run: 'train --from'");

  const ProgramRun narrow = run_precipice(
      arguments({"--from", file}, {"precision.plan=everything", "optimizer.name=gradient-descent", "run.steps=210"}));
  CHECK(has(narrow, "changed           precision.plan loss-only -> everything, "));
  CHECK(has(narrow, "optimizer.name adam -> gradient-descent"));
  CHECK(has(narrow, " numbers of the state\nleft behind       adam.mean, adam.square, adam.updates\n"));
  const ProgramRun other = run_precipice(arguments({"--from", file}, {"optimizer.name=momentum", "run.steps=210"}));
  CHECK(has(other, "begun anew        momentum.velocity, momentum.is_first\n"));
}

TEST_CASE("a fork of a run that stood still may move, and one that had ended says so") {
  const auto parent = fresh_directory("still");
  const ProgramRun still = run_precipice(arguments({"--out", parent.string(), "--checkpoint-at", "1000,1500"},
                                                   {"precision.format=e2m1", "run.steps=2000"}));
  CHECK(has(still, "no checkpoint     at step 1500: the run ended at step 1000"));
  const std::string file = checkpoint_in(parent, 1000);
  const ProgramRun again = run_precipice(arguments({"--from", file}));
  CHECK(has(again, "where it has been frozen since step 0; other settings may move it"));
  const ProgramRun moved = run_precipice(arguments({"--from", file}, {"precision.format=e8m7", "run.steps=1100"}));
  CHECK(has(moved, "at the end        step 1100"));
  CHECK_FALSE(has(moved, "frozen"));
}

TEST_CASE("an interrupted run leaves a checkpoint and names the command that goes on") {
  const auto whole = fresh_directory("never stopped"), stopped = fresh_directory("it's stopped");
  const std::string settings = " --set run.steps=20000 --set run.record_every=100 ";
  REQUIRE(shell("$precipice train" + settings + "--out '" + whole.string() + "'").exit_code == 0);
  const ProgramRun killed =
      shell("dir=\"" + stopped.string() + "\"; $precipice train" + settings +
            "--out \"$dir\" --checkpoint-at 10 & until compgen -G \"$dir/checkpoints/*-10.ckpt\" > /dev/null; do sleep "
            "0.01; done; kill -INT $!; wait $!");
  REQUIRE(killed.exit_code == 130);
  CHECK(killed.error_lines() == 1);
  CHECK(killed.err.find("interrupted at step ") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(stopped / "cells"));
  std::string command = killed.err.substr(killed.err.find("precipice train --from"));
  command = "$" + command.substr(0, command.find('\n'));
  const ProgramRun resumed = shell(command);
  CAPTURE(resumed.err);
  CHECK(resumed.exit_code == 0);
  CHECK(without_costs(stopped) == without_costs(whole));
}

TEST_CASE("bad input about checkpoints: one line, the right exit code, nothing written") {
  const auto parent = fresh_directory("good"), out = fresh_directory("untouched");
  run_precipice(arguments({"--out", parent.string(), "--checkpoint-at", "20"}, {"run.steps=40"}));
  const std::string file = checkpoint_in(parent, 20), bytes = read_whole_file(file);
  const auto damaged = std::filesystem::path(PRECIPICE_SCRATCH) / "damaged.ckpt";
  write_whole_file(damaged, bytes.substr(0, bytes.size() / 2));
  write_whole_file(std::filesystem::path(PRECIPICE_SCRATCH) / "plan.toml", "[run]\nsteps = 20\n");
  const std::string plan = (std::filesystem::path(PRECIPICE_SCRATCH) / "plan.toml").string(), to = out.string();

  check_refused(arguments({"--from", "/nowhere.ckpt", "--out", to}), 3, "cannot read /nowhere.ckpt");
  check_refused(arguments({"--from", damaged.string(), "--out", to}), 3, "it ends within its gzip stream");
  check_refused(arguments({"--from", plan, "--out", to}), 3, "plan.toml is no checkpoint of precipice");
  check_refused(arguments({plan, "--from", file, "--out", to}), 2, "brings its own experiment");
  check_refused(arguments({"--from", file, "--out", to}, {"model.hidden=[8]"}), 2, "model.hidden is [8] here");
  check_refused(arguments({"--from", file, "--out", to}, {"task.samples=60"}), 2, "task.samples is 60 here");
  check_refused(arguments({"--from", file, "--out", to}, {"run.steps=10"}), 2, "20 steps were made");
  check_refused(arguments({"--checkpoint-at", "20,x", "--out", to}), 2, "--checkpoint-at: 'x' is no step");
  check_refused(arguments({"--checkpoint-at", "20,", "--out", to}), 2, "--checkpoint-at: '' is no step");
  check_refused(arguments({"--checkpoint-at", "-3", "--out", to}), 2, "--checkpoint-at: '-3' is no step");
  check_refused(arguments({"--checkpoint-at", "30000", "--out", to}), 2, "30000 is no step of this run");
  check_refused(arguments({"--from", file, "--checkpoint-at", "10", "--out", to}), 2, "goes from 20 to 40");
  check_refused(arguments({"--checkpoint-every", "-1", "--out", to}), 2, "--checkpoint-every: -1 must be at least 1");
  check_refused(arguments({"--checkpoint-every", "5"}), 2, "need --out DIR");
  check_refused(arguments({"--checkpoint-at", "5"}), 2, "need --out DIR");
  CHECK_FALSE(std::filesystem::exists(out));
  write_whole_file(out / "checkpoints", "in the way of a folder");
  check_refused(arguments({"--checkpoint-at", "5", "--out", to}, {"run.steps=10"}), 3, "cannot write " + to);
  CHECK_FALSE(std::filesystem::exists(out / "cells"));
  // A directory of other results stays as it is.
  const auto before = without_costs(parent);
  check_refused(arguments({"--from", file, "--out", parent.string()}, {"precision.format=binary64"}), 2,
                "holds results of another configuration");
  CHECK(without_costs(parent) == before);
}
