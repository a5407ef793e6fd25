#pragma once

#include <cstdint>
#include <optional>

#include "source.hpp"

namespace precipice {

/// task.samples of `train` in random order, prepared as the task says, and task.test_samples of `test` or, without it,
/// of what is left of `train`. Throws ConfigError if there are too few.
DataSet selected(const Task& task, std::uint64_t seed, const Source& train, const std::optional<Source>& test,
                 std::size_t classes);

/// Throws ConfigError that names the first class without a training sample.
void check_every_class(const DataSet& data);

}  // namespace precipice
