#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "support/run_program.hpp"

namespace precipice::tests {

inline ProgramRun eval(std::string_view input, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "eval");
  return run_precipice(arguments, input);
}

/// The answers of a run that must be without error.
inline std::string answers(std::string_view input, const std::vector<std::string>& arguments) {
  const ProgramRun run = eval(input, arguments);
  CHECK(run.exit_code == 0);
  CHECK(run.err == "");
  return run.out;
}

/// The text with each of these words in it; says which one is missing.
inline void check_holds(const std::string& text, std::initializer_list<std::string_view> words) {
  CAPTURE(text);
  for (const std::string_view word : words) {
    CAPTURE(word);
    CHECK(text.find(word) != std::string::npos);
  }
}

/// Wrong usage: exit 2, `printed` on standard output, one line of error that holds each of these words.
inline void check_refused(const ProgramRun& run, std::initializer_list<std::string_view> words,
                          std::string_view printed = "") {
  CAPTURE(run.err);
  CHECK(run.exit_code == 2);
  CHECK(run.out == printed);
  CHECK(run.error_lines() == 1);
  CHECK(run.err.starts_with("precipice: "));
  check_holds(run.err, words);
}

}  // namespace precipice::tests
