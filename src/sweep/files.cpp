#include "precipice/sweep/files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, int error) {
  throw FileError(fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(error)));
}

constexpr std::string_view draft_suffix = ".tmp";

/// A file being written; removed again unless it was given its name. Its lock tells that somebody still writes it: a
/// process that is killed leaves the file without one. Where there are no locks, nobody removes what others left.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& target) : target_(target) {
    static std::atomic<unsigned> count{0};
    do {
      if (descriptor_ >= 0) close(descriptor_);
      path_ = fmt::format("{}.{}-{}{}", target.string(), getpid(), count++, draft_suffix);
      descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ < 0) refuse(target_, errno);
    } while (flock(descriptor_, LOCK_EX) == 0 && is_gone());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!named_) unlink(path_.c_str());
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) refuse(target_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  void publish() {
    if (fsync(descriptor_) != 0 || std::rename(path_.c_str(), target_.c_str()) != 0) refuse(target_, errno);
    named_ = true;
    if (close(std::exchange(descriptor_, -1)) != 0) refuse(target_, errno);
  }

 private:
  /// Taken for abandoned between its creation and its lock.
  [[nodiscard]] bool is_gone() const {
    struct stat status {};
    return fstat(descriptor_, &status) == 0 && status.st_nlink == 0;
  }

  std::filesystem::path target_;
  std::string path_;
  int descriptor_ = -1;
  bool named_ = false;
};

}  // namespace

void write_whole_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) refuse(path, error.value());
  Draft draft(path);
  draft.write(bytes);
  draft.publish();
}

void remove_abandoned_drafts(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != draft_suffix) continue;
    const int descriptor = open(entry.path().c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) continue;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) unlink(entry.path().c_str());
    close(descriptor);
  }
}

std::string read_whole_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) throw FileError(fmt::format("cannot read {}", path.string()));
  return bytes;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, 6, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib's interface; it only reads
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw FileError("cannot compress more than 4 GiB; record fewer steps");
  return packed;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_number(double value) { return std::isnan(value) ? std::string{} : fmt::format("{}", value); }

}  // namespace precipice
