// What the reader has chosen, in one place and in the address of the page: a link opens what was seen.

const state = {
  run: null, // selected run
  value: "outcome", // or a column of numbers
  logarithmic: null, // colours; null: as the numbers ask for
  seeds: new Set(seed_axis === null ? [] : data.axes[seed_axis].values.keys()), // that are looked at
  held: new Map(held_axes.map((axis) => [axis, 0])), // value on each; null: all
  across: null, // value of the axis beside p in onsets
  log_steps: null, // of the anatomy; null: as the run asks for
};

const listeners = [];

/** Calls `listen(changed)` after each change of one of these parts of the state; `changed` is a set of names. */
function listen_to(names, listen) {
  listeners.push((changed) => names.some((name) => changed.has(name)) && listen(changed));
}

/** Changes the state, the address, and whatever shows it. */
function change(changes) {
  const changed = new Set(Object.keys(changes).filter((name) => state[name] !== changes[name]));
  Object.assign(state, changes);
  write_address();
  for (const listen of listeners) listen(changed);
}

/** Selects a run. The axes that are held, and the onsets, follow it. */
function select_run(run) {
  const changes = { run };
  const held = new Map(state.held);
  for (const axis of held_axes) {
    if (held.get(axis) !== null && value_on(run, axis) !== null) held.set(axis, value_on(run, axis));
  }
  if (held_axes.some((axis) => held.get(axis) !== state.held.get(axis))) changes.held = held;
  const beside = beside_p();
  if (beside !== null && value_on(run, beside) !== null) changes.across = value_on(run, beside);
  change(changes);
}

/** The drawn axis that is not p, if p is the other one; null without. */
function beside_p() {
  if (x_axis === null || y_axis === null) return null;
  if (data.axes[x_axis].key === "precision.p") return y_axis;
  return data.axes[y_axis].key === "precision.p" ? x_axis : null;
}

// --- the address ----------------------------------------------------------------------------------------------------

function write_address() {
  const words = new URLSearchParams();
  if (state.run !== null) words.set("run", run_names[state.run]);
  if (state.value !== "outcome") words.set("value", state.value);
  if (seed_axis !== null && state.seeds.size < data.axes[seed_axis].values.length) {
    words.set(
      "seeds",
      [...state.seeds]
        .sort((a, b) => a - b)
        .map((i) => data.axes[seed_axis].values[i])
        .join(","),
    );
  }
  for (const [axis, value] of state.held) {
    if (value !== 0) words.set(`at.${data.axes[axis].key}`, value === null ? "*" : data.axes[axis].values[value]);
  }
  const address = `#${words}`;
  if (address !== location.hash) history.replaceState(null, "", address);
}

/** The state that the address asks for; words that mean nothing here are passed over. */
function read_address() {
  const words = new URLSearchParams(location.hash.slice(1));
  const changes = {};
  const run = run_names.indexOf(words.get("run"));
  if (run >= 0) changes.run = run;
  if (shown_columns().some((column) => column.name === words.get("value"))) changes.value = words.get("value");
  if (seed_axis !== null && words.has("seeds")) {
    const wanted = words.get("seeds").split(",");
    changes.seeds = new Set(
      [...data.axes[seed_axis].values.keys()].filter((i) => wanted.includes(data.axes[seed_axis].values[i])),
    );
  }
  changes.held = new Map(
    [...state.held].map(([axis, value]) => {
      const word = words.get(`at.${data.axes[axis].key}`);
      const index = data.axes[axis].values.indexOf(word),
        of_run = run >= 0 ? value_on(run, axis) : null;
      return [axis, word === "*" ? null : index >= 0 ? index : of_run !== null ? of_run : value];
    }),
  );
  return changes;
}

/** Columns whose numbers colours can show. */
function shown_columns() {
  return data.columns.filter(
    (column, index) =>
      ["step", "number"].includes(column.kind) && all_runs.some((run) => typeof data.rows[run][index] === "number"),
  );
}
