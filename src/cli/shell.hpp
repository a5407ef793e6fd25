#pragma once

#include <string>

namespace precipice::cli {

/// A word as a shell reads it.
std::string shell_word(const std::string& text);

}  // namespace precipice::cli
