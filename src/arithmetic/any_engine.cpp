#include "precipice/arithmetic/any_engine.hpp"

#include <fmt/core.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

const Format& within_binary64(const Format& format) {
  if (contains(binary64, format)) return format;
  throw ConfigError(fmt::format("engine '{}' of doubles is not exact for {}: some of its numbers are no doubles",
                                Reference::name(), describe(format)));
}

AnyEngine::Engine engine_of(EngineKind kind, const Format& format, const Mode& mode, Draws* draws) {
  switch (kind) {
    case EngineKind::native:
      if (format == binary64 && mode.direction == Rounding::nearest_even) return Native<double>{};
      throw ConfigError(fmt::format("engine '{}' is not exact for {} {}: it is binary64, nearest-even; use 'auto'",
                                    Native<double>::name(), describe(format), to_text(mode)));
    case EngineKind::carried: return Carried<double>(format, mode.direction);
    case EngineKind::stochastic:
      if (draws != nullptr) return CarriedStochastic(format, mode, *draws);
      throw ConfigError(fmt::format("engine '{}' takes random numbers, and there are none here; use 'auto'",
                                    CarriedStochastic::name()));
    case EngineKind::reference: break;
  }
  return ReferenceInBinary64(format, mode, draws);
}

}  // namespace

EngineKind fastest_engine(const Format& format, const Mode& mode) {
  if (format == binary64 && mode.direction == Rounding::nearest_even) return EngineKind::native;
  if (Carried<double>::refusal(format, mode.direction).empty()) return EngineKind::carried;
  return CarriedStochastic::refusal(format, mode).empty() ? EngineKind::stochastic : EngineKind::reference;
}

std::string_view name_of(EngineKind kind) {
  switch (kind) {
    case EngineKind::native: return Native<double>::name();
    case EngineKind::carried: return Carried<double>::name();
    case EngineKind::stochastic: return CarriedStochastic::name();
    case EngineKind::reference: break;
  }
  return Reference::name();
}

ReferenceInBinary64::ReferenceInBinary64(const Format& format, const Mode& mode, Draws* draws)
    : a_(within_binary64(format), mode, draws) {}

double ReferenceInBinary64::sum_exactly(std::span<const double> terms) const {
  std::vector<Exact> exact;
  for (const double term : terms) exact.push_back(of(term));
  return to_double(a_.sum_exactly(exact));
}

AnyEngine::AnyEngine(EngineKind kind, const Format& format, const Mode& mode, Draws* draws)
    : engine_(engine_of(kind, format, mode, draws)) {}

void each(const AnyEngine& a, Elementwise operation, const detail::ArrayOperands<double>& in, std::span<double> out) {
  a.visit([&](const auto& engine) { each(engine, operation, in, out); });
}

void scale(const AnyEngine& a, std::span<const double> x, int exponent, std::span<double> out) {
  a.visit([&](const auto& engine) { scale(engine, x, exponent, out); });
}

void add_to_rows(const AnyEngine& a, std::span<const double> addends, MatrixView<double> rows) {
  a.visit([&](const auto& engine) { add_to_rows(engine, addends, rows); });
}

void add_up_rows(const AnyEngine& a, MatrixView<const double> rows, std::span<double> sums) {
  a.visit([&](const auto& engine) { add_up_rows(engine, rows, sums); });
}

void multiply(const AnyEngine& products, const AnyEngine& sums, MatrixView<const double> left,
              MatrixView<const double> right, MatrixView<double> out) {
  products.visit([&](const auto& p) {
    sums.visit([&](const auto& s) {
      if constexpr (std::is_same_v<decltype(p), decltype(s)> && std::is_same_v<decltype(p), const Native<double>&>) {
        multiply(s, left, right, out);
      } else {
        multiply(p, s, left, right, out);
      }
    });
  });
}

void multiply_fused(const AnyEngine& sums, MatrixView<const double> left, MatrixView<const double> right,
                    MatrixView<double> out) {
  sums.visit([&](const auto& s) { multiply_fused(s, left, right, out); });
}

}  // namespace precipice
