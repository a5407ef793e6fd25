#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>

namespace precipice {

/// What buffers of a thread are for: two of one use are never alive at the same time.
enum class Use : std::uint8_t { left_factor, right_factor, sums, softmax };

/// Room for at least `count` numbers, aligned for vectors. It is this thread's, and lives until the thread asks for
/// this use again; it grows and never shrinks.
template <class T, Use use>
T* scratch(std::size_t count) {
  thread_local hwy::AlignedFreeUniquePtr<T[]> room;
  thread_local std::size_t capacity = 0;
  if (count > capacity) {
    room = hwy::AllocateAligned<T>(count);
    capacity = count;
  }
  return room.get();
}

}  // namespace precipice
