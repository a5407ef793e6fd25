#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#pragma GCC visibility push(default)
namespace precipice {

/// A matrix or a list in an NPY file, read by pieces, so that it may be larger than memory: integers of 1, 2, 4 or 8
/// bytes, binary16, binary32 or binary64, of either byte order, in C or Fortran order. Threads may read at a time.
class ArrayStream {
 public:
  /// Reads the header. Throws FileError for what is no such file: another format, records or objects, a header that is
  /// damaged or longer than 1 MiB, a shape that is empty, has more than two lengths, or does not fit to the file's
  /// size.
  explicit ArrayStream(const std::string& path);
  ArrayStream(ArrayStream&&) noexcept;
  ~ArrayStream();

  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] std::uint64_t rows() const;
  [[nodiscard]] std::size_t columns() const;  ///< of a list 1
  [[nodiscard]] bool is_list() const;         ///< one length, or a second one of 1

  /// Rows first, first + 1, ... into `to`, row by row: as many as it has room for, which must be whole ones that are
  /// there. Integers beyond 2^53 are rounded; NaN and infinities are passed on. Throws FileError if the file cannot be
  /// read (or has become shorter).
  void read(std::uint64_t first, std::span<double> to) const;

  /// The same of a list of labels: throws FileError ("PATH: row 7: label 10 must be ...") for other numbers than 0, 1,
  /// ..., classes - 1. One that is to be ignored, such as -100, becomes no_label.
  void read_labels(std::uint64_t first, std::size_t classes, std::span<std::uint32_t> to,
                   std::optional<std::int64_t> ignored = {}) const;
  static constexpr std::uint32_t no_label = UINT32_MAX;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace precipice
#pragma GCC visibility pop
