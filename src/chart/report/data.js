// The results, as the program put them into the page:
//   axes      [{key, values, numeric}]
//   outcomes  [{word, name, colour, place}], in the order that decides between equals; place: in the legend
//   columns   [{name, kind}], kind: axis, outcome, step (at which something began), number, text
//   rows      a list of fields for each run: on an axis and of an outcome an index, null where there is nothing;
//             text on an axis is a value between those of the grid
//   details   for each run {control, margins: [opens, closes], sc50: predicted, set: [...], missing, onsets: [...]}
//   diagram   {axes: [key of x, key of y], slices: [{held, lines, dead, high, margin}]}, null without an axis
//   marks     [{name, colour}] of the onsets; series: names of the records' figures in a trace

const data = JSON.parse(by_id("report-data").textContent);

const column_index = new Map(data.columns.map((column, index) => [column.name, index]));
const axis_index = new Map(data.axes.map((axis, index) => [axis.key, index]));
/** Column of rows in which an axis stands. */
const axis_column = data.axes.map((axis) => column_index.get(axis.key));

const seed_axis = axis_index.has("run.seed") ? axis_index.get("run.seed") : null;
const x_axis = data.diagram ? axis_index.get(data.diagram.axes[0]) : null;
const y_axis = data.diagram && data.diagram.axes.length > 1 ? axis_index.get(data.diagram.axes[1]) : null;
/** Axes that filters hold: neither drawn nor seeds. */
const held_axes = data.axes
  .map((axis, index) => index)
  .filter((index) => ![seed_axis, x_axis, y_axis].includes(index) && data.axes[index].values.length > 1);

const run_count = data.rows.length;
const all_runs = data.rows.map((row, index) => index);
const controls = new Set(data.details.map((detail) => detail.control).filter((control) => control !== null));

/** A field as it is: number, text, index or null. */
function field(run, name) {
  const index = column_index.get(name);
  return index === undefined ? null : data.rows[run][index];
}

/** Index of a run's value on an axis; null where it stands apart, or between the values of the grid. */
function value_on(run, axis) {
  const value = data.rows[run][axis_column[axis]];
  return typeof value === "number" ? value : null;
}

/** The value itself; empty where the run stands apart. */
function axis_text(run, axis) {
  const value = data.rows[run][axis_column[axis]];
  return typeof value === "number" ? data.axes[axis].values[value] : value || "";
}

function outcome_of(run) {
  return data.outcomes[field(run, "outcome")];
}

/** A field as people read it. */
function field_text(run, index, digits = 4) {
  const value = data.rows[run][index];
  const column = data.columns[index];
  if (column.kind === "outcome") return data.outcomes[value].word;
  if (value === null) return "";
  if (column.kind === "axis") return axis_text(run, axis_index.get(column.name));
  return number_text(value, digits);
}

const short_names = new Map([
  ["precision.p", "p"],
  ["precision.exponent_bits", "E"],
  ["run.seed", "seed"],
]);
/** The last word of a key, unless two axes share it. */
function short_name(key) {
  const word = key.slice(key.lastIndexOf(".") + 1);
  const shared = data.axes.filter((axis) => axis.key.endsWith(`.${word}`)).length > 1;
  return short_names.get(key) || (shared ? key : word);
}

function long_name(key) {
  return data.axes.find((axis) => axis.key === key).name;
}

/** "p = 8, E = 5, seed = 0": where a run stands, on all axes or all but some. */
function place_text(run, without = []) {
  const parts = data.axes
    .map((axis, index) => [axis, index])
    .filter(([, index]) => !without.includes(index) && axis_text(run, index) !== "")
    .map(([axis, index]) => `${short_name(axis.key)} = ${axis_text(run, index)}`);
  if (controls.has(run)) parts.unshift("binary64 control");
  else if (parts.length === 0) parts.push(field(run, "format"));
  return parts.join(", ");
}

/** What a run is called in links: its key, and its number if a key occurs again (in another variant). */
const run_names = (() => {
  const seen = new Map();
  return all_runs.map((run) => {
    const key = field(run, "key");
    seen.set(key, (seen.get(key) || 0) + 1);
    return seen.get(key) === 1 ? key : `${key}.${seen.get(key)}`;
  });
})();

/** Runs that differ from this one in the seed alone, itself among them. */
function with_other_seeds(run) {
  const others = data.axes.map((axis, index) => index).filter((index) => index !== seed_axis);
  return all_runs.filter(
    (other) =>
      field(other, "format") === field(run, "format") &&
      others.every((axis) => axis_text(other, axis) === axis_text(run, axis)),
  );
}

// --- traces ---------------------------------------------------------------------------------------------------------

const digits_of_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const digit_values = new Map([...digits_of_64].map((digit, value) => [digit, value]));
const bits_view = new DataView(new ArrayBuffer(4));

/** Three digits of base 64: the first 18 bits of a binary32 number. */
function unpacked(text, at) {
  const code =
    (digit_values.get(text[at]) << 12) | (digit_values.get(text[at + 1]) << 6) | digit_values.get(text[at + 2]);
  bits_view.setUint32(0, (code << 14) >>> 0);
  return bits_view.getFloat32(0);
}

let packed_traces = null;
const known_traces = new Map();

/** {steps, loss, collapsed_share, ...} of a run, arrays of equal length; null if it has none. */
function trace_of(run) {
  if (packed_traces === null) packed_traces = JSON.parse(by_id("report-traces").textContent);
  if (packed_traces[run] === null) return null;
  if (!known_traces.has(run)) known_traces.set(run, unpack_trace(packed_traces[run]));
  return known_traces.get(run);
}

function unpack_trace(packed) {
  let step = 0;
  const trace = { steps: packed.steps.map((more) => (step += more)) };
  data.series.forEach((name, i) => {
    const text = packed.values[i];
    trace[name] = trace.steps.map((_, at) => unpacked(text, text.length === 3 ? 0 : 3 * at));
  });
  return trace;
}
