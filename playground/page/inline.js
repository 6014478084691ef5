// Words behind @bot in the text field: the bot is asked, and what it has stands above the field.
//
// `chat` is what is needed here: ask(path, body), start(payload), note(text), sent(), words, person, place, bot.

import { makeItem } from "/page/menu.js";
import { make } from "/page/text.js";

const PAUSE = 300; // milliseconds without a key: then the bot is asked
const MOST_QUERY = 256;
const NEAR_THE_END = 120; // pixels

/** The words behind @bot, or null where the text is another; a space after the name is enough. */
function queryIn(text, botName) {
  const name = `@${botName}`;
  const ours = text.slice(0, name.length).toLowerCase() === name.toLowerCase();
  if (!ours || !/^\s/.test(text.slice(name.length))) return null;
  const query = text.slice(name.length).trim();
  return query.length > MOST_QUERY ? null : query;
}

function makeResult({ id, title, description }, query, choose) {
  const { item, button } = makeItem("result", () => choose(query, id));
  button.dataset.result = id;
  const letter = make("span", "letter", [...title][0] ?? "·");
  letter.setAttribute("aria-hidden", "true");
  const about = make("span", "about");
  about.append(make("b", "", title), make("span", "", description));
  button.append(letter, about);
  return item;
}

/** The row on top that goes to the bot's own chat, or nothing. */
function makeTop(button, chat) {
  if (!button) return [];
  const payload = button.start_parameter;
  const go = () => (payload ? chat.start(payload) : chat.note(chat.words.elsewhere));
  const { item, button: start } = makeItem("result-start", go, "top");
  start.textContent = button.text;
  return [item];
}

/** The panel in `list`; follow(text) is told what stands in the field, close() ends it. */
export function makeInline(list, chat) {
  let wanted = null; // the words that the panel is for
  let next = ""; // where the next page begins, "" for none
  let loading = false;
  let pause = 0;

  function close() {
    clearTimeout(pause);
    wanted = null;
    next = "";
    loading = false;
    list.removeAttribute("aria-busy");
    list.hidden = true;
    list.replaceChildren();
  }

  /** One page of results, or null where nobody wants it any more. */
  async function load(query, offset) {
    loading = true;
    list.setAttribute("aria-busy", "true");
    const given = { user: chat.person.id, chat: chat.place.id, query, offset };
    const answer = await chat.ask("/play/inline", given).catch(() => ({ results: [] }));
    if (query !== wanted) return null;
    loading = false;
    list.removeAttribute("aria-busy");
    next = answer.next_offset ?? "";
    return answer;
  }

  const rows = (answer) => answer.results.map((one) => makeResult(one, answer.query, choose));

  async function show(query) {
    const answer = await load(query, "");
    if (!answer) return;
    list.replaceChildren(...makeTop(answer.button, chat), ...rows(answer));
    list.hidden = !list.children.length;
    list.scrollTop = 0;
    more();
  }

  /** The next page, as soon as the end of what is there comes near. */
  async function more() {
    const near = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END;
    if (!near || !next || loading || list.hidden) return;
    const answer = await load(wanted, next);
    if (!answer) return;
    list.append(...rows(answer));
    if (answer.results.length) more();
  }

  async function choose(query, result) {
    const given = { user: chat.person.id, chat: chat.place.id, query, result };
    try {
      await chat.ask("/play/choose", given);
      close();
      chat.sent();
    } catch {
      chat.note(chat.words.failed);
    }
  }

  function follow(text) {
    const query = queryIn(text, chat.bot.username);
    if (query === wanted) return;
    if (query === null) {
      close();
      return;
    }
    clearTimeout(pause);
    wanted = query;
    next = "";
    pause = setTimeout(() => show(query), PAUSE);
  }

  list.addEventListener("scroll", more, { passive: true });
  return { follow, close };
}
