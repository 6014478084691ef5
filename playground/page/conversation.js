// The messages of the open chat: the last of them at once, earlier ones when somebody scrolls up to them.
//
// `chat` is what is needed here: ask(path, body), words, person, place, bot, and all that a message may do.

import { makeMessage } from "/page/message.js";
import { focusReaction, showReactions } from "/page/reactions.js";

const NEAR_THE_END = 120; // pixels: whoever reads the end follows it
const NEAR_THE_TOP = 600;
const AT_ONCE = 60; // messages
const MOST = 600; // messages on the page while somebody reads the end; of more only so many stay:
const KEPT = 300;

/** The conversation in `list`; `down` is the way back to its end. `prompt(message)` hears of every message. */
export function makeConversation(list, down, chat, prompt) {
  const state = {
    waiting: null, // events that come while it is loaded
    complete: true, // nothing earlier is left on the server
    earlier: null, // the loading of earlier messages
    batch: null, // elements that were added since `together` began
    following: true, // whether the end is read: it stays in sight when the page changes its size
    pressed: null, // id of the message whose key was pressed last
  };

  const shown = (id) => list.querySelector(`[data-message-id="${Number(id)}"]`);
  const atTheEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END;

  /** Whether the end is read; within `together`, whether it was when that began. */
  const follows = () => (state.batch ? state.following : atTheEnd());

  /** Offers the way back to the end when it is out of sight. */
  function markEnd() {
    down.hidden = atTheEnd();
  }

  function toTheEnd() {
    list.scrollTop = list.scrollHeight;
    markEnd();
  }

  const fetched = (query) => chat.ask(`/play/chats/${chat.place.id}/messages?user=${chat.person.id}&limit=${AT_ONCE}${query}`);

  /** An element for a message; in a forum only what belongs to the chosen topic is seen. */
  function made(message) {
    const item = makeMessage(message, chat);
    item.dataset.topic = message.message_thread_id ?? "";
    item.hidden = chat.topic !== null && chat.topic !== message.message_thread_id;
    return item;
  }

  /** Adds a message at the end. */
  function add(message) {
    if (message.from?.id === chat.person.id) state.following = true;
    const item = made(message);
    item.classList.add("new");
    list.append(item);
    state.batch.push(item);
    prompt(message);
  }

  /** Does what several events ask for, and looks at the page once, however many they are. Whoever reads the end
   *  sees what was added, of a very long message the first line. */
  function together(work) {
    state.following = atTheEnd();
    state.batch = [];
    work();
    const added = state.batch.filter((item) => item.isConnected);
    state.batch = null;
    if (state.following && added.length) toTheEnd();
    const tall = state.following && added.find((item) => item.offsetHeight > list.clientHeight);
    if (tall) tall.scrollIntoView({ block: "start" });
    if (state.following) trim();
    markEnd();
  }

  /** Lets go of what is far above; it comes again when somebody scrolls up. */
  function trim() {
    const many = list.children.length;
    if (many <= MOST || !atTheEnd()) return;
    for (const item of [...list.children].slice(0, many - KEPT)) item.remove();
    state.complete = false;
    toTheEnd();
  }

  /** Puts an edited message in its place; what the eye and the focus are on stays where it is.
   *  What somebody just pressed for is shown whole, if it fits; what grew by itself from its first line on. */
  function replace(old, message) {
    const follow = follows();
    const end = old.getBoundingClientRect().bottom;
    const below = old.getBoundingClientRect().top > list.getBoundingClientRect().bottom;
    const held = document.activeElement;
    const place = [...old.querySelectorAll(".key")].indexOf(held);
    const reacting = old.contains(held) && held.matches(".react, .offer, .reaction");
    const item = made(message);
    old.replaceWith(item);
    if (place >= 0) focusKey(item, place);
    if (reacting) focusReaction(item, held.dataset.emoji);
    if (follow) toTheEnd();
    else if (!below) list.scrollTop += item.getBoundingClientRect().bottom - end;
    const fits = item.offsetHeight <= list.clientHeight;
    const pressed = state.pressed === message.message_id;
    if (fits && pressed) item.scrollIntoView({ block: "nearest" });
    if (follow && !fits && !pressed) item.scrollIntoView({ block: "start" });
  }

  /** The key at the same place, or the last one where there are fewer now. */
  function focusKey(item, place) {
    const keys = item.querySelectorAll(".key");
    const key = keys[Math.min(place, keys.length - 1)] ?? list;
    key.focus({ preventScroll: true });
  }

  function put(message) {
    const old = shown(message.message_id);
    if (old) replace(old, message);
    else add(message);
  }

  const edit = (message) => shown(message.message_id) && put(message);

  /** Shows what is set under a message now; whoever reads the end follows it. */
  function reacted(message) {
    const item = shown(message.message_id);
    if (!item) return;
    const follow = follows();
    showReactions(item, message, chat);
    if (follow) toTheEnd();
  }

  function remove(message) {
    const item = shown(message.message_id);
    if (item?.contains(document.activeElement)) list.focus({ preventScroll: true });
    item?.remove();
    markEnd();
  }

  /** Earlier messages above those that are there; what is read stays where it is. */
  function loadEarlier() {
    const first = list.querySelector(".message");
    if (state.complete || !first) return Promise.resolve(false);
    state.earlier ??= fetched(`&before=${first.dataset.messageId}`)
      .then((messages) => {
        if (!first.isConnected) return false; // another chat is open now
        const from = list.scrollHeight - list.scrollTop;
        first.before(...messages.map(made));
        list.scrollTop = list.scrollHeight - from;
        state.complete = messages.length < AT_ONCE;
        return messages.length > 0;
      })
      .catch(() => false)
      .finally(() => { state.earlier = null; });
    return state.earlier;
  }

  /** Scrolls to a message, however long ago it was, if it is still there. */
  async function goTo(id) {
    while (!shown(id) && await loadEarlier());
    shown(id)?.scrollIntoView({ block: "center" });
  }

  /** Loads the open chat; what happens meanwhile is shown after it. Returns whether it is still the open one. */
  async function open(handle) {
    const waiting = state.waiting = [];
    const messages = await fetched("").catch(() => null);
    if (state.waiting !== waiting) return false; // another chat was chosen meanwhile, or it is loaded anew
    state.waiting = null;
    if (!messages) throw new Error("the conversation cannot be loaded");
    state.complete = messages.length < AT_ONCE;
    list.replaceChildren(...messages.map(made));
    messages.forEach(prompt);
    toTheEnd();
    together(() => waiting.forEach(handle));
    return true;
  }

  /** What came while the server was away; the eye stays where it is, unless that was too much. */
  async function catchUp(handle) {
    const last = Number(list.lastElementChild?.dataset.messageId);
    if (atTheEnd() || !last) return open(handle);
    const waiting = state.waiting = [];
    const messages = await fetched("").catch(() => null);
    if (state.waiting !== waiting) return false;
    const first = messages?.[0]?.message_id ?? 0;
    if (!messages || (messages.length === AT_ONCE && first > last)) return open(handle);
    state.waiting = null;
    const there = new Set(messages.map(({ message_id: id }) => id));
    for (const item of [...list.children]) {
      const id = Number(item.dataset.messageId);
      if (id >= first && !there.has(id)) item.remove();
    }
    together(() => {
      messages.forEach(put);
      waiting.forEach(handle);
    });
    return true;
  }

  /** Shows the messages of the chosen topic only. */
  function filter() {
    for (const item of list.children) {
      item.hidden = chat.topic !== null && item.dataset.topic !== String(chat.topic);
    }
    toTheEnd();
  }

  function onScroll() {
    state.following = atTheEnd();
    markEnd();
    if (list.scrollTop < NEAR_THE_TOP) loadEarlier();
  }

  list.addEventListener("scroll", onScroll, { passive: true });
  new ResizeObserver(() => (state.following ? toTheEnd() : markEnd())).observe(list);
  down.addEventListener("click", toTheEnd);
  return {
    open, catchUp, together, put, edit, reacted, remove, toTheEnd, goTo, filter,
    clear: () => list.replaceChildren(),
    isEmpty: () => !list.children.length,
    keep: (event) => state.waiting?.push(event) !== undefined,
    pressed: (id) => { state.pressed = id; },
  };
}
