#include "precipice/training/gzip_file.hpp"

#include <doctest/doctest.h>

#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

std::string complaint_about(const std::string& path) {
  try {
    static_cast<void>(read_gzip_file(path));
  } catch (const FileError& error) {
    return error.what();
  }
  return "no complaint";
}

}  // namespace

TEST_CASE("a gzip file is decompressed, any other read as it is") {
  const std::string bytes = std::string(100'000, 'a') + std::string("\0\n\xff", 3);
  CHECK(read_gzip_file(written_gzip("whole.gz", bytes)) == bytes);
  CHECK(read_gzip_file(written("plain", bytes)) == bytes);
  CHECK(read_gzip_file(written("empty", "")).empty());
}

TEST_CASE("a gzip file that breaks off anywhere, or is changed, is refused; so is one that is missing") {
  const std::string whole = read_back(written_gzip("whole.gz", "one line\nand another\n"));
  for (std::size_t length = 2; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK(complaint_about(written("part.gz", whole.substr(0, length))).find("part.gz") != std::string::npos);
  }
  CHECK(complaint_about(written("part.gz", whole.substr(0, whole.size() - 1))).find("ends within its gzip stream") !=
        std::string::npos);
  std::string changed = whole;
  changed[whole.size() - 8] = static_cast<char>(changed[whole.size() - 8] ^ 1);  // of the checksum
  CHECK(complaint_about(written("changed.gz", changed)).find("gzip stream is not sound") != std::string::npos);
  CHECK(complaint_about("/nowhere.gz") == "cannot read /nowhere.gz");
}

TEST_CASE("a gzip file in memory is decompressed, or refused by its name") {
  const std::string bytes = std::string(100'000, 'a') + std::string("\0\n\xff", 3);
  const std::string whole = read_back(written_gzip("whole.gz", bytes));
  const auto decompress = [](const std::string& gzip) {
    const std::vector<unsigned char> copy(gzip.begin(), gzip.end());
    return decompressed(copy, "it");
  };
  CHECK(decompress(whole) == bytes);
  CHECK_THROWS_WITH_AS(decompress(whole.substr(0, whole.size() / 2)), "it is damaged: its gzip stream is not sound",
                       FileError);
  CHECK_THROWS_AS(decompress(""), FileError);
}
