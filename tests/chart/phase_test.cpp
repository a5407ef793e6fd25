#include "precipice/chart/phase.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "precipice/chart/diagram.hpp"
#include "precipice/chart/figure.hpp"
#include "precipice/chart/gnuplot.hpp"
#include "precipice/chart/results.hpp"
#include "precipice/format/error.hpp"
#include "synthetic.hpp"

using namespace precipice;
using namespace precipice::chart;
namespace fs = std::filesystem;

namespace {

Synthetic all_outcomes() {
  Synthetic made;
  made.manifest["grids"][0]["axes"][1]["values"] = {3, 4, 5, 6, 8};
  made.add(4, 3, {"never-fits", "never-fits"});
  made.add(4, 4, {"frozen", "frozen"});
  made.add(4, 5, {"slingshots", "inflates"});
  made.add(4, 6, {"spikes-only", "spikes-only"});
  made.add(4, 8, {"diverges", "diverges"});
  made.add(8, 3, {"failed", "failed"});
  made.add(8, 4, {"inflates", "inflates"});
  made.add(8, 5, {"absorbs", "absorbs"});
  made.add(8, 6, {"clean", "clean"});
  made.add_control(0, "clean", "6");
  return made;
}

std::string fill(Outcome outcome) {
  for (const OutcomeLook& look : outcome_looks()) {
    if (look.outcome != outcome) continue;
    const auto channel = [&](std::size_t at) { return std::stoi(std::string(look.colour.substr(at, 2)), nullptr, 16); };
    return fmt::format("fill = 'rgb({:3}, {:3}, {:3})'", channel(1), channel(3), channel(5));
  }
  return "";
}

/// Names of the files of a folder, one a line.
std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// A program that stands in for gnuplot.
std::string stand_in(const std::string& script) {
  const fs::path path = new_folder() / "gnuplot";
  write_text(path, "#!/bin/sh\n" + script);
  fs::permissions(path, fs::perms::owner_all);
  return path.string();
}

/// Message of the FileError of drawing with this program; no figure may be left.
std::string failure(const std::string& gnuplot) {
  const fs::path folder = all_outcomes().write();
  std::string message;
  try {
    draw_phase({.directory = folder, .gnuplot = gnuplot});
  } catch (const FileError& error) {
    message = error.what();
  }
  CHECK(message.find('\n') == std::string::npos);
  CHECK(files_in(folder) == 3);  // manifest, cells, the numbers
  return message.starts_with(gnuplot) ? message.substr(gnuplot.size()) : message;
}

}  // namespace

TEST_CASE("a figure and its numbers appear, and nothing else") {
  const fs::path folder = all_outcomes().write();
  const PhaseFiles files = draw_phase({.directory = folder});
  CHECK(files.figure == folder / "phase.svg");
  CHECK(files.table == folder / "phase.csv");
  CHECK(files_in(folder) == 4);
  CHECK(text_of(files.table) == to_csv(phase_diagram(read_results(folder), {})));
}

TEST_CASE("the legend names the outcomes that occur") {
  const std::string svg = text_of(*draw_phase({.directory = all_outcomes().write()}).figure);
  for (const std::string name :
       {"clean", "absorption (absorbs)", "NFI (inflates)", "NFI and spikes (slingshots)",
        "spikes without NFI (spikes-only)", "all gradients zero (frozen)", "never fits (never-fits)", "diverges",
        "failed", "not run", "seeds disagree", "predicted: NFI window closes", "predicted: p* = "}) {
    CAPTURE(name);
    CHECK(svg.find(name) != std::string::npos);
  }
  Synthetic few;
  few.add(4, 5, {"clean", "clean"});
  const std::string calm = text_of(*draw_phase({.directory = few.write()}).figure);
  CHECK(calm.find("slingshots") == std::string::npos);
  CHECK(calm.find("disagree") == std::string::npos);
  CHECK(calm.find("1/B rounds") == std::string::npos);
}

TEST_CASE("each cell is one box of the colour of its outcome, and so is its entry in the legend") {
  const std::string svg = text_of(*draw_phase({.directory = all_outcomes().write()}).figure);
  CHECK(occurrences(svg, fill(Outcome::frozen)) == 2);
  CHECK(occurrences(svg, fill(Outcome::inflates)) == 2);
  CHECK(occurrences(svg, fill(Outcome::slingshots)) == 2);
  CHECK(occurrences(svg, fill(Outcome::clean)) == 2);
  Synthetic full;
  for (const int p : {4, 8}) {
    for (const int e : {4, 5, 8}) full.add(p, e, {"inflates"});
  }
  CHECK(occurrences(text_of(*draw_phase({.directory = full.write()}).figure), fill(Outcome::inflates)) == 7);
}

TEST_CASE("each ending gives its own kind of picture") {
  const fs::path folder = all_outcomes().write();
  const auto picture = [&](const char* name) {
    return text_of(*draw_phase({.directory = folder, .output = folder / name}).figure);
  };
  CHECK(picture("a.svg").starts_with("<?xml"));
  CHECK(picture("b.png").starts_with("\x89PNG"));
  CHECK(picture("c.pdf").starts_with("%PDF"));
  CHECK_THROWS_WITH_AS(draw_phase({.directory = folder, .output = "d.jpg"}),
                       "cannot draw 'd.jpg'; a figure ends in .svg, .png or .pdf", ConfigError);
  CHECK_THROWS_AS(draw_phase({.directory = folder, .output = "phase"}), ConfigError);
}

TEST_CASE("the same results give the same bytes, and numbers can be drawn too") {
  Synthetic made = all_outcomes();
  made.runs[0].sc50 = "100";
  made.runs[4].sc50 = "20000";
  for (const char* const value : {"", "sc50", "final_loss", "final_median_margin"}) {
    const auto svg = [&] { return text_of(*draw_phase({.directory = made.write(), .value = value}).figure); };
    const std::string first = svg();
    CHECK(first == svg());
    CHECK(first.ends_with("</svg>\n\n"));
  }
}

TEST_CASE("a place without a number says why") {
  const auto svg = [](const std::string& value, const std::string& loss) {
    Synthetic made = all_outcomes();
    for (auto& run : made.runs) run.final_loss = loss;
    return text_of(*draw_phase({.directory = made.write(), .value = value}).figure);
  };
  CHECK(svg("sc50", "1").find("did not happen") != std::string::npos);
  CHECK(svg("final_loss", "nan").find("no number") != std::string::npos);
  CHECK(svg("final_loss", "1").find("no number") == std::string::npos);
}

TEST_CASE("words from files cannot leave their quotes") {
  Synthetic made = all_outcomes();
  made.manifest["name"] = "it's `touch x`\nset output 'y' {a}_b^c $d @e \\n";
  const std::string svg = text_of(*draw_phase({.directory = made.write()}).figure);
  CHECK(svg.find("it&apos;s `touch x` set output") + svg.find("it's `touch x` set output") != 2 * std::string::npos);
}

TEST_CASE("without gnuplot the numbers are written and there is no figure") {
  const fs::path folder = all_outcomes().write();
  const PhaseFiles files = draw_phase({.directory = folder, .gnuplot = "no-such-gnuplot"});
  CHECK_FALSE(files.figure);
  CHECK(fs::exists(files.table));
  CHECK_FALSE(fs::exists(folder / "phase.svg"));
}

TEST_CASE("a gnuplot that fails, dies or is cut short leaves one line and no figure") {
  CHECK(failure(stand_in("echo 'gnuplot> plot' >&2; echo '   line 3: no such thing' >&2; exit 1\n")) ==
        " failed: line 3: no such thing");
  CHECK(failure(stand_in("exit 4\n")) == " failed: no reason given");
  CHECK(failure(stand_in("kill -SEGV $$\n")).starts_with(" was ended by signal 11"));
  CHECK(failure(stand_in("printf '<svg>'\n")).find(" unfinished (5 bytes)") != std::string::npos);
  const fs::path plain = new_folder() / "gnuplot";
  write_text(plain, "");
  CHECK(failure(plain.string()) == fmt::format("cannot run {}: Permission denied", plain.string()));
}

TEST_CASE("a gnuplot that was interrupted interrupts us") {
  CHECK_THROWS_AS(run_gnuplot("", stand_in("kill -INT $$\n")), Interrupted);
}

TEST_CASE("a script that gnuplot does not understand is reported in its words") {
  CHECK_THROWS_WITH_AS(run_gnuplot("set terminal svg\nplot nonsense nonsense\n"),
                       doctest::Contains("gnuplot failed: line"), FileError);
}

TEST_CASE("files of the results are not overwritten") {
  const fs::path folder = all_outcomes().write();
  const std::string before = text_of(folder / "cells.csv");
  CHECK_THROWS_AS(draw_phase({.directory = folder, .output = folder / "cells.svg"}), ConfigError);
  CHECK_THROWS_AS(draw_phase({.directory = folder, .output = folder / "." / "cells.png"}), ConfigError);
  CHECK(text_of(folder / "cells.csv") == before);
}

TEST_CASE("a request that cannot be answered writes nothing") {
  const fs::path folder = all_outcomes().write();
  CHECK_THROWS_AS(draw_phase({.directory = folder, .x = "precision.q"}), ConfigError);
  CHECK(files_in(folder) == 2);
}

TEST_CASE("results without any run yet are drawn as places not run") {
  const PhaseFiles files = draw_phase({.directory = Synthetic().write()});
  CHECK(text_of(*files.figure).find("No run yet in 6 of 6 places.") != std::string::npos);
  CHECK(draw_phase({.directory = Synthetic().write(), .value = "sc50"}).figure);
}
