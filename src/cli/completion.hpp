#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/cli/command.hpp"

namespace precipice::cli {

/// With this as the first argument the program prints what could follow the words behind it, for shells.
inline constexpr std::string_view completion_request = "__complete";

/// A word that could be typed, and what it means.
struct Candidate {
  std::string word, meaning;
};

enum class FileKind : std::uint8_t { none, files, directories };

struct Completion {
  std::vector<Candidate> words;
  FileKind files = FileKind::none;  ///< whether names of files could be typed as well
};

/// What could stand in place of the last of these words, all of which follow the program's name; the last one may be
/// empty, and every candidate begins with it. Nothing where nothing is known.
Completion completion_of(const Commands& commands, const std::vector<std::string>& words);

/// As shells read it: ":none", ":files" or ":directories" on a line, then a candidate a line, "word<tab>meaning".
std::string to_text(const Completion& completion);

}  // namespace precipice::cli
