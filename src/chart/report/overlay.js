// Predicted lines over the diagram. A white line under each keeps it visible on dark places.

/** Pairs of pixels through which a line goes. Steps are as wide or as high as the place they cross. */
function line_path(line, layout) {
  const half_x = line.shape === "along_x" ? 0.5 : 0,
    half_y = line.shape === "along_y" ? 0.5 : 0;
  const corners = line.points.flatMap(([x, y]) =>
    half_x + half_y === 0
      ? [[x, y]]
      : [
          [x - half_x, y - half_y],
          [x + half_x, y + half_y],
        ],
  );
  return `M${corners.map(([x, y]) => `${layout.x(x).toFixed(1)},${layout.y(y).toFixed(1)}`).join("L")}`;
}

function draw_lines(layout, slice) {
  const lines = slice ? slice.lines.filter((line) => line.inside) : [];
  const edge = drawn(
    "clipPath",
    { id: "plot-area" },
    drawn("rect", {
      x: layout.left,
      y: layout.top,
      width: layout.plot_width,
      height: layout.plot_height,
    }),
  );
  const paths = lines.map((line) => {
    const d = line_path(line, layout);
    return drawn(
      "g",
      { class: `predicted ${line.name}` },
      drawn("path", { d, class: "halo" }),
      drawn("path", { d, class: "line" }),
    );
  });
  return drawn(
    "g",
    { "aria-hidden": "true", class: "overlay" },
    edge,
    drawn("g", { "clip-path": "url(#plot-area)" }, paths, draw_measured(layout, slice)),
    drawn("rect", {
      class: "frame",
      x: layout.left,
      y: layout.top,
      width: layout.plot_width,
      height: layout.plot_height,
    }),
    drawn("rect", { id: "selection", width: layout.cell_width, height: layout.cell_height, visibility: "hidden" }),
  );
}

/** Frames the place that is selected, above its neighbours; null: none is. */
function frame_selection(place, layout) {
  const frame = by_id("selection");
  frame.setAttribute("visibility", place ? "visible" : "hidden");
  if (!place) return;
  frame.setAttribute("x", layout.x(place.x) - layout.cell_width / 2);
  frame.setAttribute("y", layout.y(place.y) - layout.cell_height / 2);
}

/** "21.4", "20.9 to 21.4". */
function collapse_text(line) {
  const precisions = line.points.map((point) => point[2]);
  const low = Math.min(...precisions).toFixed(1),
    high = Math.max(...precisions).toFixed(1);
  return low === high ? low : `${low} to ${high}`;
}

/** What the lines say, in sentences. */
function line_sentences(slice) {
  if (slice === null)
    return data.diagram.slices.length > 1 ? ["Predicted lines are drawn where every axis has one value."] : [];
  return slice.lines.map((line) => {
    const outside = line.inside ? "" : " It lies outside of the diagram.";
    if (line.name === "collapse") {
      const margin = slice.margin === null ? "" : ` (${number_text(slice.margin)} nats)`;
      return (
        `Predicted p* = ${collapse_text(line)}: at it or below, half of the samples should collapse in these steps, by ` +
        `the final median margin of the binary64 control${margin}, mean over its seeds.${outside}`
      );
    }
    return (
      "Predicted closing of the NFI window: where wrong-class gradients underflow before any sample collapses, " +
      `no inflation is predicted.${outside}`
    );
  });
}
