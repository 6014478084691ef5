// Text with entities, as elements. No word of it is ever parsed as HTML: all goes through textContent.
//
// `chat` is what the text may do: tap(kind, text), start(payload), payLink(link), bot, words.

const INVOICES = "https://t.me/$"; // links of createInvoiceLink

const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** A new element with a class and some text. */
export function make(name, className = "", text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

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
function startPayload(address, botName) {
  const url = new URL(address);
  const ours = url.hostname === "t.me" && url.pathname.toLowerCase() === `/${botName}`.toLowerCase();
  return ours ? url.searchParams.get("start") : null;
}

/** A link that opens elsewhere; one to this bot starts it with its payload. */
export function makeLink(address, chat, className = "") {
  const safe = safeAddress(address);
  if (safe === null) return make("span", className);
  const link = make("a", className);
  link.href = safe;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  if (safe.startsWith(INVOICES)) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      chat.payLink(safe);
    });
  }
  const payload = startPayload(safe, chat.bot.username);
  if (payload !== null) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      chat.start(payload);
    });
  }
  return link;
}

/** A #tag or /command: pressing says it to the bot. */
export function makeSaid(kind, text, chat) {
  const button = make("button", `said ${kind}`);
  button.type = "button";
  button.dataset.say = text;
  button.addEventListener("click", () => chat.tap(kind, text));
  return button;
}

function makeSpoiler(chat) {
  const spoiler = make("span", "spoiler");
  const show = () => {
    spoiler.classList.add("shown");
    for (const name of ["role", "aria-label", "tabindex"]) spoiler.removeAttribute(name);
  };
  spoiler.tabIndex = 0;
  spoiler.setAttribute("role", "button");
  spoiler.setAttribute("aria-label", chat.words.spoiler);
  spoiler.addEventListener("click", show, { once: true });
  spoiler.addEventListener("keydown", (event) => {
    if (!["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    show();
  });
  return spoiler;
}

/** The empty element that shows an entity; `text` is all that the entity covers. */
function elementFor(entity, text, chat) {
  switch (entity.type) {
    case "text_link": return makeLink(entity.url, chat);
    case "url": return makeLink(text, chat);
    case "email": return makeLink(`mailto:${text}`, chat);
    case "hashtag":
    case "cashtag":
    case "bot_command": return makeSaid(entity.type, text, chat);
    case "spoiler": return makeSpoiler(chat);
    default: return make(PLAIN[entity.type] ?? "span", entity.type);
  }
}

const isBlock = (element) => ["PRE", "BLOCKQUOTE"].includes(element.tagName);

/** What of the entities lies before `stop` and what behind; one that crosses it is cut in two. */
function divided(entities, stop) {
  const before = [];
  const behind = [];
  for (const entity of entities) {
    const end = entity.offset + entity.length;
    if (entity.offset < stop) before.push({ ...entity, length: Math.min(end, stop) - entity.offset });
    if (end > stop) {
      const offset = Math.max(entity.offset, stop);
      behind.push({ ...entity, offset, length: end - offset });
    }
  }
  return [before, behind];
}

/** Text from `start` to `end` with its entities; offsets are UTF-16 units, as JavaScript counts. */
function spread(text, entities, start, end, chat) {
  const parts = document.createDocumentFragment();
  let here = start;
  let rest = entities;
  while (rest.length) {
    const outer = rest[0];
    const stop = outer.offset + outer.length;
    const [inner, behind] = divided(rest.slice(1), stop);
    rest = behind;
    parts.append(text.slice(here, outer.offset));
    const element = elementFor(outer, outer.whole, chat);
    element.append(spread(text, inner, outer.offset, stop, chat));
    parts.append(element);
    if (outer.type === "expandable_blockquote") parts.append(makeMore(element, chat));
    here = stop;
    if (isBlock(element) && text[here] === "\n") here += 1; // a block ends its line itself
  }
  parts.append(text.slice(here, end));
  return parts;
}

/** The button that unfolds a long quotation. */
function makeMore(quotation, chat) {
  const button = make("button", "unfold", chat.words.more);
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const open = quotation.classList.toggle("open");
    button.textContent = open ? chat.words.less : chat.words.more;
    button.setAttribute("aria-expanded", String(open));
  });
  return button;
}

/** A text with its entities; outer ones come before those they contain. */
export function formatted(text, entities, chat) {
  const known = entities.map((one) => ({ ...one, whole: text.slice(one.offset, one.offset + one.length) }));
  known.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return spread(text, known, 0, text.length, chat);
}
