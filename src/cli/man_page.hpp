#pragma once

#include <string>
#include <vector>

#include "precipice/cli/command.hpp"

namespace precipice::cli {

/// A manual page in man(7)'s language.
struct ManPage {
  std::string file;  ///< "precipice-sweep.1"
  std::string text;
};

/// precipice.1, a page for every command, and precipice.7 with the topics of `precipice help`; all from what `--help`
/// says, so that they say nothing else. No page depends on anything but the program: there is no date.
std::vector<ManPage> man_pages(const Commands& commands);

}  // namespace precipice::cli
