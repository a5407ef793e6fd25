#pragma once

#include <functional>

#include "cli/eval_text.hpp"

namespace precipice::cli {

/// One line of input that is neither empty nor a comment.
struct InputLine {
  long long number;
  std::string_view text;
  const Words& words;
};

/// Calls act(line) for every such line of standard input. Where it throws ConfigError the message gets the place of the
/// line; the line ends the run or is told of on standard error and passed over, as the request says. Returns the number
/// of lines passed over.
long long for_each_line(const EvalRequest& request, const std::function<void(const InputLine&)>& act);

/// Throws ConfigError that counts the lines passed over, if there are any: the end of a run that kept going.
void refuse_passed_over(long long passed_over);

}  // namespace precipice::cli
