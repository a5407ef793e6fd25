#pragma once

#include <hwy/targets.h>

namespace precipice::testing {

/// visit(name) with each target of Highway that is compiled in and that this machine can run.
template <class Visit>
void on_every_target(const Visit& visit) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    visit(hwy::TargetName(target));
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace precipice::testing
