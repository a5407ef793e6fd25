#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace precipice::chart {

/// A results directory that no sweep has computed: the test says what each run did.
class Synthetic {
 public:
  /// p = 4, 8 over E = 4, 5, 8 with seeds 0 and 1, K = 10, N = B = 50; no runs yet.
  Synthetic();

  struct Run {
    std::string p, exponent_bits, seed, format, outcome;
    std::string sc50 = "", margin = "", final_loss = "0.25", nfi_onset = "";
  };
  void add(const Run& run) { runs.push_back(run); }
  /// A run of the grid for each seed: outcomes[0] of seed 0, and so on.
  void add(int p, int exponent_bits, const std::vector<std::string>& outcomes,
           const std::vector<std::string>& sc50 = {});
  void add_control(int seed, const std::string& outcome, const std::string& margin);

  /// Writes the files into a new folder of the scratch directory and returns it.
  [[nodiscard]] std::filesystem::path write() const;

  nlohmann::json manifest;
  std::vector<Run> runs;
  /// Further columns of cells.csv, the same in each row: an axis beside the three.
  std::string more_header, more_fields;
};

/// A folder of the scratch directory that did not exist before.
std::filesystem::path new_folder();

std::string text_of(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

std::size_t occurrences(const std::string& text, const std::string& part);

}  // namespace precipice::chart
