// What people think of a message: a small key beside its time offers 👍 and 👎, the row under it shows what is set.
//
// `chat` is what is needed here: react(message, emoji), words, person.

import { makeItem, walkMenu } from "/page/menu.js";
import { make } from "/page/text.js";

const OFFERED = ["👍", "👎"];

/** The row under a message, empty where nobody set anything; `message.reactions` is [{emoji, by}]. */
export function makeReactions(message, chat) {
  const row = make("div", "reactions");
  row.append(...(message.reactions ?? []).map((one) => makeReaction(one, message, chat)));
  return row;
}

/** One emoji with how many set it; pressing sets it too, or takes one's own away. */
function makeReaction({ emoji, by }, message, chat) {
  const mine = by.includes(chat.person.id);
  const button = make("button", "reaction", `${emoji} ${by.length}`);
  button.type = "button";
  button.dataset.emoji = emoji;
  button.setAttribute("aria-pressed", String(mine));
  button.addEventListener("click", () => chat.react(message, mine ? null : emoji));
  return button;
}

/** Shows under a message of the page what is set now; the focus stays. */
export function showReactions(item, message, chat) {
  const old = item.querySelector(".reactions");
  const held = old.contains(document.activeElement) && document.activeElement.dataset.emoji;
  const row = makeReactions(message, chat);
  old.replaceWith(row);
  if (held) focusReaction(item, held);
}

/** The focus on this emoji's key, or on the one that offers them all. */
export function focusReaction(item, emoji) {
  const keys = [...item.querySelectorAll(".reaction")];
  const key = keys.find(({ dataset }) => dataset.emoji === emoji) ?? item.querySelector(".react");
  key?.focus({ preventScroll: true });
}

/** Closes the menus that do not stand where somebody has pressed. */
export function closeOffered(target) {
  for (const { parentElement: place } of document.querySelectorAll(".offered")) {
    if (!place.contains(target)) close(place);
  }
}

function close(place) {
  place.querySelector(".offered")?.remove();
  place.querySelector(".react").setAttribute("aria-expanded", "false");
}

/** The key in the bubble, and its menu while it is open. */
export function makeReact(message, chat) {
  const place = make("span", "react-place");
  const opener = make("button", "react", "☺\ufe0e");
  opener.type = "button";
  opener.title = chat.words.react;
  opener.setAttribute("aria-label", chat.words.react);
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  place.append(opener);

  function leave() {
    close(place);
    opener.focus({ preventScroll: true });
  }

  function open() {
    const menu = makeOffered(place.closest(".message"), (emoji) => {
      leave();
      chat.react(message, emoji);
    });
    menu.addEventListener("keydown", (event) => walkMenu(event, menu, leave));
    place.append(menu);
    opener.setAttribute("aria-expanded", "true");
    menu.querySelector("button").focus({ preventScroll: true });
  }

  opener.addEventListener("click", () => (place.querySelector(".offered") ? leave() : open()));
  return place;
}

/** The menu of emojis for a message; choose(emoji), with null for the one that is set already. */
function makeOffered(item, choose) {
  const menu = make("ul", "offered");
  menu.setAttribute("role", "menu");
  const set = item.querySelector('.reaction[aria-pressed="true"]')?.dataset.emoji;
  menu.append(...OFFERED.map((emoji) => {
    const { item: row, button } = makeItem("offer", () => choose(emoji === set ? null : emoji));
    button.textContent = emoji;
    button.dataset.emoji = emoji;
    button.setAttribute("role", "menuitemcheckbox");
    button.setAttribute("aria-checked", String(emoji === set));
    return row;
  }));
  return menu;
}
