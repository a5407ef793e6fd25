// What was run, and how it went.

/** Runs of each outcome that occurs, in the order of the legend. */
function outcome_counts() {
  const counts = data.outcomes.map((outcome) => [
    outcome,
    all_runs.filter((run) => outcome_of(run) === outcome).length,
  ]);
  return counts.filter(([, count]) => count > 0).sort(([a], [b]) => a.place - b.place);
}

function show_counts() {
  const counts = outcome_counts();
  const bar = element(
    "div",
    { class: "bar", "aria-hidden": "true" },
    counts.map(([outcome, count]) =>
      element("span", { style: `flex-grow:${count};background-color:${outcome.colour}` }),
    ),
  );
  const list = element(
    "ul",
    { class: "counts" },
    counts.map(([outcome, count]) =>
      element("li", {}, swatch(outcome.colour), element("strong", {}, String(count)), ` ${outcome.word}`),
    ),
  );
  put("counts", element("p", {}, `${counted(run_count, "run")}, of which`), bar, list);
}

function show_about() {
  put("name", data.name || "Results");
  show_counts();
  const untraced = data.details.filter((detail) => detail.missing).length;
  const notes = [...data.about.notes];
  if (untraced > 0)
    notes.push(`No anatomy of ${counted(untraced, "run")}: the trace or the file of the cell is missing.`);
  put(
    "notes",
    notes.map((note) => element("li", {}, note)),
  );
  by_id("notes").hidden = notes.length === 0;
  put(
    "about",
    data.about.lines.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))),
  );
}
