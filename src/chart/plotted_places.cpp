#include <fmt/core.h>

#include "chart/plot_pieces.hpp"
#include "precipice/chart/figure.hpp"
#include "precipice/chart/gnuplot.hpp"

namespace precipice::chart {
namespace {

constexpr auto full_fill = "fs solid 1.0 border rgb '#FFFFFF'";
constexpr auto strip_fill = "fs solid 1.0 noborder";
constexpr auto hatched_fill = "fs pattern 4 border rgb '#B0B0B0'";
constexpr auto failed_fill = "fs pattern 5 border rgb '#D00000'";
constexpr auto not_run_colour = "#B0B0B0", none_colour = "#E4E4E4";

class Places {
 public:
  Places(const Diagram& diagram, PlotPieces& pieces) : d_(diagram), pieces_(pieces) {}

  void add() {
    if (d_.shows_outcome())
      add_outcomes();
    else
      add_numbers();
    add_places_without_run();
    add_outlines();
  }

 private:
  [[nodiscard]] bool is_spread() const { return d_.seeds == Seeds::spread; }

  /// The middle and the four edges of a place, or of its k-th strip of n.
  static std::string edges(const DiagramCell& cell, std::size_t k = 0, std::size_t n = 1) {
    const auto left = static_cast<double>(cell.x) - 0.5, y = static_cast<double>(cell.y);
    const double low = left + static_cast<double>(k) / static_cast<double>(n);
    const double high = left + static_cast<double>(k + 1) / static_cast<double>(n);
    return fmt::format("{} {} {} {} {} {}", number((low + high) / 2), number(y), number(low), number(high),
                       number(y - 0.5), number(y + 0.5));
  }

  template <class Shown>
  static std::string places(const Panel& panel, Shown shown) {
    std::string lines;
    for (const DiagramCell& cell : panel.cells) {
      if (shown(cell)) lines += edges(cell) + "\n";
    }
    return lines;
  }

  void add_boxes(std::size_t i, const std::string& lines, std::string_view colour, std::string_view fill,
                 const std::string& name) {
    if (lines.empty()) return;
    pieces_.plot(i, fmt::format("{} using 1:2:3:4:5:6 with boxxyerror fc rgb '{}' {} lw 0.7 notitle",
                                pieces_.block(lines), colour, fill));
    const bool is_plain = fill == full_fill || fill == strip_fill;
    pieces_.add_entry(
        fmt::format("with boxes fc rgb '{}' {} lw 0.7", colour, is_plain ? "fs solid 1.0 border rgb '#808080'" : fill),
        name);
  }

  /// Places of this majority, or the strips of seeds with this outcome.
  [[nodiscard]] std::string of_outcome(const Panel& panel, Outcome outcome) const {
    if (!is_spread()) {
      return places(panel, [&](const DiagramCell& cell) { return cell.votes.majority() == outcome; });
    }
    std::string lines;
    for (const DiagramCell& cell : panel.cells) {
      const auto runs = static_cast<std::size_t>(cell.votes.runs());
      std::size_t k = 0;
      for (const OutcomeLook& look : outcome_looks()) {
        const auto count = static_cast<std::size_t>(cell.votes.of[static_cast<std::size_t>(look.outcome)]);
        for (std::size_t j = 0; look.outcome == outcome && j < count; ++j) lines += edges(cell, k + j, runs) + "\n";
        k += count;
      }
    }
    return lines;
  }

  void add_outcomes() {
    for (const OutcomeLook& look : outcome_looks()) {
      const auto* const fill = look.outcome == Outcome::failed ? failed_fill : is_spread() ? strip_fill : full_fill;
      for (std::size_t i = 0; i < d_.panels.size(); ++i) {
        add_boxes(i, of_outcome(d_.panels[i], look.outcome), look.colour, fill, named(d_, look.name, look.brief));
      }
    }
  }

  void add_numbers() {
    for (std::size_t i = 0; i < d_.panels.size(); ++i) {
      std::string coloured, none, not_positive;
      for (const DiagramCell& cell : d_.panels[i].cells) {
        const auto numbers = shown_numbers(d_, cell);
        for (std::size_t k = 0; k < numbers.size(); ++k) {
          const std::string place = edges(cell, k, numbers.size());
          if (d_.has_colour(numbers[k])) {
            coloured += fmt::format("{} {}\n", place, *numbers[k]);
          } else {
            (numbers[k] ? not_positive : none) += place + "\n";
          }
        }
      }
      const auto* const fill = is_spread() ? strip_fill : full_fill;
      if (!coloured.empty()) {
        pieces_.plot(i, fmt::format("{} using 1:2:3:4:5:6:7 with boxxyerror fc palette lw 0.7 {} notitle",
                                    pieces_.block(coloured), fill));
      }
      add_boxes(i, not_positive, "#FFFFFF", "fs pattern 2 border rgb '#B0B0B0'", "zero or less");
      add_boxes(i, none, none_colour, fill,
                meaning_of_none(d_.value) == NoNumber::is_late ? "did not happen" : "no number");
    }
  }

  void add_places_without_run() {
    for (std::size_t i = 0; i < d_.panels.size(); ++i) {
      add_boxes(i, places(d_.panels[i], [](const DiagramCell& cell) { return cell.votes.runs() == 0; }), not_run_colour,
                hatched_fill, "not run");
    }
  }

  /// Around places that are divided into strips.
  void add_outlines() {
    for (std::size_t i = 0; is_spread() && i < d_.panels.size(); ++i) {
      const std::string lines = places(d_.panels[i], [](const DiagramCell& cell) { return cell.votes.runs() > 0; });
      if (lines.empty()) continue;
      pieces_.plot(i, fmt::format("{} using 1:2:3:4:5:6 with boxxyerror lc rgb '#FFFFFF' lw 2 fs empty notitle",
                                  pieces_.block(lines)));
    }
  }

  const Diagram& d_;
  PlotPieces& pieces_;
};

}  // namespace

void add_places(const Diagram& diagram, PlotPieces& pieces) { Places(diagram, pieces).add(); }

}  // namespace precipice::chart
