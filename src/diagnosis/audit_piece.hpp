#pragma once

#include <span>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/diagnosis/audit.hpp"

namespace precipice {

/// A loss with the engine that computes it.
struct EngagedLoss {
  AnyEngine engine;
  Loss loss;
};

/// Throws ConfigError where no engine has the format's numbers as doubles, and for stochastic rounding.
EngagedLoss engaged(const AuditedLoss& loss);

/// Some rows, audited: as an Audit, with the margins one by one.
struct AuditedPiece {
  Audit sums;
  std::vector<double> margins;
};

/// Rows first, ... of the logits, one for each label.
AuditedPiece audited_piece(const ArrayStream& logits, std::uint64_t first, std::span<const std::uint32_t> labels,
                           const std::vector<EngagedLoss>& losses, std::size_t batch);

}  // namespace precipice
