#pragma once

#include <string>
#include <string_view>

#include "precipice/diagnosis/audit.hpp"

namespace precipice::cli {

/// An audit with what was asked, for people and programs.
struct AuditReport {
  std::string logits, labels;  ///< files
  const AuditRequest& request;
  const Audit& audit;
  double learning_rate;

  [[nodiscard]] AuditSummary summary(std::size_t loss) const { return summary_of(audit, loss, request, learning_rate); }
};

// For people: what was read, a row for each loss, and what the columns mean.
std::string audit_head(const AuditReport& report);
std::string audit_table(const AuditReport& report);
std::string_view audit_legend();
/// NaN and infinities are null.
std::string audit_json(const AuditReport& report);
/// A line for each loss under a heading; what is not known is empty.
std::string audit_csv(const AuditReport& report);

/// "bfloat16", or the canonical text of a format without a name.
std::string name_of(const Format& format);

}  // namespace precipice::cli
