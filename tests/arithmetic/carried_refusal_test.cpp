#include <doctest/doctest.h>

#include <string>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

using namespace precipice;

TEST_CASE("the carried engine takes every format that its proof covers") {
  for (int precision = 2; precision <= 24; ++precision) {
    for (int exponent_bits = 2; exponent_bits <= 9; ++exponent_bits) {
      const Format f = ieee_like(precision, exponent_bits);
      CAPTURE(to_text(f));
      CHECK(Carried<double>::refusal(f, Rounding::nearest_even).empty());
      CHECK_NOTHROW(Carried<double>{f});
    }
  }
}

TEST_CASE("the carried engine refuses what lies one step outside its proof, and says why") {
  struct Row {
    Format format;
    Rounding rounding;
    const char* reason;
  };
  for (const Row& row :
       {Row{ieee_like(1, 5), Rounding::nearest_even, "p = 1"}, Row{ieee_like(25, 5), Rounding::nearest_even, "p = 25"},
        Row{ieee_like(8, 10), Rounding::nearest_even, "exponents within"},
        Row{binary64, Rounding::nearest_even, "p = 53"},
        Row{Format{24, 10, -477, 500}, Rounding::nearest_even, "exponents within"},
        Row{Format{24, 10, -476, 501}, Rounding::nearest_even, "exponents within"},
        Row{binary16, Rounding::nearest_away, "nearest-away"}, Row{binary16, Rounding::toward_zero, "toward-zero"},
        Row{binary16, Rounding::toward_positive, "toward-positive"},
        Row{binary16, Rounding::toward_negative, "toward-negative"},
        Row{binary16, Rounding::away_from_zero, "away-from-zero"}, Row{binary16, Rounding::to_odd, "to-odd"}}) {
    CAPTURE(row.reason);
    CHECK(Carried<double>::refusal(row.format, row.rounding).find(row.reason) != std::string::npos);
    std::string message;
    try {
      const Carried<double> engine(row.format, row.rounding);
    } catch (const ConfigError& error) {
      message = error.what();
    }
    CHECK(message.find(row.reason) != std::string::npos);
    CHECK(message.find(to_text(row.format)) != std::string::npos);
    CHECK(message.find("carried-binary64") != std::string::npos);
  }
}
