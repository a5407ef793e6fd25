#pragma once

#include <vector>

#include "precipice/sweep/settings.hpp"

namespace precipice {

/// The settings of [task], in the order in which they are applied: the name first, since it says which others apply.
std::vector<Setting> task_settings();

}  // namespace precipice
