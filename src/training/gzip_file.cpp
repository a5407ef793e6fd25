#include "precipice/training/gzip_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <memory>

#include "precipice/format/error.hpp"

namespace precipice {

std::string read_gzip_file(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  std::string bytes;
  char chunk[1U << 16U];
  int count = 0;
  while (file && (count = gzread(file.get(), chunk, sizeof chunk)) > 0) {
    bytes.append(chunk, static_cast<std::size_t>(count));
  }
  if (!file || count < 0) throw FileError(fmt::format("cannot read {}", path));
  return bytes;
}

}  // namespace precipice
