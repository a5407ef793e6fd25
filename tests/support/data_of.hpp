#pragma once

#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"

namespace precipice::testing {

/// The data of an experiment.
inline DataSet data_of(const Experiment& e) { return load_data(e.task, e.run.seed); }

}  // namespace precipice::testing
