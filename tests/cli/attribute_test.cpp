#include <doctest/doctest.h>

#include <filesystem>

#include "precipice/sweep/files.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using tests::shell;

namespace {

constexpr const char* small =
    " --set task.name=random-labels --set task.samples=20 --set 'model.hidden=[16,16]' "
    "--set optimizer.learning_rate=5e-3 --set run.steps=1500 --seeds 1";

std::filesystem::path workplace(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(PRECIPICE_SCRATCH) / "attribute" / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

TEST_CASE("attribute says which roles bring absorption about alone, and keeps numbers and a figure") {
  const auto folder = workplace("small");
  const auto run = shell("cd '" + folder.string() + "'; \"$precipice\" attribute" + small + " --out r");
  CAPTURE(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(run.out.find("absorption: sufficient alone: loss.sum, loss.gradient; necessary: none\n") != std::string::npos);
  const std::string numbers = read_whole_file(folder / "r/attribution.csv");
  CHECK(numbers.starts_with("change,role,runs,absorbs,inflates,spikes\nnone,,1,1,"));
  CHECK(numbers.find("\ncontrol,,1,0,0,0\n") != std::string::npos);
  CHECK(numbers.find("\nlowered,loss.sum,1,1,") != std::string::npos);
  CHECK(numbers.find("\nraised,loss.sum,1,1,") != std::string::npos);
  CHECK(numbers.find("\nlowered,weights,1,0,0,0\n") != std::string::npos);
  CHECK(read_whole_file(folder / "r/attribution.svg").find("loss.gradient") != std::string::npos);
  // A second call computes nothing again and says the same.
  CHECK(shell("cd '" + folder.string() + "'; \"$precipice\" attribute" + small + " --out r").out == run.out);
}

TEST_CASE("bad input to attribute: one line, the right exit code, nothing written") {
  const auto folder = workplace("bad");
  const auto refused = [&](const std::string& arguments, std::string_view part) {
    const auto run = shell("cd '" + folder.string() + "'; \"$precipice\" attribute " + arguments + " --out r");
    CAPTURE(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.error_lines() == 1);
    CHECK(run.err.find(part) != std::string::npos);
  };
  refused("--seeds 0", "--seeds");
  refused("--jobs -1", "--jobs");
  refused("--set precision.sum=e8m7", "did you mean 'precision.sums'");
  refused("--set 'precision.p=[4,8]'", "precision.p");
  CHECK_FALSE(std::filesystem::exists(folder / "r"));
}
