#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/record.hpp"

// What a page keeps of a trace: figures of its records, and onsets.

namespace precipice::chart {

struct ReportSeries {
  const char* name;
  double Record::*value;
  bool is_logarithmic = false;  ///< how the page draws it
};
inline constexpr std::array report_series{
    ReportSeries{"loss", &Record::loss, true},
    ReportSeries{"collapsed_share", &Record::collapsed_share},
    ReportSeries{"vanished_share", &Record::vanished_share},
    ReportSeries{"classifier_mean_norm", &Record::classifier_mean_norm, true},
    ReportSeries{"feature_mean_norm", &Record::feature_mean_norm, true},
    ReportSeries{"mean_cosine", &Record::mean_cosine},
    ReportSeries{"least_margin", &Record::least_margin},
    ReportSeries{"median_margin", &Record::median_margin},
    ReportSeries{"largest_margin", &Record::largest_margin},
    ReportSeries{"largest_update", &Record::largest_update, true},
};

struct ReportMark {
  const char* name;
  std::optional<std::int64_t> Onsets::*step;
  const char* colour;
};
inline constexpr std::array report_marks{
    ReportMark{"fitted", &Onsets::fitted, "#6E6E6E"},
    ReportMark{"first absorption", &Onsets::first_absorption, "#C9A227"},
    ReportMark{"SC50", &Onsets::sc50, "#8A6D00"},
    ReportMark{"NFI", &Onsets::nfi, "#E8702A"},
    ReportMark{"aligned", &Onsets::aligned, "#27AD81"},
    ReportMark{"first spike", &Onsets::first_spike, "#9B1748"},
    ReportMark{"frozen", &Onsets::frozen_at, "#2A659C"},
    ReportMark{"diverged", &Onsets::diverged_at, "#000000"},
};

}  // namespace precipice::chart
