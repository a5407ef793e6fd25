// The phase diagram: a grid of places, each coloured by what its runs did.

/** Where everything is, in pixels; value i of an axis has its middle at x(i), y(i). */
class DiagramLayout {
  constructor(width, slice) {
    const x_values = data.axes[x_axis].values,
      y_values = y_axis === null ? [""] : data.axes[y_axis].values;
    this.columns = x_values.length;
    this.rows = y_values.length;
    const high = slice ? slice.high : [this.columns - 0.5, this.rows - 0.5];
    const across = high[0] + 0.5,
      up = high[1] + 0.5; // p* beyond the last value is worth some room
    const longest_x = Math.max(...x_values.map(text_width)),
      longest_y = Math.max(...y_values.map(text_width));
    this.left = y_axis === null ? 8 : Math.min(longest_y, 150) + 34;
    this.cell_width = Math.min(Math.max((width - this.left - 8) / across, 13), 132);
    this.cell_height = Math.min(Math.max(480 / up, 15), 46);
    this.turned = !data.axes[x_axis].numeric && longest_x + 8 > this.cell_width;
    this.x_stride = this.turned ? 1 : Math.ceil((longest_x + 8) / this.cell_width);
    this.top = 8;
    this.plot_width = across * this.cell_width;
    this.plot_height = up * this.cell_height;
    this.width = this.left + this.plot_width + 8;
    this.height =
      this.top + this.plot_height + (this.turned ? Math.min(longest_x, text_width("m".repeat(24))) + 8 : 14) + 36;
  }

  x(place) {
    return this.left + (place + 0.5) * this.cell_width;
  }

  y(place) {
    return this.top + this.plot_height - (place + 0.5) * this.cell_height;
  }
}

/** How wide a figure may be beside its legend, or above it. */
function room_for_figure(id) {
  const figure = by_id(id).parentElement,
    { flexDirection, columnGap } = getComputedStyle(figure);
  const legend = figure.querySelector(".legend");
  return figure.clientWidth - (flexDirection === "row" ? legend.offsetWidth + parseFloat(columnGap) : 0);
}

/** Places, where they are, which one Tab reaches, and which one the tooltip is about. */
const diagram = { spots: [], layout: null, current: null, told: null };

/** The scale of the numbers shown; null if there are none. */
function number_scale() {
  const numbers = sum_up_all()
    .map((spot) => spot.number)
    .filter((number) => number !== null);
  return numbers.length > 0 ? new Scale(numbers, state.logarithmic) : null;
}

function spot_colour(spot, scale) {
  if (!spot.outcome) return "url(#not-run)";
  if (state.value === "outcome") return spot.outcome.colour;
  return spot.number === null ? no_number_colour : scale.colour(spot.number);
}

/** A mark with a halo, so that it is seen on every colour. */
function mark(shape, x, y) {
  const path = {
    cross: "M-3,-3L3,3M-3,3L3,-3",
    plus: "M-4,0L4,0M0,-4L0,4",
    ring: "M-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0",
  }[shape];
  const where = `translate(${x},${y})`;
  return drawn(
    "g",
    { transform: where, class: `mark ${shape}`, "aria-hidden": "true" },
    drawn("path", { d: path, class: "halo" }),
    drawn("path", { d: path, class: "line" }),
  );
}

function spot_marks(spot, layout) {
  const aside = Math.min(layout.cell_width / 2 - 4, 16),
    middle = layout.cell_height / 2;
  const centre = layout.cell_width / 2,
    marks = [];
  if (is_dead(spot)) marks.push(mark("cross", centre - aside, middle));
  if (state.value === "outcome" && spot.froze_later) marks.push(mark("plus", centre + aside, middle));
  if (state.value === "outcome" && spot.agreeing < spot.runs.length) marks.push(mark("ring", centre, middle));
  return marks;
}

function draw_spot(spot, layout, scale) {
  const { cell_width: width, cell_height: height } = layout;
  return drawn(
    "g",
    {
      role: "gridcell",
      class: "spot",
      tabindex: -1,
      "data-x": spot.x,
      "data-y": spot.y,
      "aria-label": spot_sentence(spot),
      transform: `translate(${layout.x(spot.x) - width / 2},${layout.y(spot.y) - height / 2})`,
    },
    drawn("rect", { class: "fill", width, height, fill: spot_colour(spot, scale) }),
    spot_marks(spot, layout),
    drawn("rect", { class: "ring", x: 1.5, y: 1.5, width: width - 3, height: height - 3 }),
  );
}

function draw_rows(layout, scale) {
  return Array.from({ length: layout.rows }, (_, i) => layout.rows - 1 - i).map((y) =>
    drawn(
      "g",
      { role: "row" },
      diagram.spots.filter((spot) => spot.y === y).map((spot) => draw_spot(spot, layout, scale)),
    ),
  );
}

/** Values under and beside the diagram, and the names of the axes. */
function draw_labels(layout) {
  const base = layout.top + layout.plot_height;
  const x_labels = data.axes[x_axis].values.map((value, i) =>
    i % layout.x_stride !== 0
      ? null
      : layout.turned
        ? drawn(
            "text",
            { transform: `translate(${layout.x(i) + 4},${base + 8}) rotate(-90)`, "text-anchor": "end" },
            shortened(value, 24),
          )
        : drawn("text", { x: layout.x(i), y: base + 16, "text-anchor": "middle" }, value),
  );
  const y_labels =
    y_axis === null
      ? []
      : data.axes[y_axis].values.map((value, i) =>
          drawn("text", { x: layout.left - 7, y: layout.y(i) + 4, "text-anchor": "end" }, shortened(value, 24)),
        );
  const middle = layout.top + layout.plot_height / 2;
  const y_name =
    y_axis === null
      ? null
      : drawn(
          "text",
          { class: "axis-name", "text-anchor": "middle", transform: `translate(13,${middle}) rotate(-90)` },
          fitting_name(data.axes[y_axis].key, layout.plot_height),
        );
  return drawn(
    "g",
    { "aria-hidden": "true", class: "labels" },
    x_labels,
    y_labels,
    y_name,
    drawn(
      "text",
      { class: "axis-name", x: layout.left + layout.plot_width / 2, y: layout.height - 8, "text-anchor": "middle" },
      fitting_name(data.axes[x_axis].key, layout.plot_width + layout.left),
    ),
  );
}

/** The longest name of an axis that there is room for. */
function fitting_name(key, room) {
  const names = [long_name(key), data.axes.find((axis) => axis.key === key).brief];
  return names.find((name) => text_width(name) < room) || short_name(key);
}

function shortened(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Lines of 45 degrees, for places without a run. */
function hatching() {
  return drawn(
    "defs",
    {},
    drawn(
      "pattern",
      { id: "not-run", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      drawn("rect", { width: 6, height: 6, fill: "#FAFAFA" }),
      drawn("rect", { width: 1.2, height: 6, fill: "#B0B0B0" }),
    ),
  );
}

/** Draws everything anew; the place that had the focus keeps it. */
function show_diagram() {
  const had_focus = by_id("diagram").contains(document.activeElement);
  const slice = chosen_slice();
  const layout = new DiagramLayout(room_for_figure("diagram"), slice);
  diagram.layout = layout;
  diagram.spots = sum_up_all();
  const scale = number_scale();
  const grid = drawn(
    "g",
    {
      role: "grid",
      id: "grid",
      "aria-label": "Phase diagram; arrow keys move, Enter selects",
      "aria-rowcount": layout.rows,
      "aria-colcount": layout.columns,
    },
    draw_rows(layout, scale),
  );
  put(
    "diagram",
    drawn(
      "svg",
      { width: layout.width, height: layout.height, viewBox: `0 0 ${layout.width} ${layout.height}`, class: "plot" },
      hatching(),
      draw_labels(layout),
      grid,
      draw_lines(layout, slice),
    ),
  );
  watch_grid(by_id("grid"));
  mark_selection(had_focus);
  show_legend(scale, slice);
}
