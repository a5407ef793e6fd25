// Steps at which things began, over p: a point for each seed, medians joined, and what theory predicts.

const onset_series = [
  { column: "first_absorption", name: "first absorption", colour: "#B08900", shape: "circle" },
  { column: "sc50", name: "SC50", colour: "#5E4E00", shape: "square" },
  { column: "nfi_onset", name: "NFI onset", colour: "#D05A16", shape: "triangle" },
  { column: "first_spike", name: "first spike", colour: "#9B1748", shape: "diamond" },
];
const predicted_colour = "#2A659C";
const p_axis =
  axis_index.has("precision.p") &&
  data.axes[axis_index.get("precision.p")].values.length > 1 &&
  data.axes[axis_index.get("precision.p")].numeric
    ? axis_index.get("precision.p")
    : null;

/** The value of the axis beside p whose runs are shown; the last one unless a run was selected. */
function chosen_across() {
  const beside = beside_p();
  if (beside === null) return null;
  return state.across === null ? data.axes[beside].values.length - 1 : state.across;
}

/** Runs that the chart shows. */
function onset_runs() {
  const beside = beside_p();
  return all_runs.filter(
    (run) =>
      axis_text(run, p_axis) !== "" &&
      passes(run, p_axis) &&
      (beside === null || value_on(run, beside) === chosen_across()),
  );
}

function p_of(run) {
  return Number(axis_text(run, p_axis));
}

/** [p, median over the runs of what `read` says] for each p that has one. */
function medians(runs, read) {
  return [...grouped(runs, p_of).entries()]
    .map(([p, group]) => [p, lower_median(group.map(read), "step")])
    .filter(([, step]) => step !== null)
    .sort(([a], [b]) => a - b);
}

/** Items by what `name_of` calls them. */
function grouped(items, name_of) {
  const groups = new Map();
  for (const item of items) {
    if (!groups.has(name_of(item))) groups.set(name_of(item), []);
    groups.get(name_of(item)).push(item);
  }
  return groups;
}

/** p* of the runs that are shown; null where it is not predicted. */
function chosen_p_star() {
  const slice = chosen_slice(),
    line = slice && slice.lines.find(({ name }) => name === "collapse");
  if (!line) return null;
  const across = chosen_across();
  const point = across === null ? line.points[0] : line.points.find(([x, y]) => (x_axis === p_axis ? y : x) === across);
  return point ? point[2] : null;
}

function onset_legend(runs) {
  const sign = (colour, shape, dash) =>
    drawn(
      "svg",
      { width: 30, height: 14, class: "sign", "aria-hidden": "true" },
      drawn("path", { d: "M0,7H30", stroke: colour, "stroke-width": 1.6, "stroke-dasharray": dash }),
      shape ? drawn("path", { d: shapes[shape], transform: "translate(15,7)", fill: colour }) : null,
    );
  const measured = onset_series.map(({ column, name, colour, shape }) =>
    legend_entry(
      sign(colour, shape, null),
      `${name}: ${runs.filter((run) => field(run, column) !== null).length} of ${counted(runs.length, "run")}`,
    ),
  );
  const predicted = runs.some((run) => data.details[run].sc50 !== null)
    ? legend_entry(sign(predicted_colour, null, "6 4"), "SC50, predicted from the control")
    : null;
  put("onsets-legend", element("ul", {}, measured, predicted));
}

const onset_caption =
  "Points: single seeds; lines: lower medians over seeds, a run in which it did not happen counting as later than " +
  "all. Predicted SC50 (dashed): the step at which the binary64 control of the same seed and settings first records " +
  "a median margin that reaches the predicted collapse margin of that precision; it knows nothing of the run itself. " +
  "The margin is that of equal wrong classes: where a few of them have most of the sum, samples collapse earlier.";

/** Where p* is, and what it is. */
function p_star_words(layout, p) {
  if (p === null) return "";
  const place = p < layout.p_low || p > layout.p_high ? `p* = ${p.toFixed(1)} lies outside of the figure` : "Upright";
  return ` ${place}: p* is the precision whose softmax collapses at the final median margin of the control.`;
}

function show_onsets() {
  by_id("onsets-section").hidden = p_axis === null;
  if (p_axis === null) return;
  const runs = onset_runs(),
    beside = beside_p();
  put(
    "onsets-controls",
    beside === null
      ? []
      : labelled(
          long_name(data.axes[beside].key),
          chooser(
            data.axes[beside].values.map((value, i) => [i, value]),
            chosen_across(),
            (i) => change({ across: Number(i) }),
          ),
        ),
  );
  onset_legend(runs);
  if (!runs.flatMap(steps_of).some((step) => step > 0)) {
    put("onsets", element("p", { class: "quiet" }, "Nothing began in these runs."));
    return;
  }
  const layout = new OnsetLayout(room_for_figure("onsets"), runs);
  put(
    "onsets",
    drawn(
      "svg",
      {
        width: layout.width,
        height: layout.height,
        class: "plot",
        role: "img",
        "aria-label": "Onsets over precision; the table has the numbers",
      },
      draw_frame(layout),
      draw_p_star(layout, chosen_p_star()),
      onset_series.map((one) => draw_points(layout, runs, one)),
      onset_series.map((one) =>
        draw_median(
          layout,
          medians(runs, (run) => field(run, one.column)),
          one.colour,
        ),
      ),
      draw_median(
        layout,
        medians(runs, (run) => data.details[run].sc50),
        predicted_colour,
        "6 4",
      ),
    ),
  );
  put("onsets-caption", onset_caption + p_star_words(layout, chosen_p_star()));
}
