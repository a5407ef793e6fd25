#pragma once

#include <tbb/task_arena.h>

namespace precipice::testing {

/// Does work where no other thread helps.
template <class Work>
void on_one_thread(const Work& work) {
  tbb::task_arena arena(1);
  arena.execute(work);
}

}  // namespace precipice::testing
