#include "precipice/sweep/reservation.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

/// Whether the file was given up, and so removed, between its opening and its lock.
bool is_gone(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && status.st_nlink == 0;
}

int opened(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    throw FileError(fmt::format("cannot make the directory {}: {}", file.parent_path().string(), error.message()));
  }
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor >= 0) return descriptor;
  throw FileError(fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(errno)));
}

/// Whether the lock is ours, somebody else's, or there are none.
enum class Lock : std::uint8_t { ours, others, none };

Lock locked(int descriptor, bool waits) {
  for (;;) {
    if (flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0) return Lock::ours;
    if (errno == EWOULDBLOCK) return Lock::others;
    if (errno != EINTR) return Lock::none;
  }
}

}  // namespace

std::optional<Reservation> Reservation::attempt(const std::filesystem::path& file, bool waits) {
  for (;;) {
    const int descriptor = opened(file);
    const Lock lock = locked(descriptor, waits);
    if (lock == Lock::ours && !is_gone(descriptor)) return Reservation(file, descriptor);
    close(descriptor);
    if (lock == Lock::others) return {};
    if (lock == Lock::none) return Reservation(file, -1);
  }
}

std::optional<Reservation> Reservation::try_take(const std::filesystem::path& file) { return attempt(file, false); }

Reservation Reservation::take(const std::filesystem::path& file) { return std::move(*attempt(file, true)); }

Reservation::Reservation(Reservation&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {
  other.file_.clear();
}

Reservation::~Reservation() {
  if (!file_.empty()) unlink(file_.c_str());  // before the lock goes: whoever opened it meanwhile sees that it is gone
  if (descriptor_ >= 0) close(descriptor_);
}

void remove_abandoned_reservations(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::vector<std::filesystem::path> files;  // first: what is removed while a folder is read may hide what follows
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) files.push_back(entry.path());
  for (const std::filesystem::path& file : files) static_cast<void>(Reservation::try_take(file));
}

}  // namespace precipice
