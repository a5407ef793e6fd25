#pragma once

#include <cstddef>
#include <type_traits>

namespace precipice {

namespace detail {

/// Calls call(work, first, end) for ranges that cover [0, count) once, none much shorter than `least`, on the threads
/// that are free; returns when all are done.
void in_parallel_pieces(std::size_t count, std::size_t least, void (*call)(const void*, std::size_t, std::size_t),
                        const void* work);

}  // namespace detail

/// work(first, end) for ranges that cover [0, count) once: in one piece and on this thread unless there are at least
/// two pieces of `least`. The pieces must not depend on each other, so that no result knows how many there were.
template <class Work>
void in_pieces(std::size_t count, std::size_t least, const Work& work) {
  if (count == 0) return;
  if (count < 2 * least) return work(std::size_t{0}, count);
  const auto call = [](const void* it, std::size_t first, std::size_t end) {
    (*static_cast<const Work*>(it))(first, end);
  };
  detail::in_parallel_pieces(count, least, call, &work);
}

}  // namespace precipice
