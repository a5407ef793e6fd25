#include <doctest/doctest.h>
#include <fmt/core.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/sha256.hpp"
#include "support/results_directory.hpp"

using namespace precipice;
using precipice::tests::fresh_directory;

namespace {

Plan plan(const std::string& text) { return parse_plan(text, "test.toml", "test"); }

std::string key(const std::string& task) { return expand(plan("[task]\n" + task)).front().key; }

template <class Call>
std::string complaint(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no complaint";
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A table of three classes; `first` is the first number in it.
std::string written_table(const std::string& name, int first) {
  const std::filesystem::path path = std::filesystem::path(PRECIPICE_SCRATCH) / name;
  std::string text = "x,y,label\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("{},{},{}\n", first + i % 7, i % 5, i % 3);
  write_whole_file(path, text);
  return path.string();
}

Plan table_plan(const std::string& data) {
  return plan("[task]\nname = \"csv\"\nclasses = 3\nsamples = 12\ntest_samples = 6\nbalance = \"equal\"\ndata = " +
              data + "\n[model]\nhidden = [4]\n[run]\nsteps = 20\n[sweep]\n\"run.seed\" = [0, 1]\n");
}

std::string quoted(const std::string& path) { return "\"" + path + "\""; }

SweepReport sweep(const Plan& p, const std::filesystem::path& directory) { return run_sweep(p, directory, {}); }

nlohmann::json json_of(const std::filesystem::path& path) { return nlohmann::json::parse(read_whole_file(path)); }

}  // namespace

TEST_CASE("a wrong setting of a task is named with its place and what would be right") {
  const auto says = [](const std::string& task, std::string_view part) {
    const std::string message = complaint([&] { static_cast<void>(key(task)); });
    CAPTURE(message);
    CHECK(message.starts_with("test.toml:2: task."));
    CHECK(contains(message, part));
    CHECK_FALSE(contains(message, "\n"));
  };
  says("name = \"fashion\"", "must be one of digits, fashion-mnist,");
  says("name = \"modular-substraction\"", "did you mean 'modular-subtraction'");
  says("balance = \"even\"", "must be one of none, equal");
  says("standardise = \"feature\"", "did you mean 'features'");
  says("scale = 0", "must be \"unit\" or a positive number");
  says("scale = \"units\"", "must be \"unit\" or a positive number");
  says("separation = -1", "a number from 0 to 1e100");
  says("header = \"yes\"", "must be one of detect, present, absent");
  says("data = 3", "a file or a list of files, such as \"train.csv\"");
  says("data = [\"a\", \"\"]", "has an empty text");
  says("data = [\"a\", 1]", "something that is no text");
  says("data = [1, 2]", "a file or a list of files");
  says("data = \"a\\nb\"", "has a control character");
  says("label_column = \"a\\u0007\"", "has a control character");
  CHECK(contains(complaint([] { static_cast<void>(key("standardize = \"features\"")); }),
                 "unknown key 'task.standardize'; did you mean 'task.standardise'?"));
}

TEST_CASE("a file's name must be UTF-8, since it is written to JSON and TOML") {
  const auto set = [](const std::string& path) {
    Plan p = plan("[task]\nname = \"csv\"\n");
    override_setting(p, "task.data=" + path);
    return complaint([&] { static_cast<void>(expand(p)); });
  };
  for (const char* const sound : {"a", "\x7e", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                  "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "na\xc3\xafve.csv"}) {
    CHECK(set(sound) == "no complaint");
  }
  for (const char* const broken : {"\x80", "a\xff", "\xc1\xbf", "\xc2", "\xc2z", "\xe0\x9f\xbf", "\xe2\x82",
                                   "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"}) {
    CHECK(contains(set(broken), "--set task.data: task.data is no UTF-8, but must be a file"));
  }
}

TEST_CASE("what a task does not use is no part of its key") {
  const std::string files = "\ndata = \"a\"\nlabels = \"b\"\ntest_data = \"c\"\nlabel_column = \"d\"\nseparation = 2\n";
  CHECK(key("name = \"digits\"" + files + "classes = 3\nbalance = \"none\"\nscale = \"unit\"") == key(""));
  CHECK(key("name = \"random-labels\"" + files + "balance = \"equal\"\nscale = 2\nstandardise = \"features\"") ==
        key("name = \"random-labels\""));
  CHECK(key("name = \"modular-subtraction\"" + files + "samples = 3") == key("name = \"modular-subtraction\""));
  CHECK(key("name = \"csv\"\ndata = \"a\"\nlabels = \"b\"") == key("name = \"csv\"\ndata = \"a\""));
  CHECK(key("name = \"cifar-10\"\ndata = \"a\"\nclasses = 3") == key("name = \"cifar-10\"\ndata = \"a\""));
  CHECK(key("name = \"npy\"\ndata = \"a\"\nheader = \"absent\"") == key("name = \"npy\"\ndata = \"a\""));
}

TEST_CASE("what a task uses is part of its key; a list of one file is that file") {
  const std::string csv = "name = \"csv\"\ndata = \"a\"\n";
  CHECK(key("name = \"csv\"\ndata = [\"a\"]") == key(csv));
  for (const char* const other : {"data = [\"a\", \"b\"]", "test_data = \"b\"", "label_column = \"x\"",
                                  "header = \"absent\"", "balance = \"equal\"", "scale = 2",
                                  "standardise = \"features\"", "classes = 3", "samples = 7", "test_samples = 7"}) {
    CAPTURE(other);
    const std::string_view line(other);
    CHECK(key(line.starts_with("data") ? "name = \"csv\"\n" + std::string(line) : csv + other) != key(csv));
  }
  CHECK(key("balance = \"equal\"") != key(""));
  CHECK(key("scale = 1") != key(""));
  CHECK(key("standardise = \"features\"") != key(""));
  CHECK(key("name = \"gaussian-clusters\"\nseparation = 2") != key("name = \"gaussian-clusters\""));
  CHECK(key("name = \"idx\"\nlabels = \"a\"") != key("name = \"idx\"\nlabels = \"b\""));
  CHECK(key("name = \"modular-subtraction\"") != key("name = \"modular-multiplication\""));
}

TEST_CASE("files, several files and a scale read back from what is written as TOML") {
  for (const char* const task :
       {"data = \"a \\\"b\\\".csv\"\nscale = 0.25", "data = [\"a\", \"b\\\\c\"]\nscale = 3", ""}) {
    const Plan read = plan("[task]\nname = \"csv\"\n" + std::string(task));
    const Plan again = plan(to_toml(read));
    CHECK(expand(read).front().key == expand(again).front().key);
    CHECK(expand(read).front().experiment.task.files.data == expand(again).front().experiment.task.files.data);
  }
  Plan overridden = plan("[task]\nname = \"csv\"");
  override_setting(overridden, "task.data=[\"a\", \"b\"]");
  CHECK(expand(overridden).front().experiment.task.files.data == std::vector<std::string>{"a", "b"});
  override_setting(overridden, "task.data=c.csv");
  CHECK(expand(overridden).front().experiment.task.files.data == std::vector<std::string>{"c.csv"});
}

TEST_CASE("the fingerprint of a person's data stands in the manifest and in every cell; other content is refused") {
  const auto directory = fresh_directory("own_data");
  const std::string a = written_table("a.csv", 0);
  const Plan first = table_plan(quoted(a));
  CHECK(sweep(first, directory).computed == 2);
  const std::string checksum = sha256(read_whole_file(a));
  CHECK(json_of(directory / "manifest.json").at("data").at("files: " + a) == checksum);
  for (const auto& cell : std::filesystem::directory_iterator(directory / "cells")) {
    CHECK(json_of(cell.path()).at("data_checksum") == checksum);
  }
  CHECK(sweep(first, directory).computed == 0);
  written_table("a.csv", 2);
  CHECK(contains(complaint([&] { sweep(first, directory); }), "the SHA-256 of its files: " + a + " is"));
  written_table("a.csv", 0);
  CHECK(sweep(first, directory).computed == 0);
}

TEST_CASE("every file of an axis of files is validated and recorded") {
  const auto directory = fresh_directory("files_axis");
  const std::string a = written_table("a.csv", 0), b = written_table("b.csv", 1);
  Plan p = table_plan(quoted(a));
  override_setting(p, "sweep.task.data=[" + quoted(a) + ", [" + quoted(a) + ", " + quoted(b) + "]]");
  CHECK(sweep(p, directory).computed == 4);
  const auto data = json_of(directory / "manifest.json").at("data");
  CHECK(data.at("files: " + a) == sha256(read_whole_file(a)));
  CHECK(data.contains("files: " + a + ", " + b));
  CHECK(sweep(p, directory).computed == 0);
  override_setting(p, "task.data=[" + quoted(a) + ", \"/nowhere.csv\"]");
  const auto other = fresh_directory("missing_file");
  CHECK(contains(complaint([&] { sweep(p, other); }), "cannot read /nowhere.csv"));
  CHECK_FALSE(std::filesystem::exists(other));
}

TEST_CASE("a seed whose samples lack a class is refused before anything is written") {
  const auto directory = fresh_directory("lacking");
  Plan p = table_plan(quoted(written_table("a.csv", 0)));
  override_setting(p, "task.balance=none");
  override_setting(p, "task.samples=4");
  override_setting(p, "run.seed=0");
  std::int64_t sound = -1, lacking = -1;
  for (std::int64_t seed = 0; sound < 0 || lacking < 0; ++seed) {
    override_setting(p, fmt::format("run.seed={}", seed));
    const std::string message = complaint([&] { static_cast<void>(validated_data(expand(p))); });
    (message == "no complaint" ? sound : lacking) = seed;
  }
  override_setting(p, fmt::format("run.seed=[{}, {}]", sound, lacking));
  CHECK(contains(complaint([&] { sweep(p, directory); }), "of 3 has no training sample"));
  CHECK_FALSE(std::filesystem::exists(directory));
}
