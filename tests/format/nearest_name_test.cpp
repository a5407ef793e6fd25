#include "precipice/format/nearest_name.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

using namespace precipice;

namespace {
constexpr std::array<std::string_view, 4> optimizers{"adam", "adamw", "sgd", "momentum"};
}

TEST_CASE("the nearest name needs the fewest letters changed, the first of several") {
  CHECK(nearest_name("adam", optimizers) == "adam");
  CHECK(nearest_name("adams", optimizers) == "adam");
  CHECK(nearest_name("adaw", optimizers) == "adam");
  CHECK(nearest_name("adamww", optimizers) == "adamw");
  CHECK(nearest_name("mementum", optimizers) == "momentum");
  CHECK(nearest_name("gsd", optimizers) == "sgd");  // a swap of neighbours is one change
}

TEST_CASE("nothing is near if more than half of the letters would have to change") {
  CHECK(nearest_name("xyz", optimizers).empty());
  CHECK(nearest_name("", optimizers).empty());
  CHECK(nearest_name("something else", optimizers).empty());
  CHECK(nearest_name("adam", {}).empty());
  CHECK(did_you_mean("xyz", optimizers).empty());
  CHECK(did_you_mean("adma", optimizers) == "; did you mean 'adam'?");
}
