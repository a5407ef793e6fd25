// The table of all runs: sorted by any column, searched, in pages.

const rows_of_page = 50,
  rows_in_print = 2000;
const table = { sort: null, falling: false, words: "", page: 0, all_columns: false, all_runs: false, printed: false };

/** Columns that are shown unless all are asked for; print has no others. */
const main_columns = [
  "outcome",
  "first_absorption",
  "sc50",
  "nfi_onset",
  "first_spike",
  "spikes",
  "frozen_at",
  "final_loss",
  "final_median_margin",
  "final_mu_norm",
];

function table_columns() {
  return data.columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ name, kind }) => table.all_columns || name === "key" || kind === "axis" || main_columns.includes(name));
}

/** All fields of a run as one text in small letters, made once. */
const row_texts = [];
function row_text(run) {
  if (row_texts[run] === undefined) {
    row_texts[run] = data.columns
      .map((_, index) => field_text(run, index))
      .concat(place_text(run))
      .join("\n")
      .toLowerCase();
  }
  return row_texts[run];
}

/** What a column sorts by: numbers on numeric axes, places in the grid on others, outcomes as the legend has them. */
function sort_value(run, index) {
  const value = data.rows[run][index],
    { kind, name } = data.columns[index];
  if (value === null) return null;
  if (kind === "outcome") return data.outcomes[value].place;
  const axis = kind === "axis" ? axis_index.get(name) : null;
  return axis !== null && data.axes[axis].numeric ? Number(axis_text(run, axis)) : value;
}

/** Runs in the order of the table; what has no value comes last, rising or falling. */
function table_runs() {
  const words = table.words.trim().toLowerCase();
  const runs = all_runs.filter((run) => (table.all_runs || passes(run)) && row_text(run).includes(words));
  if (table.sort === null) return runs;
  const sign = table.falling ? -1 : 1;
  return runs.sort((a, b) => {
    const of_a = sort_value(a, table.sort),
      of_b = sort_value(b, table.sort);
    if (of_a === null || of_b === null) return (of_a === null) - (of_b === null) || a - b;
    const less = typeof of_a === typeof of_b ? of_a < of_b : String(of_a) < String(of_b);
    return of_a === of_b ? a - b : less ? -sign : sign;
  });
}

function sort_by(index) {
  table.falling = table.sort === index && !table.falling;
  table.sort = index;
  table.page = 0;
  show_table();
  document.querySelector(`#table th[data-column="${index}"] button`).focus();
}

function head_cell({ name, index }) {
  const order = table.sort !== index ? "none" : table.falling ? "descending" : "ascending";
  const sign = { none: "", ascending: " ▲", descending: " ▼" }[order];
  return element(
    "th",
    { scope: "col", "aria-sort": order, "data-column": index },
    element(
      "button",
      { type: "button", title: data.columns[index].title, onclick: () => sort_by(index) },
      short_name(name),
      element("span", { "aria-hidden": "true" }, sign),
    ),
  );
}

function body_cell(run, { name, kind, index }) {
  const text = field_text(run, index);
  if (name === "key") {
    return element(
      "th",
      { scope: "row" },
      element(
        "button",
        {
          type: "button",
          class: "key",
          onclick: () => select_run(run),
          "aria-label": `${text}: show its anatomy`,
          title: text,
        },
        text.slice(0, 8),
      ),
    );
  }
  if (kind === "outcome") return element("td", { class: "word" }, swatch(outcome_of(run).colour), text);
  return element("td", { class: kind === "text" ? "word" : "number" }, text);
}

function body_row(run, columns) {
  const on_click = (event) => event.target.closest("button") || getSelection().toString() || select_run(run);
  return element(
    "tr",
    { "data-run": run, "aria-current": run === state.run ? "true" : null, onclick: on_click },
    columns.map((column) => body_cell(run, column)),
  );
}

function page_controls(count) {
  const pages = Math.max(1, Math.ceil(count / rows_of_page));
  const go = (page) => {
    table.page = page;
    show_table();
  };
  const first = count === 0 ? 0 : table.page * rows_of_page + 1,
    last = Math.min(count, (table.page + 1) * rows_of_page);
  const button = (text, page, is_there) =>
    element(
      "button",
      {
        type: "button",
        class: "small",
        disabled: !is_there,
        onclick: () => go(page),
      },
      text,
    );
  put(
    "table-pages",
    pages === 1
      ? []
      : [
          button("First", 0, table.page > 0),
          button("Previous", table.page - 1, table.page > 0),
          button("Next", table.page + 1, table.page + 1 < pages),
          button("Last", pages - 1, table.page + 1 < pages),
        ],
    element(
      "span",
      { class: "quiet", role: "status", id: "table-count" },
      `${first} to ${last} of ${counted(count, "run")}`,
    ),
  );
}

function show_table() {
  const runs = table_runs(),
    columns = table_columns();
  table.page = Math.max(0, Math.min(table.page, Math.ceil(runs.length / rows_of_page) - 1));
  const shown = table.printed
    ? runs.slice(0, rows_in_print)
    : runs.slice(table.page * rows_of_page, (table.page + 1) * rows_of_page);
  put(
    "table",
    element(
      "table",
      { "aria-rowcount": runs.length + 1 },
      element("thead", {}, element("tr", {}, columns.map(head_cell))),
      element(
        "tbody",
        {},
        shown.map((run) => body_row(run, columns)),
      ),
    ),
  );
  page_controls(runs.length);
}

/** Marks the row of the selected run without drawing the others anew. */
function mark_row() {
  for (const row of document.querySelectorAll("#table tbody tr")) {
    if (Number(row.dataset.run) === state.run) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function show_table_controls() {
  const redraw = (changes) => {
    Object.assign(table, { page: 0 }, changes);
    show_table();
  };
  const search = element("input", {
    type: "search",
    id: "search",
    placeholder: "slingshots, 0.003, e8m7, ...",
    oninput: (event) => redraw({ words: event.target.value }),
  });
  put(
    "table-controls",
    labelled("Search", search),
    tick_box("all columns", table.all_columns, (checked) => redraw({ all_columns: checked })),
    tick_box("also runs that the filters leave out", table.all_runs, (checked) => redraw({ all_runs: checked })),
  );
}
