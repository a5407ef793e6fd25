// Print has everything laid out: all rows of the table, the configuration, charts as wide as the paper.

const paper_width = 680;
const print_state = { is_printing: false, was_open: false };

/** Draws the charts again in this width. */
function fit_anatomy(width) {
  const { run } = state,
    place = by_id("panels"),
    trace = run === null ? null : trace_of(run);
  if (!place || trace === null) return;
  drop_panels();
  place.replaceChildren();
  draw_panels(place, run, trace, width, state.log_steps === null ? asks_for_log(run, trace) : state.log_steps);
}

function begin_print() {
  if (print_state.is_printing) return;
  print_state.is_printing = true;
  hide_tooltip();
  table.printed = true;
  show_table();
  const configuration = by_id("configuration");
  if (configuration) {
    print_state.was_open = configuration.open;
    configuration.open = true;
  }
  fit_anatomy(paper_width);
}

function end_print() {
  if (!print_state.is_printing) return;
  print_state.is_printing = false;
  table.printed = false;
  show_table();
  if (by_id("configuration")) by_id("configuration").open = print_state.was_open;
  fit_anatomy(by_id("anatomy").clientWidth);
}
