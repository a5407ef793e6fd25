#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#pragma GCC visibility push(default)
namespace precipice {

/// A word that people may type and what it means, in half a line. The tables from which words are parsed are made of
/// these, so `precipice help` can show no other ones.
struct Term {
  std::string_view word;
  std::string_view meaning;
  std::string_view also = {};  ///< other words for it, separated by blanks
};

/// The words alone.
template <std::size_t N>
constexpr std::array<std::string_view, N> words_of(const std::array<Term, N>& terms) {
  std::array<std::string_view, N> words{};
  for (std::size_t i = 0; i < N; ++i) words[i] = terms[i].word;
  return words;
}

}  // namespace precipice
#pragma GCC visibility pop
