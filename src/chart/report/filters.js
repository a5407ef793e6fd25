// The controls above the diagram: what is coloured, what is held, which seeds count.

function value_chooser() {
  const options = [
    ["outcome", "outcome of most seeds"],
    ...shown_columns().map(({ name, title }) => [name, title === name ? name : `${name}: ${title}`]),
  ];
  return labelled(
    "Colour shows",
    chooser(options, state.value, (value) => change({ value, logarithmic: null })),
  );
}

function scale_choice() {
  if (state.value === "outcome") return null;
  const scale = number_scale();
  if (!scale || !scale.can_be_logarithmic) return null;
  return tick_box("logarithmic", scale.logarithmic, (logarithmic) => change({ logarithmic }));
}

function held_choosers() {
  return held_axes.map((axis) => {
    const { key, values } = data.axes[axis];
    const options = [...values.map((value, index) => [index, value]), ["*", "all together"]];
    const chosen = state.held.get(axis) === null ? "*" : state.held.get(axis);
    return labelled(
      short_name(key),
      chooser(options, chosen, (word) => {
        change({ held: new Map(state.held).set(axis, word === "*" ? null : Number(word)) });
      }),
    );
  });
}

function seed_boxes() {
  if (seed_axis === null || seed_axis === x_axis || seed_axis === y_axis) return null;
  const { values } = data.axes[seed_axis];
  if (values.length < 2) return null;
  const boxes = values.map((value, index) =>
    tick_box(value, state.seeds.has(index), (checked) => {
      const seeds = new Set(state.seeds);
      if (checked) seeds.add(index);
      else seeds.delete(index);
      change({ seeds });
    }),
  );
  return element("fieldset", { id: "seeds" }, element("legend", {}, "Seeds"), boxes);
}

/** Draws the controls anew and gives the focus back to the one that had it. */
function show_filters() {
  const place = by_id("filters");
  const inputs = () => [...place.querySelectorAll("input, select")];
  const focused = inputs().indexOf(document.activeElement);
  put("filters", value_chooser(), scale_choice(), held_choosers(), seed_boxes());
  if (focused >= 0 && inputs()[focused]) inputs()[focused].focus();
}
