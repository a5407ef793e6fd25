#include "precipice/format/catalogue.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <set>
#include <sstream>
#include <string>

using namespace precipice;

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
      for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      CHECK(parse_format(name) == named.format);
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
