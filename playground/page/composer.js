// The text field and what belongs to it: the menu of commands, what is answered or corrected, keys below, files.
//
// `chat` is what is needed here: ask(path, body), say, note, sent, words, person, place, bot, topic.

import { intoMenu, makeItem, walkMenu } from "/page/menu.js";
import { brief, replyRows } from "/page/message.js";
import { makeCities } from "/page/places.js";
import { make } from "/page/text.js";

const PICTURES = ["image/png", "image/jpeg"]; // they go as photos, anything else as a file

const at = (id) => document.getElementById(id);

/** `inline` is the panel of words behind @bot, `changed()` is told when the end of the chat may have moved. */
export function makeComposer(chat, inline) {
  const field = at("say");
  const state = {
    commands: [],
    replyTo: null, // id of the message that the next words answer
    asked: false, // it was the bot that wanted this answer
    correcting: null, // the message of one's own that the next words replace
  };

  // -------------------------------------------------------------- the field

  /** The field grows with its lines, where the style sheet alone cannot do it. */
  function fitField() {
    field.rows = Math.min(6, field.value.split("\n").length);
  }

  /** Sets what stands in the text field; its lists go. */
  function write(text) {
    field.value = text;
    fitField();
    closeMenu();
    inline.close();
  }

  /** With results in sight one of them is sent, never the words behind @bot. */
  async function submit(event) {
    event.preventDefault();
    if (!at("results").hidden) {
      intoMenu(event, at("results"));
      return;
    }
    const text = field.value.trim();
    if (!text) return;
    const [correcting, answers] = [state.correcting, state.replyTo];
    write("");
    replyTo(null);
    const arrived = await (correcting ? correct(text, correcting) : chat.say(text, answers));
    if (!arrived && !field.value) write(text); // nothing typed is lost
  }

  async function correct(text, message) {
    const given = { user: chat.person.id, chat: message.chat.id, message: message.message_id, text };
    return chat.ask("/play/edit", given).then(() => true, () => chat.note(chat.words.failed));
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

  function followTyping() {
    fitField();
    const match = chat.place.withBot && /^\/(\w*)$/.exec(field.value);
    if (match) openMenu(match[1].toLowerCase());
    else closeMenu();
    inline.follow(field.value);
  }

  // -------------------------------------------------------------- what the bot wants to be written

  function forgetPrompts() {
    replyTo(null);
    at("reply-keyboard").hidden = true;
    field.placeholder = chat.words.say;
  }

  /** What a message does to the field: a question, another keyboard, none; one's own words end a question. */
  function prompt(message) {
    const markup = message.reply_markup ?? {};
    if (message.from?.id === chat.person.id) endQuestion();
    else if (message.from?.id !== chat.bot.id) return;
    else if (markup.force_reply) question(message, markup);
    else if (markup.keyboard) showReplyKeyboard(markup);
    else if (markup.remove_keyboard) at("reply-keyboard").hidden = true;
  }

  /** One's own words end what the bot has asked; what somebody chose to answer or to correct stays. */
  function endQuestion() {
    if (state.asked) replyTo(null);
  }

  /** A question of the bot's moves the cursor into the field and shows its hint there. */
  function question(message, markup) {
    if (state.correcting || (state.replyTo && !state.asked)) return; // somebody chose otherwise
    replyTo(message);
    state.asked = true;
    if (markup.input_field_placeholder) field.placeholder = markup.input_field_placeholder;
    field.focus();
  }

  function showReplyKeyboard(markup) {
    at("reply-keyboard").replaceChildren(...replyRows(markup, chat));
    at("reply-keyboard").hidden = false;
    at("reply-keyboard").dataset.once = markup.one_time_keyboard === true;
  }

  /** Keys that go after one press. */
  function usedKeyboard() {
    if (at("reply-keyboard").dataset.once === "true") at("reply-keyboard").hidden = true;
  }

  function bar(words, message) {
    at("replying").hidden = !message;
    at("replying-text").textContent = message ? `${words} ${brief(message)}` : "";
  }

  /** The next words answer this message; with null none. */
  function replyTo(message) {
    if (state.correcting) write("");
    state.correcting = null;
    state.asked = false;
    state.replyTo = message ? message.message_id : null;
    bar(chat.words.reply, message);
    if (!message) field.placeholder = chat.words.say;
  }

  function answer(message) {
    replyTo(message);
    field.focus();
  }

  /** The next words replace those of this message. */
  function startCorrecting(message) {
    replyTo(null);
    write(message.text);
    state.correcting = message;
    bar(chat.words.correct, message);
    field.focus();
  }

  function forget(message) {
    if ([state.replyTo, state.correcting?.message_id].includes(message.message_id)) replyTo(null);
  }

  // -------------------------------------------------------------- the menu of commands

  function closeMenu() {
    at("commands").hidden = true;
    at("menu").setAttribute("aria-expanded", "false");
  }

  function makeMenuItem({ command, description }) {
    const { item, button } = makeItem("command-item", () => {
      write("");
      chat.say(`/${command}`);
      field.focus();
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
    const fitting = state.commands.filter(({ command }) => command.startsWith(prefix));
    showMenu(fitting.map(makeMenuItem));
  }

  /** Lets the person choose the place that is sent. */
  function offerCities() {
    showMenu(makeCities(chat.words, sendLocation));
    at("commands").querySelector("button").focus();
  }

  async function sendLocation(latitude, longitude) {
    closeMenu();
    field.focus();
    usedKeyboard();
    await chat.ask("/play/locate", { user: chat.person.id, chat: chat.place.id, latitude, longitude })
      .catch(() => chat.note(chat.words.failed));
  }

  async function loadCommands() {
    const [person, place] = [chat.person.id, chat.place.id];
    const commands = await chat.ask(`/play/commands?user=${person}&chat=${place}`);
    if (person === chat.person.id && place === chat.place.id) state.commands = commands;
  }

  async function toggleMenu() {
    if (!at("commands").hidden) return closeMenu();
    await loadCommands().catch(() => {}); // the list from before will do
    showMenu([...state.commands.map(makeMenuItem), makeLocate()]);
    at("commands").querySelector("button").focus();
  }

  /** Keys in a list; whoever leaves it comes back to the text field. */
  function leaving(event, close) {
    walkMenu(event, event.currentTarget, () => {
      close();
      field.focus();
    });
  }

  // -------------------------------------------------------------- files

  /** Sends a file with what stands in the field below it; a picture as a photo. */
  async function sendFile() {
    const [file] = at("file").files;
    at("file").value = "";
    if (!file) return;
    const query = new URLSearchParams({
      user: chat.person.id, chat: chat.place.id, name: file.name, caption: field.value.trim(),
    });
    const sent = await fetch(`/play/send?${query}`, {
      method: "POST", headers: { "Content-Type": PICTURES.includes(file.type) ? file.type : "application/octet-stream" }, body: file,
    }).catch(() => null);
    if (!sent?.ok) return chat.note(chat.words.failed);
    return write("");
  }

  at("composer").addEventListener("submit", submit);
  field.addEventListener("keydown", typed);
  field.addEventListener("input", followTyping);
  at("menu").addEventListener("click", toggleMenu);
  at("commands").addEventListener("keydown", (event) => leaving(event, closeMenu));
  at("results").addEventListener("keydown", (event) => leaving(event, inline.close));
  at("no-reply").addEventListener("click", () => { replyTo(null); field.focus(); });
  at("attach").addEventListener("click", () => at("file").click());
  at("file").addEventListener("change", sendFile);
  return {
    draft: () => (state.correcting ? "" : field.value.trim() && field.value),
    write, prompt, forgetPrompts, closeMenu, loadCommands, offerCities, usedKeyboard, forget, answer,
    correct: startCorrecting,
  };
}
