#pragma once

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <rapidcheck.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "precipice/format/format.hpp"
#include "support/report.hpp"

namespace precipice::testing {

/// What a law says of some operands.
enum class Verdict : std::uint8_t { holds, fails, does_not_apply };

constexpr Verdict holds_if(bool right) { return right ? Verdict::holds : Verdict::fails; }

/// A significand of so many bits between a leading and a last part, which shrink: few ones, few zeros, anything.
inline Integer significand_of(std::int64_t bits, std::uint32_t high, std::uint32_t low, std::uint32_t filling) {
  const auto place = [](std::int64_t e) { return static_cast<std::size_t>(std::max<std::int64_t>(e, 0)); };
  const Integer ones = (Integer(1) << place(bits)) - 1;
  Integer middle = 0;
  for (std::int64_t have = 0; have < bits; have += 32) middle = (middle << 32U) + filling;
  const Integer leading = Integer(high) << place(bits - 33);
  return ((Integer(1) << place(bits - 1)) | ((leading ^ middle ^ low) & Integer(ones >> 1U)));
}

/// Numbers of a format that RapidCheck shrinks: short significands, exponents near 1; many near the ends of the
/// range.
inline rc::Gen<Exact> number_of_format(const Format& f) {
  const std::int64_t p = f.precision, bottom = smallest_exponent(f), emin = f.emin, emax = f.emax;
  const auto top = rc::gen::weightedOneOf<std::int64_t>({{4, rc::gen::inRange<std::int64_t>(0, p + 4)},
                                                         {4, rc::gen::inRange<std::int64_t>(-p - 3, 1)},
                                                         {2, rc::gen::inRange<std::int64_t>(emin - 2, emin + 3)},
                                                         {2, rc::gen::inRange<std::int64_t>(bottom, bottom + p + 2)},
                                                         {2, rc::gen::inRange<std::int64_t>(emax - 2, emax + 1)},
                                                         {2, rc::gen::inRange<std::int64_t>(bottom, emax + 1)}});
  const auto filling = rc::gen::weightedOneOf<std::uint32_t>(
      {{2, rc::gen::just<std::uint32_t>(0)}, {1, rc::gen::just(~0U)}, {1, rc::gen::arbitrary<std::uint32_t>()}});
  const auto part = rc::gen::weightedOneOf<std::uint32_t>(
      {{1, rc::gen::just<std::uint32_t>(0)}, {1, rc::gen::arbitrary<std::uint32_t>()}});
  return rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<bool>(), top, part, part, filling),
      [=](const std::tuple<bool, std::int64_t, std::uint32_t, std::uint32_t, std::uint32_t>& parts) {
        const auto& [negative, wanted, high, low, fill] = parts;
        const std::int64_t exponent = std::clamp(wanted, bottom, emax), bits = std::min(p, exponent - bottom + 1);
        const Sign sign = negative ? Sign::negative : Sign::positive;
        const Exact x = Exact::finite(sign, significand_of(bits, high, low, fill), exponent - bits + 1);
        return is_member(f, x) ? x : Exact::finite(sign, 1, exponent);  // where the top binade is not all there
      });
}

/// The second number with its leading bit a few places from that of the first, if the format has it there.
inline Exact moved_near(const Format& f, const Exact& x, const Exact& y, std::int64_t places) {
  const std::int64_t exponent = y.exponent() + x.top_exponent() + places - y.top_exponent();
  const Exact moved = Exact::finite(y.sign(), y.significand(), exponent);
  return is_member(f, moved) ? moved : y;
}

/// RapidCheck's own listener has a configuration and a seed of its own.
class QuietListener : public rc::detail::TestListener {
 public:
  void onTestCaseFinished(const rc::detail::CaseDescription& /*description*/) override {}
  void onShrinkTried(const rc::detail::CaseDescription& /*shrink*/, bool /*accepted*/) override {}
  void onTestFinished(const rc::detail::TestMetadata& /*metadata*/, const rc::detail::TestResult& /*result*/) override {
  }
};

inline constexpr std::uint64_t law_seed = 20260209;
/// A law that applies to less than one in so many operands is hardly tested.
inline constexpr int least_share = 20;

/// Whether RapidCheck finds nothing against a property.
template <class Property>
bool withstands(const std::string& name, int cases, const Property& property) {
  rc::detail::TestParams parameters;
  parameters.seed = law_seed;
  parameters.maxSuccess = cases;
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = name;
  QuietListener listener;
  const std::unordered_map<std::string, rc::detail::Reproduce> nothing_to_reproduce;
  const auto result = rc::detail::checkTestable(property, metadata, parameters, listener, nothing_to_reproduce);
  return result.template is<rc::detail::SuccessResult>();
}

/// Random operands of a format, half of them close to the one before.
template <std::size_t count>
std::array<Exact, count> law_operands(const Format& f, const rc::Gen<Exact>& number) {
  std::array<Exact, count> x;
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = *number;
    const std::int64_t places = *rc::gen::inRange<std::int64_t>(-3, 4);
    if (i > 0 && *rc::gen::arbitrary<bool>()) x[i] = moved_near(f, x[i - 1], x[i], places);
  }
  return x;
}

/// Checks a law on so many operands. A counterexample is shrunk and then is one line: what the law is about, format
/// and operands.
template <std::size_t operands, class Law>
void check_law(const std::string& name, const Format& f, int cases, const Law& law) {
  std::string counterexample;
  int applied = 0;
  const auto number = number_of_format(f);
  const bool holds = withstands(name, cases, [&] {
    const std::array<Exact, operands> x = law_operands<operands>(f, number);
    Verdict verdict = Verdict::fails;
    std::string thrown;
    try {
      verdict = law(x);
    } catch (const std::exception& error) {
      thrown = fmt::format(" throws: {}", error.what());
    }
    applied += verdict == Verdict::does_not_apply ? 0 : 1;
    if (verdict != Verdict::fails) return true;
    counterexample.clear();
    for (const Exact& operand : x) counterexample += " " + datum_text(f, operand);
    counterexample += thrown;
    return false;
  });
  CHECK_MESSAGE(holds, fmt::format("{} {}:{}", name, to_text(f), counterexample));
  const bool is_tested = !holds || applied >= cases / least_share;
  CHECK_MESSAGE(is_tested, fmt::format("{} {}: applied to {} of {}", name, to_text(f), applied, cases));
}

}  // namespace precipice::testing
