#include "npy_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

/// Reads the header, a Python dictionary such as {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class Header {
 public:
  Header(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  void read_into(ArrayFile& array) {
    expect('{');
    while (!accepts('}')) {
      const std::string_view key = quoted();
      if (std::ranges::find(seen_, key) != seen_.end()) refuse(fmt::format("has '{}' twice", printable(key)));
      seen_.push_back(key);
      expect(':');
      if (key == "descr") {
        array.element = element();
      } else if (key == "fortran_order") {
        array.layout = layout();
      } else if (key == "shape") {
        array.shape = shape();
      } else {
        refuse(fmt::format("has the key '{}'", printable(key)));
      }
      if (!accepts(',') && peek() != '}') refuse("lacks a comma");
    }
    if (seen_.size() != 3) refuse("lacks one of descr, fortran_order and shape");
    if (!is_blank_to_end()) refuse("goes on behind its closing brace");
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw FileError(
        fmt::format("{}: its header {}; it must be like {{'descr': '<f8', 'fortran_order': False, "
                    "'shape': (3, 4), }}",
                    path_, what));
  }

  [[nodiscard]] bool is_blank_to_end() const { return text_.find_first_not_of(" \n\r\t\0", at_, 5) == text_.npos; }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accepts(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accepts(c)) refuse(fmt::format("lacks a '{}'", c));
  }

  std::string_view quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') refuse("lacks a quoted text");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) refuse("has a text without an end");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return inside;
  }

  Element element() {
    if (peek() == '[') refuse("describes records with fields, not plain numbers");
    const std::string_view type = quoted();
    const std::optional<Element> element = parsed(type);
    if (element) return *element;
    throw FileError(
        fmt::format("{}: numbers of type '{}' cannot be read; save them as float64, float32, float16, or "
                    "integers of 1, 2, 4 or 8 bytes{}",
                    path_, printable(type), type.ends_with("V2") ? " (if it is bfloat16: float32 has all of it)" : ""));
  }

  static std::optional<Element> parsed(std::string_view type) {
    if (type.size() != 3) return {};
    Element element;
    element.size = static_cast<std::size_t>(type[2] - '0');
    switch (type[0]) {
      case '<': element.order = std::endian::little; break;
      case '>': element.order = std::endian::big; break;
      case '|':
        if (element.size != 1) return {};
        break;
      default: return {};
    }
    switch (type[1]) {
      case 'u': element.kind = Element::Kind::unsigned_integer; break;
      case 'i': element.kind = Element::Kind::signed_integer; break;
      case 'f': element.kind = Element::Kind::floating_point; break;
      default: return {};
    }
    const bool has_size = element.size == 2 || element.size == 4 || element.size == 8 ||
                          (element.kind != Element::Kind::floating_point && element.size == 1);
    return has_size ? std::optional(element) : std::nullopt;
  }

  Layout layout() {
    skip_blanks();
    for (const auto& [word, layout] : {std::pair<std::string_view, Layout>{"False", Layout::last_index_fastest},
                                       std::pair<std::string_view, Layout>{"True", Layout::first_index_fastest}}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return layout;
    }
    refuse("has a fortran_order that is neither True nor False");
  }

  std::vector<std::uint64_t> shape() {
    std::vector<std::uint64_t> lengths;
    expect('(');
    while (!accepts(')')) {
      skip_blanks();
      std::uint64_t length = 0;
      const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), length);
      if (error != std::errc{}) refuse("has a shape with something that is no length");
      at_ = static_cast<std::size_t>(end - text_.data());
      lengths.push_back(length);
      if (!accepts(',') && peek() != ')') refuse("has a shape without its closing parenthesis");
    }
    return lengths;
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t at_ = 0;
  std::vector<std::string_view> seen_;
};

/// Where the header's text begins and how long it is.
struct Extent {
  std::size_t begin, length;
};

Extent header_extent(const DataFile& file, std::uint64_t size) {
  const std::string& bytes = file.bytes;
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<std::uint8_t>(bytes[i])}; };
  if (!bytes.starts_with(magic)) {
    throw FileError(fmt::format("{} is no NPY file: it must begin with the byte 0x93 and NUMPY", file.path));
  }
  const std::size_t version = bytes.size() > magic.size() ? byte(magic.size()) : 0;
  const std::size_t begin = magic.size() + 2 + (version == 1 ? 2 : 4);
  if (bytes.size() < begin) {
    throw FileError(fmt::format("{} ends at byte {}, within its header", file.path, bytes.size()));
  }
  if (version < 1 || version > 3) {
    throw FileError(
        fmt::format("{} is in version {} of the NPY format; versions 1, 2 and 3 can be read", file.path, version));
  }
  std::size_t length = 0;
  for (std::size_t i = begin; i > magic.size() + 2; --i) length = length << 8U | byte(i - 1);
  if (length > size - begin) {
    throw FileError(fmt::format("{} ends at byte {}, within its header of {} bytes", file.path, size, begin + length));
  }
  if (length > bytes.size() - begin) {
    throw FileError(
        fmt::format("{}: its header has {} bytes; that of an array of numbers has some hundred", file.path, length));
  }
  return {begin, length};
}

}  // namespace

ArrayFile parse_npy_header(DataFile head, std::uint64_t size) {
  ArrayFile array;
  array.file = std::move(head);
  const auto [begin, length] = header_extent(array.file, size);
  Header(std::string_view(array.file.bytes).substr(begin, length), array.file.path).read_into(array);
  array.begin = begin + length;
  check_extent(array, size);
  return array;
}

ArrayFile parse_npy(DataFile file) {
  const std::uint64_t size = file.bytes.size();
  return parse_npy_header(std::move(file), size);
}

}  // namespace precipice
