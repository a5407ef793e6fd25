// Draws everything once, and what must change after each choice.

/** What is selected before the reader does: the middle one of the runs that slingshot and have a place on the diagram,
 * else of those with a trace. */
function telling_run() {
  const traced = all_runs.filter((run) => passes(run) && !data.details[run].missing);
  const placed = traced.filter((run) =>
    [x_axis, y_axis].every((axis) => axis === null || value_on(run, axis) !== null),
  );
  const slingshots = placed.filter((run) => outcome_of(run).word === "slingshots");
  const runs = [slingshots, placed, traced].find((some) => some.length > 0) ?? [];
  return runs.length > 0 ? runs[Math.floor(runs.length / 2)] : null;
}

function start() {
  state.run = telling_run();
  Object.assign(state, read_address());
  show_about();
  by_id("diagram-section").hidden = data.diagram === null;
  const draw = () => {
    if (data.diagram !== null) {
      show_diagram();
      show_filters();
    }
    show_onsets();
  };
  draw();
  show_table_controls();
  show_table();
  show_anatomy();
  show_reproduce();
  mark_row();

  listen_to(["value", "logarithmic", "seeds", "held"], draw);
  listen_to(["seeds", "held"], show_table);
  listen_to(["across"], show_onsets);
  listen_to(["run"], () => {
    if (data.diagram !== null) mark_selection();
    mark_row();
    show_reproduce();
  });
  listen_to(["run", "log_steps"], show_anatomy);
  watch_window(draw);
}

/** Follows the width of the window, the address, and printing. */
function watch_window(draw) {
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (print_state.is_printing || document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    draw();
    fit_anatomy(by_id("anatomy").clientWidth);
  });
  addEventListener("hashchange", () => change(read_address()));
  addEventListener("beforeprint", begin_print);
  addEventListener("afterprint", end_print);
  addEventListener("scroll", move_tooltip, { passive: true });
}

start();
