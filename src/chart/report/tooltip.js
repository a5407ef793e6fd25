// What a place of the diagram says when it is pointed at or has the focus.

const tooltip_onsets = [
  ["first_absorption", "absorbs"],
  ["sc50", "SC50"],
  ["nfi_onset", "NFI"],
  ["first_spike", "spike"],
  ["frozen_at", "frozen"],
];

/** "E = 8, p = 11". */
function spot_name(spot) {
  const parts = [
    [x_axis, spot.x],
    [y_axis, spot.y],
  ]
    .filter(([axis]) => axis !== null && data.axes[axis].key !== "")
    .map(([axis, index]) => `${short_name(data.axes[axis].key)} = ${data.axes[axis].values[index]}`);
  return parts.join(", ");
}

/** "slingshots (2 of 3 runs)". */
function spot_outcome(spot) {
  if (!spot.outcome) return "not run";
  const share = spot.agreeing === spot.runs.length ? "" : `${spot.agreeing} of `;
  return `${spot.outcome.word} (${share}${counted(spot.runs.length, "run")})`;
}

/** "sc50: 340". */
function spot_number(spot) {
  if (state.value === "outcome" || !spot.outcome) return "";
  const none = kind_of(state.value) === "step" ? "did not happen" : "no number";
  return `${state.value}: ${spot.number === null ? none : number_text(spot.number)}`;
}

/** What its marks say, and its number. */
function spot_remarks(spot) {
  return [
    spot_number(spot),
    spot.froze_later ? "froze later" : "",
    spot.agreeing < spot.runs.length ? "seeds disagree" : "",
    is_dead(spot) ? "predicted: 1/B rounds to 0" : "",
  ]
    .filter((remark) => remark)
    .join("; ");
}

/** All of a place in one sentence, for those who hear it. */
function spot_sentence(spot) {
  const remarks = spot_remarks(spot);
  return `${spot_name(spot)}: ${spot_outcome(spot)}${remarks ? `; ${remarks}` : ""}`;
}

function is_dead(spot) {
  const slice = chosen_slice();
  return slice !== null && slice.dead.some(([x, y]) => x === spot.x && y === spot.y);
}

/** The number shown, unless it is among the onsets anyway. */
function extra_column() {
  return state.value === "outcome" || tooltip_onsets.some(([name]) => name === state.value) ? null : state.value;
}

function tooltip_row(run) {
  const seed = (seed_axis !== null && axis_text(run, seed_axis)) || field(run, "key").slice(0, 6);
  const steps = tooltip_onsets.map(([name]) => element("td", {}, number_text(field(run, name)) || "·"));
  const extra = extra_column();
  const number = extra === null ? null : element("td", {}, number_text(field(run, extra)) || "·");
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, seed),
    element("td", { class: "word" }, swatch(outcome_of(run).colour), outcome_of(run).word),
    number,
    steps,
  );
}

function tooltip_table(spot) {
  const most = 8;
  const extra = extra_column();
  const heads = ["seed", "outcome", ...(extra === null ? [] : [extra]), ...tooltip_onsets.map(([, name]) => name)];
  return [
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          heads.map((head) => element("th", { scope: "col" }, head)),
        ),
      ),
      element("tbody", {}, spot.runs.slice(0, most).map(tooltip_row)),
    ),
    spot.runs.length > most ? element("p", {}, `and ${spot.runs.length - most} more`) : null,
  ];
}

/** Shows it beside a rectangle of the window, inside of the window. */
function show_tooltip(spot, around) {
  const tip = by_id("tooltip");
  const remarks = spot_remarks(spot);
  tip.replaceChildren(
    ...[
      element("p", { class: "head" }, element("strong", {}, spot_name(spot)), `  ${spot_outcome(spot)}`),
      remarks ? element("p", {}, remarks) : null,
      ...(spot.runs.length > 0 ? tooltip_table(spot) : []),
    ].filter((part) => part),
  );
  tip.hidden = false;
  const space = 10,
    box = tip.getBoundingClientRect(),
    width = document.documentElement.clientWidth;
  const right = around.right + space,
    left = around.left - space - box.width;
  const x = right + box.width < width ? right : left > 0 ? left : Math.max(0, (width - box.width) / 2);
  const beside = x === right || x === left;
  const below = around.bottom + space;
  const y = beside ? around.top : below + box.height < innerHeight ? below : around.top - space - box.height;
  tip.style.left = `${x}px`;
  tip.style.top = `${Math.max(4, Math.min(y, innerHeight - box.height - 4))}px`;
}

function hide_tooltip() {
  by_id("tooltip").hidden = true;
}
