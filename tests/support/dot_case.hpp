#pragma once

#include <fmt/core.h>

#include <string>
#include <vector>

#include "precipice/arithmetic/dot.hpp"
#include "precipice/number/code_point.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

namespace precipice::testing {

/// The line that replays a dot product.
inline std::string dot_line(const DotOperands& operands, const Accumulation& how, const Format& f, const Mode& mode,
                            const Rounded& got, const Rounded& wanted) {
  std::string operation = fmt::format("dot {} block {} marked {}", to_text(how.order), how.block, operands.marked);
  if (how.products) {
    operation += fmt::format(" products {} {}", to_text(how.products->format), mode_text(how.products->mode));
  }
  if (how.alignment) operation += fmt::format(" extra bits {}", how.alignment->extra_bits);
  if (operands.start) operation += fmt::format(" start {}", to_hexadecimal(*operands.start));
  std::vector<Exact> factors;
  for (std::size_t k = 0; k < operands.x.size(); ++k) {
    factors.push_back(operands.x[k]);
    factors.push_back(operands.y[k]);
  }
  return case_line(operation, f, mode, factors, got, wanted);
}

/// Random data of a format, few of them infinities and NaNs.
inline std::vector<Exact> members(Sample& sample, const Format& f, std::size_t count) {
  std::vector<Exact> result;
  while (result.size() < count) {
    result.push_back(decode(f, Integer(sample.below(std::uint64_t{1} << width(f)))));
    if (!result.back().is_finite() && sample.below(8) != 0) result.pop_back();
  }
  return result;
}

}  // namespace precipice::testing
