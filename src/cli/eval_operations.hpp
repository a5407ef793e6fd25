#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "precipice/arithmetic/dot.hpp"
#include "precipice/arithmetic/operations.hpp"

/// The operations of `precipice eval`.
namespace precipice::cli {

// What an operation takes and gives.
using Unary = Rounded (*)(const Exact&, const Format&, const Mode&);
using Binary = Rounded (*)(const Exact&, const Exact&, const Format&, const Mode&);
using Ternary = Rounded (*)(const Exact&, const Exact&, const Exact&, const Format&, const Mode&);
using Scaling = Rounded (*)(const Exact&, std::int64_t, const Format&, const Mode&);
using Neighbour = Rounded (*)(const Exact&, const Format&);
using Comparing = reference::Compared (*)(const Exact&, const Exact&, const Format&);
/// How two operands compare.
struct Ordering {
  Comparing compare;
};
/// Whether they compare so.
struct Relation {
  Comparing compare;
  bool (*holds)(std::partial_ordering);
};
/// Any number of operands: x0 x1 ... or x0 y0 x1 y1 ...
enum class Reduction : std::uint8_t { sum, dot };

struct Operation {
  std::string_view name;
  std::variant<Unary, Binary, Ternary, Scaling, Neighbour, Ordering, Relation, Reduction> does;
  std::string_view also = {};  ///< another accepted name
};

/// In the order in which they are listed to people.
std::span<const Operation> all_operations();

/// Throws ConfigError naming what would be right.
const Operation& parse_operation(std::string_view typed);

/// Whether a line may hold so many operands, and how many that are, for people: "2 operands".
bool takes(const Operation& operation, std::size_t operands);
std::string operands_text(const Operation& operation);

constexpr bool is_comparison(const Operation& operation) {
  return std::holds_alternative<Ordering>(operation.does) || std::holds_alternative<Relation>(operation.does);
}
constexpr bool is_neighbour(const Operation& operation) { return std::holds_alternative<Neighbour>(operation.does); }
constexpr bool is_reduction(const Operation& operation) { return std::holds_alternative<Reduction>(operation.does); }
constexpr bool is_scaling(const Operation& operation) { return std::holds_alternative<Scaling>(operation.does); }

/// How to compute, whatever the operands.
struct Computation {
  const Operation* operation;
  Format operands, result;
  Mode mode;
  Accumulation accumulation;  ///< of reductions
};

struct Operands {
  std::vector<Exact> data;
  std::int64_t integer = 0;  ///< of a scaling
};

/// A datum of the result's format, how two operands compare, or whether they compare as asked.
struct Answer {
  std::variant<Exact, std::partial_ordering, bool> value;
  Flags flags;
};

/// Operands belong to their format: if that flushes operands, they are zeros before the operation sees them, whatever
/// the format of the result. Neighbours count the subnormal numbers all the same (see reference::next_up).
/// Precondition: the operation takes so many operands.
Answer evaluate(const Computation& computation, Operands& operands);

}  // namespace precipice::cli
