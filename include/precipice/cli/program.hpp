#pragma once

namespace precipice::cli {

/// The program `precipice`: reads the command line, does what it asks for and returns the exit code (see ExitCode).
/// Every failure is one line on standard error, "precipice: what is wrong, where, what would be right".
int run(int argc, const char* const* argv);

}  // namespace precipice::cli
