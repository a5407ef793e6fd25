// What colours, marks and lines mean.

function legend_entry(sign, text) {
  return element("li", {}, sign, element("span", {}, text));
}

function sign_of_mark(shape) {
  return drawn("svg", { width: 16, height: 14, class: "sign", "aria-hidden": "true" }, mark(shape, 8, 7));
}

function sign_of_line(name) {
  return drawn(
    "svg",
    { width: 34, height: 14, class: "sign", "aria-hidden": "true" },
    drawn("g", { class: `predicted ${name}` }, drawn("path", { d: "M0,7L34,7", class: "line" })),
  );
}

/** Outcomes that occur, with the number of places that show them. */
function outcome_entries() {
  return data.outcomes
    .slice()
    .sort((a, b) => a.place - b.place)
    .map((outcome) => {
      const count = diagram.spots.filter((spot) => spot.outcome === outcome).length;
      return count === 0 ? null : legend_entry(swatch(outcome.colour), `${outcome.name}: ${count}`);
    });
}

/** The colours of numbers, upright, with ticks. */
function colour_bar(scale) {
  const height = 150,
    width = 14,
    parts = 50;
  const y = (number) => 8 + height * (1 - scale.share(number));
  const boxes = Array.from({ length: parts }, (_, i) =>
    drawn("rect", {
      x: 0,
      y: 8 + height - ((i + 1) * height) / parts,
      width,
      height: height / parts + 0.6,
      fill: viridis_at((i + 0.5) / parts),
    }),
  );
  const ticks = scale
    .ticks(7)
    .map((tick) => [
      drawn("line", { x1: width, x2: width + 4, y1: y(tick), y2: y(tick), class: "tick-line" }),
      drawn("text", { x: width + 8, y: y(tick) + 4 }, number_text(tick)),
    ]);
  return drawn(
    "svg",
    {
      width: 110,
      height: height + 18,
      class: "plot",
      role: "img",
      "aria-label": `Colours from ${number_text(scale.low)} to ${number_text(scale.high)}`,
    },
    boxes,
    ticks,
  );
}

function number_entries(scale) {
  const none = diagram.spots.filter((spot) => spot.outcome && spot.number === null).length;
  const words = kind_of(state.value) === "step" ? "did not happen" : "no number";
  return none === 0 ? [] : [legend_entry(swatch(no_number_colour), `${words}: ${none}`)];
}

function mark_entries() {
  const is_outcome = state.value === "outcome",
    spots = diagram.spots;
  const missing = spots.filter((spot) => !spot.outcome).length;
  return [
    missing > 0 ? legend_entry(element("span", { class: "swatch hatched" }), `not run: ${missing}`) : null,
    is_outcome && spots.some((spot) => spot.agreeing < spot.runs.length)
      ? legend_entry(sign_of_mark("ring"), "seeds disagree")
      : null,
    is_outcome && spots.some((spot) => spot.froze_later) ? legend_entry(sign_of_mark("plus"), "froze later") : null,
    spots.some(is_dead) ? legend_entry(sign_of_mark("cross"), "predicted: 1/B rounds to 0") : null,
  ];
}

function line_entries(slice) {
  const lines = slice ? slice.lines.filter((line) => line.inside) : [];
  return lines.map((line) =>
    legend_entry(
      sign_of_line(line.name),
      line.name === "collapse" ? `predicted p* = ${collapse_text(line)}` : "predicted: NFI window closes",
    ),
  );
}

/** What tells a control from the others: its place on the axes that it has one on. */
function short_place(run) {
  return place_text(run).replace(/^binary64 control(, )?/, "") || "show";
}

/** A button for each control; a list where they are many. */
function control_choice(shown) {
  const most = 4;
  if (shown.length <= most) {
    const button = (run) => ({ class: "small", type: "button", onclick: () => select_run(run) });
    return shown.map((run) => element("button", button(run), short_place(run)));
  }
  const options = [["", "show one of them"], ...shown.map((run) => [run, short_place(run)])];
  const choose = chooser(options, controls.has(state.run) ? state.run : "", (run) => run && select_run(Number(run)));
  choose.setAttribute("aria-label", "binary64 control");
  return choose;
}

/** The runs in binary64, which stand beside the diagram. */
function control_entries() {
  const shown = [...controls].filter(passes);
  if (shown.length === 0) return null;
  const outcome = majority(shown),
    agreeing = shown.filter((run) => outcome_of(run) === outcome).length;
  return element(
    "div",
    { class: "control-runs" },
    element(
      "p",
      {},
      swatch(outcome.colour),
      `binary64 control: ${outcome.word} (${agreeing} of ${counted(shown.length, "run")})`,
    ),
    element("p", { class: "no-print" }, control_choice(shown)),
  );
}

function show_legend(scale, slice) {
  const is_outcome = state.value === "outcome";
  put(
    "legend",
    element(
      "p",
      { class: "legend-title" },
      is_outcome
        ? "Outcome of most seeds"
        : `${data.columns[column_index.get(state.value)].title}, lower median over seeds`,
    ),
    is_outcome || !scale ? null : colour_bar(scale),
    element(
      "ul",
      {},
      is_outcome ? outcome_entries() : number_entries(scale),
      mark_entries(),
      line_entries(slice),
      measured_entries(slice),
    ),
    control_entries(),
  );
  const held = held_axes
    .filter((axis) => state.held.get(axis) !== null)
    .map((axis) => `${short_name(data.axes[axis].key)} = ${data.axes[axis].values[state.held.get(axis)]}`);
  put(
    "diagram-caption",
    [held.length > 0 ? `Shown: ${held.join(", ")}.` : "", ...line_sentences(slice), ...measured_sentences(slice)]
      .filter((s) => s)
      .join(" "),
  );
}
