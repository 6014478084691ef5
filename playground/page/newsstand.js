// The newsstand: its feeds and articles, to publish, correct and withdraw; feeds to break; who asked of late.

import { makeButton, makeField, setOptions } from "/page/forms.js";
import { make } from "/page/text.js";

const MOST_VISITS = 12;

/** The panel; refresh() fetches what stands there. */
export function makeNewsstand(panel, chat) {
  const feed = makeField("select");
  const broken = makeField("select");
  const form = make("form", "form");
  const heading = make("h3");
  const title = makeField("input", { required: true, maxLength: 500 });
  const summary = makeField("input", { maxLength: 500 });
  const text = makeField("textarea", { rows: 4, required: true });
  const publish = make("button", "primary");
  const cancel = makeButton("plain", () => edit(null));
  const articles = make("ul", "articles");
  const visits = make("ul", "visits");
  const [articlesHead, visitsHead] = [make("h3"), make("h3")];
  let stand = null;
  let editing = null;
  const shown = { articles: "", visits: "" };
  const next = makeButton("plain", chat.nextDigest);
  form.append(heading, title.row, summary.row, text.row, publish, next, cancel);
  panel.append(feed.row, broken.row, form, articlesHead, articles, visitsHead, visits);

  const chosen = () => stand?.feeds.find(({ id }) => id === feed.field.value) ?? stand?.feeds[0];

  function label() {
    const { backstage } = chat.words;
    for (const [key, { name }] of Object.entries({ feed, broken, title, summary, text })) {
      name.textContent = backstage.standFields[key];
    }
    articlesHead.textContent = backstage.articles;
    visitsHead.textContent = backstage.visits;
    cancel.textContent = chat.words.cancel;
    next.textContent = `⏭ ${chat.words.nextHint}`;
    Object.assign(shown, { articles: "", visits: "" });
    head();
  }

  function head() {
    const { backstage } = chat.words;
    heading.textContent = editing ? backstage.correcting : backstage.publishing;
    publish.textContent = editing ? backstage.correct : backstage.publish;
    cancel.hidden = !editing;
  }

  /** Puts an article into the form, or with null an empty one. */
  function edit(article) {
    editing = article;
    for (const [key, { field }] of Object.entries({ title, summary, text })) field.value = article?.[key] ?? "";
    head();
    if (article) title.field.focus();
  }

  /** Returns whether it was done. */
  async function change(path, body, words) {
    const wrong = await chat.ask(`/backstage/newsstand/${path}`, body).then(() => "", ({ message }) => message);
    if (wrong || words) chat.note(wrong ? chat.words.backstage.refused(wrong) : words);
    await refresh().catch(() => {});
    return !wrong;
  }

  async function submit(event) {
    event.preventDefault();
    const body = { title: title.field.value, summary: summary.field.value, text: text.field.value };
    if (!body.title.trim() || !body.text.trim()) return chat.note(chat.words.backstage.incomplete);
    const done = editing
      ? await change("change", { ...body, number: editing.number }, chat.words.backstage.corrected)
      : await change("publish", { ...body, feed: chosen().id }, chat.words.backstage.published);
    return done && edit(null); // what was not taken stays in the form
  }

  function makeArticle(article) {
    const { backstage } = chat.words;
    const item = make("li", "article");
    const link = make("a", "", article.title);
    link.href = article.path;
    link.target = "_blank";
    link.rel = "noopener";
    const keys = make("span", "article-keys");
    const one = makeButton("plain small", () => edit(article));
    one.textContent = backstage.edit;
    const other = makeButton("plain small", () => change("withdraw", { number: article.number }, backstage.withdrawn));
    other.textContent = backstage.withdraw;
    for (const button of [one, other]) button.setAttribute("aria-label", `${button.textContent}: ${article.title}`);
    keys.append(one, other);
    item.append(link, keys);
    return item;
  }

  function makeVisit({ feed: id, at: moment, status }) {
    const clock = new Date(moment * 1000).toLocaleTimeString(chat.words.lang, { hourCycle: "h23" });
    const name = stand.feeds.find((one) => one.id === id)?.name ?? id;
    const item = make("li");
    const fine = status === 200 || status === 304;
    item.append(make("time", "when", clock), ` ${name} `, make("span", fine ? "code" : "status-code bad", status ? String(status) : "…"));
    return item;
  }

  /** Draws a part anew, if it has changed. */
  function redraw(part, told, draw) {
    const now = JSON.stringify(told);
    if (shown[part] === now) return;
    shown[part] = now;
    draw();
  }

  function show() {
    if (!stand) return;
    redraw("articles", [stand.feeds, feed.field.value], showArticles);
    redraw("visits", stand.visits, () => {
      visits.replaceChildren(...stand.visits.slice(0, MOST_VISITS).map(makeVisit));
    });
  }

  function showArticles() {
    const { backstage } = chat.words;
    setOptions(feed.field, stand.feeds.map(({ id, name, broken: how }) => [id, how ? `⚡ ${name}` : name]));
    setOptions(broken.field, [["", backstage.well], ...stand.breaks.map((how) => [how, `${how} — ${backstage.breaks[how]}`])]);
    broken.field.value = chosen().broken;
    articles.replaceChildren(...chosen().articles.map(makeArticle));
  }

  async function refresh(there = null) {
    if (there) next.hidden = !there.next;
    stand = await chat.ask("/backstage/newsstand");
    show();
  }

  form.addEventListener("submit", submit);
  feed.field.addEventListener("change", () => {
    edit(null);
    show();
  });
  broken.field.addEventListener("change", () => change("break", { feed: chosen().id, how: broken.field.value }));
  return { label, refresh };
}
