#include "csv_file.hpp"
#include "selection.hpp"
#include "tasks.hpp"

namespace precipice {

DataSet load_digits(const Task& task, std::uint64_t seed, const std::string& directory) {
  constexpr std::size_t classes = 10;
  DataFile file =
      read_known_file(directory + "/digits.csv.gz", "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a",
                      "PRECIPICE_DATA names the folder that holds the project's data");
  Source digits = parse_csv(std::move(file), DataFiles{}, classes);
  digits.name = "digits.csv.gz";
  digits.unit = 16;
  return selected(task, seed, digits, std::nullopt, classes);
}

}  // namespace precipice
