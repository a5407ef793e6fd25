#pragma once

#include <tbb/task_arena.h>

#include <map>
#include <string>
#include <vector>

namespace precipice::bench {

/// Seconds per item of each benchmark that ran, one for each repetition: a multiply-add, an element, a row, a step.
using Times = std::map<std::string, std::vector<double>>;

/// work(), on this thread alone: large operations share themselves out otherwise.
template <class Work>
void on_one_core(const Work& work) {
  tbb::task_arena(1).execute(work);
}

// Names are kind/engine/format/size; each kind stands beside its native twin and MPFR's on the same work.
void register_kernels();  ///< matmul, round, elementwise, exp, softmax
void register_steps();    ///< step/plan/format/width, experiment, cells

/// The ratios of the times against their targets, one a line. True if none is missed.
bool print_summary(const Times& times);
/// The benchmarks that the summary needs, as a regular expression.
std::string summary_filter();

}  // namespace precipice::bench
