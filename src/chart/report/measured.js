// Boundaries that were measured: where along an axis of numbers runs begin to do something.

/** A filled sign of this boundary about (x, y). */
function boundary_sign(name, x, y) {
  const r = 4.2;
  const shapes = {
    absorption: ["circle", { cx: x, cy: y, r }],
    nfi: ["path", { d: `M${x},${y - r - 0.8}L${x + r + 0.6},${y + r}L${x - r - 0.6},${y + r}Z` }],
    freezing: ["rect", { x: x - r + 0.4, y: y - r + 0.4, width: 2 * r - 0.8, height: 2 * r - 0.8 }],
    spike: ["path", { d: `M${x},${y - r - 1}L${x + r},${y}L${x},${y + r + 1}L${x - r},${y}Z` }],
  };
  const [tag, attributes] = shapes[name];
  return drawn(tag, { ...attributes, class: "sign-shape" });
}

/** The bar over all seeds, from the place `low` to the place `high` along the axis. */
function boundary_bar(boundary, [x, y, low, high], layout) {
  const ends = boundary.along_x
    ? `M${layout.x(low)},${layout.y(y)}L${layout.x(high)},${layout.y(y)}`
    : `M${layout.x(x)},${layout.y(low)}L${layout.x(x)},${layout.y(high)}`;
  return [drawn("path", { d: ends, class: "halo" }), drawn("path", { d: ends, class: "bar" })];
}

/** Several kinds stand side by side, so that none hides another. */
function draw_measured(layout, slice) {
  const boundaries = slice ? slice.measured : [];
  return boundaries.map((boundary, k) => {
    const aside = (k - (boundaries.length - 1) / 2) * 0.18;
    return boundary.points.map((point) => {
      const [x, y, low, high] = point;
      const moved = boundary.along_x ? [x, y + aside, low, high] : [x + aside, y, low, high];
      return drawn(
        "g",
        { class: "measured" },
        boundary_bar(boundary, moved, layout),
        boundary_sign(boundary.name, layout.x(moved[0]), layout.y(moved[1])),
      );
    });
  });
}

function measured_entries(slice) {
  const boundaries = slice ? slice.measured.filter((boundary) => boundary.points.length > 0) : [];
  return boundaries.map((boundary) =>
    legend_entry(
      drawn(
        "svg",
        { width: 16, height: 14, class: "sign", "aria-hidden": "true" },
        drawn("g", { class: "measured" }, boundary_sign(boundary.name, 8, 7)),
      ),
      `measured: ${boundary.title}`,
    ),
  );
}

/** What the signs say, in a sentence. */
function measured_sentences(slice) {
  if (!slice || slice.measured.length === 0) return [];
  return [
    `Measured along ${long_name(slice.measured_along)}, by runs between those of the grid: the median over all seeds; bars ` +
      "reach to the outermost runs between which a seed's boundary lies.",
  ];
}
