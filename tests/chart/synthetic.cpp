#include "synthetic.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>

namespace precipice::chart {

namespace fs = std::filesystem;

Synthetic::Synthetic() {
  manifest = nlohmann::json::parse(R"({
    "program": "precipice", "version": "0.1.0", "compiler": "none", "name": "synthetic",
    "base": {"task.name": "digits", "task.samples": 50, "model.name": "mlp", "model.hidden": [32, 32],
      "loss.formulation": "shift", "loss.order": "sequential", "loss.mean": "before", "precision.plan": "loss-only",
      "precision.format": "e8m7", "precision.rounding": "nearest-even", "optimizer.name": "adam",
      "optimizer.learning_rate": 3e-3, "run.steps": 20000, "run.batch": 0, "run.record_every": 10},
    "grids": [{"axes": [{"key": "precision.p", "values": [4, 8]},
                        {"key": "precision.exponent_bits", "values": [4, 5, 8]},
                        {"key": "run.seed", "values": [0, 1]}],
               "also": [{"precision.format": ["binary64"], "run.seed": [0, 1]}]}],
    "data": {"classes": 10, "samples": 50}})");
}

void Synthetic::add(int p, int exponent_bits, const std::vector<std::string>& outcomes,
                    const std::vector<std::string>& sc50) {
  for (std::size_t seed = 0; seed < outcomes.size(); ++seed) {
    runs.push_back({fmt::format("{}", p), fmt::format("{}", exponent_bits), fmt::format("{}", seed),
                    fmt::format("e{}m{}", exponent_bits, p - 1), outcomes[seed], sc50.empty() ? "" : sc50[seed]});
  }
}

void Synthetic::add_control(int seed, const std::string& outcome, const std::string& margin) {
  runs.push_back({"", "", fmt::format("{}", seed), "e11m52", outcome, "", margin});
}

fs::path Synthetic::write() const {
  const fs::path folder = new_folder();
  write_text(folder / "manifest.json", manifest.dump(2));
  std::string table = fmt::format(
      "key,precision.p,precision.exponent_bits,run.seed{},format,outcome,sc50,nfi_onset,final_loss,final_median_margin,"
      "state_digest\r\n",
      more_header);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    table +=
        fmt::format("{:04x},{},{},{}{},{},{},{},{},{},{},\"a, \"\"b\"\"\"\r\n", i, run.p, run.exponent_bits, run.seed,
                    more_fields, run.format, run.outcome, run.sc50, run.nfi_onset, run.final_loss, run.margin);
  }
  write_text(folder / "cells.csv", table);
  return folder;
}

fs::path new_folder() {
  static std::atomic<int> count = 0;
  const fs::path folder = fs::path(PRECIPICE_SCRATCH) / fmt::format("{}-{}", ::getpid(), count++);
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace precipice::chart
