#pragma once

#include "precipice/verification/part.hpp"
#include "verification/dynamics_report.hpp"

namespace precipice::verification {

/// All figures of all settings; what is not finite is null.
Json to_json(const DynamicsFindings& findings);

}  // namespace precipice::verification
