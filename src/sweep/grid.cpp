#include "precipice/sweep/grid.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "precipice/format/error.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/shape.hpp"
#include "setting_values.hpp"

namespace precipice {
namespace {

constexpr double most_cells = 1e6;

/// Calls visit for every combination of values, the last axis fastest. `settings` holds the axes' values during a call.
void for_each_point(const std::vector<Axis>& axes, std::size_t depth, WrittenSettings& settings,
                    const std::function<void()>& visit) {
  if (depth == axes.size()) {
    visit();
    return;
  }
  const auto saved = settings.find(axes[depth].key);
  const std::optional<Written> before = saved == settings.end() ? std::nullopt : std::optional(saved->second);
  for (const Written& value : axes[depth].values) {
    settings.insert_or_assign(axes[depth].key, value);
    for_each_point(axes, depth + 1, settings, visit);
  }
  settings.erase(axes[depth].key);
  if (before) settings.insert_or_assign(axes[depth].key, *before);
}

double size_of(const std::vector<Axis>& axes) {
  double size = 1;
  for (const Axis& axis : axes) size *= static_cast<double>(axis.values.size());
  return size;
}

bool names_format(const std::vector<Axis>& axes) {
  return std::ranges::find(axes, "precision.format", &Axis::key) != axes.end();
}

/// The axes that a variant leaves free.
std::vector<Axis> left_to_axes(std::vector<Axis> axes, const Variant& variant) {
  std::erase_if(axes, [&](const Axis& axis) { return fixes(variant, axis.key); });
  return axes;
}

void check_size(const Plan& plan) {
  double size = size_of(plan.axes) * static_cast<double>(std::max<std::size_t>(plan.variants.size(), 1));
  for (const auto& point : plan.also) size += size_of(point);
  if (size > most_cells) {
    throw ConfigError(fmt::format("the grid has {} cells; at most {} are allowed: shorten an axis", size, most_cells));
  }
}

Cell cell_of(const Plan& plan, const std::string& variant, const WrittenSettings& settings) {
  Cell cell{resolve(settings), {}, variant, {}};
  cell.key = key_of(cell.experiment);
  cell.coordinates.reserve(plan.axes.size());
  for (const Axis& axis : plan.axes) {
    const auto found = settings.find(axis.key);
    cell.coordinates.push_back(found == settings.end() ? std::nullopt : std::optional(found->second.value));
  }
  return cell;
}

/// Calls visit(cell, its settings, whether it is of the grid and not of `also`) for every cell in grid order, each once
/// in a variant.
void for_each_cell(const Plan& plan, const std::function<void(Cell, const WrittenSettings&, bool)>& visit) {
  check_size(plan);
  std::set<std::pair<std::string, std::string>> seen;  // the same run may stand for several variants
  std::string variant;
  WrittenSettings settings;
  bool is_in_grid = true;
  const auto add = [&] {
    Cell cell = cell_of(plan, variant, settings);
    if (seen.emplace(variant, cell.key).second) visit(std::move(cell), settings, is_in_grid);
  };
  WrittenSettings base = plan.base;
  if (names_format(plan.axes)) forget_widths(base);
  settings = base;
  if (plan.variants.empty()) for_each_point(plan.axes, 0, settings, add);
  for (const Variant& of : plan.variants) {
    variant = of.name;
    settings = with(of, base);
    for_each_point(left_to_axes(plan.axes, of), 0, settings, add);
  }
  variant.clear();
  is_in_grid = false;
  for (const auto& point : plan.also) {
    settings = base;
    if (names_format(point)) forget_widths(settings);
    for_each_point(point, 0, settings, add);
  }
}

/// The cells along the axis of a refinement.
struct Line {
  WrittenSettings settings;  ///< of its first cell
  std::vector<std::pair<Value, Cell>> cells;
};

/// What the cells of a line have in common.
std::string rest_of(const Refinement& refinement, const Cell& cell, const WrittenSettings& settings) {
  std::string text = cell.variant + "\n";
  for (const auto& [key, written] : settings) {
    if (key != refinement.axis) text += fmt::format("{} = {}\n", key, to_text(written.value));
  }
  return text;
}

bool is_less(const Value& a, const Value& b) { return *number_of(a) < *number_of(b); }

bool differ(const Refinement& refinement, const std::optional<Onsets>& a, const std::optional<Onsets>& b) {
  return a && b && std::ranges::any_of(refinement.boundaries, [&](Boundary boundary) {
           return happens(boundary, *a) != happens(boundary, *b);
         });
}

/// Divides a line where neighbours are known and differ.
void refine(const Plan& plan, Line& line, const KnownOnsets& known) {
  const Refinement& refinement = *plan.refine;
  if (line.cells.size() < 2) return;
  std::ranges::stable_sort(line.cells, is_less, [](const auto& placed) { return placed.first; });
  std::vector<std::optional<Onsets>> onsets;
  onsets.reserve(line.cells.size());
  for (const auto& [value, cell] : line.cells) onsets.push_back(known(cell.key));
  for (std::size_t i = 0; i + 1 < line.cells.size();) {
    const auto middle = differ(refinement, onsets[i], onsets[i + 1])
                            ? halfway(refinement, line.cells[i].first, line.cells[i + 1].first)
                            : std::nullopt;
    if (!middle) {
      ++i;
      continue;
    }
    WrittenSettings settings = line.settings;
    settings.insert_or_assign(refinement.axis, Written{*middle, "[sweep.refine]"});
    Cell cell = cell_of(plan, line.cells[i].second.variant, settings);
    onsets.insert(onsets.begin() + static_cast<std::ptrdiff_t>(i) + 1, known(cell.key));
    line.cells.insert(line.cells.begin() + static_cast<std::ptrdiff_t>(i) + 1, {*middle, std::move(cell)});
  }
}

// What a sample costs in each layer, in multiply-adds of a matrix product; roughly, but for the dense ones.

double work_of(const DenseLayer& layer) {
  return static_cast<double>((layer.fan_in + (layer.biases_at ? 1 : 0)) * layer.fan_out);
}
double work_of_element(const DenseLayer&) { return 0; }
double work_of_element(const ActivationLayer& layer) {
  switch (layer.function) {
    case Activation::relu:
    case Activation::leaky_relu: return 1;
    case Activation::tanh: return 20;
    case Activation::gelu: break;
  }
  return 40;
}
double work_of_element(const NormalisationLayer&) { return 10; }
double work_of_element(const ResidualLayer&) { return 1; }
double work_of_element(const FeatureTable&) { return 1; }

double work_of_sample(const Shape& shape) {
  double work = 0;
  for (const DenseLayer& layer : shape.dense()) work += work_of(layer);
  for (const Layer& layer : shape.layers) {
    const double of_element = std::visit([](const auto& kind) { return work_of_element(kind); }, layer.kind);
    work += of_element * static_cast<double>(layer.width);
  }
  return work;
}

}  // namespace

std::vector<Cell> expand(const Plan& plan) {
  std::vector<Cell> cells;
  for_each_cell(plan, [&](Cell cell, const WrittenSettings&, bool) { cells.push_back(std::move(cell)); });
  return cells;
}

std::vector<std::vector<Cell>> lines(const Plan& plan, const KnownOnsets& known) {
  std::vector<Line> found;
  std::map<std::string, std::size_t> by_rest;  // settings without the axis
  for_each_cell(plan, [&](Cell cell, const WrittenSettings& settings, bool is_in_grid) {
    const bool is_in_line = plan.refine && is_in_grid && settings.contains(plan.refine->axis);
    const auto [place, is_new] = is_in_line ? by_rest.try_emplace(rest_of(*plan.refine, cell, settings), found.size())
                                            : std::pair(by_rest.end(), true);
    if (is_new) found.push_back({settings, {}});
    Line& line = is_new ? found.back() : found[place->second];
    line.cells.push_back({is_in_line ? settings.at(plan.refine->axis).value : Value(), std::move(cell)});
  });
  std::vector<std::vector<Cell>> result;
  result.reserve(found.size());
  for (Line& line : found) {
    if (plan.refine) refine(plan, line, known);
    std::vector<Cell>& cells = result.emplace_back();
    for (auto& [value, cell] : line.cells) cells.push_back(std::move(cell));
  }
  return result;
}

std::vector<Cell> expand(const Plan& plan, const KnownOnsets& known) {
  if (!plan.refine) return expand(plan);
  std::vector<Cell> cells;
  for (std::vector<Cell>& line : lines(plan, known)) {
    std::ranges::move(line, std::back_inserter(cells));
  }
  return cells;
}

double estimated_work(const Experiment& e) {
  const auto [samples, inputs, classes] = expected_shape(e.task);
  const double batch = e.run.batch > 0 ? std::min(samples, static_cast<double>(e.run.batch)) : samples;
  const double records = samples / static_cast<double>(e.run.record_every);
  const double network_work = work_of_sample(Shape(e.model, static_cast<std::size_t>(samples), inputs, classes));
  const Engines engines = choose_engines(e.precision, e.run.engine);
  // Measured, roughly: a rounded element of the network or the loss costs as much as so many native multiply-adds of
  // the network. By kind of engine.
  constexpr std::array body_factors{1.0, 6.0, 800.0, 8'000.0}, loss_factors{400.0, 400.0, 8'000.0, 30'000.0};
  const double body_factor = body_factors[static_cast<std::size_t>(engines.slowest_of_network())];
  const double loss_factor = loss_factors[static_cast<std::size_t>(engines.slowest_of_loss())];
  return static_cast<double>(e.run.steps) * (body_factor * network_work * (3 * batch + 2 * records + 10) +
                                             loss_factor * static_cast<double>(classes) * (batch + records));
}

}  // namespace precipice
