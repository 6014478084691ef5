// What is behind the conversation: the calls to and fro, trouble on purpose, the newsstand. Three panels in tabs.
//
// `chat` is what is needed here: ask(path, body), note(text), words, place, state.

import { makeFaults } from "/page/faults.js";
import { makeLog } from "/page/log.js";
import { makeNewsstand } from "/page/newsstand.js";
import { make } from "/page/text.js";

const LOOK_SECONDS = 1;
const NAMES = ["log", "faults", "newsstand"];

const at = (id) => document.getElementById(id);

/** The part of the page beside the conversation. */
export function makeBackstage(chat) {
  const panels = {
    log: makeLog(at("panel-log"), chat),
    faults: makeFaults(at("panel-faults"), chat),
    newsstand: makeNewsstand(at("panel-newsstand"), chat),
  };
  const there = { newsstand: false, next: false, methods: [], faults: [] };
  let tab = "log";
  let timer = 0;

  /** What the server has behind the conversation now. */
  async function look() {
    return Object.assign(there, await chat.ask("/backstage/state"));
  }

  const names = () => NAMES.filter((name) => name !== "newsstand" || there.newsstand);

  function makeTab(name) {
    const button = make("button", "tab", chat.words.backstage[name]);
    button.type = "button";
    button.id = `tab-${name}`;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-selected", String(name === tab));
    button.setAttribute("aria-controls", `panel-${name}`);
    button.tabIndex = name === tab ? 0 : -1;
    button.addEventListener("click", () => {
      choose(name);
      at(`tab-${name}`).focus();
    });
    return button;
  }

  function choose(name) {
    tab = name;
    at("tabs").replaceChildren(...names().map(makeTab));
    for (const one of NAMES) at(`panel-${one}`).hidden = one !== tab;
    refresh();
  }

  /** Arrow keys go from tab to tab. */
  function walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = names();
    choose(all[(all.indexOf(tab) + step + all.length) % all.length]);
    at(`tab-${tab}`).focus();
  }

  async function refresh() {
    clearTimeout(timer);
    if (at("backstage").hidden) return;
    try {
      await look();
      await panels[tab].refresh(there);
    } catch {
      // the page says elsewhere that the server is away
    }
    clearTimeout(timer);
    timer = setTimeout(refresh, LOOK_SECONDS * 1000);
  }

  async function open() {
    if (!history.state?.inside) history.pushState({ inside: true }, "");
    at("backstage").hidden = false;
    at("app").dataset.backstage = "";
    await look().catch(() => {});
    choose(tab);
    at(`tab-${tab}`).focus();
  }

  function close() {
    if (at("backstage").hidden) return;
    at("backstage").hidden = true;
    delete at("app").dataset.backstage;
    clearTimeout(timer);
    at("open-backstage").focus();
  }

  /** In the language of the person. */
  function label() {
    const { words } = chat;
    at("backstage-title").textContent = words.backstage.title;
    at("backstage").setAttribute("aria-label", words.backstage.title);
    at("close-backstage").setAttribute("aria-label", words.backstage.close);
    for (const panel of Object.values(panels)) panel.label();
    if (!at("backstage").hidden) choose(tab);
  }

  at("open-backstage").addEventListener("click", () => (at("backstage").hidden ? open() : close()));
  at("close-backstage").addEventListener("click", close);
  at("backstage").addEventListener("keydown", (event) => event.key === "Escape" && close());
  at("tabs").addEventListener("keydown", walk);
  return { look, label, close };
}
