// Small tools: elements, texts and numbers. Text becomes text nodes, never HTML.

/** Sets attributes and properties; `on...` are listeners, null and undefined are left out. */
function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (["checked", "disabled", "hidden", "open", "selected"].includes(name)) node[name] = value;
    else node.setAttribute(name, value);
  }
  return node;
}

/** An HTML element with its children: nodes, or values that become text. */
function element(tag, attributes = {}, ...children) {
  const node = dress(document.createElement(tag), attributes);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** The same for SVG. */
function drawn(tag, attributes = {}, ...children) {
  const node = dress(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** The element of the page with this id. */
function by_id(id) {
  return document.getElementById(id);
}

/** Replaces what an element holds. */
function put(id, ...children) {
  by_id(id).replaceChildren(...children.flat(Infinity).filter((child) => child !== null));
}

/** A number as people read it: `digits` significant ones; 1.2e-9 for very small and large ones. */
function number_text(value, digits = 4) {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(digits - 1).replace(/\.?0*e\+?/, "e");
  return String(Number(value.toPrecision(digits)));
}

/** "1 seed", "3 seeds". */
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A coloured square before a name. */
function swatch(colour, extra = "") {
  return element("span", { class: `swatch ${extra}`, style: `background-color:${colour}`, "aria-hidden": "true" });
}

/** A labelled control. */
function labelled(text, control) {
  return element("label", { class: "labelled" }, element("span", {}, text), control);
}

/** A select element; `options` are pairs of value and text. */
function chooser(options, chosen, on_choice) {
  const items = options.map(([value, text]) =>
    element("option", { value, selected: String(value) === String(chosen) }, text),
  );
  return element("select", { onchange: (event) => on_choice(event.target.value) }, items);
}

/** A box to tick. */
function tick_box(text, checked, on_change) {
  const box = element("input", { type: "checkbox", checked, onchange: (event) => on_change(event.target.checked) });
  return element("label", { class: "tick" }, box, element("span", {}, text));
}

/** How wide a text is about, in pixels of the figures' letters. */
function text_width(text) {
  return 6.7 * text.length;
}
