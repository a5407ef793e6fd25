#include "precipice/sweep/parallel.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <exception>
#include <mutex>

namespace precipice {
namespace {

/// The next index and the first failure, under one lock.
class Queue {
 public:
  explicit Queue(std::size_t count) : count_(count) {}

  bool take(std::size_t& index) {
    const std::lock_guard lock(mutex_);
    if (failure_ || next_ == count_) return false;
    index = next_++;
    return true;
  }
  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
  }
  void rethrow() {
    const std::lock_guard lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::mutex mutex_;
  std::size_t next_ = 0, count_;
  std::exception_ptr failure_;
};

void drain(Queue& queue, const std::function<void(std::size_t)>& work) {
  std::size_t index = 0;
  while (queue.take(index)) {
    try {
      work(index);
    } catch (...) {
      queue.fail(std::current_exception());
    }
  }
}

}  // namespace

void in_parallel(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& work) {
  Queue queue(count);
  const std::size_t threads = std::max<std::size_t>(1, std::min(jobs, count));
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] {
    tbb::parallel_for(
        std::size_t{0}, threads, [&](std::size_t) { drain(queue, work); }, tbb::simple_partitioner{});
  });
  queue.rethrow();
}

std::size_t available_cores() { return static_cast<std::size_t>(std::max(1, tbb::info::default_concurrency())); }

}  // namespace precipice
