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

TEST_CASE("suffixes, letters and ranges that make no format are refused in one line that says what would be right") {
  struct Row {
    const char *text, *message;
  };
  for (const Row& row : {
           // suffixes
           Row{"e4m3:ftx",
               "unknown suffix ':ftx' in 'e4m3:ftx'; did you mean 'ftz'? (accepted: :ftz, :daz, :sat, "
               ":emin=E, :emax=E, :bias=B, :explicit, :fn)"},
           Row{"e4m3:explict", "did you mean 'explicit'?"},
           Row{"e4m3:", "unknown suffix ':' in 'e4m3:'"},
           Row{"e4m3::ftz", "unknown suffix ':' in 'e4m3::ftz'"},
           Row{"e4m3:ftz ", "unknown suffix ':ftz ' in 'e4m3:ftz '; did you mean 'ftz'?"},
           Row{"e4m3:fnuz", "unknown suffix ':fnuz'"},
           Row{"e4m3:emax", "unknown suffix ':emax' in 'e4m3:emax'"},
           Row{"e4m3:ftz:daz:ftz", "':ftz' stands twice in 'e4m3:ftz:daz:ftz'"},
           Row{"e4m3:sat:SAT", "':sat' stands twice in 'e4m3:sat:SAT'"},
           Row{"e4m3:emin=-7:emin=-7", "':emin' stands twice in 'e4m3:emin=-7:emin=-7'"},
           Row{"e4m3:emin=", "':emin=' in 'e4m3:emin=' needs a whole number, such as :emin=-14"},
           Row{"e4m3:emin=5.5", "':emin=5.5' in 'e4m3:emin=5.5' needs a whole number, such as :emin=-14"},
           Row{"e4m3:emax=+5", "':emax=+5' in 'e4m3:emax=+5' needs a whole number, such as :emax=-14"},
           Row{"e4m3:bias=99999999999", "':bias=99999999999' in 'e4m3:bias=99999999999' needs a whole number"},
           // what does not go together
           Row{"e4m3:emin=-7:bias=8", "'e4m3:emin=-7:bias=8' gives both emin and bias; one follows from the other"},
           Row{"e4m3fnuz:fn", "':fn' contradicts the other specials of 'e4m3fnuz:fn'"},
           Row{"e3m2fn:fn", "':fn' contradicts the other specials of 'e3m2fn:fn'"},
           Row{"x87:fn", "':fn' contradicts the stored leading bit of 'x87:fn'; e15m63:fn has none"},
           Row{"e4m3fn:explicit", "':explicit' in 'e4m3fn:explicit' needs IEEE's infinities and NaNs, as x87 has them"},
           Row{"e8m0fnu:explicit", "':explicit' in 'e8m0fnu:explicit' needs IEEE's infinities and NaNs"},
           // ranges
           Row{"e4m3:emax=8", "emax 8 is impossible in 'e4m3:emax=8': the exponent field reaches from -6 to 7"},
           Row{"e4m3:emax=-7", "emax -7 is impossible in 'e4m3:emax=-7': the exponent field reaches from -6 to 7"},
           Row{"e4m3:emin=3:emax=2", "emax 2 is impossible in 'e4m3:emin=3:emax=2': the exponent field reaches from 3"},
           Row{"e4m3fn:emax=9", "emax 9 is impossible in 'e4m3fn:emax=9': the exponent field reaches from -6 to 8"},
           Row{"p8", "'p8' needs both ends of its range, such as p8:emin=-14:emax=15"},
           Row{"p8:emin=-14", "'p8:emin=-14' needs both ends of its range, such as p8:emin=-14:emax=15"},
           Row{"p8:emax=15", "'p8:emax=15' needs both ends of its range"},
           Row{"p8:emin=15:emax=-14", "emax -14 is impossible in 'p8:emin=15:emax=-14'"},
           Row{"p0:emin=-14:emax=15", "precision 0 is impossible: a significand has 1 to 65536 bits"},
           Row{"e4m3b600000000", "bias 600000000 is impossible: exponents lie within +-536870912"},
           Row{"e4m3b-536870912", "bias -536870912 is impossible: exponents lie within +-536870912, but would be"},
           Row{"e4m3:emin=-536870913", "bias 536870914 is impossible: exponents lie within +-536870912"},
           Row{"e4m3:bias=2147483647", "bias 2147483647 is impossible"},
           Row{"e30m3b0", "exponents lie within +-536870912, but would be 1 to 1073741822"},
           // widths
           Row{"e0m3fn", "exponent width 0 is impossible: an exponent field has 1 to 30 bits"},
           Row{"e31m3fnuz", "exponent width 31 is impossible: an exponent field has 1 to 30 bits"},
           Row{"e1m0fn", "exponent width 1 is impossible: with these specials no normal number is left"},
           Row{"e1m0nuz", "with these specials no normal number is left"},
           Row{"e1m1nuzu", "with these specials no normal number is left"},
           Row{"binary8p8", "exponent width 0 is impossible"},
           Row{"binary8p0", "precision 0 is impossible: a significand has 1 to 65536 bits"},
           Row{"binary8p9u", "exponent width 0 is impossible"},
           Row{"binary40p3", "exponent width 37 is impossible: an exponent field has 1 to 30 bits"},
           // letters
           Row{"e4m3fnx", "unknown format 'e4m3fnx'"},
           Row{"e4m3uz", "unknown format 'e4m3uz'"},
           Row{"e4m3un", "unknown format 'e4m3un'"},
           Row{"e4m3fnuzb3", "unknown format 'e4m3fnuzb3'"},
           Row{"e4m3b", "unknown format 'e4m3b'"},
           Row{"e4m3b+3", "unknown format 'e4m3b+3'"},
           Row{"e4m3b3b4", "unknown format 'e4m3b3b4'"},
           Row{"binary8p3es", "unknown format 'binary8p3es'; did you mean 'binary8p3se'?"},
           Row{"binary8p3us", "unknown format 'binary8p3us'"},
       }) {
    CAPTURE(row.text);
    const std::string message = refusal(row.text);
    CAPTURE(message);
    CHECK(mentions(message, row.message));
    CHECK_FALSE(mentions(message, "\n"));
  }
}

TEST_CASE("the ends of the range are the limits that are named") {
  CHECK(parse_format("e4m3:emin=-536870912").emin == -largest_exponent);
  CHECK(parse_format("e4m3fnu:emin=-536870912").emin == -largest_exponent);
  CHECK(parse_format("e8m0fnu:emin=-536870912").emin == -largest_exponent);
  CHECK(parse_format("e4m3:emin=536870899").emax == largest_exponent);
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

TEST_CASE("a name that several formats share is answered with all of them") {
  for (const char* text : {"fp8", "float8", "FP8:sat"}) {
    CHECK(mentions(refusal(text), "may be one of float8_e5m2, float8_e4m3, float8_e3m4, float8_e4m3fn"));
  }
  CHECK(mentions(refusal("fp6"), "may be one of float6_e3m2fn, float6_e2m3fn"));
  CHECK_FALSE(mentions(refusal("fp7"), "may be one of"));
}

TEST_CASE("separators in a name, and the module that a framework has it in, make no difference") {
  for (const char* text : {"bfloat-16", "bf 16", "torch.bfloat16", "jax.numpy.bfloat16"}) {
    CHECK(parse_format(text) == parse_format("bfloat16"));
  }
  CHECK(parse_format("torch.float8_e4m3fn") == parse_format("e4m3fn"));
  CHECK(parse_format("float8e4m3fn:sat") == parse_format("e4m3fn:sat"));
  CHECK(parse_format("fp8_e4m3") != parse_format("float8_e4m3"));  // OCP's and IEEE-like
}
