#pragma once

#include <cstdint>

#pragma GCC visibility push(default)
namespace precipice {

enum class Sign : std::uint8_t { positive, negative };

constexpr Sign opposite(Sign s) { return s == Sign::positive ? Sign::negative : Sign::positive; }
constexpr Sign product_sign(Sign a, Sign b) { return a == b ? Sign::positive : Sign::negative; }

}  // namespace precipice
#pragma GCC visibility pop
