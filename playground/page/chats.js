// The chats of a person: with the bot, with each of the others (where the bot is not), and groups.
//
// A chat is {id, kind, title, withBot, silent}, silent where only others may write; one with another person has `other` in place of an id until it is
// opened. `chat` is what is needed here: ask(path, body), enter(place), note(text), words, person, bot.

import { makeItem } from "/page/menu.js";
import { make } from "/page/text.js";

const ALLOWED = {
  bot: "allow_bot_chats", private: "allow_user_chats", group: "allow_group_chats",
  supergroup: "allow_group_chats", channel: "allow_channel_chats",
};

/** The person's own chat with the bot. */
export function botChat({ person, bot }) {
  return { id: person.id, kind: "bot", title: bot.name, withBot: true };
}

/** What kind of chat it is, in words. */
export function kindOf({ kind, withBot }, words) {
  if (kind === "bot") return words.online;
  if (kind === "private") return words.alone;
  if (kind === "channel") return words.channel;
  return withBot ? words.group : words.groupAlone;
}

/** All chats of the person, the bot's first; `allowed` (switch_inline_query_chosen_chat) keeps some kinds only. */
function chatsOf(chat, state, allowed) {
  const { id: me } = chat.person;
  const others = state.people.filter(({ id }) => id !== me);
  const pairs = others.map(({ id, name }) => ({ other: id, kind: "private", title: name, withBot: false }));
  const groups = state.chats.filter(({ type, members }) => type !== "private" && members.includes(me));
  const known = groups.map(({ id, type, title, with_bot: withBot, writers }) => (
    { id, kind: type, title, withBot, silent: !writers.includes(me) }
  ));
  const all = [botChat(chat), ...pairs, ...known];
  return allowed ? all.filter(({ kind }) => allowed[ALLOWED[kind]]) : all;
}

function makeRow(place, words, choose) {
  const { item, button } = makeItem("chat-item", () => choose(place));
  button.dataset.kind = place.kind;
  const avatar = make("span", "avatar", [...place.title][0] ?? "?");
  avatar.setAttribute("aria-hidden", "true");
  const about = make("span", "about");
  about.append(make("b", "", place.title), make("span", "", kindOf(place, words)));
  button.append(avatar, about);
  return item;
}

function makeHead(title) {
  const head = make("li", "list-head", title);
  head.setAttribute("role", "none");
  return head;
}

/** The list of chats that `opener` shows. */
export function makeChats(list, opener, chat) {
  function close() {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }

  /** Shows the list; in the chosen chat `then` happens. */
  async function open(title, then = () => {}, allowed = null) {
    const state = await chat.ask("/play/state").catch(() => null);
    if (!state) return chat.note(chat.words.offline);
    const choose = (place) => go(place).then(then).catch(() => chat.note(chat.words.failed));
    const rows = chatsOf(chat, state, allowed).map((place) => makeRow(place, chat.words, choose));
    list.replaceChildren(makeHead(title), ...rows);
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    return list.querySelector("button")?.focus();
  }

  /** Enters a chat; the one with another person is opened on the server first. */
  async function go(place) {
    const { id } = place.other ? await chat.ask("/play/meet", { user: chat.person.id, other: place.other }) : place;
    await chat.enter({ ...place, id });
  }

  function toggle() {
    if (list.hidden) open(chat.words.chats);
    else close();
  }

  return { open, close, toggle };
}
