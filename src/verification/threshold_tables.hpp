#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/chart/table.hpp"
#include "precipice/verification/thresholds.hpp"

namespace precipice::verification {

/// A threshold of a row, one of its two.
struct Compared {
  const ThresholdRow& row;
  std::string_view name;  ///< collapse or survival
  const std::optional<predicted::Threshold>& predicted;
  Integer measured;
  const Turn& turn;

  [[nodiscard]] Agreement found() const { return agreement(predicted, measured); }
};

/// visit(Compared) for all.
template <class Visit>
void for_each_threshold(const std::vector<ThresholdRow>& rows, const Visit& visit) {
  for (const ThresholdRow& row : rows) {
    const MeasuredThresholds& m = row.measured;
    visit(Compared{row, "collapse", row.predicted.collapse, m.collapse.from, m.collapse});
    visit(Compared{row, "survival", row.predicted.survival, row.measured_survival(), m.death});
  }
}

/// The margin of an ordinal; nothing beyond the numbers of the format.
std::optional<double> margin_at(const Format& format, const Integer& place);
/// The same as text: "none" before the first number, "never" behind the last.
std::string margin_text(const Format& format, const Integer& place);

/// How far the measured margin lies behind the real one of prediction.hpp, where that has one for this formulation: in
/// nats, in the spacing of the format there, in ulp(1).
struct Gap {
  double nats, quanta, ulps;
};
std::optional<Gap> gap(const Compared& c);

std::string_view explanation(predicted::Cause cause);
const std::string& formulation_text(Formulation formulation);

/// How predictions and measurements agree, by rounding and formulation; "returning" did not come once and stay.
chart::Table agreement_table(const std::vector<ThresholdRow>& rows);
/// Where the real threshold is not the measured one, and why. Within a unit of the margin's last place it is as good as
/// its format allows.
chart::Table closed_form_table(const std::vector<ThresholdRow>& rows);
/// The paper's (p - 1) ln 2, for one wrong class and formats of p >= 8.
chart::Table paper_table(const std::vector<ThresholdRow>& rows);
/// Measured collapsing margins of binary32 by order and index of the correct class.
chart::Table index_table(const std::vector<ThresholdRow>& rows);

}  // namespace precipice::verification
