// The anatomy of the selected run: its records over the steps, one panel above the other, with a common cursor.

const anatomy = { plots: [], width: 0 };
const panel_height = 118;

/** Onsets that happened: name, step and colour. */
function onsets_of(run) {
  const steps = data.details[run].onsets || [];
  return data.marks.map((mark, i) => ({ ...mark, step: steps[i] })).filter(({ step }) => typeof step === "number");
}

/** Steps are logarithmic where everything happens in the first eighth of them. */
function asks_for_log(run, trace) {
  const latest = Math.max(0, ...onsets_of(run).map(({ step }) => step));
  return latest > 0 && 8 * latest < trace.steps.at(-1);
}

/** Tabs of the runs that differ in the seed alone; arrow keys go from one to the next. */
function seed_tabs(run) {
  const siblings = with_other_seeds(run);
  if (seed_axis === null || siblings.length < 2) return null;
  const select = (next) => {
    select_run(next);
    document.querySelector('#anatomy [role="tab"][aria-selected="true"]').focus();
  };
  const on_key = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    select(siblings[(siblings.indexOf(run) + step + siblings.length) % siblings.length]);
  };
  return element(
    "div",
    { role: "tablist", class: "tabs", "aria-label": "Seeds of this cell", onkeydown: on_key },
    siblings.map((other) =>
      element(
        "button",
        {
          type: "button",
          role: "tab",
          "aria-selected": String(other === run),
          tabindex: other === run ? 0 : -1,
          "aria-controls": "panels",
          onclick: () => select(other),
        },
        swatch(outcome_of(other).colour),
        `seed ${axis_text(other, seed_axis)}`,
      ),
    ),
  );
}

/** "format e8m7 · 20000 steps · ...": what the table has of the run. */
function summary_of(run) {
  const parts = [
    ["format", "format"],
    ["steps", "steps made"],
    ["final_loss", "final loss"],
    ["final_median_margin", "final median margin"],
    ["final_mu_norm", "final |μ_G|"],
    ["spikes", "spikes"],
  ];
  return parts
    .filter(([name]) => column_index.has(name) && field(run, name) !== null)
    .map(([name, words]) => `${words} ${field_text(run, column_index.get(name))}`)
    .join(" · ");
}

function onset_list(run) {
  const onsets = onsets_of(run);
  if (onsets.length === 0) return element("p", { class: "quiet" }, "No onset in this run.");
  return element(
    "ul",
    { class: "onsets" },
    onsets.map(({ name, colour, step }) =>
      element(
        "li",
        {},
        element("span", { class: "upright", style: `border-color:${colour}`, "aria-hidden": "true" }),
        `${name} `,
        element("strong", {}, String(step)),
      ),
    ),
  );
}

function margin_words(run) {
  const [opens, closes] = data.details[run].margins;
  const parts = [
    opens === null ? null : `samples collapse from a margin of ${number_text(opens, 4)} nats on`,
    closes === null ? null : `gradients of wrong classes dead at ${number_text(closes, 4)} nats`,
  ].filter((part) => part);
  return parts.length === 0
    ? "No threshold is predicted for this loss."
    : `Predicted: ${parts.join("; ")}.`;
}

/** The trace of the control, null if there is none or the run is one. */
function control_trace(run) {
  const { control } = data.details[run];
  return control === null ? null : trace_of(control);
}

function anatomy_head(run) {
  const outcome = outcome_of(run);
  return element(
    "div",
    { class: "anatomy-head" },
    element(
      "h3",
      { id: "selected" },
      place_text(run),
      element("span", { class: "badge" }, swatch(outcome.colour), outcome.name),
    ),
    element("p", { class: "quiet" }, summary_of(run)),
    seed_tabs(run),
  );
}

function anatomy_tools(trace, log_steps) {
  return element(
    "div",
    { class: "controls" },
    tick_box("logarithmic steps", log_steps, (checked) => change({ log_steps: checked })),
    element("button", { type: "button", class: "small", onclick: () => show_whole(trace) }, "Whole run"),
    element("span", { class: "quiet" }, "Drag across a panel to look closer; point to read values."),
  );
}

function show_whole(trace) {
  for (const plot of anatomy.plots) plot.setScale("x", { min: plot.data[0][0], max: trace.steps.at(-1) });
}

/** Draws the panels into an element of this width. */
function draw_panels(place, run, trace, width, log_steps) {
  const control = control_trace(run),
    { margins } = data.details[run],
    onsets = onsets_of(run);
  const is_wide = width >= 640,
    plot_width = is_wide ? width - 190 : width;
  anatomy.plots = panels.map((panel, i) => {
    const columns = panel_data(panel, trace, control, log_steps);
    const options = panel_options(panel, columns, {
      width: plot_width,
      height: panel_height,
      log_steps,
      is_lowest: i === panels.length - 1,
      margins,
      onsets,
      has_control: control !== null,
    });
    const box = element(
      "div",
      { class: "panel", role: "group", "aria-label": panel.name },
      element(
        "p",
        { class: "panel-name" },
        panel.name,
        ...thresholds_of(panel, margins).map(([name, value]) =>
          element("span", { class: "threshold" }, ` ${name} ${number_text(value, 4)}`),
        ),
      ),
    );
    place.append(box);
    return new uPlot(options, columns, box);
  });
}

/** Removes the charts that are there. */
function drop_panels() {
  for (const plot of anatomy.plots) plot.destroy();
  anatomy.plots = [];
}

function show_anatomy() {
  drop_panels();
  const { run } = state;
  if (run === null) {
    put("anatomy", element("p", { class: "quiet" }, "Select a cell of the diagram or a row of the table."));
    return;
  }
  const trace = trace_of(run);
  if (trace === null) {
    put(
      "anatomy",
      anatomy_head(run),
      element("p", { class: "note" }, `No anatomy. ${data.details[run].missing || ""}`),
    );
    return;
  }
  const log_steps = state.log_steps === null ? asks_for_log(run, trace) : state.log_steps;
  const place = element("div", {
    id: "panels",
    role: seed_axis === null ? null : "tabpanel",
    "aria-labelledby": "selected",
  });
  put(
    "anatomy",
    anatomy_head(run),
    onset_list(run),
    anatomy_tools(trace, log_steps),
    place,
    element(
      "p",
      { class: "caption" },
      `Dashed uprights: onsets. ${margin_words(run)} ${control_words(run)}`,
      ` ${counted(trace.steps.length, "record")} of the trace are shown: onsets, in each part of the steps the extremes `,
      "of loss and |μ_G|, and where straight lines between them would be off.",
    ),
  );
  anatomy.width = by_id("anatomy").clientWidth;
  draw_panels(place, run, trace, anatomy.width, log_steps);
}

function control_words(run) {
  const { control } = data.details[run];
  if (control === null)
    return controls.has(run) ? "" : "There is no binary64 control with these settings and this seed.";
  return `Grey: the ${place_text(control)}.`;
}
