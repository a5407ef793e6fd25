#include "csv_file.hpp"
#include "digits_file.hpp"
#include "precipice/training/gzip_file.hpp"
#include "selection.hpp"
#include "tasks.hpp"

namespace precipice {

DataSet load_digits(const Task& task, std::uint64_t seed) {
  constexpr std::size_t classes = 10;
  const std::string name = "digits.csv.gz";
  Source digits =
      parse_csv({name, decompressed(digits_file(), name), std::string(digits_checksum())}, DataFiles{}, classes);
  digits.name = name;
  digits.unit = 16;
  return selected(task, seed, digits, std::nullopt, classes);
}

}  // namespace precipice
