// What people think of a message, and what else can be done with it: a small key beside its time opens a menu;
// the row under the message shows what is set.
//
// `chat` is what is needed here: react(message, emoji), answer(message), correct(message), erase(message),
// copy(text), words, person, place.

import { makeItem, walkMenu } from "/page/menu.js";
import { make } from "/page/text.js";

const OFFERED = ["👍", "👎", "❤", "🔥", "🎉"];
const MARGIN = 8; // pixels between a menu and the edge of the page

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
export function closeOffered(target = null) {
  for (const { parentElement: place } of document.querySelectorAll(".offered")) {
    if (!target || !place.contains(target)) close(place);
  }
}

/** Keeps an open menu at its key while the messages scroll; once the key is out of sight it closes. */
export function followOffered({ target: list }) {
  for (const menu of document.querySelectorAll(".offered")) {
    const opener = menu.parentElement.querySelector(".opener");
    const [key, seen] = [opener.getBoundingClientRect(), list.getBoundingClientRect()];
    if (key.bottom < seen.top || key.top > seen.bottom) close(menu.parentElement);
    else fit(menu, opener);
  }
}

function close(place) {
  place.querySelector(".offered")?.remove();
  place.querySelector(".opener").setAttribute("aria-expanded", "false");
}

/** The key in the bubble, and its menu while it is open; one's own messages are not reacted to. */
export function makeReact(message, from, chat) {
  const mine = from === "me";
  const place = make("span", "react-place");
  const opener = make("button", mine ? "opener more" : "opener react", mine ? "⋯" : "☺\ufe0e");
  opener.type = "button";
  opener.title = mine ? chat.words.deeds : chat.words.react;
  opener.setAttribute("aria-label", opener.title);
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  place.append(opener);

  function leave() {
    close(place);
    opener.focus({ preventScroll: true });
  }

  function open() {
    closeOffered();
    const menu = make("ul", "offered");
    menu.setAttribute("role", "menu");
    if (!mine) menu.append(makeOffered(message, place.closest(".message"), chat, leave));
    menu.append(...makeActs(message, from, chat, () => close(place)));
    menu.addEventListener("keydown", (event) => walkMenu(event, menu, leave));
    place.append(menu);
    fit(menu, opener);
    opener.setAttribute("aria-expanded", "true");
    menu.querySelector("button").focus({ preventScroll: true });
  }

  opener.addEventListener("click", () => (place.querySelector(".offered") ? leave() : open()));
  return place;
}

/** Puts a menu above its key, or below where there is no room, and wholly on the page. */
function fit(menu, opener) {
  const key = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const above = key.top - height - MARGIN;
  const top = above >= MARGIN ? above : Math.min(key.bottom + MARGIN, innerHeight - height - MARGIN);
  menu.style.setProperty("left", `${Math.max(MARGIN, Math.min(key.right - width, innerWidth - width - MARGIN))}px`);
  menu.style.setProperty("top", `${Math.max(MARGIN, top)}px`);
}

/** The row of emojis; the one that is set already takes itself away. */
function makeOffered(message, item, chat, leave) {
  const row = make("li", "emojis");
  row.setAttribute("role", "none");
  const set = item.querySelector('.reaction[aria-pressed="true"]')?.dataset.emoji;
  row.append(...OFFERED.map((emoji) => {
    const button = make("button", "offer", emoji);
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.emoji = emoji;
    button.setAttribute("role", "menuitemcheckbox");
    button.setAttribute("aria-checked", String(emoji === set));
    button.addEventListener("click", () => {
      leave();
      chat.react(message, emoji === set ? null : emoji);
    });
    return button;
  }));
  return row;
}

/** What else can be done: answer, copy, and with one's own words correct and delete them. */
function makeActs(message, from, chat, leave) {
  const text = message.text ?? message.caption;
  const mine = message.from?.id === chat.person.id;
  const acts = [
    !chat.place.silent && chat.place.kind !== "channel" && ["reply", chat.words.reply, () => chat.answer(message)],
    text && ["copy", chat.words.copy, () => chat.copy(text)],
    mine && message.text && !message.via_bot && ["edit", chat.words.correct, () => chat.correct(message)],
    (mine || chat.place.kind === "bot") && ["delete", chat.words.erase, () => chat.erase(message)],
  ];
  return acts.filter(Boolean).map(([name, words, act]) => {
    const { item, button } = makeItem("act", () => {
      leave();
      act();
    });
    button.dataset.act = name;
    button.textContent = words;
    return item;
  });
}
