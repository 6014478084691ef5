// The chats of a person: with the bot, groups and channels, and with each of the others (where the bot is not).
//
// A chat is {id, kind, title, withBot, silent, …}, silent where only others may write; one with another person
// has `other` in place of an id until it is opened. `chat` is what is needed here: ask(path, body), enter(place),
// back(), note(text), unread(id), words, person, place, bot, state.

import { walkMenu } from "/page/menu.js";
import { brief } from "/page/message.js";
import { make } from "/page/text.js";

const ALLOWED = {
  bot: "allow_bot_chats", private: "allow_user_chats", group: "allow_group_chats",
  supergroup: "allow_group_chats", channel: "allow_channel_chats",
};

/** A chat of the server's as its person sees it. */
function placeOf(known, { person, bot }) {
  const { id, type, title, members } = known;
  const place = {
    id, title, kind: type, withBot: known.with_bot, silent: !known.writers.includes(person.id), last: known.last,
    topics: known.topics, isForum: known.is_forum, blocked: known.blocked, decides: known.decides.includes(person.id),
    muted: known.muted, botIsAdmin: known.bot_is_admin,
  };
  if (id === person.id) return { ...place, kind: "bot", title: bot.name };
  if (type !== "private") return place;
  return { ...place, other: members.find((one) => one !== person.id), title: "" };
}

/** The person's own chat with the bot. */
export function botChat(chat) {
  const known = chat.state.chats.find(({ id }) => id === chat.person.id);
  return known ? placeOf(known, chat) : { id: chat.person.id, kind: "bot", title: chat.bot.name, withBot: true };
}

/** What kind of chat it is, in words. */
export function kindOf({ kind, withBot, blocked }, words) {
  if (kind === "bot") return blocked ? words.blocked : words.online;
  if (kind === "private") return words.alone;
  if (kind === "channel") return words.channel;
  return withBot ? words.group : words.groupAlone;
}

/** All chats of the person, the bot's first; `allowed` (switch_inline_query_chosen_chat) keeps some kinds only. */
export function chatsOf(chat, allowed = null) {
  const { id: me } = chat.person;
  const known = chat.state.chats.filter(({ members }) => members.includes(me)).map((one) => placeOf(one, chat));
  const groups = known.filter(({ kind }) => !["bot", "private"].includes(kind));
  const pairs = chat.state.people.filter(({ id }) => id !== me).map(({ id, name }) => {
    const met = known.find(({ kind, other }) => kind === "private" && other === id);
    return { kind: "private", withBot: false, ...met, other: id, title: name };
  });
  const all = [botChat(chat), ...groups, ...pairs];
  return allowed ? all.filter(({ kind }) => allowed[ALLOWED[kind]]) : all;
}

function timeOf(seconds, lang) {
  const date = new Date(seconds * 1000);
  const today = new Date().toDateString() === date.toDateString();
  const form = today ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { month: "numeric", day: "numeric" };
  return date.toLocaleString(lang, form);
}

function makeRow(place, chat, choose) {
  const item = make("li");
  const button = make("button", "chat-item");
  button.type = "button";
  button.dataset.kind = place.kind;
  if (place.id) button.dataset.chat = place.id;
  if (place.id === chat.place?.id) button.setAttribute("aria-current", "true");
  const avatar = make("span", "avatar", [...place.title][0] ?? "?");
  avatar.setAttribute("aria-hidden", "true");
  const about = make("span", "about");
  about.append(make("b", "", place.title), make("span", "", (place.last && brief(place.last)) || kindOf(place, chat.words)));
  for (const line of about.children) line.dir = "auto";
  const side = make("span", "beside");
  if (place.last) side.append(make("time", "when", timeOf(place.last.date, chat.words.lang)));
  side.append(makeUnread(chat.unread(place.id), chat.words));
  button.append(avatar, about, side);
  button.addEventListener("click", () => choose(place));
  item.append(button);
  return item;
}

/** A number of messages that were not read, hidden where there are none. */
export function makeUnread(count, words) {
  const badge = make("span", "unread");
  showUnread(badge, count, words);
  return badge;
}

export function showUnread(badge, count, words) {
  badge.hidden = !count;
  badge.textContent = count > 99 ? "99+" : String(count);
  badge.setAttribute("aria-label", words.unread(count));
}

/** The list in `list`; show() draws it, choose(title, then, allowed) asks for one of them. */
export function makeChats(list, choosing, chat) {
  let wanted = null; // {title, then, allowed} while a chat is asked for

  function show() {
    const held = list.contains(document.activeElement) ? [...list.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    const rows = chatsOf(chat, wanted?.allowed).map((place) => makeRow(place, chat, choose));
    list.replaceChildren(...rows);
    choosing.hidden = !wanted;
    choosing.querySelector("p").textContent = wanted?.title ?? "";
    if (held >= 0) list.querySelectorAll("button")[held]?.focus({ preventScroll: true });
  }

  function choose(place) {
    const { then = () => {} } = wanted ?? {};
    wanted = null;
    go(place).then(then).catch(() => chat.note(chat.words.failed));
  }

  /** Enters a chat; the one with another person is opened on the server first. */
  async function go(place) {
    if (place.id) return chat.enter(place);
    const { id } = await chat.ask("/play/meet", { user: chat.person.id, other: place.other });
    return chat.enter({ ...place, id });
  }

  /** Lets the person choose one; then something happens in it. */
  function ask(title, then, allowed = null) {
    wanted = { title, then, allowed };
    chat.view("list");
    show();
    list.querySelector("button")?.focus();
  }

  function cancel() {
    wanted = null;
    show();
    chat.back();
  }

  choosing.querySelector("button").addEventListener("click", cancel);
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") walkMenu(event, list, wanted ? cancel : chat.back);
  });
  return { show, ask, cancel: () => { wanted = null; } };
}
