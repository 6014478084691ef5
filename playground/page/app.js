// The chat page: one person's conversation with the bot, as a messenger shows it.
//
// What the bot says is never parsed as HTML: every word goes through textContent.
// The server is asked by fetch() and tells what happens over one EventSource.
"use strict";

const WORDS = {
  zh: {
    people: "人物", messages: "对话", menu: "命令菜单", send: "发送", say: "输入消息",
    edited: "已编辑", online: "已连接", offline: "连接中断，正在重连…", failed: "没有送达，请再试一次",
    spoiler: "隐藏的文字，点按显示", elsewhere: "这个按钮要在 Telegram 里用", roles: { zh: "中文读者", en: "英文读者", admin: "管理员" },
  },
  en: {
    people: "People", messages: "Conversation", menu: "Commands", send: "Send", say: "Message",
    edited: "edited", online: "connected", offline: "Connection lost, trying again…", failed: "Not delivered, please try again",
    spoiler: "Hidden text, press to show", elsewhere: "This button works in Telegram only", roles: { zh: "Chinese reader", en: "English reader", admin: "Administrator" },
  },
};

const page = {
  bot: null,
  people: [],
  person: null,
  commands: [],
  greeted: new Set(), // ids of people for whom /start was sent from this page
};

// ---------------------------------------------------------------- small things

const at = (id) => document.getElementById(id);

function words() {
  const code = page.person ? page.person.language_code || "zh" : "zh";
  return code.startsWith("en") ? WORDS.en : WORDS.zh;
}

/** A new element with a class and some text. */
function make(name, className = "", text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function tell(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// ---------------------------------------------------------------- formatted text

const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** The address, where it is one that a page may open; else null. */
function safeAddress(address) {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`;
  try {
    const url = new URL(full);
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The payload of a link t.me/<this bot>?start=…, or null. */
function startPayload(address) {
  const url = new URL(address);
  const ours = url.hostname === "t.me" && url.pathname.toLowerCase() === `/${page.bot.username}`.toLowerCase();
  return ours ? url.searchParams.get("start") : null;
}

function makeLink(address, className = "") {
  const safe = safeAddress(address);
  if (safe === null) return make("span", className);
  const link = make("a", className);
  link.href = safe;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  const payload = startPayload(safe);
  if (payload !== null) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      say(`/start ${payload}`);
    });
  }
  return link;
}

function makeSpoiler() {
  const spoiler = make("span", "spoiler");
  const show = () => {
    spoiler.classList.add("shown");
    spoiler.removeAttribute("role");
    spoiler.removeAttribute("aria-label");
  };
  spoiler.tabIndex = 0;
  spoiler.setAttribute("role", "button");
  spoiler.setAttribute("aria-label", words().spoiler);
  spoiler.addEventListener("click", show);
  spoiler.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && show());
  return spoiler;
}

function makeCommand(command) {
  const button = make("button", "command");
  button.type = "button";
  button.addEventListener("click", () => say(command));
  return button;
}

/** The empty element that shows an entity; `text` is what the entity covers. */
function elementFor(entity, text) {
  if (entity.type === "text_link") return makeLink(entity.url);
  if (entity.type === "url") return makeLink(text);
  if (entity.type === "email") return makeLink(`mailto:${text}`);
  if (entity.type === "bot_command") return makeCommand(text);
  if (entity.type === "spoiler") return makeSpoiler();
  const name = PLAIN[entity.type];
  return name ? make(name) : make("span", entity.type);
}

const isBlock = (element) => ["PRE", "BLOCKQUOTE"].includes(element.tagName);

/** Text from `start` to `end` with its entities; offsets are UTF-16 units, as JavaScript counts. */
function formatted(text, entities, start, end) {
  const parts = document.createDocumentFragment();
  let here = start;
  let rest = entities;
  while (rest.length) {
    const outer = rest[0];
    const stop = Math.min(outer.offset + outer.length, end);
    const inner = rest.slice(1).filter((entity) => entity.offset < stop);
    rest = rest.slice(1).filter((entity) => entity.offset >= stop);
    parts.append(text.slice(here, outer.offset));
    const element = elementFor(outer, text.slice(outer.offset, stop));
    element.append(formatted(text, inner, outer.offset, stop));
    parts.append(element);
    here = stop;
    if (isBlock(element) && text[here] === "\n") here += 1; // a block ends its line itself
  }
  parts.append(text.slice(here, end));
  return parts;
}

/** Outer entities before those they contain. */
function ordered(entities) {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

// ---------------------------------------------------------------- messages

function textOf(message) {
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities ?? [];
  return formatted(text, ordered(entities), 0, text.length);
}

function attachmentOf(message) {
  if (message.photo) return make("p", "attachment", "🖼");
  if (message.document) return make("p", "attachment", `📎 ${message.document.file_name ?? ""}`);
  return null;
}

function timeOf(message) {
  const time = make("time", "when");
  const date = new Date((message.edit_date ?? message.date) * 1000);
  const clock = date.toLocaleTimeString(words() === WORDS.zh ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });
  time.dateTime = date.toISOString();
  time.textContent = message.edit_date ? `${words().edited} ${clock}` : clock;
  return time;
}

function makeKey(message, key) {
  if (key.url) {
    const link = makeLink(key.url, "key");
    link.textContent = key.text;
    return link;
  }
  const button = make("button", "key", key.text ?? String(key));
  button.type = "button";
  if (key.callback_data !== undefined) {
    button.addEventListener("click", () => press(button, message, key.callback_data));
  } else if (typeof key === "string" || Object.keys(key).length === 1) {
    button.addEventListener("click", () => say(button.textContent)); // a reply keyboard says its own text
  } else {
    button.addEventListener("click", () => toast(words().elsewhere));
  }
  return button;
}

function keyboardOf(message) {
  const markup = message.reply_markup ?? {};
  const keyboard = make("div", "keyboard");
  for (const row of markup.inline_keyboard ?? markup.keyboard ?? []) {
    const line = make("div", "row");
    line.append(...row.map((key) => makeKey(message, key)));
    keyboard.append(line);
  }
  return keyboard.children.length ? keyboard : null;
}

function makeMessage(message) {
  const mine = message.from?.id !== page.bot.id;
  const item = make("li", `message ${mine ? "from-me" : "from-bot"}`);
  item.dataset.messageId = message.message_id;
  const bubble = make("div", "bubble");
  const body = make("div", "text");
  body.append(textOf(message));
  bubble.append(...[attachmentOf(message), body, timeOf(message)].filter(Boolean));
  item.append(...[bubble, keyboardOf(message)].filter(Boolean));
  return item;
}

function shown(messageId) {
  return at("messages").querySelector(`[data-message-id="${Number(messageId)}"]`);
}

/** Puts a message where it belongs: in place of itself, or at the end. */
function show(message) {
  const list = at("messages");
  const low = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const old = shown(message.message_id);
  const item = makeMessage(message);
  if (old) replaceKeepingFocus(old, item);
  else list.append(item);
  if (!old) expectAnswer(message);
  if (low) list.scrollTop = list.scrollHeight;
}

/** Replaces an edited message; the focus stays on the key at the same place. */
function replaceKeepingFocus(old, item) {
  const keys = [...old.querySelectorAll(".key")];
  const place = keys.indexOf(document.activeElement);
  old.replaceWith(item);
  if (place >= 0) item.querySelectorAll(".key")[place]?.focus({ preventScroll: true });
}

/** A question of the bot's moves the cursor into the field and shows its hint there. */
function expectAnswer(message) {
  const markup = message.reply_markup ?? {};
  at("say").placeholder = markup.input_field_placeholder ?? words().say;
  if (markup.force_reply) at("say").focus();
}

async function openConversation() {
  const person = page.person;
  const { messages } = await ask(`/play/chats/${person.id}/messages?user=${person.id}`);
  if (person !== page.person) return; // somebody else was chosen meanwhile
  const list = at("messages");
  const ordered = [...messages].sort((a, b) => a.message_id - b.message_id);
  list.replaceChildren(...ordered.map(makeMessage));
  list.scrollTop = list.scrollHeight;
  if (!messages.length && !page.greeted.has(person.id)) {
    page.greeted.add(person.id);
    await say("/start");
  }
}

// ---------------------------------------------------------------- what a person does

async function say(text) {
  const { id } = page.person;
  closeMenu();
  try {
    await tell("/play/say", { user: id, chat: id, text });
    return true;
  } catch {
    toast(words().failed);
    return false;
  }
}

async function press(button, message, data) {
  const { id } = page.person;
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await tell("/play/press", { user: id, chat: message.chat.id, message: message.message_id, data });
  } catch {
    toast(words().failed);
  }
  button.removeAttribute("aria-busy");
}

async function submit(event) {
  event?.preventDefault();
  const field = at("say");
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  fitField();
  if (!(await say(text)) && !field.value) field.value = text; // nothing typed is lost
  at("messages").scrollTop = at("messages").scrollHeight;
}

function typed(event) {
  if (event.key === "Escape") closeMenu();
  // While a Chinese input method is open, Enter chooses its word.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  submit(event);
}

/** The field grows with its lines. */
function fitField() {
  const field = at("say");
  field.rows = Math.min(6, field.value.split("\n").length);
}

// ---------------------------------------------------------------- commands

function closeMenu() {
  at("commands").hidden = true;
  at("menu").setAttribute("aria-expanded", "false");
}

function makeMenuItem({ command, description }) {
  const item = make("li");
  const button = make("button", "command-item");
  button.type = "button";
  button.append(make("b", "", `/${command}`), make("span", "", description));
  button.addEventListener("click", () => {
    at("say").value = "";
    say(`/${command}`);
    at("say").focus();
  });
  item.append(button);
  return item;
}

/** Shows the commands that begin with `prefix`. */
function openMenu(prefix) {
  const fitting = page.commands.filter(({ command }) => command.startsWith(prefix));
  at("commands").replaceChildren(...fitting.map(makeMenuItem));
  at("commands").hidden = !fitting.length;
  at("menu").setAttribute("aria-expanded", String(fitting.length > 0));
}

async function loadCommands() {
  const person = page.person;
  const { commands } = await ask(`/play/commands?user=${person.id}`);
  if (person === page.person) page.commands = commands;
}

async function toggleMenu() {
  if (!at("commands").hidden) return closeMenu();
  await loadCommands().catch(() => {}); // the list from before will do
  return openMenu("");
}

function followTyping() {
  fitField();
  const match = /^\/(\w*)$/.exec(at("say").value);
  if (match) openMenu(match[1].toLowerCase());
  else closeMenu();
}

// ---------------------------------------------------------------- what the server tells

function toast(text) {
  const note = make("div", "toast", text);
  at("toasts").append(note);
  setTimeout(() => note.remove(), 4000);
}

function notify({ text, alert }) {
  if (!text) return;
  if (!alert) return toast(text);
  at("alert-text").textContent = text;
  if (!at("alert").open) at("alert").showModal();
}

const EVENTS = {
  message: (event) => show(event.message),
  edit: (event) => shown(event.message.message_id) && show(event.message),
  delete: (event) => shown(event.message_id)?.remove(),
  toast: notify,
};

function receive({ data }) {
  const event = JSON.parse(data);
  if (!page.person || event.chat !== page.person.id) return;
  if (Object.hasOwn(EVENTS, event.type)) EVENTS[event.type](event);
}

function listen() {
  const events = new EventSource("/play/events");
  let lost = false;
  events.addEventListener("message", receive);
  events.addEventListener("error", () => {
    lost = true;
    at("status").textContent = words().offline;
  });
  return new Promise((resolve) => {
    events.addEventListener("open", () => {
      at("status").textContent = words().online;
      if (lost && page.person) openConversation().catch(() => {}); // what was missed meanwhile
      lost = false;
      resolve();
    });
  });
}

// ---------------------------------------------------------------- people

function makePerson(person) {
  const button = make("button", "person");
  button.type = "button";
  button.dataset.userId = person.id;
  button.dataset.key = person.key;
  button.append(make("span", "avatar", [...person.name][0] ?? "?"), make("span", "name", person.name));
  button.addEventListener("click", () => choose(person));
  return button;
}

function markChosen() {
  for (const button of at("people").children) {
    const chosen = Number(button.dataset.userId) === page.person.id;
    button.setAttribute("aria-pressed", String(chosen));
    button.title = words().roles[button.dataset.key] ?? "";
  }
}

/** Labels in the language of the person. */
function label() {
  const w = words();
  document.documentElement.lang = w === WORDS.zh ? "zh-CN" : "en";
  at("people").setAttribute("aria-label", w.people);
  at("messages").setAttribute("aria-label", w.messages);
  at("menu").setAttribute("aria-label", w.menu);
  at("send").setAttribute("aria-label", w.send);
  at("say").setAttribute("aria-label", w.say);
  at("say").placeholder = w.say;
  at("status").textContent = w.online;
}

async function choose(person) {
  page.person = person;
  history.replaceState(null, "", `#${person.key}`);
  closeMenu();
  label();
  markChosen();
  at("messages").replaceChildren();
  try {
    await Promise.all([openConversation(), loadCommands()]);
  } catch {
    toast(words().offline);
  }
}

async function open() {
  const state = await ask("/play/state");
  page.bot = state.bot;
  page.people = state.people;
  document.title = state.bot.name;
  at("bot-name").textContent = state.bot.name;
  at("people").replaceChildren(...page.people.map(makePerson));
  await listen(); // before anything is said, so that no answer is missed
  const wanted = decodeURIComponent(location.hash.slice(1));
  const person = page.people.find(({ key }) => key === wanted) ?? page.people[0];
  if (person) await choose(person);
}

at("composer").addEventListener("submit", submit);
at("say").addEventListener("keydown", typed);
at("say").addEventListener("input", followTyping);
at("menu").addEventListener("click", toggleMenu);
open().catch(() => { at("status").textContent = words().offline; });
