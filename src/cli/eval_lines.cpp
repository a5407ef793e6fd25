#include "cli/eval_lines.hpp"

#include <fmt/core.h>

#include "precipice/cli/input.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/error.hpp"

namespace precipice::cli {

long long for_each_line(const EvalRequest& request, const std::function<void(const InputLine&)>& act) {
  StandardInput input(flush_output, request.first_line);
  Words words;
  long long passed_over = 0;
  while (const auto text = input.next_line()) {
    split(*text, words);
    if (words.empty() || words.front().starts_with('#')) continue;
    try {
      act({input.line(), *text, words});
    } catch (const ConfigError& error) {
      const std::string message = fmt::format("{}: {}", input.place(), error.what());
      if (request.bad_line == BadLine::ends) throw ConfigError(message);
      print_error(message);
      ++passed_over;
    }
  }
  return passed_over;
}

void refuse_passed_over(long long passed_over) {
  if (passed_over == 0) return;
  throw ConfigError(passed_over == 1 ? "1 line was passed over"
                                     : fmt::format("{} lines were passed over", passed_over));
}

}  // namespace precipice::cli
