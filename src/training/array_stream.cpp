#include "precipice/training/array_stream.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "npy_file.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

constexpr std::size_t longest_header = 1U << 20U;

[[noreturn]] void refuse(const std::string& path, int error) {
  throw FileError(fmt::format("cannot read {}: {}", path, std::generic_category().message(error)));
}

/// A file that is open for reading. A pipe that nobody writes to must not hold us up.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : path_(path), number_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (number_ < 0) refuse(path, errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(number_); }

  [[nodiscard]] std::uint64_t size() const {
    struct stat status {};
    if (fstat(number_, &status) != 0) refuse(path_, errno);
    if (!S_ISREG(status.st_mode))
      throw FileError(fmt::format("{} is no file of numbers but a folder or a pipe", path_));
    return static_cast<std::uint64_t>(status.st_size);
  }

  void read(std::uint64_t offset, std::span<char> to) const {
    while (!to.empty()) {
      const ssize_t count = pread(number_, to.data(), to.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) refuse(path_, errno);
      if (count == 0) throw FileError(fmt::format("{} has become shorter while it was read", path_));
      offset += static_cast<std::uint64_t>(count);
      to = to.subspan(static_cast<std::size_t>(count));
    }
  }

 private:
  std::string path_;
  int number_;
};

ArrayFile header_of(const std::string& path, const Descriptor& file) {
  const std::uint64_t size = file.size();
  DataFile head{path, std::string(std::min<std::uint64_t>(size, longest_header), '\0'), {}};
  file.read(0, head.bytes);
  ArrayFile array = parse_npy_header(std::move(head), size);
  if (array.shape.size() > 2) {
    throw FileError(
        fmt::format("{} holds {} numbers; it must be a matrix or a list (reshape it)", path, shape_text(array)));
  }
  array.file.bytes = {};
  return array;
}

}  // namespace

struct ArrayStream::Content {
  explicit Content(const std::string& path) : file(path), array(header_of(path, file)) {}

  /// `count` numbers that lie side by side from the `index`-th on, to to[0], to[stride], ...
  void read_run(std::uint64_t index, std::size_t count, double* to, std::size_t stride) const {
    const std::size_t size = array.element.size;
    std::vector<char> bytes(count * size);
    file.read(array.begin + index * size, bytes);
    for (std::size_t i = 0; i < count; ++i) to[i * stride] = decoded(array.element, &bytes[i * size]);
  }

  Descriptor file;
  ArrayFile array;
};

ArrayStream::ArrayStream(const std::string& path) : content_(std::make_unique<Content>(path)) {}
ArrayStream::ArrayStream(ArrayStream&&) noexcept = default;
ArrayStream::~ArrayStream() = default;

const std::string& ArrayStream::path() const { return content_->array.file.path; }
std::uint64_t ArrayStream::rows() const { return content_->array.shape[0]; }
std::size_t ArrayStream::columns() const {
  return content_->array.shape.size() < 2 ? 1 : static_cast<std::size_t>(content_->array.shape[1]);
}
bool ArrayStream::is_list() const { return columns() == 1; }

void ArrayStream::read(std::uint64_t first, std::span<double> to) const {
  const std::size_t width = columns();
  if (content_->array.layout == Layout::last_index_fastest)
    return content_->read_run(first * width, to.size(), to.data(), 1);
  for (std::size_t k = 0; k < width; ++k) content_->read_run(k * rows() + first, to.size() / width, &to[k], width);
}

void ArrayStream::read_labels(std::uint64_t first, std::size_t classes, std::span<std::uint32_t> to,
                              std::optional<std::int64_t> ignored) const {
  std::vector<double> numbers(to.size());
  read(first, numbers);
  for (std::size_t i = 0; i < to.size(); ++i) {
    const bool counts = !ignored || numbers[i] != static_cast<double>(*ignored);
    to[i] = counts ? checked_label(numbers[i], classes, fmt::format("{}: row {}", path(), first + i)) : no_label;
  }
}

}  // namespace precipice
