#pragma once

#include <atomic>

namespace precipice::cli {

/// Becomes true at the first Ctrl-C or SIGTERM after this call, so that long work can end in order; a second one ends
/// the process. The only state of the process that is not passed by hand: a signal handler takes no arguments.
const std::atomic<bool>& watch_for_interruption();

}  // namespace precipice::cli
