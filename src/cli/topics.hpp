#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "precipice/format/term.hpp"

namespace precipice::cli {

/// A topic of `precipice help`: words that people type, explained from the tables that they are read by.
struct Topic {
  Term name;
  std::function<std::string()> text;
};

const std::vector<Topic>& topics();

/// Words with their meanings, in a column.
std::string listed(std::span<const Term> terms);

}  // namespace precipice::cli
