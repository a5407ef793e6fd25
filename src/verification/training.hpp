#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "precipice/diagnosis/run.hpp"
#include "precipice/verification/course.hpp"

namespace precipice::verification {

/// Trains every experiment on the threads of the course, the longest first. `see` gets each trace as soon as it is
/// there, on the thread of its run. Throws Interrupted, FileError without data, and what `see` throws.
void train_each(const std::vector<Experiment>& experiments, const Course& course,
                const std::function<void(std::size_t, Trace)>& see);

}  // namespace precipice::verification
