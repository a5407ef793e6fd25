#pragma once

#include "cli/eval_request.hpp"
#include "precipice/format/error.hpp"

namespace precipice::cli {

/// Reads lines as Berkeley TestFloat's testfloat_gen writes them, "a b ... expected flags": code points in hexadecimal,
/// 0 or 1 for what a comparison says, and the flags as two hexadecimal digits (bit 0 inexact, 1 underflow, 2 overflow,
/// 3 infinite, 4 invalid). Compares bit for bit; only NaNs are all alike. Writes a line that replays it for each of the
/// first mismatches, and "N tested, M mismatches".
ExitCode check_testfloat(const EvalRequest& request);

}  // namespace precipice::cli
