// The chat page: one person's conversations with the bot and with others, as a messenger shows them.
//
// The server is asked by fetch() and tells what happens over one EventSource. Elements for tests and
// styles: .person[data-key], .message[data-message-id], .key[data-callback], .react, .offer[data-emoji],
// .reaction[data-emoji], #say, #send, .toast, #alert, #results .result[data-result], #chats .chat-item,
// #commands .command-item[data-command], [data-locate] and [data-city].

import { botChat, kindOf, makeChats } from "/page/chats.js";
import { makeInline } from "/page/inline.js";
import { intoMenu, makeItem, walkMenu } from "/page/menu.js";
import { brief, makeMessage, replyRows } from "/page/message.js";
import { makeCities } from "/page/places.js";
import { closeOffered, focusReaction, showReactions } from "/page/reactions.js";
import { make } from "/page/text.js";
import { wordsFor } from "/page/words.js";

const NEAR_THE_END = 120; // pixels: whoever reads the end follows it
const ANSWER_SECONDS = 12; // then a pressed key comes free again
const TOAST_SECONDS = 4;
const TYPING_SECONDS = 5;

const page = {
  commands: [],
  unread: new Map(), // person's id -> messages of the bot that came while another chat was open
  greeted: new Set(), // ids of people for whom /start was sent from this page
  answered: new Set(), // callbacks whose answer came before the press had returned
  pressed: null, // id of the message whose key was pressed last
  replyTo: null, // id of the message that the next words answer
  waiting: null, // events that come while a conversation is loaded
  lost: false,
};

const chat = {
  bot: null, person: null, place: null, words: wordsFor("zh"),
  ask, say, offerCities, start, press, pay, react, note, fill, switchTo, sent, enter,
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
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** A few words that go by themselves. */
function note(text) {
  const toast = make("div", "toast", text);
  at("toasts").append(toast);
  setTimeout(() => toast.remove(), TOAST_SECONDS * 1000);
}

// ---------------------------------------------------------------- the conversation

function shown(messageId) {
  return at("messages").querySelector(`[data-message-id="${Number(messageId)}"]`);
}

function atTheEnd() {
  const list = at("messages");
  return list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END;
}

function toTheEnd() {
  const list = at("messages");
  list.scrollTop = list.scrollHeight;
  markEnd();
}

/** Offers the way back to the end when it is out of sight. */
function markEnd() {
  at("down").hidden = atTheEnd();
}

/** Adds a message at the end; whoever reads there sees it, a very long one from its first line on. */
function add(message) {
  const list = at("messages");
  const follow = atTheEnd() || message.from?.id === chat.person.id;
  const item = makeMessage(message, chat);
  item.classList.add("new");
  list.append(item);
  prompt(message);
  if (message.from?.id === chat.bot.id) idle();
  if (follow) toTheEnd();
  if (follow && item.offsetHeight > list.clientHeight) item.scrollIntoView({ block: "start" });
  markEnd();
}

/** Puts an edited message in its place; what the eye and the focus are on stays where it is.
 *  What somebody just pressed for is shown whole, if it fits. */
function replace(old, message) {
  const list = at("messages");
  const follow = atTheEnd();
  const end = old.getBoundingClientRect().bottom;
  const below = old.getBoundingClientRect().top > list.getBoundingClientRect().bottom;
  const held = document.activeElement;
  const place = [...old.querySelectorAll(".key")].indexOf(held);
  const reacting = old.contains(held) && held.matches(".react, .offer, .reaction");
  const item = makeMessage(message, chat);
  old.replaceWith(item);
  if (place >= 0) focusKey(item, place);
  if (reacting) focusReaction(item, held.dataset.emoji);
  if (follow) toTheEnd();
  else if (!below) list.scrollTop += item.getBoundingClientRect().bottom - end;
  const fits = item.offsetHeight <= list.clientHeight;
  if (fits && page.pressed === message.message_id) item.scrollIntoView({ block: "nearest" });
}

/** The key at the same place, or the last one where there are fewer now. */
function focusKey(item, place) {
  const keys = item.querySelectorAll(".key");
  const key = keys[Math.min(place, keys.length - 1)] ?? at("messages");
  key.focus({ preventScroll: true });
}

function put(message) {
  const old = shown(message.message_id);
  if (old) replace(old, message);
  else add(message);
}

/** Shows what is set under a message now; whoever reads the end follows it. */
function reacted(message) {
  const item = shown(message.message_id);
  if (!item) return;
  const follow = atTheEnd();
  showReactions(item, message, chat);
  if (follow) toTheEnd();
}

function remove(message) {
  shown(message.message_id)?.remove();
  if (page.replyTo === message.message_id) replyTo(null);
  markEnd();
}

/** Loads the conversation of the chosen chat; what happens meanwhile is shown after it. */
async function openConversation() {
  const { id, kind } = chat.place;
  const waiting = page.waiting = [];
  const messages = await ask(`/play/chats/${id}/messages?user=${chat.person.id}`).catch(() => null);
  if (page.waiting !== waiting) return; // another chat was chosen meanwhile, or it is loaded anew
  page.waiting = null;
  if (!messages) throw new Error("the conversation cannot be loaded");
  at("messages").replaceChildren(...messages.map((one) => makeMessage(one, chat)));
  forgetPrompts();
  messages.forEach(prompt);
  toTheEnd();
  waiting.forEach(handle);
  if (kind !== "bot" || messages.length || page.greeted.has(id)) return;
  page.greeted.add(id);
  await say("/start");
}

// ---------------------------------------------------------------- what the bot wants to be written

function forgetPrompts() {
  replyTo(null);
  at("reply-keyboard").hidden = true;
  at("say").placeholder = chat.words.say;
}

/** What a message does to the text field: a question, another keyboard, none; one's own words end a question. */
function prompt(message) {
  const markup = message.reply_markup ?? {};
  if (message.from?.id !== chat.bot.id) replyTo(null);
  else if (markup.force_reply) question(message, markup);
  else if (markup.keyboard) showReplyKeyboard(markup);
  else if (markup.remove_keyboard) at("reply-keyboard").hidden = true;
}

/** A question of the bot's moves the cursor into the field and shows its hint there. */
function question(message, markup) {
  replyTo(message);
  if (markup.input_field_placeholder) at("say").placeholder = markup.input_field_placeholder;
  at("say").focus();
}

function showReplyKeyboard(markup) {
  at("reply-keyboard").replaceChildren(...replyRows(markup, chat));
  at("reply-keyboard").hidden = false;
  at("reply-keyboard").dataset.once = markup.one_time_keyboard === true;
}

function replyTo(message) {
  page.replyTo = message ? message.message_id : null;
  at("replying").hidden = !message;
  at("replying-text").textContent = message ? `${chat.words.reply} ${brief(message)}` : "";
  if (!message) at("say").placeholder = chat.words.say;
}

// ---------------------------------------------------------------- what a person does

/** Sends words to the chat; returns whether they arrived. */
async function say(text, answers = null) {
  closeMenu();
  if (at("reply-keyboard").dataset.once === "true") at("reply-keyboard").hidden = true;
  try {
    const said = { user: chat.person.id, chat: chat.place.id, text };
    if (chat.place.kind === "channel") await ask("/play/post", said);
    else await ask("/play/say", { ...said, reply_to: answers });
    return true;
  } catch {
    note(chat.words.failed);
    return false;
  }
}

/** Goes to the bot's own chat and starts it there with a payload. */
async function start(payload) {
  write("");
  page.greeted.add(chat.person.id);
  if (chat.place.kind !== "bot") await enter(botChat(chat));
  await say(`/start ${payload}`);
}

/** Puts @bot and words into the text field, as the keys do that switch to inline mode. */
function fill(query) {
  write(`@${chat.bot.username} ${query}`);
  at("say").focus();
  inline.follow(at("say").value);
}

/** Lets the person choose a chat for @bot and words. */
function switchTo(query, allowed) {
  chats.open(chat.words.choose, () => fill(query), allowed);
}

/** What was sent via the bot leaves the field empty. */
function sent() {
  write("");
  toTheEnd();
  at("say").focus();
}

/** Presses a key; it is busy until the bot answers. */
function press(key, message, data) {
  return asked("/play/press", key, message, { data });
}

/** Pays an invoice; the bot is asked whether it may be. */
function pay(key, message) {
  return asked("/play/pay", key, message, {});
}

async function asked(path, key, message, more) {
  if (key.getAttribute("aria-busy") === "true") return;
  key.setAttribute("aria-busy", "true");
  page.pressed = message.message_id;
  try {
    const given = { user: chat.person.id, chat: message.chat.id, message: message.message_id, ...more };
    const { callback } = await ask(path, given);
    if (page.answered.delete(callback)) free(key);
    else awaitAnswer(key, callback);
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

/** Sets a reaction under a message, or with null takes one's own away. */
async function react(message, emoji) {
  try {
    await ask("/play/react", { user: chat.person.id, chat: chat.place.id, message: message.message_id, emoji });
  } catch {
    note(chat.words.failed);
  }
}

function free(key) {
  key.removeAttribute("aria-busy");
  delete key.dataset.pressed;
}

/** With results in sight one of them is sent, never the words behind @bot. */
async function submit(event) {
  event.preventDefault();
  if (!at("results").hidden) {
    intoMenu(event, at("results"));
    return;
  }
  const field = at("say");
  const text = field.value.trim();
  if (!text) return;
  write("");
  toTheEnd();
  const arrived = await say(text, page.replyTo);
  if (!arrived && !field.value) write(text); // nothing typed is lost
}

function typed(event) {
  // While a Chinese input method is open, Enter chooses its word (Safari says so by 229 only).
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape") escape();
  else if (event.key === "Enter" && !event.shiftKey) submit(event);
  else if (["ArrowUp", "ArrowDown"].includes(event.key)) arrowKey(event);
}

function arrowKey(event) {
  const open = ["results", "commands"].map(at).find((menu) => !menu.hidden);
  if (open) intoMenu(event, open);
}

function escape() {
  if (!at("results").hidden) inline.close();
  else if (!at("commands").hidden) closeMenu();
  else replyTo(null);
}

/** Sets what stands in the text field; its lists go. */
function write(text) {
  at("say").value = text;
  fitField();
  closeMenu();
  inline.close();
}

/** The field grows with its lines, where the style sheet alone cannot do it. */
function fitField() {
  const field = at("say");
  field.rows = Math.min(6, field.value.split("\n").length);
}

// ---------------------------------------------------------------- the menu of commands

function closeMenu() {
  at("commands").hidden = true;
  at("menu").setAttribute("aria-expanded", "false");
}

function makeMenuItem({ command, description }) {
  const { item, button } = makeItem("command-item", () => {
    write("");
    say(`/${command}`);
    at("say").focus();
  });
  button.dataset.command = command;
  button.append(make("b", "", `/${command}`), make("span", "", description));
  return item;
}

/** The item below the commands that leads to the cities. */
function makeLocate() {
  const { item, button } = makeItem("command-item", offerCities);
  button.dataset.locate = "";
  button.append(make("b", "", `📍 ${chat.words.locate}`));
  return item;
}

function showMenu(items) {
  at("commands").replaceChildren(...items);
  at("commands").hidden = !items.length;
  at("commands").scrollTop = 0;
  at("menu").setAttribute("aria-expanded", String(items.length > 0));
}

/** Shows the commands that begin with `prefix`. */
function openMenu(prefix) {
  const fitting = page.commands.filter(({ command }) => command.startsWith(prefix));
  showMenu(fitting.map(makeMenuItem));
}

/** Lets the person choose the place that is sent. */
function offerCities() {
  showMenu(makeCities(chat.words, sendLocation));
  at("commands").querySelector("button").focus();
}

async function sendLocation(latitude, longitude) {
  closeMenu();
  at("say").focus();
  if (at("reply-keyboard").dataset.once === "true") at("reply-keyboard").hidden = true;
  await ask("/play/locate", { user: chat.person.id, chat: chat.place.id, latitude, longitude })
    .catch(() => note(chat.words.failed));
}

async function loadCommands() {
  const { id } = chat.person;
  const commands = await ask(`/play/commands?user=${id}`);
  if (id === chat.person.id) page.commands = commands;
}

async function toggleMenu() {
  if (!at("commands").hidden) return closeMenu();
  await loadCommands().catch(() => {}); // the list from before will do
  showMenu([...page.commands.map(makeMenuItem), makeLocate()]);
  at("commands").querySelector("button").focus();
}

function followTyping() {
  fitField();
  const text = at("say").value;
  const match = chat.place.withBot && /^\/(\w*)$/.exec(text);
  if (match) openMenu(match[1].toLowerCase());
  else closeMenu();
  inline.follow(text);
}

function closeMenusOutside({ target }) {
  if (target.isConnected && !at("foot").contains(target)) closeMenu(); // the list may just have changed
  if (!at("head").contains(target)) chats.close();
  closeOffered(target);
}

/** Keys in a list; whoever leaves it comes back to the text field. */
function leaving(event, close) {
  walkMenu(event, event.currentTarget, () => {
    close();
    at("say").focus();
  });
}

// ---------------------------------------------------------------- what the server tells

/** The answer to a press: the key comes free, and words are shown where there are some. */
function answer({ callback, text, alert }) {
  const key = at("messages").querySelector(`[data-pressed="${CSS.escape(callback)}"]`);
  if (key) free(key);
  else page.answered.add(callback);
  if (!text) return;
  if (!alert) return note(text);
  at("alert-text").textContent = text;
  if (!at("alert").open) at("alert").showModal();
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
  message: put,
  edit: (message) => shown(message.message_id) && put(message),
  delete: remove,
  reaction: reacted,
  toast: answer,
  action: busy,
};

function handle({ type, message }) {
  if (Object.hasOwn(EVENTS, type)) EVENTS[type](message);
}

/** The answer to a press is for whoever pressed, in whatever chat. */
function isHere({ type, chat: id, message }) {
  return type === "toast" ? message.user === chat.person?.id : id === chat.place?.id;
}

function receive({ data }) {
  const event = JSON.parse(data);
  if (event.type === "commands") loadCommands().catch(() => {});
  else if (!isHere(event)) countUnread(event);
  else if (page.waiting) page.waiting.push(event);
  else handle(event);
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
      if (missed) openConversation().catch(() => {});
      resolve();
    });
  });
}

// ---------------------------------------------------------------- people

function countUnread({ type, chat: id, message }) {
  if (type !== "message" || message.from?.id !== chat.bot.id) return;
  page.unread.set(id, (page.unread.get(id) ?? 0) + 1);
  markPeople();
}

function makePerson(person) {
  const button = make("button", "person");
  button.type = "button";
  button.dataset.userId = person.id;
  button.dataset.key = person.key;
  const who = make("span", "who");
  who.append(make("span", "name", person.name), make("span", "role"));
  const avatar = make("span", "avatar", [...person.name][0] ?? "?");
  avatar.setAttribute("aria-hidden", "true");
  button.append(avatar, who, make("span", "unread"));
  button.addEventListener("click", () => choose(person));
  return button;
}

/** Who is chosen, and how much the others have not read. */
function markPeople() {
  for (const button of at("people").children) {
    const id = Number(button.dataset.userId);
    const count = page.unread.get(id) ?? 0;
    const badge = button.querySelector(".unread");
    badge.hidden = !count;
    badge.textContent = count > 99 ? "99+" : String(count);
    badge.setAttribute("aria-label", chat.words.unread(count));
    button.querySelector(".role").textContent = chat.words.roles[button.dataset.key] ?? "";
    button.setAttribute("aria-pressed", String(id === chat.person.id));
  }
}

/** Labels in the language of the person. */
function label() {
  const { words } = chat;
  document.documentElement.lang = words.lang;
  const labels = {
    people: words.people, messages: words.messages, menu: words.menu, commands: words.menu, send: words.send,
    say: words.say, down: words.down, "no-reply": words.noReply, results: words.results,
    places: words.chats, chats: words.chats,
  };
  for (const [id, text] of Object.entries(labels)) at(id).setAttribute("aria-label", text);
  for (const id of ["menu", "send", "down", "no-reply", "places"]) at(id).title = labels[id];
  at("alert-ok").textContent = words.ok;
}

async function choose(person) {
  chat.person = person;
  chat.words = wordsFor(person.language_code);
  history.replaceState(null, "", `#${person.key}`);
  label();
  await enter(botChat(chat));
}

/** Shows a chat of the chosen person. */
async function enter(place) {
  chat.place = place;
  page.unread.delete(place.id);
  closeMenu();
  chats.close();
  inline.close();
  nameChat();
  markPeople();
  at("messages").replaceChildren();
  forgetPrompts();
  try {
    await Promise.all([openConversation(), loadCommands()]);
  } catch {
    note(chat.words.offline);
  }
}

/** Whose chat it is, at the top; in an empty one without the bot, how to use it there. */
function nameChat() {
  const { title, kind, withBot, silent } = chat.place;
  at("composer").hidden = Boolean(silent);
  at("bot-name").textContent = title;
  at("bot-avatar").textContent = [...title][0] ?? "?";
  at("head").dataset.kind = kind;
  at("menu").hidden = !withBot;
  at("hint").textContent = withBot ? "" : chat.words.hint(chat.bot.username);
  idle();
}

async function open() {
  const state = await ask("/play/state");
  chat.bot = state.bot;
  document.title = state.bot.name;
  at("people").replaceChildren(...state.people.map(makePerson));
  await listen(); // before anything is said, so that no answer is missed
  const wanted = location.hash.slice(1);
  const person = state.people.find(({ key }) => key === wanted) ?? state.people[0];
  if (!person) return;
  await choose(person);
  // A keyboard on the screen would hide half of the conversation.
  if (matchMedia("(hover: hover) and (pointer: fine)").matches) at("say").focus({ preventScroll: true });
}

const inline = makeInline(at("results"), chat);
const chats = makeChats(at("chats"), at("places"), chat);

at("composer").addEventListener("submit", submit);
at("say").addEventListener("keydown", typed);
at("say").addEventListener("input", followTyping);
at("menu").addEventListener("click", toggleMenu);
at("commands").addEventListener("keydown", (event) => leaving(event, closeMenu));
at("results").addEventListener("keydown", (event) => leaving(event, inline.close));
at("chats").addEventListener("keydown", (event) => leaving(event, chats.close));
at("places").addEventListener("click", chats.toggle);
at("no-reply").addEventListener("click", () => { replyTo(null); at("say").focus(); });
at("messages").addEventListener("scroll", markEnd, { passive: true });
at("down").addEventListener("click", toTheEnd);
document.addEventListener("click", closeMenusOutside);
open().catch(() => { at("status").textContent = chat.words.offline; });
