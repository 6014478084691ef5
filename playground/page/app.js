// The chat page: one person's conversations with the bot and with others, as a messenger shows them.
//
// The server is asked by fetch() and tells what happens over one EventSource. What stands where: people and
// chats in chats.js, messages in conversation.js and message.js, the text field in composer.js, what is behind
// the conversation in backstage.js. Elements for tests and styles: .person[data-key], .chat-item[data-chat],
// .message[data-message-id], .key[data-callback], .react, .offer[data-emoji], .reaction[data-emoji],
// .act[data-act], #say, #send, .toast, #alert, #sheet, #results .result[data-result],
// #commands .command-item[data-command], [data-locate], [data-city], .topic-key[data-topic], .deed[data-deed].

import { makeBackstage } from "/page/backstage.js";
import { botChat, chatsOf, kindOf, makeChats, makeUnread, showUnread } from "/page/chats.js";
import { makeComposer } from "/page/composer.js";
import { makeConversation } from "/page/conversation.js";
import { makeInline } from "/page/inline.js";
import { makeManage } from "/page/manage.js";
import { closeOffered, followOffered } from "/page/reactions.js";
import { makeSheet } from "/page/sheet.js";
import { make } from "/page/text.js";
import { makeTopics } from "/page/topics.js";
import { wordsFor } from "/page/words.js";

const ANSWER_SECONDS = 12; // then a pressed key comes free again
const TOAST_SECONDS = 4;
const MOST_TOASTS = 3;
const TYPING_SECONDS = 5;
const MOST_KEPT = 50; // answers that nobody on this page has asked for

const page = {
  unread: new Map(), // "person/chat" -> messages that came while another chat was open
  answered: new Map(), // callback -> its answer, where that came before the press had returned
  mine: new Set(), // callbacks of keys that were pressed here
  drafts: new Map(), // "person/chat" -> what stood in the text field
  alerts: [], // words that wait until an alert is closed
  stale: false, // the chats have changed since they were asked for
  lost: false,
};

/** What all parts of the page share: who looks at which chat, and what can be done there. */
const chat = {
  bot: null, person: null, place: null, topic: null, state: { people: [], chats: [] }, words: wordsFor("zh"),
  ask, say, tap, start, press, pay, payLink, react, erase, copy, note, fill, switchTo, sent, nextDigest, enter, view, back, unread,
  answer: (message) => composer.answer(message),
  correct: (message) => composer.correct(message),
  offerCities: () => composer.offerCities(),
  goTo: (id) => conversation.goTo(id),
};

// ---------------------------------------------------------------- small things

const at = (id) => document.getElementById(id);

async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, options);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? String(answer.status));
  return told;
}

/** A few words that go by themselves. */
function note(text) {
  const toast = make("div", "toast", text);
  at("toasts").append(toast);
  while (at("toasts").children.length > MOST_TOASTS) at("toasts").firstChild.remove();
  setTimeout(() => toast.remove(), TOAST_SECONDS * 1000);
}

function copy(text) {
  const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
  done.then(() => note(chat.words.copied), () => note(text));
}

/** On a phone either the list of chats or the chat is seen; the browser's way back leads from the list to the chat. */
function view(name) {
  if (name === "list" && !history.state?.inside) history.pushState({ inside: true }, "");
  at("app").dataset.view = name;
  if (name === "chat" && chat.place) read(chat.place.id);
}

/** From the list of chats to the chat. */
function back() {
  view("chat");
  focusChat();
}

// ---------------------------------------------------------------- what a person does

/** Sends words to the chat; returns whether they arrived. */
async function say(text, answers = null) {
  composer.closeMenu();
  composer.usedKeyboard();
  conversation.toTheEnd();
  try {
    const said = { user: chat.person.id, chat: chat.place.id, text };
    if (chat.place.kind === "channel") await ask("/play/post", said);
    else await ask("/play/say", { ...said, reply_to: answers, thread: chat.topic });
    return true;
  } catch {
    note(chat.words.failed);
    return false;
  }
}

/** A tag or a command in a message was pressed: it is said, a tag where the bot hears it and searches. */
async function tap(kind, text) {
  const here = chat.place.kind === "bot" || (kind === "bot_command" && chat.place.withBot && !chat.place.silent);
  if (!here) await enter(botChat(chat));
  await say(text);
}

/** Goes to the bot's own chat and starts it there with a payload. */
async function start(payload) {
  composer.write("");
  if (chat.place.kind !== "bot") await enter(botChat(chat));
  await say(`/start ${payload}`);
}

/** Puts @bot and words into the text field, as the keys do that switch to inline mode. */
function fill(query) {
  composer.write(`@${chat.bot.username} ${query}`);
  at("say").focus();
  inline.follow(at("say").value);
}

/** Lets the person choose a chat for @bot and words. */
function switchTo(query, allowed) {
  chats.ask(chat.words.choose, () => fill(query), allowed);
}

/** What was sent via the bot leaves the field empty. */
function sent() {
  composer.write("");
  conversation.toTheEnd();
  at("say").focus();
}

/** Presses a key; it is busy until the bot answers. */
function press(key, message, data) {
  conversation.pressed(message.message_id);
  const given = { user: chat.person.id, chat: message.chat.id, message: message.message_id, data };
  return awaiting(key, () => ask("/play/press", given));
}

/** Opens the sheet of an invoice. */
function pay(message) {
  sheet.open(message.invoice, { chat: message.chat.id, message: message.message_id });
}

function payLink(link) {
  sheet.openLink(link);
}

/** Keeps a key busy until the bot has answered what was asked. */
async function awaiting(key, asked) {
  if (key.getAttribute("aria-busy") === "true") return;
  key.setAttribute("aria-busy", "true");
  try {
    const { callback } = await asked();
    page.mine.add(callback);
    awaitAnswer(key, callback);
    if (page.answered.has(callback)) answered(page.answered.get(callback));
  } catch {
    free(key);
    note(chat.words.failed);
  }
}

function awaitAnswer(key, callback) {
  key.dataset.pressed = callback;
  setTimeout(() => {
    if (key.dataset.pressed !== callback || !key.isConnected) return;
    free(key);
    note(chat.words.silent);
  }, ANSWER_SECONDS * 1000);
}

/** A key that was answered; the sheet has done its work then. */
function free(key) {
  key.removeAttribute("aria-busy");
  delete key.dataset.pressed;
  if (key.id === "sheet-pay") sheet.close();
}

/** Sets a reaction under a message, or with null takes one's own away. */
async function react(message, emoji) {
  try {
    await ask("/play/react", { user: chat.person.id, chat: chat.place.id, message: message.message_id, emoji });
  } catch {
    note(chat.words.failed);
  }
}

async function erase(message) {
  await ask("/play/delete", { user: chat.person.id, chat: message.chat.id, message: message.message_id })
    .catch(() => note(chat.words.failed));
}

/** Time goes on to the next digest of this chat. */
async function nextDigest() {
  const told = await ask("/backstage/next", { chat: chat.place.id }).catch(() => null);
  if (!told) return note(chat.words.failed);
  const { at: moment, digests } = told;
  if (moment === null) return note(chat.words.noNext);
  const when = new Date(moment * 1000);
  const form = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  const words = digests ? chat.words.next : chat.words.nextEmpty;
  return note(words(when.toLocaleString(chat.words.lang, form)));
}

function closeMenusOutside({ target }) {
  if (target.isConnected && !at("foot").contains(target)) composer.closeMenu(); // the list may just have changed
  if (!at("head").contains(target)) manage.close();
  closeOffered(target);
}

// ---------------------------------------------------------------- what the server tells

/** The answer to a press: the key comes free, and words are shown where there are some.
 *  One that comes before the press has returned waits for it; it may also be for another page. */
function answered(answer) {
  const { callback, text, alert } = answer;
  if (!page.mine.delete(callback)) return keep(page.answered, callback, answer);
  page.answered.delete(callback);
  const key = document.querySelector(`[data-pressed="${CSS.escape(callback)}"]`);
  if (key) free(key);
  if (text && !alert) return note(text);
  if (text) page.alerts.push(text);
  return showAlert();
}

/** The next alert, once the one before was read. */
function showAlert() {
  if (at("alert").open || !page.alerts.length) return;
  at("alert-text").textContent = page.alerts.shift();
  at("alert").showModal();
}

/** Remembers something, and of very much only the newest. */
function keep(map, key, value) {
  map.set(key, value);
  if (map.size > MOST_KEPT) map.delete(map.keys().next().value);
}

let typing = 0;

function busy() {
  clearTimeout(typing);
  at("status").textContent = chat.words.typing;
  typing = setTimeout(idle, TYPING_SECONDS * 1000);
}

function idle() {
  clearTimeout(typing);
  if (chat.place) at("status").textContent = page.lost ? chat.words.offline : kindOf(chat.place, chat.words);
}

const EVENTS = {
  message: (message) => {
    conversation.put(message);
    if (message.from?.id === chat.bot.id) idle();
  },
  edit: (message) => conversation.edit(message),
  delete: (message) => {
    conversation.remove(message);
    composer.forget(message);
  },
  reaction: (message) => conversation.reacted(message),
  toast: answered,
  action: busy,
};

function handle({ type, message }) {
  if (Object.hasOwn(EVENTS, type)) EVENTS[type](message);
}

/** The answer to a press is for whoever pressed, in whatever chat. */
function isHere({ type, chat: id, message }) {
  return type === "toast" ? message.user === chat.person?.id : id === chat.place?.id;
}

let arrived = []; // events since the last frame

/** Events are shown with the next frame, all of them at once. */
function receive({ data }) {
  if (!arrived.length) requestAnimationFrame(showArrived);
  arrived.push(JSON.parse(data));
}

function showArrived() {
  const events = arrived;
  arrived = [];
  conversation.together(() => events.forEach(take));
}

function take(event) {
  if (event.type === "commands") return composer.loadCommands().catch(() => {});
  if (event.type === "chats" || event.message?.forum_topic_created) refreshSoon();
  if (event.type === "message") noteLast(event);
  if (["edit", "delete"].includes(event.type)) noteChange(event);
  if (!isHere(event)) return undefined;
  return conversation.keep(event) || handle(event);
}

function listen() {
  const events = new EventSource("/play/events");
  events.addEventListener("message", receive);
  events.addEventListener("error", () => {
    page.lost = true;
    idle();
  });
  return new Promise((resolve) => {
    events.addEventListener("open", () => {
      const missed = page.lost && chat.place;
      page.lost = false;
      idle();
      if (missed) comeBack().catch(() => {});
      resolve();
    });
  });
}

/** After the connection was lost; a server that was started anew knows nothing of what was said. */
async function comeBack() {
  const { run } = chat.state;
  await refresh();
  if (chat.state.run === run) await conversation.catchUp(handle);
  else await choose(chat.state.people.find(({ key }) => key === chat.person.key) ?? chat.state.people[0]);
}

// ---------------------------------------------------------------- people and chats

const place = (person, id) => `${person}/${id}`;

/** How many messages of a chat the chosen person has not read. */
function unread(id) {
  return page.unread.get(place(chat.person.id, id)) ?? 0;
}

function read(id) {
  page.unread.delete(place(chat.person.id, id));
  showSoon();
}

/** The last message of a chat in the list, and a count for whoever does not see it. */
function noteLast({ chat: id, message }) {
  const known = chat.state.chats.find((one) => one.id === id);
  if (!known) return refreshSoon();
  known.last = message;
  for (const { id: person } of chat.state.people) {
    const sees = person === chat.person?.id && (id === chat.place?.id || message.from?.id === person);
    if (!known.members.includes(person) || sees || message.from?.id === person) continue;
    page.unread.set(place(person, id), (page.unread.get(place(person, id)) ?? 0) + 1);
  }
  return showSoon();
}

/** What became of a chat's last message. */
function noteChange({ type, chat: id, message }) {
  const known = chat.state.chats.find((one) => one.id === id);
  if (known?.last?.message_id !== message.message_id) return;
  if (type === "delete") refreshSoon();
  else known.last = message;
  showSoon();
}

let showing = 0;

/** Draws the lists before the next frame, once, however much happens. */
function showSoon() {
  showing ||= requestAnimationFrame(() => {
    showing = 0;
    if (!chat.person) return;
    chats.show();
    markPeople();
  });
}

let refreshing = null;

/** Asks anew what chats there are; once more where something changed meanwhile. */
function refreshSoon() {
  page.stale = true;
  refreshing ??= freshen().finally(() => { refreshing = null; });
}

async function freshen() {
  while (page.stale) {
    page.stale = false;
    await refresh().catch(() => {});
  }
}

async function refresh() {
  chat.state = await ask("/play/state");
  const now = chat.place && chatsOf(chat).find(({ id }) => id === chat.place.id);
  if (now) {
    chat.place = now;
    describe();
  }
  showSoon();
}

function makePerson(person) {
  const button = make("button", "person");
  button.type = "button";
  button.dataset.userId = person.id;
  button.dataset.key = person.key;
  const who = make("span", "who");
  who.append(make("span", "name", person.name));
  const avatar = make("span", "avatar", [...person.name][0] ?? "?");
  avatar.setAttribute("aria-hidden", "true");
  button.append(avatar, who, makeUnread(0, chat.words));
  button.addEventListener("click", () => choose(person));
  return button;
}

/** How much somebody has not read in all their chats. */
function unreadOf(person) {
  const theirs = [...page.unread].filter(([key]) => key.startsWith(`${person}/`));
  return theirs.reduce((sum, [, count]) => sum + count, 0);
}

/** Who is chosen, and how much everybody has not read. */
function markPeople() {
  for (const button of at("people").children) {
    const id = Number(button.dataset.userId);
    showUnread(button.querySelector(".unread"), unreadOf(id), chat.words);
    button.title = chat.words.roles[button.dataset.key] ?? "";
    button.setAttribute("aria-pressed", String(id === chat.person.id));
  }
  showUnread(at("places").querySelector(".unread"), unreadOf(chat.person.id), chat.words);
}

/** Labels in the language of the person. */
function label() {
  const { words } = chat;
  document.documentElement.lang = words.lang;
  const labels = {
    people: words.people, messages: words.messages, menu: words.menu, commands: words.menu, send: words.send,
    say: words.say, down: words.down, "no-reply": words.noReply, results: words.results, attach: words.attach,
    places: words.chats, "chats-nav": words.chats, manage: words.manage, deeds: words.manage, next: words.nextHint,
    topics: words.topics, "no-choosing": words.cancel, "open-backstage": words.backstage.title,
  };
  for (const [id, text] of Object.entries(labels)) at(id).setAttribute("aria-label", text);
  for (const id of ["menu", "send", "down", "no-reply", "places", "attach", "manage", "next"]) at(id).title = labels[id];
  at("open-backstage").querySelector("span").textContent = words.backstage.title;
  at("alert-ok").textContent = words.ok;
  at("unblock").textContent = words.deed.unblock;
  backstage.label();
}

async function choose(person) {
  keepDraft();
  chat.place = null;
  chat.person = person;
  chat.words = wordsFor(person.language_code);
  history.replaceState(history.state, "", `#${person.key}`);
  chats.cancel();
  label();
  await enter(botChat(chat));
}

/** What stands in the text field stays in its chat. */
function keepDraft() {
  if (!chat.place) return;
  const text = composer.draft();
  if (text) page.drafts.set(place(chat.person.id, chat.place.id), text);
  else page.drafts.delete(place(chat.person.id, chat.place.id));
}

/** Where the keyboard goes on in a chat. A keyboard on the screen would hide half of it. */
function focusChat() {
  const writes = matchMedia("(hover: hover) and (pointer: fine)").matches && !at("composer").hidden;
  at(writes ? "say" : "messages").focus({ preventScroll: true });
}

/** Shows a chat of the chosen person. */
async function enter(wanted) {
  keepDraft();
  chat.place = wanted;
  chat.topic = null;
  composer.closeMenu();
  manage.close();
  inline.close();
  view("chat");
  describe();
  focusChat();
  conversation.clear();
  composer.forgetPrompts();
  composer.write(page.drafts.get(place(chat.person.id, wanted.id)) ?? "");
  try {
    await Promise.all([openChat(), composer.loadCommands()]);
  } catch {
    note(chat.words.offline);
  }
}

/** Loads the open chat; the bot is started in an empty one of its own. */
async function openChat() {
  const { id, kind } = chat.place;
  const isOpen = await conversation.open(handle);
  if (isOpen && kind === "bot" && conversation.isEmpty()) await ask("/play/greet", { user: id });
}

/** Whose chat it is, at the top; what can be done in it; in an empty one without the bot, how to use it there. */
function describe() {
  const { title, kind, withBot, silent, blocked } = chat.place;
  at("composer").hidden = Boolean(silent || blocked);
  at("unblock").hidden = !blocked;
  at("bot-name").textContent = title;
  at("bot-avatar").textContent = [...title][0] ?? "?";
  at("head").dataset.kind = kind;
  at("menu").hidden = !withBot;
  at("hint").textContent = withBot ? "" : chat.words.hint(chat.bot.username);
  topics.show();
  manage.show();
  idle();
}

async function open() {
  chat.state = await ask("/play/state");
  chat.bot = chat.state.bot;
  document.title = chat.bot.name;
  at("people").replaceChildren(...chat.state.people.map(makePerson));
  await listen(); // before anything is said, so that no answer is missed
  const wanted = location.hash.slice(1);
  const person = chat.state.people.find(({ key }) => key === wanted) ?? chat.state.people[0];
  if (!person) return;
  backstage.look().then((there) => { at("next").hidden = !there.next; }, () => {});
  await choose(person);
}

const inline = makeInline(at("results"), chat);
const composer = makeComposer(chat, inline);
const conversation = makeConversation(at("messages"), at("down"), chat, composer.prompt);
const chats = makeChats(at("chats"), at("choosing"), chat);
const topics = makeTopics(at("topics"), chat, conversation.filter);
const manage = makeManage(at("deeds"), at("manage"), chat, refresh);
const sheet = makeSheet(chat, awaiting);
const backstage = makeBackstage(chat);

addEventListener("popstate", () => {
  if (chat.person) history.replaceState(history.state, "", `#${chat.person.key}`);
  backstage.close();
  back();
});
addEventListener("hashchange", () => {
  const person = chat.state.people.find(({ key }) => `#${key}` === location.hash);
  if (person && person.id !== chat.person?.id) choose(person);
});
at("places").addEventListener("click", () => {
  view("list");
  at("chats").querySelector("button")?.focus();
});
at("alert").addEventListener("close", showAlert);
at("unblock").addEventListener("click", () => manage.does("unblock"));
at("next").addEventListener("click", nextDigest);
at("messages").addEventListener("scroll", followOffered, { passive: true });
document.addEventListener("click", closeMenusOutside);
open().catch(() => { at("status").textContent = chat.words.offline; });
