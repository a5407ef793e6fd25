// Drawing of the onsets over p: axes, points, medians, p*.

class OnsetLayout {
  constructor(width, runs) {
    this.width = width;
    this.height = Math.min(400, Math.max(280, width * 0.6));
    [this.left, this.right, this.top, this.bottom] = [58, width - 12, 10, this.height - 46];
    const ps = data.axes[p_axis].values.map(Number),
      steps = runs.flatMap(steps_of).filter((step) => step > 0);
    this.ps = ps;
    [this.p_low, this.p_high] = [Math.min(...ps) - 0.6, Math.max(...ps) + 0.6];
    this.low = steps.reduce((least, step) => Math.min(least, step), Infinity) / 1.3;
    this.high = steps.reduce((largest, step) => Math.max(largest, step), 0) * 1.3;
  }

  x(p) {
    return this.left + ((p - this.p_low) / (this.p_high - this.p_low)) * (this.right - this.left);
  }

  y(step) {
    return this.bottom - (Math.log(step / this.low) / Math.log(this.high / this.low)) * (this.bottom - this.top);
  }
}

/** All steps of a run that the chart shows. */
function steps_of(run) {
  return [...onset_series.map(({ column }) => field(run, column)), data.details[run].sc50].filter(
    (step) => step !== null,
  );
}

const shapes = {
  circle: "M-3.2,0a3.2,3.2 0 1,0 6.4,0a3.2,3.2 0 1,0 -6.4,0",
  square: "M-2.9,-2.9H2.9V2.9H-2.9Z",
  triangle: "M0,-3.8L3.6,2.9L-3.6,2.9Z",
  diamond: "M0,-4.2L4.2,0L0,4.2L-4.2,0Z",
};

function draw_points(layout, runs, { column, name, colour, shape }) {
  return runs
    .filter((run) => field(run, column) > 0)
    .map((run) =>
      drawn(
        "path",
        {
          d: shapes[shape],
          transform: `translate(${layout.x(p_of(run)).toFixed(1)},${layout.y(field(run, column)).toFixed(1)})`,
          fill: colour,
          "fill-opacity": 0.55,
          class: "point",
          onclick: () => select_run(run),
        },
        drawn("title", {}, `${place_text(run)}: ${name} ${field(run, column)}`),
      ),
    );
}

function draw_median(layout, points, colour, dash = null) {
  const visible = points.filter(([, step]) => step > 0);
  if (visible.length === 0) return null;
  return drawn("path", {
    d: `M${visible.map(([p, step]) => `${layout.x(p).toFixed(1)},${layout.y(step).toFixed(1)}`).join("L")}`,
    fill: "none",
    stroke: colour,
    "stroke-width": 1.6,
    "stroke-dasharray": dash,
  });
}

function draw_frame(layout) {
  const stride = Math.ceil(layout.ps.length / Math.max(4, (layout.right - layout.left) / 34));
  const across = layout.ps
    .filter((_, i) => i % stride === 0)
    .map((p) =>
      drawn(
        "text",
        {
          x: layout.x(p),
          y: layout.bottom + 17,
          "text-anchor": "middle",
        },
        String(p),
      ),
    );
  const up = decades(layout.low, layout.high, 9).map((step) => [
    drawn("line", { x1: layout.left, x2: layout.right, y1: layout.y(step), y2: layout.y(step), class: "grid-line" }),
    drawn("text", { x: layout.left - 7, y: layout.y(step) + 4, "text-anchor": "end" }, number_text(step)),
  ]);
  const middle = (layout.top + layout.bottom) / 2;
  return drawn(
    "g",
    { class: "labels" },
    up,
    across,
    drawn(
      "text",
      { class: "axis-name", x: (layout.left + layout.right) / 2, y: layout.height - 8, "text-anchor": "middle" },
      fitting_name("precision.p", layout.right - layout.left),
    ),
    drawn(
      "text",
      { class: "axis-name", transform: `translate(13,${middle}) rotate(-90)`, "text-anchor": "middle" },
      "step",
    ),
    drawn("path", { class: "frame", d: `M${layout.left},${layout.top}V${layout.bottom}H${layout.right}` }),
  );
}

function draw_p_star(layout, p) {
  if (p === null || p < layout.p_low || p > layout.p_high) return null;
  const x = layout.x(p),
    is_right = x > (layout.left + layout.right) / 2;
  return drawn(
    "g",
    { class: "predicted collapse" },
    drawn("path", { class: "line", d: `M${x},${layout.top}V${layout.bottom}` }),
    drawn(
      "text",
      { x: x + (is_right ? -5 : 5), y: layout.top + 12, "text-anchor": is_right ? "end" : "start" },
      `p* = ${p.toFixed(1)}`,
    ),
  );
}
