#include "precipice/format/catalogue.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "precipice/format/error.hpp"
#include "support/formats.hpp"

using namespace precipice;

namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// Formats of every family from the narrowest to the widest.
std::vector<Format> widely_spread() {
  std::vector<Format> result;
  for (const Specials specials : testing::all_specials) {
    for (const Signedness signedness : testing::both_signednesses) {
      for (const int exponent_bits : {1, 2, 3, 5, 8, 11, 15, 19, largest_exponent_bits}) {
        for (const int precision : {1, 2, 3, 8, 24, 113, largest_precision}) {
          if (!testing::is_possible(precision, exponent_bits, specials, signedness)) continue;
          result.push_back(laid_out(precision, exponent_bits, specials, signedness));
        }
      }
    }
  }
  return result;
}

/// The usual bias, some others, and those that put an end of the range at its limit.
std::vector<Format> with_other_biases(const Format& f) {
  std::vector<Format> result{f};
  const int usual = bias(f), low = usual + f.emin + largest_exponent, high = usual + f.emax - largest_exponent;
  for (const int other : {usual + 1, usual - 1, 0, 1000, -1000, low, high}) {
    const Format shifted = laid_out(f.precision, f.exponent_bits, f.specials, f.signedness, other);
    const bool is_new = std::ranges::find(result, shifted) == result.end();
    if (is_new && shifted.emin >= -largest_exponent && shifted.emax <= largest_exponent) result.push_back(shifted);
  }
  return result;
}

std::vector<Format> with_other_emax(const Format& f) {
  std::vector<Format> result{f};
  for (const int lower : {f.emax - 1, f.emin + (f.emax - f.emin) / 2, f.emin}) {
    Format limited = f;
    limited.emax = lower;
    if (lower >= f.emin && std::ranges::find(result, limited) == result.end()) result.push_back(limited);
  }
  return result;
}

Format with_stored_leading_bit(Format f) {
  f.leading_bit = LeadingBit::stored;
  return f;
}

}  // namespace

TEST_CASE("text and format are inverses") {
  constexpr std::array precisions{1, 2, 3, 4, 8, 11, 24, 53, 113, 237, 1000, 4096, largest_precision};
  for (int exponent_bits = 2; exponent_bits <= largest_exponent_bits; ++exponent_bits) {
    for (const int precision : precisions) {
      const Format f = ieee_like(precision, exponent_bits);
      CAPTURE(to_text(f));
      CHECK(to_text(f) == fmt::format("e{}m{}", exponent_bits, precision - 1));
      CHECK(parse_format(to_text(f)) == f);
      CHECK(parse_format(fmt::format("e{}p{}", exponent_bits, precision)) == f);
      CHECK(parse_format(fmt::format("E{}M{}", exponent_bits, precision - 1)) == f);
      CHECK(checked_format(precision, exponent_bits) == f);
    }
  }
}

TEST_CASE("text and format are inverses for every family, bias, emax and suffix, and no two formats share a text") {
  std::set<std::string> texts;
  std::size_t formats = 0;
  const auto check = [&](const Format& f) {
    const std::string text = to_text(f);
    CAPTURE(text);
    ++formats;
    texts.insert(text);
    if (parse_format(text) != f) CHECK(parse_format(text) == f);
    if (parse_format(upper(text)) != f) CHECK(parse_format(upper(text)) == f);
  };
  for (const Format& usual : widely_spread()) {
    for (const Format& biased : with_other_biases(usual)) {
      for (const Format& limited : with_other_emax(biased)) {
        for (const Format& f : testing::with_every_rule(limited)) {
          check(f);
          if (f.specials == Specials::ieee) check(with_stored_leading_bit(f));
        }
      }
    }
  }
  CHECK(formats > 20'000);
  CHECK(texts.size() == formats);
}

TEST_CASE("other spellings of the same format") {
  struct Row {
    const char *canonical, *others;
  };
  for (const Row& row :
       {Row{"e4m3", "e4p4 e4m3b7 e4m3:bias=7 e4m3:emin=-6 e4m3:emax=7 e04m03 float8_e4m3 p4:emin=-6:emax=7"},
        Row{"e5m7:emax=14", "p8:emin=-14:emax=14 e5p8:emax=14 e5m7:emax=14:emin=-14"},
        Row{"e6m7b15:emax=16", "p8:emin=-14:emax=16 p8:emax=16:emin=-14"},
        Row{"e4m3fn", "e4p4fn e4m3:fn e4m3fn:fn float8_e4m3fn fp8_e4m3"},
        Row{"e4m3b11fnuz", "float8_e4m3b11fnuz e4m3fnuz:bias=11 e4m3fnuz:emin=-10"},
        Row{"e5m2nuz", "binary8p3 binary8p3s binary8p3e binary8p3se e5p3nuz"},
        Row{"e5m2fnuz", "binary8p3sf binary8p3f float8_e5m2fnuz"}, Row{"e6m2nuzu", "binary8p3u binary8p3ue"},
        Row{"e6m2fnuzu", "binary8p3uf"}, Row{"e7m8nuz", "binary16p9"},
        Row{"e8m0fnu", "float8_e8m0fnu fp8_e8m0 e8p1fnu e8m0u:fn e8m0fnu:bias=127"},
        Row{"e3m2f", "float6_e3m2fn e3m2fn fp6_e3m2 e3m2f:sat"},
        Row{"e3m2:fn", "e3p3fn e3p3:fn"},  // not e3m2fn, which is OCP's
        Row{"e5m10:ftz:daz:sat", "half:sat:daz:ftz binary16:daz:sat:ftz"},
        Row{"e15m63:explicit", "x87 extended e15p64:explicit fp80:emin=-16382"}}) {
    std::istringstream others(row.others);
    for (std::string text; others >> text;) {
      CAPTURE(text);
      CHECK(to_text(parse_format(text)) == row.canonical);
    }
    CHECK(to_text(parse_format(row.canonical)) == row.canonical);
  }
}

TEST_CASE("P3109's names have K bits, precision P and P3109's bias") {
  for (int bits = 3; bits <= 20; ++bits) {
    for (int precision = 1; precision <= bits; ++precision) {
      for (const Signedness signedness : testing::both_signednesses) {
        const bool is_unsigned = signedness == Signedness::without_sign;
        for (const Specials specials : {Specials::p3109, Specials::fnuz}) {
          const std::string name = fmt::format("binary{}p{}{}{}", bits, precision, is_unsigned ? "u" : "s",
                                               specials == Specials::p3109 ? "e" : "f");
          CAPTURE(name);
          const int exponent_bits = bits - precision + (is_unsigned ? 1 : 0);
          if (exponent_bits < 1 || !testing::is_possible(precision, exponent_bits, specials, signedness)) {
            CHECK_THROWS_AS(static_cast<void>(parse_format(name)), ConfigError);
            continue;
          }
          const Format f = parse_format(name);
          CHECK(f == p3109(bits, precision, signedness, specials));
          CHECK(width(f) == bits);
          CHECK(f.precision == precision);
          CHECK(bias(f) == 1 << (is_unsigned ? bits - precision : bits - precision - 1));
          CHECK(f.specials == specials);
          CHECK(f.signedness == signedness);
        }
      }
    }
  }
}

TEST_CASE("other widths of a family keep its specials and rules, and have a text") {
  for (const Format& family : testing::families_up_to(6)) {
    for (const Format& variant : testing::with_every_rule(family)) {
      for (const int exponent_bits : {2, 5, 8}) {
        for (const int precision : {1, 2, 4, 11}) {
          const Format f = with_widths(variant, precision, exponent_bits);
          CAPTURE(to_text(f));
          CHECK(f.precision == precision);
          CHECK(f.exponent_bits == exponent_bits);
          CHECK(f.signedness == variant.signedness);
          CHECK(f.subnormals == variant.subnormals);
          CHECK(f.overflow == variant.overflow);
          CHECK(bias(f) == default_bias(exponent_bits, f.specials));
          CHECK(parse_format(to_text(f)) == f);
          // OCP's E8M0 is what is left of one NaN and no sign when there are no trailing bits.
          const auto family_of = [](const Format& x) {
            return x.specials == Specials::e8m0 ? Specials::no_infinity : x.specials;
          };
          CHECK(family_of(f) == family_of(variant));
        }
      }
    }
  }
  CHECK(with_widths(parse_format("x87"), 8, 5) == parse_format("e5m7:explicit"));
}

TEST_CASE("well-known names mean well-known formats") {
  struct Row {
    const char* names;
    const char* canonical;
  };
  for (const Row& row : {Row{"binary16 half fp16 float16 FP16", "e5m10"}, Row{"binary32 single fp32 float32", "e8m23"},
                         Row{"binary64 double fp64 float64 Double", "e11m52"}, Row{"binary128 quad fp128", "e15m112"},
                         Row{"binary256", "e19m236"}, Row{"bfloat16 bf16 BF16", "e8m7"}, Row{"tf32 TF32", "e8m10"},
                         Row{"e4m3 e4p4", "e4m3"}, Row{"e5m2 float8_e5m2", "e5m2"}}) {
    std::istringstream names(row.names);
    for (std::string name; names >> name;) {
      CAPTURE(name);
      CHECK(to_text(parse_format(name)) == row.canonical);
    }
  }
}

TEST_CASE("every name and alias of the catalogue is read as its format, in any case, and no name is used twice") {
  std::set<std::string> seen;
  for (const NamedFormat& named : catalogue()) {
    std::istringstream names(std::string(named.name) + " " + std::string(named.also));
    for (std::string name; names >> name;) {
      CAPTURE(name);
      CHECK(seen.insert(name).second);
      CHECK(parse_format(name) == named.format);
      CHECK(parse_format(upper(name)) == named.format);
    }
    CHECK(common_name(named.format) == named.name);
    CHECK(parse_format(to_text(named.format)) == named.format);
  }
}

TEST_CASE("a description shows the canonical text, the common name, p, m and E") {
  CHECK(describe(bfloat16) == "e8m7 (bfloat16: p = 8, m = 7, E = 8)");
  CHECK(describe(ieee_like(3, 7)) == "e7m2 (p = 3, m = 2, E = 7)");
  CHECK(common_name(ieee_like(3, 7)).empty());
}
