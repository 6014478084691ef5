// What a person makes of the bot in a chat: block it and let it in again, bring it into a group, throw it out …
//
// `chat` is what is needed here: ask(path, body), note(text), words, person, place.

import { makeItem, walkMenu } from "/page/menu.js";

/** The deeds that are possible in a chat, by their names on the server. */
function deedsIn({ kind, blocked, decides, withBot, muted, botIsAdmin }) {
  if (kind === "bot") return [blocked ? "unblock" : "block"];
  if (kind === "private" || !decides) return [];
  if (!withBot) return ["add"];
  const rank = kind === "channel" ? [] : [botIsAdmin ? "demote" : "promote"];
  const voice = kind === "group" ? [] : [muted ? "unmute" : "mute"];
  return [...rank, ...voice, "remove"];
}

/** The menu in `list` that `opener` shows; `refresh()` has the chats described anew. */
export function makeManage(list, opener, chat, refresh) {
  function close() {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }

  async function does(what) {
    close();
    await chat.ask("/play/manage", { user: chat.person.id, chat: chat.place.id, what })
      .then(() => chat.note(chat.words.done[what]), () => chat.note(chat.words.failed));
    await refresh();
  }

  function makeDeed(what) {
    const { item, button } = makeItem("deed", () => does(what));
    button.textContent = chat.words.deed[what];
    button.dataset.deed = what;
    return item;
  }

  function toggle() {
    if (!list.hidden) return close();
    list.replaceChildren(...deedsIn(chat.place).map(makeDeed));
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    return list.querySelector("button").focus();
  }

  opener.addEventListener("click", toggle);
  list.addEventListener("keydown", (event) => walkMenu(event, list, () => {
    close();
    opener.focus();
  }));
  return { close, does, show: () => { opener.hidden = !deedsIn(chat.place).length; } };
}
