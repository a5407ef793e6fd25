#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace precipice::tests {

/// A header as NumPy writes it: padded with blanks to a multiple of 64 bytes, a line end last; then the elements.
inline std::string npy(const std::string& header, const std::string& elements, int version = 1) {
  const std::size_t before = version == 1 ? 10 : 12;
  std::string text = header;
  while ((before + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string result = std::string("\x93NUMPY") + static_cast<char>(version) + '\0';
  for (std::size_t k = 0; k < before - 8; ++k) result += static_cast<char>(text.size() >> 8 * k & 0xFFU);
  return result + text + elements;
}

inline std::string npy_header(const std::string& type, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

/// Numbers as they lie in memory.
template <class T>
std::string bytes_of(const std::vector<T>& numbers) {
  std::string bytes(numbers.size() * sizeof(T), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

}  // namespace precipice::tests
