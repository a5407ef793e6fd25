// Runs summed up over seeds, by the same rules as `precipice phase`: majority of the outcomes, lower median of numbers.

/** Whether a run is looked at; axes that it stands apart from do not count, nor does a `free` one. */
function passes(run, free = null) {
  const seed = seed_axis === null || seed_axis === x_axis || seed_axis === y_axis ? null : value_on(run, seed_axis);
  if (seed !== null && !state.seeds.has(seed)) return false;
  return held_axes.every((axis) => {
    const held = axis === free ? null : state.held.get(axis),
      value = value_on(run, axis);
    return held === null || value === null || value === held;
  });
}

/** What most runs did; of equals the first outcome. Null without runs. */
function majority(runs) {
  if (runs.length === 0) return null;
  const votes = data.outcomes.map(() => 0);
  for (const run of runs) ++votes[field(run, "outcome")];
  return data.outcomes[votes.indexOf(Math.max(...votes))];
}

/** A number that some run had. Where a step is not there it has not come yet; other numbers are unknown. */
function lower_median(numbers, kind) {
  const known = numbers.filter((number) => typeof number === "number").sort((a, b) => a - b);
  const count = kind === "step" ? numbers.length : known.length;
  const middle = Math.floor((count - 1) / 2);
  return count > 0 && middle < known.length ? known[middle] : null;
}

function kind_of(name) {
  const index = column_index.get(name);
  return index === undefined ? "text" : data.columns[index].kind;
}

/** Runs of this place that are looked at, by the indices of x and y. */
function runs_by_place() {
  const places = new Map();
  if (x_axis === null) return places;
  for (const run of all_runs) {
    const x = value_on(run, x_axis),
      y = y_axis === null ? 0 : value_on(run, y_axis);
    const is_held = held_axes.every((axis) => state.held.get(axis) === null || value_on(run, axis) !== null);
    if (x === null || y === null || !is_held || !passes(run)) continue;
    const name = `${x},${y}`;
    if (!places.has(name)) places.set(name, []);
    places.get(name).push(run);
  }
  return places;
}

/** One place of the diagram. */
function sum_up(x, y, runs) {
  const outcome = majority(runs);
  const froze = runs.filter((run) => field(run, "frozen_at") !== null).length;
  const numbers = state.value === "outcome" ? [] : runs.map((run) => field(run, state.value));
  return {
    x,
    y,
    runs,
    outcome,
    agreeing: runs.filter((run) => outcome_of(run) === outcome).length,
    froze_later: 2 * froze > runs.length && outcome.word !== "frozen",
    number: lower_median(numbers, kind_of(state.value)),
  };
}

/** All places, row by row from the first value of y. */
function sum_up_all() {
  const places = runs_by_place();
  const width = data.axes[x_axis].values.length,
    height = y_axis === null ? 1 : data.axes[y_axis].values.length;
  return Array.from({ length: width * height }, (_, i) => {
    const x = i % width,
      y = Math.floor(i / width);
    return sum_up(x, y, places.get(`${x},${y}`) || []);
  });
}

/** What is predicted for the values that are held; null where several are looked at together. */
function chosen_slice() {
  if (!data.diagram) return null;
  const found = data.diagram.slices.find((slice) =>
    held_axes.every((axis) => slice.held[data.axes[axis].key] === state.held.get(axis)),
  );
  return found || null;
}
