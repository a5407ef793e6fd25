// The panels of an anatomy: what they draw, and how uPlot is told.

/** First line of each: also drawn in grey of the binary64 control. `middle`: without the few values of spikes. */
const panels = [
  { name: "loss (nats)", log: true, lines: [["loss", "exact loss", "#000000"]] },
  {
    name: "share of samples",
    range: [-0.03, 1.03],
    lines: [
      ["collapsed_share", "collapsed", "#9B1748"],
      ["vanished_share", "without gradient", "#2A659C"],
    ],
  },
  {
    name: "norm of mean",
    log: true,
    lines: [
      ["feature_mean_norm", "|μ_G|, features", "#D05A16"],
      ["classifier_mean_norm", "|W_G|, classifier", "#2C718E"],
    ],
  },
  { name: "cosine", range: [-1.05, 1.05], lines: [["mean_cosine", "cos(W_G, μ_G)", "#000000"]] },
  {
    name: "margin (nats)",
    middle: true,
    thresholds: true,
    lines: [
      ["median_margin", "median", "#000000"],
      ["least_margin", "least", "#2A659C"],
      ["largest_margin", "largest", "#D05A16"],
    ],
  },
  { name: "largest update", log: true, lines: [["largest_update", "largest |change|", "#000000"]] },
];

const control_colour = "#B4B4B4",
  threshold_colour = "#9B1748";
const axis_font = "11px system-ui, 'DejaVu Sans', sans-serif";

/** Numbers that an axis can show; the others break the line. */
function showable(values, log) {
  return values.map((value) => (Number.isFinite(value) && !(log && value <= 0) ? value : null));
}

/** Data of a panel as uPlot wants it: steps; the control's line if it is shown; the run's lines. */
function panel_data(panel, trace, control, log_steps) {
  const tables = (control === null ? [] : [[control.steps, showable(control[panel.lines[0][0]], panel.log)]]).concat([
    [trace.steps, ...panel.lines.map(([name]) => showable(trace[name], panel.log))],
  ]);
  const joined = tables.length === 1 ? tables[0] : uPlot.join(tables);
  if (!log_steps) return joined;
  const first = joined[0].findIndex((step) => step > 0); // a logarithmic axis has no step 0
  return joined.map((column) => Array.from(column).slice(first < 0 ? column.length : first));
}

/** What the lines are in for all but 1 % of the steps at either end, with 0 and the predicted collapse. */
function middle_range([steps, ...lines], opens) {
  const weighted = lines.flatMap((line) => steps.map((step, i) => [line[i], (steps[i + 1] || step) - step]));
  const known = weighted.filter(([value]) => typeof value === "number").sort(([a], [b]) => a - b);
  const all = known.reduce((sum, [, weight]) => sum + weight, 0);
  const beyond = (share) => {
    let sum = 0;
    const found = known.find(([, weight]) => (sum += weight) > share * all);
    return found ? found[0] : 0;
  };
  const low = Math.min(beyond(0.01), 0, ...(opens === null ? [] : [opens]));
  const high = Math.max(beyond(0.99), 0, ...(opens === null ? [] : [opens]));
  const around = 0.08 * Math.max(high - low, 1e-3);
  return [low - around, high + around];
}

function y_scale(panel, columns, margins) {
  if (panel.range) return { range: () => panel.range };
  if (panel.log) return { distr: 3, log: 10, range: (_, low, high) => decade_range(low, high) };
  const range = middle_range(columns, margins[0]);
  return { range: () => range };
}

/** From low to high with some room; of one value a decade around it. */
function decade_range(low, high) {
  if (!(low > 0) || !(high > 0)) return [0.1, 10];
  const room = Math.max((high / low) ** 0.06, 1.15);
  return [low / room, high * room];
}

/** Ticks of a logarithmic axis: few powers of ten, or between them where there is but one. */
function log_ticks(most) {
  return (_, __, low, high) => (high / low < 1.5 ? round_numbers(low, high, most) : decades(low, high, most));
}

/** Thresholds that lie in reach of a panel, with name, value and dashes. */
function thresholds_of(panel, margins) {
  if (!panel.thresholds) return [];
  return [
    ["predicted: absorbs from", margins[0], [7, 4]],
    ["predicted: gradients die at", margins[1], [2, 3]],
  ].filter(([, value]) => value !== null);
}

/** Draws onsets upright and thresholds across, behind the lines. */
function mark_plugin(onsets, thresholds) {
  const line = (u, from, to, colour, dash) => {
    const { ctx } = u;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(dash.map((part) => part * devicePixelRatio));
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
    ctx.restore();
  };
  const draw = (u) => {
    const { left, top, width, height } = u.bbox;
    for (const { step, colour } of onsets) {
      if (step < u.scales.x.min || step > u.scales.x.max) continue;
      const x = Math.round(u.valToPos(step, "x", true)) + 0.5; // a line of one pixel, not two pale ones
      line(u, [x, top], [x, top + height], colour, [4, 3]);
    }
    for (const [, value, dash] of thresholds) {
      if (value < u.scales.y.min || value > u.scales.y.max) continue;
      const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
      line(u, [left, y], [left + width, y], threshold_colour, dash);
    }
  };
  return { hooks: { drawClear: draw } };
}

function series_of(panel, has_control) {
  const value = (_, number) => (number === null || number === undefined ? "–" : number_text(number, 3));
  const one = (label, stroke, width) => ({ label, stroke, width, value, spanGaps: false, points: { show: false } });
  return [
    { label: "step", value: (_, step) => (step === null ? "–" : number_text(step)) },
    ...(has_control ? [one("binary64 control", control_colour, 2.2)] : []),
    ...panel.lines.map(([, label, colour]) => one(label, colour, 1.3)),
  ];
}

/** Options of uPlot for a panel; the lowest one has the steps under it. */
function panel_options(panel, columns, { width, height, log_steps, is_lowest, margins, onsets, has_control }) {
  const grid = { stroke: "#ECECEC", width: 1 },
    ticks = { stroke: "#C0C0C0", width: 1, size: 4 };
  const most_y = 4,
    most_x = Math.max(3, Math.round(width / 110));
  return {
    width,
    height: height + (is_lowest ? 34 : 0),
    padding: [6, 22, is_lowest ? null : 4, 0],
    cursor: { sync: { key: "anatomy", scales: ["x", null] }, drag: { x: true, y: false }, points: { size: 5 } },
    legend: { live: true },
    scales: {
      x: { time: false, distr: log_steps ? 3 : 1, log: 10, range: (_, low, high) => [low, high] },
      y: y_scale(panel, columns, margins),
    },
    axes: [
      {
        show: true,
        size: is_lowest ? 44 : 6,
        label: is_lowest ? "step" : null,
        labelSize: 18,
        labelFont: axis_font,
        font: axis_font,
        stroke: "#404040",
        grid,
        ticks: is_lowest ? ticks : { show: false },
        values: (_, steps) => steps.map((s) => (is_lowest ? number_text(s) : "")),
        ...(log_steps ? { splits: log_ticks(most_x), filter: (_, splits) => splits } : { space: 70 }),
      },
      {
        size: 62,
        font: axis_font,
        stroke: "#404040",
        grid,
        ticks,
        values: (_, values) => values.map((v) => number_text(v, 3)),
        ...(panel.log ? { splits: log_ticks(most_y), filter: (_, splits) => splits } : { space: 24 }),
      },
    ],
    series: series_of(panel, has_control),
    plugins: [mark_plugin(onsets, thresholds_of(panel, margins))],
  };
}
