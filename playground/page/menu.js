// Lists that the arrow keys walk through: commands and results above the text field, chats, reactions.

import { make } from "/page/text.js";

/** A row of a list, in which one button of this class stands: {item, button}; `choose` when it is pressed. */
export function makeItem(name, choose, row = "") {
  const item = make("li", row);
  item.setAttribute("role", "none");
  const button = make("button", name);
  button.type = "button";
  button.tabIndex = -1;
  button.setAttribute("role", "menuitem");
  button.addEventListener("click", choose);
  item.append(button);
  return { item, button };
}

const itemsOf = (menu) => [...menu.querySelectorAll("button")];

/** From the text field into the list: to its first item, or up to its last. */
export function intoMenu(event, menu) {
  event.preventDefault();
  const items = itemsOf(menu);
  items[event.key === "ArrowUp" ? items.length - 1 : 0]?.focus();
}

/** Arrow keys go round in the list, Escape and Tab leave it. */
export function walkMenu(event, menu, leave) {
  const items = itemsOf(menu);
  const here = items.indexOf(document.activeElement);
  const [next, before] = [here + 1, here - 1 + items.length];
  const steps = {
    ArrowDown: next, ArrowRight: next, ArrowUp: before, ArrowLeft: before, Home: 0, End: items.length - 1,
  };
  if (Object.hasOwn(steps, event.key)) {
    event.preventDefault();
    items[steps[event.key] % items.length].focus();
  } else if (["Escape", "Tab"].includes(event.key)) {
    event.preventDefault();
    leave();
  }
}
