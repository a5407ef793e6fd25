#include "cli/eval_operations.hpp"

#include <algorithm>
#include <array>

#include "precipice/arithmetic/functions.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/layout.hpp"

namespace precipice::cli {
namespace {

bool is_equal(std::partial_ordering order) { return std::is_eq(order); }
bool is_less(std::partial_ordering order) { return std::is_lt(order); }
bool is_less_or_equal(std::partial_ordering order) { return std::is_lteq(order); }

// Quiet and signalling as TestFloat's eq, lt, le and their twins.
constexpr std::array operations{
    Operation{"add", reference::add},
    Operation{"sub", reference::subtract},
    Operation{"mul", reference::multiply},
    Operation{"div", reference::divide},
    Operation{"sqrt", reference::square_root},
    Operation{"fma", reference::fused_multiply_add, "mulAdd"},
    Operation{"rem", reference::remainder},
    Operation{"rsqrt", reference::rsqrt},
    Operation{"convert", reference::convert},
    Operation{"round", reference::round_to_integral, "roundToInt"},
    Operation{"scaleb", reference::scale_b},
    Operation{"logb", reference::log_b},
    Operation{"nextup", reference::next_up},
    Operation{"nextdown", reference::next_down},
    Operation{"minimum", reference::minimum, "min"},
    Operation{"maximum", reference::maximum, "max"},
    Operation{"minimum-number", reference::minimum_number},
    Operation{"maximum-number", reference::maximum_number},
    Operation{"minimum-magnitude", reference::minimum_magnitude},
    Operation{"maximum-magnitude", reference::maximum_magnitude},
    Operation{"minimum-magnitude-number", reference::minimum_magnitude_number},
    Operation{"maximum-magnitude-number", reference::maximum_magnitude_number},
    Operation{"compare", Ordering{reference::compare_quiet}},
    Operation{"eq", Relation{reference::compare_quiet, is_equal}},
    Operation{"lt", Relation{reference::compare_signalling, is_less}},
    Operation{"le", Relation{reference::compare_signalling, is_less_or_equal}},
    Operation{"eq-signaling", Relation{reference::compare_signalling, is_equal}, "eq_signaling"},
    Operation{"lt-quiet", Relation{reference::compare_quiet, is_less}, "lt_quiet"},
    Operation{"le-quiet", Relation{reference::compare_quiet, is_less_or_equal}, "le_quiet"},
    Operation{"exp", reference::exp},
    Operation{"expm1", reference::expm1},
    Operation{"exp2", reference::exp2},
    Operation{"log", reference::log},
    Operation{"log1p", reference::log1p},
    Operation{"log2", reference::log2},
    Operation{"tanh", reference::tanh},
    Operation{"sigmoid", reference::sigmoid},
    Operation{"erf", reference::erf},
    Operation{"pow", reference::pow},
    Operation{"sum", Reduction::sum},
    Operation{"dot", Reduction::dot},
};

/// The number of operands; nothing of a reduction.
struct CountOf {
  std::size_t operator()(Unary) const { return 1; }
  std::size_t operator()(Binary) const { return 2; }
  std::size_t operator()(Ternary) const { return 3; }
  std::size_t operator()(Scaling) const { return 2; }
  std::size_t operator()(Neighbour) const { return 1; }
  std::size_t operator()(Ordering) const { return 2; }
  std::size_t operator()(const Relation&) const { return 2; }
  std::size_t operator()(Reduction) const { return 0; }
};

Rounded dot_of_pairs(const Computation& c, const std::vector<Exact>& pairs) {
  std::vector<Exact> x, y;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    x.push_back(pairs[i]);
    y.push_back(pairs[i + 1]);
  }
  return reference::dot({.x = x, .y = y}, c.accumulation, c.result, c.mode);
}

struct Evaluation {
  const Computation& c;
  const Operands& operands;
  const std::vector<Exact>& x = operands.data;

  Answer operator()(Unary apply) const { return of(apply(x[0], c.result, c.mode)); }
  Answer operator()(Binary apply) const { return of(apply(x[0], x[1], c.result, c.mode)); }
  Answer operator()(Ternary apply) const { return of(apply(x[0], x[1], x[2], c.result, c.mode)); }
  Answer operator()(Scaling apply) const { return of(apply(x[0], operands.integer, c.result, c.mode)); }
  Answer operator()(Neighbour apply) const { return of(apply(x[0], c.result)); }
  Answer operator()(Ordering ordering) const {
    const reference::Compared compared = ordering.compare(x[0], x[1], c.operands);
    return {compared.order, compared.flags};
  }
  Answer operator()(const Relation& relation) const {
    const reference::Compared compared = relation.compare(x[0], x[1], c.operands);
    return {relation.holds(compared.order), compared.flags};
  }
  Answer operator()(Reduction reduction) const {
    if (reduction == Reduction::dot) return of(dot_of_pairs(c, x));
    return of(reference::sum(x, c.result, c.mode, c.accumulation.order));
  }

  static Answer of(Rounded rounded) { return {std::move(rounded.value), rounded.flags}; }
};

}  // namespace

std::span<const Operation> all_operations() { return operations; }

const Operation& parse_operation(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const Operation& operation : operations) {
    if (operation.name == typed || (operation.also == typed && !typed.empty())) return operation;
    names.push_back(operation.name);
  }
  refuse_word("operation", typed, names);
}

bool takes(const Operation& operation, std::size_t operands) {
  if (const auto* const reduction = std::get_if<Reduction>(&operation.does)) {
    return *reduction == Reduction::sum || operands % 2 == 0;
  }
  return operands == std::visit(CountOf{}, operation.does);
}

std::string operands_text(const Operation& operation) {
  if (const auto* const reduction = std::get_if<Reduction>(&operation.does)) {
    return *reduction == Reduction::sum ? "any number of operands" : "pairs of operands";
  }
  return counted(std::visit(CountOf{}, operation.does), "operand");
}

Answer evaluate(const Computation& c, Operands& operands) {
  if (flushes_operands(c.operands) && !is_neighbour(*c.operation)) {
    for (Exact& x : operands.data) x = reference::as_operand(x, c.operands);
  }
  return std::visit(Evaluation{c, operands}, c.operation->does);
}

}  // namespace precipice::cli
