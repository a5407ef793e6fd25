#include <doctest/doctest.h>

#include <string>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

using namespace precipice;

namespace {

/// The message of the ConfigError that reading throws, empty if there is none.
std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parse_format(text));
  } catch (const ConfigError& error) {
    CHECK(error.code() == ExitCode::usage);
    return error.what();
  }
  return {};
}

bool mentions(const std::string& message, const std::string& part) { return message.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("text that is no format is refused in one line that quotes it") {
  for (const std::string text : {"",
                                 " ",
                                 "e",
                                 "m",
                                 "p",
                                 "e8",
                                 "e8m",
                                 "e8p",
                                 "em7",
                                 "ep8",
                                 "em",
                                 "e8m-1",
                                 "e-8m7",
                                 "e8m+7",
                                 "e+8m7",
                                 "e8m7 ",
                                 " e8m7",
                                 "e8 m7",
                                 "e8m7m7",
                                 "e8m7x",
                                 "e8x7",
                                 "8m7",
                                 "m7e8",
                                 "e8m0x7",
                                 "e0x8m7",
                                 "e8.0m7",
                                 "e8m7.",
                                 "e8m1e2",
                                 "e8,m7",
                                 "e8m7\n",
                                 "e99999999999999999999m3",
                                 "e8m99999999999999999999",
                                 "e8m9223372036854775807",
                                 "e8p9223372036854775808",
                                 "e8m18446744073709551616",
                                 "e8m-9223372036854775808",
                                 "e9223372036854775807m3",
                                 "e4294967304m3",
                                 "e8m4294967303",
                                 "e8m2147483647",
                                 "e2147483647m7",
                                 "binary",
                                 "none",
                                 "nan"}) {
    CAPTURE(text);
    const std::string message = refusal(text);
    CHECK_FALSE(message.empty());
    CHECK_FALSE(mentions(message.substr(0, message.find('\'')), "\n"));
    const bool says_why = mentions(message, "'" + text + "'") || mentions(message, "impossible");
    CHECK(says_why);
    CHECK_FALSE(mentions(message, "precision -"));  // what a sum that leaves its integer type would make
  }
}

TEST_CASE("widths outside the range are refused with the range") {
  for (const std::string text : {"e8p0", "e8m65536", "e8p65537", "e8m1000000"}) {
    CAPTURE(text);
    CHECK(mentions(refusal(text), "precision"));
    CHECK(mentions(refusal(text), "1 to 65536"));
  }
  for (const std::string text : {"e0m3", "e1m3", "e1p1", "e31m3", "e1000m3"}) {
    CAPTURE(text);
    CHECK(mentions(refusal(text), "exponent width"));
    CHECK(mentions(refusal(text), "2 to 30"));
  }
  for (const long long bad : {-1LL, 0LL, 65537LL, 4294967297LL, -9223372036854775807LL - 1}) {
    CHECK_THROWS_AS(static_cast<void>(checked_format(bad, 8)), ConfigError);
  }
  for (const long long bad : {-1LL, 0LL, 1LL, 31LL, 4294967304LL, -9223372036854775807LL - 1}) {
    CHECK_THROWS_AS(static_cast<void>(checked_format(8, bad)), ConfigError);
  }
}

TEST_CASE("a misspelt name is answered with the nearest one") {
  CHECK(mentions(refusal("bfloat61"), "did you mean 'bfloat16'?"));
  CHECK(mentions(refusal("binary46"), "did you mean 'binary16'?"));
  CHECK(mentions(refusal("binray32"), "did you mean 'binary32'?"));
  CHECK(mentions(refusal("dobule"), "did you mean 'double'?"));
  CHECK(mentions(refusal("TF23"), "did you mean 'tf32'?"));
  CHECK_FALSE(mentions(refusal("quadrilateral-parallelepiped"), "did you mean"));
  CHECK_FALSE(mentions(refusal(""), "did you mean"));
}
