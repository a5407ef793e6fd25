#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "precipice/chart/anatomy.hpp"
#include "precipice/chart/table.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/verification/claims.hpp"
#include "precipice/verification/part.hpp"
#include "verification/answers.hpp"
#include "verification/ledger_entries.hpp"
#include "verification/section.hpp"

namespace precipice::verification {
namespace {

Share share_of(const std::vector<Answer>& answers) {
  return {static_cast<std::size_t>(std::ranges::count_if(answers, says_all)), answers.size()};
}

/// "8: 5/5, 11: 4/5".
std::string shares_text(const std::vector<Answer>& answers) {
  std::string text;
  for (const auto& [precision, share] : shares(answers, says_all)) {
    text += fmt::format("{}{}: {}/{}", text.empty() ? "" : ", ", precision, share.yes, share.runs);
  }
  return text;
}

std::vector<double> statistics(const std::vector<Answer>& answers) {
  std::vector<double> values;
  values.reserve(answers.size());
  for (const Answer& a : answers) {
    if (!std::isnan(a.statistic)) values.push_back(a.statistic);
  }
  std::ranges::sort(values);
  return values;
}

/// Lower median, least and largest: "3.2 [1.1, 4.5]".
std::string statistic_text(const std::vector<Answer>& answers) {
  const std::vector<double> values = statistics(answers);
  if (values.empty()) return "-";
  const double median = values[(values.size() - 1) / 2];
  if (values.front() == values.back()) return fmt::format("{:.3g}", median);
  return fmt::format("{:.3g} [{:.3g}, {:.3g}]", median, values.front(), values.back());
}

chart::Table ledger_table(const std::vector<Judged>& entries) {
  chart::Table table{{"claim", "p: runs that bear it out", "statistic", "verdict"}, {}};
  table.rows.reserve(entries.size());
  for (const Judged& j : entries) {
    table.rows.push_back(
        {j.entry.name, shares_text(j.answers), statistic_text(j.answers), std::string(to_text(j.judgement.verdict))});
  }
  return table;
}

/// Those that do not hold as they stand, and what holds instead.
std::string corrections_text(const std::vector<Judged>& entries) {
  std::string text;
  for (const Judged& j : entries) {
    if (j.judgement.verdict == Verdict::corrected)
      text += fmt::format("{}: {}\n", j.entry.name, j.judgement.correction);
  }
  return text.empty() ? text : "Corrections:\n" + text;
}

std::string command_of(const LedgerEntry& entry) {
  std::string variants;
  for (const std::string& variant : entry.variants) variants += fmt::format("\"{}\", ", variant);
  return fmt::format("precipice sweep ledger --set 'sweep.variant=[{}\"{}\"]'", variants, entry.control);
}

std::string section_of(const Judged& j) {
  const Share all = share_of(j.answers);
  std::string text = fmt::format("#### {}\n\n> {}\n\n", j.entry.name, j.entry.sentence);
  text += fmt::format("- Verdict: **{}**{}\n", to_text(j.judgement.verdict),
                      j.judgement.correction.empty() ? "" : ": " + j.judgement.correction);
  text += fmt::format("- Runs: {}; beside them: {}. `{}`\n", j.entry.variants.front(), j.entry.control,
                      command_of(j.entry));
  for (std::size_t part = 0; part < j.entry.sayings.size(); ++part) {
    const auto yes = std::ranges::count_if(j.answers, [&](const Answer& a) { return a.sayings[part]; });
    text += fmt::format("- {}: {} of {} runs\n", j.entry.sayings[part].words, yes, j.answers.size());
  }
  text += fmt::format("- All of it: {} of {} runs (by p: {}), 95 % interval [{:.2f}, {:.2f}]\n", all.yes, all.runs,
                      shares_text(j.answers), all.least(), all.most());
  if (j.entry.correction) {
    const auto yes = std::ranges::count_if(j.answers, [](const Answer& a) { return a.corrected; });
    text += fmt::format("- Correction, {}: {} of {} runs\n", j.entry.correction->words, yes, j.answers.size());
  }
  return text + fmt::format("- {}: {}\n\n", j.entry.statistic.words, statistic_text(j.answers));
}

Json json_of(const Judged& j) {
  Json answers = Json::array();
  for (const Answer& a : j.answers) {
    Json parts = Json::array();
    for (const bool yes : a.sayings) parts.push_back(yes);
    answers.push_back({{"p", a.precision},
                       {"seed", a.seed},
                       {"parts", std::move(parts)},
                       {"correction", a.corrected},
                       {"statistic", std::isnan(a.statistic) ? Json() : Json(a.statistic)}});
  }
  const Share all = share_of(j.answers);
  Json parts = Json::array();
  for (const Saying& saying : j.entry.sayings) parts.push_back(saying.words);
  return {{"claim", j.entry.name},
          {"source", to_text(j.entry.source)},
          {"sentence", j.entry.sentence},
          {"parts", std::move(parts)},
          {"correction", j.entry.correction ? Json(j.entry.correction->words) : Json()},
          {"variants", j.entry.variants},
          {"control", j.entry.control},
          {"statistic", j.entry.statistic.words},
          {"borne_out", all.yes},
          {"runs", all.runs},
          {"interval", {all.least(), all.most()}},
          {"verdict", to_text(j.judgement.verdict)},
          {"holds_instead", j.judgement.correction},
          {"answers", std::move(answers)}};
}

/// The first cell of a variant in a format; nothing if there is none.
std::optional<std::size_t> first_of(const Ledger& ledger, std::string_view variant, const Format* format = nullptr) {
  for (std::size_t i = 0; i < ledger.cells.size(); ++i) {
    if (ledger.cells[i].variant != variant) continue;
    if (format == nullptr || ledger.cells[i].experiment.precision.emulated() == *format) return i;
  }
  return {};
}

/// A run and what stands beside it in its figure.
struct Figure {
  std::size_t run;
  std::string_view control;
  std::string name;
};

/// Of the first run as it is and in mini-batches, at each precision.
std::vector<Figure> figures_of(const Ledger& ledger) {
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < ledger.cells.size(); ++i) {
    const Cell& cell = ledger.cells[i];
    const Format format = cell.experiment.precision.emulated();
    const bool is_plain = cell.variant == plain;
    if ((!is_plain && cell.variant != "mini-batches") || first_of(ledger, cell.variant, &format) != i) continue;
    figures.push_back(
        {i, is_plain ? in_binary64 : "mini-batches, loss in binary64",
         fmt::format("{}-{}-p{}.svg", ledger.name, is_plain ? "slingshot" : "mini-batches", format.precision)});
  }
  return figures;
}

/// The Markdown that shows it; empty without gnuplot.
std::string drawn(const Ledger& ledger, const Figure& figure, const std::filesystem::path& folder) {
  const Cell& cell = ledger.cells[figure.run];
  const std::string title =
      fmt::format("{}: {}, {}", ledger.name, cell.variant, describe(cell.experiment.precision.emulated()));
  chart::Anatomy anatomy = chart::anatomy_of(title, cell.experiment, ledger.runs[figure.run].trace);
  if (const auto control = first_of(ledger, figure.control)) {
    anatomy.other = ledger.runs[*control].trace.records;
    anatomy.other_name = std::string(in_binary64);
  }
  if (!draw_anatomy(anatomy, folder / figure.name)) return {};
  return fmt::format("![{}; in grey: {}]({})\n\n", title, figure.control, figure.name);
}

}  // namespace

Part claims_part(const std::vector<Ledger>& ledgers, const std::optional<std::filesystem::path>& figures) {
  Part part;
  part.name = "claims";
  part.json = Json::object();
  for (const Ledger& ledger : ledgers) {
    add({"The ledger: " + ledger.name,
         {"Each run beside its control of the same seed; p: how many bear the sentence out at each precision.",
          "Statistic: its median, least and largest value (see the report for what it is). Holds: in four of",
          "five runs at every precision. Nobody's exit code depends on a verdict (decision 0023)."},
         ledger_table(ledger.entries)},
        part);
    part.text += corrections_text(ledger.entries);
    Json entries = Json::array();
    for (const Judged& j : ledger.entries) {
      part.markdown += section_of(j);
      entries.push_back(json_of(j));
    }
    part.json[ledger.name] = std::move(entries);
    if (!figures) continue;
    for (const Figure& figure : figures_of(ledger)) part.markdown += drawn(ledger, figure, *figures);
  }
  return part;
}

}  // namespace precipice::verification
