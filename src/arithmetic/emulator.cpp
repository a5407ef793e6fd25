#include "precipice/arithmetic/emulator.hpp"

#include <fmt/core.h>

#include <optional>
#include <utility>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/dot.hpp"
#include "precipice/arithmetic/stochastic.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/rounding/draws.hpp"

namespace precipice {
namespace {

bool draws(const Mode& mode) { return mode.direction == Rounding::stochastic; }

/// Operation i of a call.
Mode of_operation(Mode mode, std::size_t i) {
  mode.draw.counter += i;
  return mode;
}

std::vector<Exact> exact_values(std::span<const double> values) {
  std::vector<Exact> result;
  result.reserve(values.size());
  for (const double x : values) result.push_back(Exact::from(x));
  return result;
}

/// By the definition, which numbers the random draws of one sum.
double sum_by_definition(std::span<const double> terms, const Format& format, const Mode& mode, const SumOrder& order,
                         std::size_t marked) {
  return to_double(reference::sum(exact_values(terms), format, mode, order, marked).value);
}

/// How products are added up, in which format.
struct DotRules {
  const Accumulation& how;
  Format format;
  Mode mode;

  [[nodiscard]] double by_definition(std::span<const Exact> x, std::span<const Exact> y, std::size_t number) const {
    Accumulation drawn = how;
    if (drawn.products) drawn.products->mode = of_operation(drawn.products->mode, number);
    return to_double(reference::dot({.x = x, .y = y}, drawn, format, of_operation(mode, number)).value);
  }
  /// Whether engines, whose operations stand one by one, compute it: a running sum takes a product at a time.
  [[nodiscard]] bool suits_engines() const {
    const bool is_drawn = draws(mode) || (how.products && draws(how.products->mode));
    return !is_drawn && how.block == 1 && !how.alignment;
  }
  [[nodiscard]] bool is_sequential() const { return how.order == SumOrder::sequential; }
};

}  // namespace

/// One that draws nothing is made once; one that does, for each call, with random numbers that begin anew.
struct Emulator::Engines {
  Engines(const Format& f, const Mode& m) : format(f), mode(m), kind(fastest_engine(f, m)) {
    Draws first;
    const AnyEngine engine(kind, format, mode, &first);
    if (!draws(mode)) kept = engine;
  }

  template <class Visitor>
  decltype(auto) visit(const Visitor& visitor) const {
    if (kept) return visitor(*kept);
    Draws numbers;
    numbers.begin(mode.draw);
    return visitor(AnyEngine(kind, format, mode, &numbers));
  }

  Format format;
  Mode mode;
  EngineKind kind;
  std::optional<AnyEngine> kept;
};

Emulator::Emulator(const Format& format, const Mode& mode) : engines_(std::make_shared<Engines>(format, mode)) {}

const Format& Emulator::format() const { return engines_->format; }
const Mode& Emulator::mode() const { return engines_->mode; }
std::string_view Emulator::engine() const { return name_of(engines_->kind); }

double Emulator::one(Elementwise operation, double x, double y, double z) const {
  return engines_->visit([&](const AnyEngine& any) {
    return any.visit([&](const auto& a) { return detail::one_result(a, operation, {{&x, 1}, {&y, 1}, {&z, 1}}, 0); });
  });
}

void Emulator::each(Elementwise operation, std::span<double> out, std::span<const double> x, std::span<const double> y,
                    std::span<const double> z) const {
  const bool rounds_in_vectors = operation == Elementwise::convert && draws(mode()) && x.size() == out.size() &&
                                 StochasticRounding::refusal(format(), mode().random_bits).empty();
  if (rounds_in_vectors) return StochasticRounding(format(), mode().random_bits).round(x, mode().draw, out);
  engines_->visit([&](const AnyEngine& a) { precipice::each(a, operation, {x, y, z}, out); });
}

double Emulator::sum(std::span<const double> terms, const SumOrder& order, std::size_t marked) const {
  double result = 0;
  sum_rows({terms.data(), 1, terms.size()}, {&result, 1}, order, marked);
  return result;
}

void Emulator::sum_rows(MatrixView<const double> rows, std::span<double> sums, const SumOrder& order,
                        std::size_t marked) const {
  if (draws(mode()) || rows.cols == 0) {
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] = sum_by_definition(rows.row(i), format(), of_operation(mode(), i), order, marked);
    }
    return;
  }
  engines_->visit([&](const AnyEngine& any) {
    any.visit([&](const auto& a) {
      std::vector<double> room;
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = precipice::sum(a, rows.row(i), order, marked, room);
    });
  });
}

namespace {

/// x . y for pairs of rows that `pair(number)` names, on engines where they suit.
template <class Pair>
void dot_pairs(const AnyEngine& sums, const DotRules& rules, const Pair& pair, std::span<double> out) {
  const auto fill = [&](const auto& dot_of) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto [x, y] = pair(i);
      out[i] = dot_of(x, y, i);
    }
  };
  using Row = std::span<const double>;
  if (!rules.suits_engines() || (!rules.how.products && !rules.is_sequential())) {
    return fill([&](Row x, Row y, std::size_t i) { return rules.by_definition(exact_values(x), exact_values(y), i); });
  }
  if (rules.how.products) {
    const auto& [format, mode] = *rules.how.products;
    const AnyEngine products(fastest_engine(format, mode), format, mode);
    return fill([&](Row x, Row y, std::size_t) { return x.empty() ? 0 : dot(products, sums, x, y, rules.how.order); });
  }
  sums.visit([&](const auto& a) {
    fill([&](Row x, Row y, std::size_t) {
      double total = x.empty() ? 0 : a.mul(x[0], y[0]);
      for (std::size_t k = 1; k < x.size(); ++k) total = a.fma(x[k], y[k], total);
      return total;
    });
  });
}

void check(const Accumulation& how) {
  if (const std::string reason = refusal(how); !reason.empty()) throw ConfigError(reason);
  if (how.products && !contains(binary64, how.products->format)) {
    throw ConfigError("products: some numbers of " + describe(how.products->format) + " are no doubles");
  }
}

}  // namespace

double Emulator::dot(std::span<const double> x, std::span<const double> y, const Accumulation& how) const {
  double result = 0;
  dot_rows({x.data(), 1, x.size()}, {y.data(), 1, y.size()}, {&result, 1}, how);
  return result;
}

void Emulator::dot_rows(MatrixView<const double> x, MatrixView<const double> y, std::span<double> out,
                        const Accumulation& how) const {
  check(how);
  const DotRules rules{how, format(), mode()};
  engines_->visit([&](const AnyEngine& sums) {
    dot_pairs(
        sums, rules, [&](std::size_t i) { return std::pair(x.row(i), y.row(i)); }, out);
  });
}

void Emulator::multiply(MatrixView<const double> left, MatrixView<const double> right, MatrixView<double> out,
                        const Accumulation& how) const {
  check(how);
  const DotRules rules{how, format(), mode()};
  engines_->visit([&](const AnyEngine& sums) {
    if (rules.suits_engines() && rules.is_sequential()) {
      if (!how.products) return multiply_fused(sums, left, right, out);
      const auto& [format, mode] = *how.products;
      return precipice::multiply(AnyEngine(fastest_engine(format, mode), format, mode), sums, left, right, out);
    }
    // Element by element, on rows and columns laid out side by side.
    Matrix<double> rows(left.rows, left.cols), columns(right.cols, right.rows), results(out.rows, out.cols);
    transpose(left.transposed(), rows.view());  // so copied
    transpose(right, columns.view());
    const auto pair = [&](std::size_t i) {
      return std::pair(std::as_const(rows).view().row(i / out.cols), std::as_const(columns).view().row(i % out.cols));
    };
    dot_pairs(sums, rules, pair, results.values());
    transpose(std::as_const(results).view().transposed(), out);
  });
}

}  // namespace precipice
