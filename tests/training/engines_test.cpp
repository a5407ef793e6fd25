#include "precipice/training/engines.hpp"

#include <doctest/doctest.h>

#include "precipice/format/error.hpp"

using namespace precipice;

namespace {

std::string chosen(Format f, PrecisionPlan plan, EngineName wanted = EngineName::automatic,
                   Rounding rounding = Rounding::nearest_even) {
  return to_text(choose_engines({plan, f, rounding}, wanted));
}

}  // namespace

TEST_CASE("auto takes the fastest engines that are exact") {
  const auto loss = PrecisionPlan::loss_only, all = PrecisionPlan::everything;
  CHECK(chosen(binary64, loss) == "native + native");
  CHECK(chosen(bfloat16, loss) == "native + carried-binary64");
  CHECK(chosen(bfloat16, all) == "carried-binary64 + carried-binary64");
  CHECK(chosen(ieee_like(52, 8), loss) == "native + reference");  // its numbers are doubles
  CHECK(chosen(ieee_like(30, 8), loss) == "native + carried-binary64");
  CHECK(chosen(ieee_like(30, 12), loss) == "reference + reference");  // some are not
  CHECK(chosen(binary128, loss) == "reference + reference");
  CHECK(chosen(ieee_like(52, 8), all) == "reference + reference");
  CHECK(chosen(binary64, loss, EngineName::automatic, Rounding::toward_zero) == "native + reference");
  CHECK(chosen(bfloat16, loss, EngineName::automatic, Rounding::toward_zero) == "native + carried-binary64");
}

TEST_CASE("an engine asked for by name is taken, or refused with the reason if it is not exact") {
  const auto loss = PrecisionPlan::loss_only;
  CHECK(chosen(bfloat16, loss, EngineName::reference) == "reference + reference");
  CHECK(chosen(bfloat16, loss, EngineName::carried) == "native + carried-binary64");
  CHECK(chosen(binary64, loss, EngineName::native) == "native + native");
  CHECK_THROWS_AS(chosen(binary32, loss, EngineName::native), ConfigError);
  CHECK_THROWS_AS(chosen(ieee_like(52, 8), loss, EngineName::carried), ConfigError);
  CHECK_THROWS_AS(chosen(binary64, loss, EngineName::native, Rounding::to_odd), ConfigError);
  try {
    static_cast<void>(chosen(ieee_like(52, 8), loss, EngineName::carried));
  } catch (const ConfigError& error) {
    CHECK(std::string(error.what()).find("p <= 51") != std::string::npos);
  }
}
