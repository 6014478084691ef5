// Rich messages: headings, lists, tables and the like as elements. All words go through textContent.

import { make, makeLink, makeSaid } from "/page/text.js";

const STYLES = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const ADDRESSES = { url: (rich) => rich.url, email_address: (rich) => `mailto:${rich.email_address}` };
const SAID = ["hashtag", "bot_command"]; // pressing says it

/** A RichText as plain text. */
export function plain(rich) {
  if (typeof rich === "string") return rich;
  return Array.isArray(rich) ? rich.map(plain).join("") : plain(rich.text ?? "");
}

function textNode(rich, chat) {
  if (typeof rich === "string") return rich;
  const element = elementFor(rich, chat);
  element.append(...nodes(rich.text ?? "", chat));
  return element;
}

/** The empty element that shows a styled text. */
function elementFor(rich, chat) {
  if (Object.hasOwn(ADDRESSES, rich.type)) return makeLink(ADDRESSES[rich.type](rich), chat);
  if (SAID.includes(rich.type)) return makeSaid(rich.type, plain(rich.text), chat);
  return make(STYLES[rich.type] ?? "span", rich.type);
}

/** A RichText, which may be a list, as what can be appended. */
function nodes(rich, chat) {
  return [rich].flat().map((one) => textNode(one, chat));
}

function withText(name, rich, chat) {
  const element = make(name);
  element.append(...nodes(rich ?? "", chat));
  return element;
}

function withBlocks(name, blocks, chat) {
  const element = make(name);
  element.append(...blocks.map((block) => makeBlock(block, chat)));
  return element;
}

function makePre({ text, language }, chat) {
  const pre = withText("pre", text, chat);
  if (language) pre.dataset.language = language;
  return pre;
}

function makeItem({ label, blocks, value }, chat) {
  const item = withBlocks("li", blocks, chat);
  if (value !== undefined) item.value = value;
  item.dataset.label = label;
  return item;
}

function makeList({ items }, chat) {
  const ordered = items.some(({ value }) => value !== undefined);
  const list = make(ordered ? "ol" : "ul");
  list.append(...items.map((item) => makeItem(item, chat)));
  return list;
}

function makeCell(cell, chat) {
  const element = withText(cell.is_header ? "th" : "td", cell.text, chat);
  element.colSpan = cell.colspan ?? 1;
  element.rowSpan = cell.rowspan ?? 1;
  element.dataset.align = cell.align;
  element.dataset.valign = cell.valign;
  return element;
}

/** A table, which scrolls by itself where it is wider than the message. */
function makeTable({ cells, caption, is_bordered: bordered, is_striped: striped }, chat) {
  const table = make("table", [bordered && "bordered", striped && "striped"].filter(Boolean).join(" "));
  if (caption) table.append(withText("caption", caption, chat));
  for (const row of cells) {
    const line = make("tr");
    line.append(...row.map((cell) => makeCell(cell, chat)));
    table.append(line);
  }
  const frame = make("div", "table");
  frame.tabIndex = 0;
  frame.append(table);
  return frame;
}

/** What is folded below its summary; a click on that opens it. */
function makeDetails({ summary, blocks, is_open: open }, chat) {
  const details = make("details");
  details.open = open === true;
  details.append(withText("summary", summary, chat), withBlocks("div", blocks, chat));
  return details;
}

const BLOCKS = {
  paragraph: ({ text }, chat) => withText("p", text, chat),
  heading: ({ text, size }, chat) => withText(`h${Math.min(6, Math.max(1, Number(size) || 6))}`, text, chat),
  footer: ({ text }, chat) => withText("footer", text, chat),
  pre: makePre,
  divider: () => make("hr"),
  list: makeList,
  blockquote: ({ blocks }, chat) => withBlocks("blockquote", blocks, chat),
  table: makeTable,
  details: makeDetails,
};

function makeBlock(block, chat) {
  const known = Object.hasOwn(BLOCKS, block.type);
  return known ? BLOCKS[block.type](block, chat) : make("p", "unknown", block.type);
}

/** A rich message. */
export function makeRich({ blocks, is_rtl: rtl }, chat) {
  const body = withBlocks("div", blocks, chat);
  body.className = "text rich";
  if (rtl) body.dir = "rtl";
  return body;
}
