#include "precipice/format/catalogue.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace precipice {
namespace {

constexpr auto unsigned_ = Signedness::without_sign;

constexpr Format x87_extended() {
  Format f = ieee_like(64, 15);
  f.leading_bit = LeadingBit::stored;
  return f;
}

constexpr auto ocp_e4m3 = "OCP's E4M3: NaN is all ones, one per sign; no infinity";
constexpr auto numbers_only = "every code is a number: overflow saturates, NaN becomes the largest";
constexpr auto fnuz_note = "one zero; NaN is the code of -0; no infinity";
constexpr auto p3109_note = "one zero; NaN is the code of -0; infinity on top";

constexpr std::array named_formats{
    NamedFormat{"binary16", binary16, "half fp16 float16 f16"},
    NamedFormat{"bfloat16", bfloat16, "bf16"},
    NamedFormat{"tf32", tf32, "tensorfloat32"},
    NamedFormat{"fp24", ieee_like(17, 7), "float24"},
    NamedFormat{"binary32", binary32, "single fp32 float32 f32"},
    NamedFormat{"binary64", binary64, "double fp64 float64 f64"},
    NamedFormat{"x87", x87_extended(), "extended fp80 float80 extf80", "80 bits: the leading bit is stored"},
    NamedFormat{"binary128", binary128, "quad fp128 float128 f128"},
    NamedFormat{"binary256", binary256, "octuple fp256 float256 f256"},
    NamedFormat{"float16_e6m9", ieee_like(10, 6), "fp16_e6m9"},
    NamedFormat{"float8_e5m2", ieee_like(3, 5), "fp8_e5m2"},
    NamedFormat{"float8_e4m3", ieee_like(4, 4), "", "with infinities as IEEE 754; OCP's E4M3 is float8_e4m3fn"},
    NamedFormat{"float8_e3m4", ieee_like(5, 3), "fp8_e3m4"},
    NamedFormat{"float8_e4m3fn", laid_out(4, 4, Specials::no_infinity), "fp8_e4m3 fp8_e4m3fn", ocp_e4m3},
    NamedFormat{"float8_e5m2fnuz", laid_out(3, 5, Specials::fnuz), "binary8p3sf", fnuz_note},
    NamedFormat{"float8_e4m3fnuz", laid_out(4, 4, Specials::fnuz), "binary8p4sf", fnuz_note},
    NamedFormat{"float8_e4m3b11fnuz", laid_out(4, 4, Specials::fnuz, Signedness::with_sign, 11), "", fnuz_note},
    NamedFormat{"float6_e3m2fn", laid_out(3, 3, Specials::none), "e3m2fn fp6_e3m2", numbers_only},
    NamedFormat{"float6_e2m3fn", laid_out(4, 2, Specials::none), "e2m3fn fp6_e2m3", numbers_only},
    NamedFormat{"float4_e2m1fn", laid_out(2, 2, Specials::none), "e2m1fn fp4_e2m1 fp4", numbers_only},
    NamedFormat{"float8_e8m0fnu", laid_out(1, 8, Specials::e8m0, unsigned_), "fp8_e8m0",
                "no sign and no zero; NaN is all ones"},
    NamedFormat{"binary8p1", p3109(8, 1), "binary8p1se", p3109_note},
    NamedFormat{"binary8p2", p3109(8, 2), "binary8p2se", p3109_note},
    NamedFormat{"binary8p3", p3109(8, 3), "binary8p3se", p3109_note},
    NamedFormat{"binary8p4", p3109(8, 4), "binary8p4se", p3109_note},
    NamedFormat{"binary8p5", p3109(8, 5), "binary8p5se", p3109_note},
    NamedFormat{"binary8p6", p3109(8, 6), "binary8p6se", p3109_note},
    NamedFormat{"binary8p7", p3109(8, 7), "binary8p7se", p3109_note},
};

}  // namespace

std::span<const NamedFormat> catalogue() { return named_formats; }

std::string_view common_name(const Format& format) {
  const auto* const found = std::ranges::find(named_formats, format, &NamedFormat::format);
  return found == named_formats.end() ? std::string_view{} : found->name;
}

std::string describe(const Format& format) {
  const std::string_view name = common_name(format);
  return fmt::format("{} ({}{}p = {}, m = {}, E = {})", to_text(format), name, name.empty() ? "" : ": ",
                     format.precision, trailing_bits(format), format.exponent_bits);
}

}  // namespace precipice
