#include "precipice/arithmetic/pieces.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace precipice::detail {

void in_parallel_pieces(std::size_t count, std::size_t least, void (*call)(const void*, std::size_t, std::size_t),
                        const void* work) {
  // Isolated: a thread that waits for the last piece must not begin something else, such as another cell of a sweep,
  // for it still holds the buffers of this one.
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, least),
                      [&](const tbb::blocked_range<std::size_t>& piece) { call(work, piece.begin(), piece.end()); });
  });
}

}  // namespace precipice::detail
