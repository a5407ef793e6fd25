#include "precipice/training/gzip_file.hpp"

#include <fmt/core.h>
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
  if (!file) throw FileError(fmt::format("cannot read {}", path));
  int error = Z_OK;
  gzerror(file.get(), &error);
  // gzread hands over what there is of a stream that breaks off, and says so here only.
  if (error == Z_BUF_ERROR) throw FileError(fmt::format("{} is damaged: it ends within its gzip stream", path));
  if (error == Z_DATA_ERROR) throw FileError(fmt::format("{} is damaged: its gzip stream is not sound", path));
  if (error != Z_OK || count < 0) throw FileError(fmt::format("cannot read {}", path));
  return bytes;
}

std::string decompressed(std::span<const unsigned char> gzip, const std::string& name) {
  constexpr int gzip_window = 15 + 16;  // zlib's manual: windows of 2^15 bytes, and the header is gzip's
  z_stream stream{};
  stream.next_in = const_cast<Bytef*>(gzip.data());  // zlib reads it
  stream.avail_in = static_cast<uInt>(gzip.size());
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw FileError(fmt::format("cannot decompress {}", name));
  std::string bytes;
  unsigned char chunk[1U << 16U];
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = chunk;
    stream.avail_out = sizeof chunk;
    state = inflate(&stream, Z_NO_FLUSH);
    bytes.append(chunk, chunk + (sizeof chunk - stream.avail_out));
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END) throw FileError(fmt::format("{} is damaged: its gzip stream is not sound", name));
  return bytes;
}

}  // namespace precipice
