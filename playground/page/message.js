// One message as an element: what it answers, its file, text, time, the reactions and the keys below it.
//
// `chat` is what a message may do: say(text), offerCities(), press(key, message, data), pay(message), copy(text),
// note(text), goTo(id), fill(query), switchTo(query, allowed), what reactions.js needs, words, person, place, bot.

import { nameOf } from "/page/places.js";
import { makeReact, makeReactions } from "/page/reactions.js";
import { makeRich, plain } from "/page/rich.js";
import { formatted, make, makeLink } from "/page/text.js";

const QUOTED = 80;
const TALLEST = 320; // pixels of a photo

/** A message in a few words, as a quotation shows it. */
export function brief(message) {
  const text = message.text ?? message.caption ?? message.document?.file_name ?? otherwise(message);
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}…` : line;
}

/** A message without words of its own. */
function otherwise({ rich_message: rich, photo, location, invoice }) {
  if (invoice) return invoice.title;
  if (rich) return plain(rich.blocks.find(({ text }) => text)?.text ?? "…");
  return (photo && "🖼") || (location && "📍") || "";
}

function quoteOf(message, chat) {
  const answered = message.reply_to_message;
  if (!answered) return null;
  const quote = make("button", "quote", brief(answered));
  quote.type = "button";
  quote.dir = "auto";
  quote.title = chat.words.toAnswered;
  quote.addEventListener("click", () => chat.goTo(answered.message_id));
  return quote;
}

function fileAddress(message, chat) {
  return `/play/chats/${message.chat.id}/files/${message.message_id}?user=${chat.person.id}`;
}

/** A photo; its size is known before it is there, so that nothing moves when it comes. */
function photoOf(message, chat) {
  const { width, height } = message.photo.at(-1);
  const scale = Math.min(1, TALLEST / height);
  const picture = make("img", "photo");
  picture.alt = chat.words.photo;
  picture.width = Math.max(1, Math.round(width * scale));
  picture.height = Math.max(1, Math.round(height * scale));
  picture.addEventListener("error", () => picture.replaceWith(make("p", "attachment", "🖼")), { once: true });
  picture.src = fileAddress(message, chat);
  return picture;
}

function attachmentOf(message, chat) {
  if (message.photo) return photoOf(message, chat);
  if (!message.document) return null;
  const name = message.document.file_name ?? chat.words.file;
  const link = make("a", "attachment", `📎 ${name}`);
  link.href = fileAddress(message, chat);
  link.download = name;
  return link;
}

/** The line below a text that stands for the preview of an address; only one that the bot has named. */
function previewOf({ link_preview_options: options }, chat) {
  if (!options?.url || options.is_disabled) return null;
  const link = makeLink(options.url, chat, "preview");
  link.textContent = URL.canParse(options.url) ? new URL(options.url).host : options.url;
  return link;
}

function placeOf({ location }, chat) {
  return location ? make("div", "text location", `📍 ${nameOf(location, chat.words)}`) : null;
}

/** What Telegram itself says of what happened. */
function serviceOf(message, { service }) {
  if (message.successful_payment) return service.paid(message.successful_payment.total_amount);
  if (message.refunded_payment) return service.refunded(message.refunded_payment.total_amount);
  if (message.forum_topic_created) return service.topic(message.forum_topic_created.name);
  if (message.forum_topic_edited) return service.topic(message.forum_topic_edited.name ?? "");
  if (message.forum_topic_closed) return service.topicClosed;
  return message.new_chat_members ? service.joined : "";
}

function invoiceOf({ invoice }) {
  const body = make("div", "text invoice");
  body.append(make("strong", "", invoice.title), make("p", "", invoice.description));
  return body;
}

function textOf(message, chat) {
  const happened = serviceOf(message, chat.words);
  if (happened) return make("div", "text service", happened);
  if (message.invoice) return invoiceOf(message);
  if (message.rich_message) return makeRich(message.rich_message, chat);
  const text = message.text ?? message.caption ?? "";
  const body = make("div", "text");
  body.dir = "auto";
  body.append(formatted(text, message.entities ?? message.caption_entities ?? [], chat));
  return body;
}

function clockOf({ date }, chat) {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Date(date * 1000).toLocaleTimeString(chat.words.lang, form);
}

/** Pages of buttons are edited all the time; only a changed text without them says so. */
function timeOf(message, chat) {
  const clock = clockOf(message, chat);
  const edited = message.edit_date && !message.reply_markup;
  const time = make("time", "when", edited ? `${chat.words.edited} ${clock}` : clock);
  time.dateTime = new Date(message.date * 1000).toISOString();
  return time;
}

/** The end of a bubble: the time, and the key to react and for all else that can be done. */
function endOf(message, from, chat) {
  const end = make("span", "end");
  if (!serviceOf(message, chat.words)) end.append(makeReact(message, from, chat));
  end.append(timeOf(message, chat));
  return end;
}

function makeLinkKey(key, chat) {
  const link = makeLink(key.url, chat, "key link");
  link.textContent = key.text;
  return link;
}

/** What happens when a key is pressed that has no address. */
function actionOf(key, button, message, chat) {
  const here = key.switch_inline_query_current_chat;
  if (key.pay) return () => chat.pay(message);
  if (key.callback_data !== undefined) return () => chat.press(button, message, key.callback_data);
  if (key.copy_text) return () => chat.copy(key.copy_text.text);
  if (here !== undefined) return () => chat.fill(here);
  if (isSwitch(key)) return () => chat.switchTo(switchedQuery(key), key.switch_inline_query_chosen_chat);
  return () => chat.note(chat.words.elsewhere);
}

const isSwitch = (key) => Object.keys(key).some((name) => name.startsWith("switch_inline_query"));

const switchedQuery = (key) => key.switch_inline_query ?? key.switch_inline_query_chosen_chat.query ?? "";

function makeKey(key, message, chat) {
  if (key.url) return makeLinkKey(key, chat);
  const button = make("button", "key", key.text);
  button.type = "button";
  button.dir = "auto";
  if (key.callback_data !== undefined) button.dataset.callback = key.callback_data;
  if (key.pay) button.dataset.pay = "";
  if (key.style) button.dataset.style = key.style;
  if (isSwitch(key)) button.dataset.switch = "";
  button.addEventListener("click", actionOf(key, button, message, chat));
  return button;
}

function makeRow(keys) {
  const row = make("div", "row");
  row.dataset.keys = keys.length;
  row.append(...keys);
  return row;
}

function keyboardOf(message, chat) {
  const pays = message.invoice && [[{ text: chat.words.pay(message.invoice.total_amount), pay: true }]];
  const rows = message.reply_markup?.inline_keyboard ?? pays;
  if (!rows) return null;
  const keyboard = make("div", "keyboard");
  keyboard.append(...rows.map((row) => makeRow(row.map((key) => makeKey(key, message, chat)))));
  return keyboard;
}

/** The rows of a reply keyboard: each key says its own text, or asks for a place. */
export function replyRows(markup, chat) {
  return markup.keyboard.map((row) => makeRow(row.map((key) => {
    const text = key.text ?? String(key);
    const button = make("button", "key", text);
    button.type = "button";
    button.addEventListener("click", () => (key.request_location ? chat.offerCities() : chat.say(text)));
    return button;
  })));
}

/** Who speaks where several may, and the bot whose result it is: "Name via @bot". */
function whoOf(message, from, chat) {
  const named = from === "other" && chat.place.kind !== "private";
  if (!named && !message.via_bot) return null;
  const line = make("p", "from");
  if (named) line.append(make("b", "", message.sender_chat?.title ?? message.from.first_name), " ");
  if (message.via_bot) line.append(makeVia(message.via_bot.username, chat));
  return line;
}

function makeVia(username, chat) {
  const via = make("button", "said via", chat.words.via(username));
  via.type = "button";
  via.addEventListener("click", () => chat.fill(""));
  return via;
}

/** In a channel nobody is "me": it is the channel that speaks. */
function sideOf(message, chat) {
  if (chat.place.kind === "channel") return "bot";
  if (message.from?.id === chat.bot.id) return "bot";
  return message.from?.id === chat.person.id ? "me" : "other";
}

/** What a bubble shows from top to bottom; a caption may stand above its photo. */
function partsOf(message, from, chat) {
  const body = [attachmentOf(message, chat), placeOf(message, chat) ?? textOf(message, chat), previewOf(message, chat)];
  if (message.show_caption_above_media || message.link_preview_options?.show_above_text) body.reverse();
  const topic = message.topic && chat.topic === null ? make("p", "from topic", `# ${message.topic}`) : null;
  return [topic, whoOf(message, from, chat), quoteOf(message, chat), ...body].filter(Boolean);
}

/** Who speaks, when, and in answer to what, for who does not see where it stands. */
function labelOf(message, from, chat) {
  const { first_name: name } = message.from ?? {};
  const who = from === "me" ? chat.words.me : message.sender_chat?.title ?? name ?? "";
  const answered = message.reply_to_message ? `${chat.words.reply} ${brief(message.reply_to_message)}` : "";
  return [who, clockOf(message, chat), answered].filter(Boolean).join(", ");
}

/** A message; data-message-id, data-from (me, bot, other) and data-edited tell what it is. */
export function makeMessage(message, chat) {
  const from = sideOf(message, chat);
  const keyboard = keyboardOf(message, chat);
  const item = make("article", `message from-${from}`);
  item.dataset.messageId = message.message_id;
  item.setAttribute("aria-label", labelOf(message, from, chat));
  item.dataset.from = from;
  if (message.edit_date) item.dataset.edited = message.edit_date;
  if (keyboard) item.classList.add("with-keys");
  const bubble = make("div", "bubble");
  bubble.append(...partsOf(message, from, chat), endOf(message, from, chat));
  item.append(...[bubble, makeReactions(message, chat), keyboard].filter(Boolean));
  return item;
}
