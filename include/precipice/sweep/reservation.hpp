#pragma once

#include <filesystem>
#include <optional>

namespace precipice {

/// Removes the files of a folder that nobody has reserved: those of processes that were killed.
void remove_abandoned_reservations(const std::filesystem::path& folder);

/// A name that one at a time has, of all threads and processes that share a file system: a lock (flock) on a file that
/// is there as long. A process that ends, however it ends, gives up what it had. Where the file system has no locks
/// everybody gets every name.
class Reservation {
 public:
  /// Nothing if somebody has it. Throws FileError if the file cannot be made.
  static std::optional<Reservation> try_take(const std::filesystem::path& file);
  /// Waits until nobody has it.
  static Reservation take(const std::filesystem::path& file);

  Reservation(Reservation&& other) noexcept;
  Reservation& operator=(Reservation&&) = delete;
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  ~Reservation();

 private:
  Reservation(std::filesystem::path file, int descriptor) : file_(std::move(file)), descriptor_(descriptor) {}

  static std::optional<Reservation> attempt(const std::filesystem::path& file, bool waits);

  std::filesystem::path file_;
  int descriptor_;  ///< -1: there was no lock to be had
};

}  // namespace precipice
