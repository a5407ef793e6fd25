#pragma once

#include <string>

#include "cli/eval_operations.hpp"
#include "precipice/rounding/text.hpp"

namespace precipice::cli {

/// What `precipice eval` was asked, as typed; an empty string is an option that was not given.
struct EvalOptions {
  std::string operation, format, to, rounding, tininess, seed, in, out, order, products, first_line;
  bool exact = false, flags = false, keep_going = false, testfloat = false;
};

enum class Input : std::uint8_t { value, code };
enum class Output : std::uint8_t { value, decimal, exact, code };
enum class FlagsColumn : std::uint8_t { absent, present };
enum class BadLine : std::uint8_t { ends, is_passed_over };

/// The same, understood and checked.
struct EvalRequest {
  Computation computation;
  Input in;
  Output out;
  Reading reading;
  FlagsColumn flags;
  BadLine bad_line;
  long long first_line;  ///< the number of the first line of input
};

/// Throws ConfigError for what is wrong in one option or between two.
EvalRequest understood(const EvalOptions& options);

/// The computation of the line with this number: a stochastic rounding draws by the seed and the number, counting from
/// 0, so the same line of the same input always gets the same random bits.
Computation at_line(const EvalRequest& request, long long line);

/// OP and the options that bring about the same computation of a first line.
std::string replay_text(const Computation& computation, long long line);

}  // namespace precipice::cli
