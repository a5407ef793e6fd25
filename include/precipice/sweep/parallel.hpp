#pragma once

#include <cstddef>
#include <functional>

namespace precipice {

/// Calls work(0), ..., work(count - 1) on `jobs` threads; each takes the next index that nobody has begun. The first
/// exception stops the taking and is thrown again when all threads are done.
void in_parallel(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& work);

/// Cores that this process may use.
std::size_t available_cores();

}  // namespace precipice
