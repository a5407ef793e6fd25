#include "precipice/number/hexadecimal.hpp"

#include <fmt/core.h>

namespace precipice {

std::string to_hexadecimal(const Exact& value) {
  const char* const sign = value.is_negative() ? "-" : "";
  switch (value.kind()) {
    case Exact::Kind::zero: return fmt::format("{}0x0p+0", sign);
    case Exact::Kind::infinity: return fmt::format("{}inf", sign);
    case Exact::Kind::nan: return "nan";
    case Exact::Kind::finite: break;
  }
  const std::int64_t fraction_bits = bit_length(value.significand()) - 1;
  const std::int64_t padding = (4 - fraction_bits % 4) % 4;  // whole hexadecimal digits behind the point
  const Integer aligned = value.significand() << static_cast<std::size_t>(padding);
  const std::string digits = aligned.str(0, std::ios_base::hex);
  return fmt::format("{}0x{}{}{}p{:+}", sign, digits.front(), digits.size() > 1 ? "." : "", digits.substr(1),
                     value.top_exponent());
}

}  // namespace precipice
