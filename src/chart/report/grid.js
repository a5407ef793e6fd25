// Moving in the diagram by pointer and keys: one place at a time can be reached by Tab, arrow keys move on from there.

function spot_element(x, y) {
  return document.querySelector(`#grid [data-x="${x}"][data-y="${y}"]`);
}

function spot_of(node) {
  const place = node instanceof Element ? node.closest(".spot") : null;
  if (place === null) return null;
  return diagram.spots.find((spot) => spot.x === Number(place.dataset.x) && spot.y === Number(place.dataset.y)) || null;
}

function show_tooltip_at(spot) {
  diagram.told = spot;
  show_tooltip(spot, spot_element(spot.x, spot.y).getBoundingClientRect());
}

/** Keeps the tooltip beside its place while the page scrolls, as long as that is in sight. */
function move_tooltip() {
  if (by_id("tooltip").hidden) return;
  const box = spot_element(diagram.told.x, diagram.told.y).getBoundingClientRect();
  if (box.bottom < 0 || box.top > innerHeight) hide_tooltip();
  else show_tooltip_at(diagram.told);
}

/** Makes a place the one that Tab reaches; `focus` moves there. */
function move_to(x, y, focus) {
  for (const node of document.querySelectorAll('#grid [tabindex="0"]')) node.setAttribute("tabindex", "-1");
  const node = spot_element(x, y);
  node.setAttribute("tabindex", "0");
  diagram.current = { x, y };
  if (focus) node.focus();
}

/** Selects the run of a place whose seed is that of the run selected before, else its first. */
function select_spot(spot) {
  if (spot.runs.length === 0) return;
  const seed = state.run !== null && seed_axis !== null ? value_on(state.run, seed_axis) : null;
  const same = spot.runs.find((run) => seed !== null && value_on(run, seed_axis) === seed);
  select_run(same === undefined ? spot.runs[0] : same);
}

function on_grid_key(event) {
  const spot = spot_of(event.target);
  if (spot === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const { columns, rows } = diagram.layout;
  const moves = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
    Home: [-spot.x, 0],
    End: [columns - 1 - spot.x, 0],
    PageUp: [0, rows - 1 - spot.y],
    PageDown: [0, -spot.y],
  };
  if (event.key === "Enter" || event.key === " ") {
    select_spot(spot);
  } else if (event.key === "Escape") {
    hide_tooltip();
  } else if (event.key in moves) {
    const [right, up] = moves[event.key];
    move_to(Math.min(Math.max(spot.x + right, 0), columns - 1), Math.min(Math.max(spot.y + up, 0), rows - 1), true);
  } else {
    return;
  }
  event.preventDefault();
}

function watch_grid(grid) {
  const tell = (event) => {
    const spot = spot_of(event.target);
    if (spot) show_tooltip_at(spot);
  };
  grid.addEventListener("pointerover", tell);
  grid.addEventListener("pointerleave", hide_tooltip);
  grid.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && tell(event));
  grid.addEventListener("focusout", hide_tooltip);
  grid.addEventListener("keydown", on_grid_key);
  grid.addEventListener("click", (event) => {
    const spot = spot_of(event.target);
    if (spot === null) return;
    move_to(spot.x, spot.y, true);
    select_spot(spot);
    if (event.pointerType === "touch") hide_tooltip();
  });
}

/** Where the selected run stands, if it is in the diagram. */
function selected_place() {
  if (state.run === null || x_axis === null) return null;
  const x = value_on(state.run, x_axis),
    y = y_axis === null ? 0 : value_on(state.run, y_axis);
  return x === null || y === null || !spot_element(x, y) ? null : { x, y };
}

/** Shows which place is selected; Tab reaches it, else the one it reached before, else the first. */
function mark_selection(focus = false) {
  const place = selected_place();
  for (const node of document.querySelectorAll("#grid .spot")) node.setAttribute("aria-selected", "false");
  if (place) spot_element(place.x, place.y).setAttribute("aria-selected", "true");
  frame_selection(place, diagram.layout);
  const before = diagram.current && spot_element(diagram.current.x, diagram.current.y) ? diagram.current : null;
  const { x, y } = (focus && before) || place || before || { x: 0, y: diagram.layout.rows - 1 };
  move_to(x, y, focus);
}
