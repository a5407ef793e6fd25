#include "precipice/verification/boundary.hpp"

#include <numeric>

#include "precipice/verification/part.hpp"
#include "verification/boundary_report.hpp"
#include "verification/boundary_runs.hpp"
#include "verification/training.hpp"

namespace precipice::verification {
namespace {

std::vector<BoundaryCell> cells_of(const BoundaryAgenda& agenda) {
  std::vector<BoundaryCell> cells;
  for (std::size_t plane = 0; plane < agenda.planes.size(); ++plane) {
    for (const int p : agenda.planes[plane].precisions) {
      for (const int bits : agenda.planes[plane].exponent_bits) {
        for (const std::uint64_t seed : agenda.seeds) {
          BoundaryCell& cell = cells.emplace_back();
          cell.plane = plane;
          cell.precision = p;
          cell.exponent_bits = bits;
          cell.seed = seed;
        }
      }
    }
  }
  return cells;
}

/// The margins of the controls and then the traces of the cells, as one row of runs.
std::vector<Experiment> experiments_of(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  std::vector<Experiment> experiments;
  experiments.reserve(agenda.seeds.size() + cells.size());
  for (const std::uint64_t seed : agenda.seeds) experiments.push_back(boundary_control(seed, agenda.steps));
  for (const BoundaryCell& cell : cells) {
    experiments.push_back(boundary_experiment(agenda.planes[cell.plane], cell, agenda.steps));
  }
  return experiments;
}

std::vector<int> range(int first, int last) {
  std::vector<int> values(static_cast<std::size_t>(last - first + 1));
  std::iota(values.begin(), values.end(), first);
  return values;
}

/// Planes that differ from the first one in one thing each.
std::vector<BoundaryPlane> planes_beside(const std::vector<int>& few, const std::vector<int>& narrow,
                                         const std::vector<int>& rounded) {
  constexpr auto gradual = Subnormals::gradual;
  constexpr auto even = Rounding::nearest_even, zero = Rounding::toward_zero, up = Rounding::toward_positive,
                 odd = Rounding::to_odd;
  constexpr auto before = MeanPlace::before, outside = MeanPlace::outside;
  return {{"1/B after", few, narrow, gradual, even, MeanPlace::after, 1},
          {"1/B outside", few, narrow, gradual, even, outside, 1},
          {"loss times 2^8", few, narrow, gradual, even, before, 0x1p8},
          {"loss times 2^16", few, narrow, gradual, even, before, 0x1p16},
          {"toward zero", few, rounded, gradual, zero, before, 1},
          {"toward positive", few, rounded, gradual, up, before, 1},
          {"to odd", few, rounded, gradual, odd, before, 1},
          {"toward positive, 1/B outside", few, rounded, gradual, up, outside, 1},
          {"to odd, 1/B outside", few, rounded, gradual, odd, outside, 1}};
}

}  // namespace

BoundaryAgenda boundary_agenda(Extent extent) {
  const bool is_full = extent == Extent::full;
  const std::vector<int> precisions = is_full ? range(2, 24) : std::vector{2, 3, 4, 6, 8, 11, 16, 24};
  const std::vector<int> widths = range(3, 8);
  std::vector<BoundaryPlane> planes{{"gradual", precisions, widths, Subnormals::gradual},
                                    {"flushed", precisions, widths, Subnormals::flush_results}};
  const std::vector<int> few = is_full ? std::vector{2, 4, 6, 8, 11, 16, 20, 24} : std::vector{4, 8, 16};
  for (BoundaryPlane& plane : planes_beside(few, range(3, is_full ? 6 : 5), is_full ? widths : std::vector{4, 5, 8})) {
    planes.push_back(std::move(plane));
  }
  return {std::move(planes), is_full ? std::vector<std::uint64_t>{0, 1, 2, 3, 4} : std::vector<std::uint64_t>{0, 1, 2}};
}

std::vector<BoundaryCell> examine_boundary(const Course& course, const BoundaryAgenda& agenda,
                                           const RegionTheory& theory) {
  std::vector<BoundaryCell> cells = cells_of(agenda);
  std::vector<predicted::MarginsReached> reached(agenda.seeds.size());
  for (BoundaryCell& cell : cells) {
    cell.window = theory.window(region_setting(agenda.planes[cell.plane], cell.precision, cell.exponent_bits));
  }
  train_each(experiments_of(agenda, cells), course, [&](std::size_t i, const Trace& trace) {
    if (i < reached.size()) {
      reached[i] = margins_of(trace);
    } else {
      measure(trace, cells[i - reached.size()]);
    }
  });
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i].predicted = theory.regions(cells[i].window, reached[i % agenda.seeds.size()]);
  }
  return cells;
}

Part verify_boundary(const Course& course, const BoundaryAgenda& agenda, const RegionTheory& theory) {
  return boundary_part(agenda, examine_boundary(course, agenda, theory));
}

Part verify_boundary(const Course& course, Extent extent, const RegionTheory& theory) {
  return verify_boundary(course, boundary_agenda(extent), theory);
}

}  // namespace precipice::verification
