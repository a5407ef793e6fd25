#include "precipice/rounding/rounding.hpp"

#include <doctest/doctest.h>

#include <string>

#include "precipice/format/error.hpp"

using namespace precipice;

namespace {

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parse_rounding(text));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

std::string capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

}  // namespace

TEST_CASE("a direction is read under its canonical, its short and its IEEE name") {
  struct Row {
    Rounding direction;
    const char *canonical, *brief, *ieee;
  };
  for (const Row& row : {Row{Rounding::nearest_even, "nearest-even", "rne", "roundTiesToEven"},
                         Row{Rounding::nearest_away, "nearest-away", "rna", "roundTiesToAway"},
                         Row{Rounding::toward_zero, "toward-zero", "rz", "roundTowardZero"},
                         Row{Rounding::toward_positive, "toward-positive", "ru", "roundTowardPositive"},
                         Row{Rounding::toward_negative, "toward-negative", "rd", "roundTowardNegative"},
                         Row{Rounding::away_from_zero, "away-from-zero", "raz", "roundAwayFromZero"},
                         Row{Rounding::to_odd, "to-odd", "ro", "roundToOdd"}}) {
    CAPTURE(row.canonical);
    CHECK(to_text(row.direction) == row.canonical);
    for (const char* const name : {row.canonical, row.brief, row.ieee}) CHECK(parse_rounding(name) == row.direction);
    CHECK(parse_rounding(capitals(row.brief)) == row.direction);
  }
}

TEST_CASE("all roundings are there, in the order of the enumeration, and text is their inverse") {
  REQUIRE(deterministic_roundings().size() == 7);
  for (std::size_t i = 0; i < deterministic_roundings().size(); ++i) {
    CHECK(static_cast<std::size_t>(deterministic_roundings()[i]) == i);
    CHECK(parse_rounding(to_text(deterministic_roundings()[i])) == deterministic_roundings()[i]);
  }
}

TEST_CASE("an unknown rounding is refused with the nearest name and all that would be right") {
  CHECK(refusal("nearest-evn").find("did you mean 'nearest-even'?") != std::string::npos);
  CHECK(refusal("to-add").find("did you mean 'to-odd'?") != std::string::npos);
  for (const std::string text : {"", " ", "nearest", "up", "rne ", "nearest-even,rz"}) {
    CAPTURE(text);
    CHECK(refusal(text).find("'" + text + "'") != std::string::npos);
    CHECK(refusal(text).find("toward-negative") != std::string::npos);
  }
}
