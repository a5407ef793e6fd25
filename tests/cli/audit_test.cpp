#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/npy_bytes.hpp"
#include "support/run_program.hpp"

using namespace precipice::tests;

namespace {

std::string path_of(const std::string& name) { return std::string(PRECIPICE_SCRATCH) + "/audit-" + name; }

std::string written(const std::string& name, const std::string& bytes) {
  std::filesystem::remove_all(path_of(name));
  std::ofstream(path_of(name), std::ios::binary) << bytes;
  return path_of(name);
}

/// Four rows of three classes, margins 20, 6, 1 and -2, and labels.
std::string logits(const std::string& type = "<f4", const std::string& shape = "(4, 3)") {
  return written("logits.npy", npy(npy_header(type, shape), bytes_of<float>({20, 0, 0, 0, 6, -1, 1, 0, 2, 3, 1, 0})));
}
std::string labels(const std::vector<std::int64_t>& y = {0, 1, 2, 1}) {
  return written("labels.npy", npy(npy_header("<i8", "(" + std::to_string(y.size()) + ",)"), bytes_of(y)));
}

ProgramRun audit(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "audit");
  return run_precipice(arguments);
}

bool exists(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace

TEST_CASE("an audit tells which formats collapse and which are at risk") {
  const ProgramRun run = audit({logits(), labels(), "--formats", "binary32,bf16,binary64,e4m3fn"});
  CAPTURE(run.out);
  CAPTURE(run.err);
  CHECK(run.exit_code == 0);
  for (const char* const part :
       {"4 x 3 from", "-2 to 20 nats; 3 of 4 rows", "binary32          shift        sequential           25 %",
        "at risk from margin 36.74", "float8_e4m3fn"}) {
    CAPTURE(part);
    CHECK(run.out.find(part) != std::string::npos);
  }
}

TEST_CASE("the default formats are six, and every formulation and order asked for has a row") {
  const auto json = nlohmann::json::parse(audit({logits(), labels(), "--json"}).out);
  CHECK(json["losses"].size() == 6);
  CHECK(json["rows"] == 4);
  CHECK(json["classes"] == 3);
  CHECK(json["losses"][0]["format"] == "e8m23");
  CHECK(json["losses"][0]["collapsed"] == 1);
  const auto many = nlohmann::json::parse(audit({logits(), labels(), "--json", "--formats", "bf16", "--formulation",
                                                 "shift,accurate", "--order", "sequential,exact,lanes:2"})
                                              .out);
  CHECK(many["losses"].size() == 6);
  CHECK(many["losses"][5]["formulation"] == "accurate");
  CHECK(many["losses"][5]["order"] == "lanes:2");
  CHECK(many["losses"][5]["verdict"] == "safe");
}

TEST_CASE("--out writes a table, JSON and a figure") {
  const std::string directory = path_of("out");
  std::filesystem::remove_all(directory);
  const ProgramRun run = audit({logits(), labels(), "--out", directory, "--batch", "2", "--learning-rate", "0.5"});
  CAPTURE(run.err);
  if (run.err.find("gnuplot") == std::string::npos) {
    CHECK(run.exit_code == 0);
    CHECK(exists(directory + "/margins.svg"));
  }
  std::ifstream json_file(directory + "/audit.json");
  const auto json = nlohmann::json::parse(json_file);
  CHECK(json["batch"] == 2);
  std::ifstream csv(directory + "/audit.csv");
  std::vector<std::string> lines;
  for (std::string line; std::getline(csv, line);) lines.push_back(line);
  CHECK(lines.size() == 7);
  CHECK(lines[0].starts_with("format,formulation,order,rounding,mean,samples,collapsed"));
  CHECK(lines[1].starts_with("e8m23,shift,sequential,nearest-even,before,4,1,0,0,"));
}

TEST_CASE("rows that are not finite are reported") {
  const std::string file =
      written("dirty.npy", npy(npy_header("<f8", "(3, 2)"), bytes_of<double>({NAN, 0, HUGE_VAL, 0, 1, 0})));
  const ProgramRun run = audit({file, labels({0, 0, 0})});
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("left out   1 row with NaN, 1 with infinities") != std::string::npos);
  const std::string none = written("none.npy", npy(npy_header("<f8", "(1, 2)"), bytes_of<double>({NAN, 0})));
  const std::string nothing = audit({none, labels({0})}).out;
  CHECK(nothing.find("margins    none: no row is left") != std::string::npos);
  CHECK(nothing.find("none: no row is left\n", nothing.find("binary32")) != std::string::npos);
  CHECK(nothing.find("safe") == std::string::npos);
  CHECK(nlohmann::json::parse(audit({none, labels({0}), "--json"}).out)["least_margin"].is_null());
}

TEST_CASE("what is probably no logits, or not theirs, is said") {
  const std::string p = written("p.npy", npy(npy_header("<f4", "(2, 2)"), bytes_of<float>({0.75F, 0.25F, 0.5F, 0.5F})));
  CHECK(audit({p, labels({0, 1})}).out.find("these are probabilities, not logits") != std::string::npos);
  CHECK(audit({p, labels({1, 0})}).out.find("no row is classified correctly") != std::string::npos);
  const ProgramRun fine = audit({logits(), labels()});
  CHECK(fine.out.find("note ") == std::string::npos);
  CHECK(audit({logits(), labels({0, 1, -1, 1})}).err.find("--ignore-label leaves rows out") != std::string::npos);
  const std::string bf16 = written("bf16.npy", npy(npy_header("|V2", "(1, 2)"), std::string(4, '\0')));
  CHECK(audit({bf16, labels({0})}).err.find("if it is bfloat16: float32 has all of it") != std::string::npos);
}

TEST_CASE("rows with the label that is to be ignored are left out, and a scale of the loss is taken out again") {
  const std::string z = logits(), y = labels({0, -100, 2, 1});
  CHECK(audit({z, y}).err.find("row 1: label -100") != std::string::npos);
  const auto json = nlohmann::json::parse(audit({z, y, "--json", "--ignore-label", "-100", "--loss-scale", "4"}).out);
  CHECK(json["rows_ignored"] == 1);
  CHECK(json["losses"][0]["samples"] == 3);
  CHECK(json["losses"][0]["zero_sum_residual"] ==
        nlohmann::json::parse(audit({z, y, "--json", "--ignore-label", "-100"}).out)["losses"][0]["zero_sum_residual"]);
  CHECK(audit({z, y, "--ignore-label", "-100"}).out.find("ignored    1 row with the label -100") != std::string::npos);
  CHECK(audit({z, y, "--loss-scale", "0"}).err.find("--loss-scale: 0 must be a positive") != std::string::npos);
}

TEST_CASE("bad files and options are refused in one line, and nothing is written") {
  const auto refused = [](const std::vector<std::string>& arguments, int code, const char* part) {
    const ProgramRun run = audit(arguments);
    CAPTURE(run.err);
    CHECK(run.exit_code == code);
    CHECK(run.out.empty());
    CHECK(run.error_lines() == 1);
    CHECK(run.err.find(part) != std::string::npos);
  };
  const std::string directory = path_of("nothing");
  refused({path_of("missing.npy"), labels()}, 3, "cannot read");
  refused({logits("|O"), labels(), "--out", directory}, 3, "numbers of type '|O'");
  refused({logits("<f4", "(4, 4)"), labels()}, 3, "announces 4 x 4");
  refused({logits("<f4", "(2, 2, 3)"), labels()}, 3, "must be a matrix");
  refused({logits("<f4", "(12,)"), labels()}, 3, "one for each class");
  refused({logits(), labels({0, 1, 2}), "--out", directory}, 3, "there must be as many");
  refused({logits(), labels({0, 1, 2, 3}), "--out", directory}, 3, "row 3: label 3 must be");
  refused({logits(), labels(), "--formats", "bf17"}, 2, "--formats: ");
  refused({logits(), labels(), "--formats", "binary128"}, 2, "binary64 lacks");
  refused({logits(), labels(), "--formulation", "shfit"}, 2, "did you mean 'shift'?");
  refused({logits(), labels(), "--rounding", "sr"}, 2, "stochastic");
  refused({logits(), labels(), "--batch", "0"}, 2, "--batch");
  refused({logits(), labels(), "--loss-scale", "1e-310"}, 2, "finite B / S");
  refused({logits(), labels(), "--learning-rate", "nan"}, 2, "--learning-rate");
  refused({logits()}, 2, "LABELS is required");
  CHECK_FALSE(exists(directory));
}
