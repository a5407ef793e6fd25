// Every finite number of small formats, written as a hexadecimal float, as the shortest and as the exact decimal, reads
// back as itself.
#include <doctest/doctest.h>

#include <string>

#include "precipice/rounding/text.hpp"
#include "support/decimal.hpp"
#include "support/exact_datum.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Datum;
using testing::Mismatches;

namespace {

void check_text(const Format& f, const Exact& x, Mismatches& mismatches) {
  const auto expect = [&](const char* writer, const std::string& text, Reading reading) {
    const Exact back = read_value(text, f, {}, reading);
    mismatches.expect(testing::is_same_datum(back, x), [&] {
      return fmt::format("{} {}: {} -> {} reads as {}", writer, to_text(f), testing::datum_text(f, x), text,
                         testing::datum_text(f, back));
    });
  };
  expect("to_hexadecimal", to_hexadecimal(x), Reading::must_be_exact);
  expect("exact_decimal", exact_decimal(x), Reading::must_be_exact);
  expect("shortest_decimal", shortest_decimal(x, f), Reading::rounds);
}

/// Every `stride`-th code point, from the first.
void check_codes(const Format& f, std::uint64_t stride, Mismatches& mismatches) {
  for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::code_width(f); code += stride) {
    const Datum x = testing::datum_of(f, code);
    if (x.kind == Datum::Kind::number || x.kind == Datum::Kind::infinity) check_text(f, to_exact(x), mismatches);
  }
}

/// A prime, so that all exponents and all trailing bits take turns.
constexpr std::uint64_t sparse = 61;

}  // namespace

TEST_CASE("every number of every format of up to seven bits is read back from its three texts") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(7)) check_codes(f, 1, mismatches);
}

TEST_CASE("some numbers of every format of 8 to 16 bits are read back from their three texts") {
  Mismatches mismatches;
  for (int bits = 8; bits <= 16; ++bits) {
    for (const Format& f : testing::families_of_width(bits)) {
      if (f.exponent_bits < 12) check_codes(f, 64 * sparse + 3, mismatches);
    }
  }
}

TEST_CASE("an exact decimal has all digits of the number") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(8)) {
    for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::magnitude_width(f); ++code) {
      const Datum x = testing::datum_of(f, code);
      if (x.kind != Datum::Kind::number) continue;
      const std::string text = exact_decimal(to_exact(x));
      const bool right = testing::to_rational(testing::parse_decimal(text)) == testing::to_rational(x.magnitude);
      mismatches.expect(right, [&] { return fmt::format("exact_decimal {}: 0x{:x} -> {}", to_text(f), code, text); });
    }
  }
}

TEST_CASE("what a format flushes or saturates changes no text of its numbers") {
  for (const Format& usual : testing::families_up_to(5)) {
    for (const Format& f : testing::with_every_rule(usual)) {
      for (const Datum& x : testing::data_in_order(f)) {
        CHECK(shortest_decimal(to_exact(x), f) == shortest_decimal(to_exact(x), usual));
      }
    }
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("every number of every format of up to ten bits, and of binary16 and bfloat16, is read back") {
    Mismatches mismatches;
    std::size_t index = 0;
    std::vector<Format> formats = testing::families_up_to(10);
    formats.push_back(binary16);
    formats.push_back(bfloat16);
    for (const Format& f : formats) {
      if (testing::is_in_this_shard(index++)) check_codes(f, 1, mismatches);
    }
  }

  TEST_CASE("some numbers of every format of 11 to 16 bits are read back") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (int bits = 11; bits <= 16; ++bits) {
      for (const Format& f : testing::families_of_width(bits)) {
        if (testing::is_in_this_shard(index++)) check_codes(f, sparse, mismatches);
      }
    }
  }
}

TEST_SUITE("long") {
  TEST_CASE("every number of every format of 11 to 16 bits is read back") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (int bits = 11; bits <= 16; ++bits) {
      for (const Format& f : testing::families_of_width(bits)) {
        if (testing::is_in_this_shard(index++)) check_codes(f, 1, mismatches);
      }
    }
  }
}
