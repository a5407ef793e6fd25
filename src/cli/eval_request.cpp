#include "cli/eval_request.hpp"

#include <fmt/core.h>

#include <charconv>
#include <limits>

#include "precipice/cli/choices.hpp"
#include "precipice/format/catalogue.hpp"

namespace precipice::cli {
namespace {

/// The typed text, or what stands for an option that was not given.
std::string_view or_else(const std::string& typed, std::string_view usual) {
  return typed.empty() ? usual : std::string_view(typed);
}

/// A whole number within the limits.
template <class Number>
Number whole_number(std::string_view option, std::string_view typed, Number least, Number most) {
  Number value{};
  const char* const end = typed.data() + typed.size();
  const auto [stop, error] = std::from_chars(typed.data(), end, value);
  if (error != std::errc{} || stop != end || value < least || value > most) {
    throw ConfigError(fmt::format("{}: '{}' is not a whole number from {} to {}", option, typed, least, most));
  }
  return value;
}

std::uint64_t seed_of(const EvalOptions& o) {
  return whole_number<std::uint64_t>("--seed", or_else(o.seed, "0"), 0, std::numeric_limits<std::uint64_t>::max());
}

long long first_line_of(const EvalOptions& o) {
  constexpr long long most = 1'000'000'000'000'000'000;  // with room for all lines that follow
  return whole_number<long long>("--first-line", or_else(o.first_line, "1"), 1, most);
}

Mode mode_of(const EvalOptions& o) {
  Mode mode = at_option("--rounding", [&] { return parse_mode(or_else(o.rounding, "nearest-even")); });
  mode.tininess = choose("--tininess", or_else(o.tininess, "after"),
                         Choices<Tininess>{{"after", Tininess::after_rounding}, {"before", Tininess::before_rounding}});
  mode.draw.key = seed_of(o);
  return mode;
}

/// A result is no operand. The running sums of a reduction are.
Format result_format(const Operation& operation, const Format& f) {
  if (is_reduction(operation)) return f;
  return with_subnormals(f, flushes_results(f) ? Subnormals::flush_results : Subnormals::gradual);
}

Accumulation accumulation_of(const EvalOptions& o, const Mode& mode) {
  Accumulation how;
  how.order = at_option("--order", [&] { return parse_sum_order(or_else(o.order, "sequential")); });
  if (how.order == SumOrder::correct_first) {
    throw ConfigError("--order: 'correct-first' begins with a marked term, and no term of a line is marked");
  }
  if (!o.products.empty()) {
    how.products = {at_option("--products", [&] { return parse_format(o.products); }), mode};
  }
  return how;
}

void refuse_unless(bool applies, std::string_view option, const std::string& typed, const std::string& reason) {
  if (!applies && !typed.empty()) throw ConfigError(fmt::format("{}: {}", option, reason));
}

/// Options that say nothing to this operation.
void check_together(const EvalOptions& o, const Operation& operation) {
  const std::string name(operation.name);
  refuse_unless(!is_comparison(operation), "--to", o.to, name + " gives no number, so its result has no format");
  refuse_unless(!is_neighbour(operation), "--to", o.to, name + " gives a number of the operand's format");
  refuse_unless(is_reduction(operation), "--order", o.order, name + " adds no terms up; only sum and dot do");
  const bool is_dot = operation.name == "dot";
  refuse_unless(is_dot, "--products", o.products, name + " adds no products up; only dot does");
  if (!o.testfloat) return;
  const std::string reason = "--testfloat reads and compares code points";
  refuse_unless(o.in == "code", "--in", o.in, reason);
  refuse_unless(o.out == "code", "--out", o.out, reason);
}

}  // namespace

EvalRequest understood(const EvalOptions& o) {
  const Operation& operation = parse_operation(o.operation);
  const Format operands = at_option("--format", [&] { return parse_format(o.format); });
  const Format result =
      o.to.empty() ? operands : at_option("--to", [&] { return result_format(operation, parse_format(o.to)); });
  const Mode mode = mode_of(o);
  check_together(o, operation);
  return {.computation = {.operation = &operation,
                          .operands = operands,
                          .result = result,
                          .mode = mode,
                          .accumulation = accumulation_of(o, mode)},
          .in = choose("--in", or_else(o.in, o.testfloat ? "code" : "value"),
                       Choices<Input>{{"value", Input::value}, {"code", Input::code}}),
          .out = choose("--out", or_else(o.out, o.testfloat ? "code" : "value"),
                        Choices<Output>{{"value", Output::value},
                                        {"decimal", Output::decimal},
                                        {"exact", Output::exact},
                                        {"code", Output::code}}),
          .reading = o.exact ? Reading::must_be_exact : Reading::rounds,
          .flags = o.flags ? FlagsColumn::present : FlagsColumn::absent,
          .bad_line = o.keep_going ? BadLine::is_passed_over : BadLine::ends,
          .first_line = first_line_of(o)};
}

Computation at_line(const EvalRequest& request, long long line) {
  Computation c = request.computation;
  c.mode.draw.counter = static_cast<std::uint64_t>(line - 1);
  if (c.accumulation.products) c.accumulation.products->mode = c.mode;
  return c;
}

std::string replay_text(const Computation& c, long long line) {
  std::string text = fmt::format("{} --format {}", c.operation->name, to_text(c.operands));
  if (c.result != c.operands) text += fmt::format(" --to {}", to_text(c.result));
  text += fmt::format(" --rounding {}", to_text(c.mode.direction));
  if (c.mode.random_bits != unlimited_random_bits) text += fmt::format(":{}", c.mode.random_bits);
  if (c.mode.direction == Rounding::stochastic) {
    text += fmt::format(" --seed {} --first-line {}", c.mode.draw.key, line);
  }
  if (c.mode.tininess == Tininess::before_rounding) text += " --tininess before";
  if (is_reduction(*c.operation)) text += fmt::format(" --order {}", to_text(c.accumulation.order));
  if (c.accumulation.products) text += fmt::format(" --products {}", to_text(c.accumulation.products->format));
  return text;
}

}  // namespace precipice::cli
