// The topics of a forum above its messages: all of them, or one, in which one writes then.
//
// `chat` is what is needed here: words, place, topic (set here).

import { make } from "/page/text.js";

/** The row in `row`; `changed()` when another topic was chosen. */
export function makeTopics(row, chat, changed) {
  function makeTopic(id, name) {
    const button = make("button", "topic-key", name);
    button.type = "button";
    button.dataset.topic = id ?? "";
    button.setAttribute("aria-pressed", String(chat.topic === id));
    button.addEventListener("click", () => {
      chat.topic = id;
      show();
      row.querySelector('[aria-pressed="true"]').focus();
      changed();
    });
    return button;
  }

  function show() {
    const { isForum, topics } = chat.place;
    row.hidden = !isForum;
    if (!isForum) return row.replaceChildren();
    if (!topics.some(({ id }) => id === chat.topic)) chat.topic = null;
    const named = topics.map(({ id, name, closed }) => makeTopic(id, closed ? `🔒 ${name}` : `# ${name}`));
    return row.replaceChildren(makeTopic(null, chat.words.allTopics), ...named);
  }

  return { show };
}
