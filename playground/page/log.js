// The log of calls: what the bot asked, what it was answered, what it made of that; and the updates it was sent.

import { make } from "/page/text.js";

const MOST_ROWS = 300;
const PATIENCE = 60; // seconds for which the bot may think about what it makes of a call
const ABOUT_MESSAGES = /^(send|edit|copy|forward|delete)/; // calls that it makes something of

/** The words of an entry, in one line. */
function said({ name, given }) {
  const about = given[name] ?? given; // an update has its content below its kind
  const text = about.text ?? about.caption ?? about.data ?? about.query ?? "";
  return typeof text === "string" ? text.replace(/\s+/g, " ").slice(0, 80) : "";
}

/** The panel; refresh() fetches what is new. */
export function makeLog(panel, chat) {
  const rows = new Map(); // number -> {element, told}
  const filter = make("input", "filter");
  const list = make("ol", "entries");
  let last = 0;
  let run = null; // which life of the server the entries are of
  filter.type = "search";
  filter.addEventListener("input", () => {
    rows.forEach(sift);
    none.hidden = [...rows.values()].some(({ element }) => !element.hidden);
  });
  const none = make("p", "none");
  none.hidden = true;
  panel.append(filter, list, none);

  function label() {
    filter.placeholder = chat.words.backstage.filter;
    filter.setAttribute("aria-label", chat.words.backstage.filter);
    list.setAttribute("aria-label", chat.words.backstage.log);
    none.textContent = chat.words.backstage.nothing;
    begin(run);
  }

  /** Forgets all rows, which come anew. */
  function begin(life) {
    run = life;
    list.replaceChildren();
    rows.clear();
    last = 0;
  }

  function sift({ element, words }) {
    element.hidden = !words.includes(filter.value.trim().toLowerCase());
  }

  /** A line in words, and behind it all that was said. */
  function makeRow(entry) {
    const item = make("li", `entry ${entry.kind}`);
    item.dataset.number = entry.number;
    const details = make("details");
    const summary = make("summary");
    const clock = new Date(entry.at * 1000).toLocaleTimeString(chat.words.lang, { hourCycle: "h23" });
    summary.append(make("time", "when", clock), make("b", "", entry.kind === "call" ? entry.name : `→ ${entry.name}`));
    summary.append(...marks(entry).filter(Boolean));
    const words = said(entry);
    if (words) summary.append(make("span", "excerpt", words));
    details.append(summary);
    details.addEventListener("toggle", () => details.open && fill(details, entry), { once: true });
    item.append(details);
    return item;
  }

  /** Where, how it ended, how long it took, what the bot made of it. */
  function marks({ kind, chat: id, answer, fault, ms, outcome }) {
    const { backstage } = chat.words;
    const known = chat.state.chats.find((one) => one.id === id);
    const failed = answer && !answer.ok;
    const made = outcome && make("span", `made made-${outcome.kind.toLowerCase()}`, backstage.outcomes[outcome.kind] ?? outcome.kind);
    if (made) made.title = outcome.words;
    return [
      known && make("span", "where", known.title),
      kind === "call" && !fault && make("span", failed ? "status-code bad" : "status-code", failed ? String(answer.error_code ?? "—") : "200"),
      fault && make("span", "status-code bad", `⚡ ${fault}`),
      kind === "call" && make("span", "ms", `${ms} ms`),
      made,
    ];
  }

  function fill(details, { given, answer, outcome }) {
    const { backstage } = chat.words;
    const parts = [[backstage.given, given], [backstage.answer, answer], [backstage.made, outcome]];
    for (const [title, value] of parts.filter(([, one]) => one !== null)) {
      details.append(make("h3", "", title), make("pre", "", JSON.stringify(value, null, 1)));
    }
  }

  function put(entry) {
    const told = JSON.stringify([entry.outcome, entry.answer === null]);
    const before = rows.get(entry.number);
    if (before?.told === told || before?.element.querySelector("[open]")) return;
    const element = makeRow(entry);
    const words = `${entry.name} ${entry.chat ?? ""} ${JSON.stringify(entry.given)}`.toLowerCase();
    const row = { element, told, words, waits: waits(entry) && entry.at };
    if (before) replace(before.element, element);
    else list.prepend(element);
    rows.set(entry.number, row);
    sift(row);
  }

  /** A row in the place of another; the focus stays. */
  function replace(old, element) {
    const held = old.contains(document.activeElement);
    old.replaceWith(element);
    if (held) element.querySelector("summary").focus({ preventScroll: true });
  }

  /** Whether the bot will still make something of a call. */
  const waits = ({ kind, name, outcome }) => kind === "call" && !outcome && ABOUT_MESSAGES.test(name);

  /** The number before the first row that is to be asked for again. */
  function known(now) {
    for (const [number, { waits: since }] of rows) {
      if (since && now - since < PATIENCE) return Math.min(number - 1, last);
    }
    return last;
  }

  async function refresh({ run: life, now, next }) {
    if (life !== run) begin(life);
    const entries = await chat.ask(`/backstage/trace?after=${next ? known(now) : last}`);
    entries.slice(-MOST_ROWS).forEach(put);
    last = Math.max(last, ...entries.map(({ number }) => number));
    for (const [number, { element }] of rows) {
      if (rows.size <= MOST_ROWS) break;
      element.remove();
      rows.delete(number);
    }
  }

  return { label, refresh };
}
