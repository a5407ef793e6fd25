#include "precipice/sweep/claim.hpp"

#include <doctest/doctest.h>

#include "precipice/format/error.hpp"

using namespace precipice;

namespace {

Onsets slingshots() {
  Onsets o;
  o.first_absorption = 80;
  o.nfi = 340;
  o.first_spike = 400;
  o.spikes = 4;
  return o;
}

bool says(std::string_view claim, const Onsets& run, const Onsets& reference = {}) {
  return bears_out(parse_claim(claim), run, reference);
}

}  // namespace

TEST_CASE("a claim about a run holds or its opposite does") {
  for (const Onsets& run : {slingshots(), Onsets{}}) {
    const bool happens = run.nfi.has_value();
    CHECK(says("absorbs", run) == happens);
    CHECK(says("no-absorption", run) != happens);
    CHECK(says("inflates", run) == happens);
    CHECK(says("no-inflation", run) != happens);
    CHECK(says("spikes", run) == happens);
    CHECK(says("no-spikes", run) != happens);
  }
  Onsets diverging;
  diverging.diverged_at = 7;
  CHECK(says("diverges", diverging));
  CHECK_FALSE(says("diverges", slingshots()));
}

TEST_CASE("a comparison of equals holds in no direction, and never is later than any step") {
  Onsets sooner = slingshots();
  sooner.nfi = 330;
  sooner.spikes = 3;
  CHECK(says("earlier", sooner, slingshots()));
  CHECK(says("later", slingshots(), sooner));
  CHECK(says("fewer-spikes", sooner, slingshots()));
  CHECK(says("more-spikes", slingshots(), sooner));
  CHECK(says("later", Onsets{}, slingshots()));
  CHECK(says("earlier", slingshots(), Onsets{}));
  for (const char* const claim : {"earlier", "later", "more-spikes", "fewer-spikes"}) {
    CHECK_FALSE(says(claim, slingshots(), slingshots()));
    CHECK_FALSE(says(claim, Onsets{}, Onsets{}));
    CHECK(compares(parse_claim(claim)));
  }
}

TEST_CASE("words and claims are inverse; an unknown word is told the nearest") {
  for (int i = 0; i <= static_cast<int>(Claim::diverges); ++i) {
    const auto claim = static_cast<Claim>(i);
    CHECK(parse_claim(to_text(claim)) == claim);
  }
  CHECK_THROWS_WITH_AS(static_cast<void>(parse_claim("no-spike")), doctest::Contains("did you mean 'no-spikes'"),
                       ConfigError);
}
