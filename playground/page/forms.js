// Fields of the panels, each with its label.

import { make } from "/page/text.js";

/** A field in its label: {row, field, name}, where `name` is the element of the label's words. */
export function makeField(kind, more = {}) {
  const row = make("label", "field");
  const name = make("span");
  const field = Object.assign(make(kind), more);
  row.append(name, field);
  return { row, field, name };
}

/** Puts options into a list, [[value, words]]; what was chosen stays chosen where it still is one. */
export function setOptions(field, options) {
  const before = field.value;
  const same = field.options.length === options.length
    && options.every(([value, words], place) => field.options[place].value === value && field.options[place].textContent === words);
  if (same) return;
  field.replaceChildren(...options.map(([value, words]) => Object.assign(make("option", "", words), { value })));
  if (options.some(([value]) => value === before)) field.value = before;
}

export function makeButton(name, press) {
  const button = make("button", name);
  button.type = "button";
  button.addEventListener("click", press);
  return button;
}
