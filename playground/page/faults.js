// Trouble on purpose: what goes wrong with the next calls.

import { makeButton, makeField, setOptions } from "/page/forms.js";
import { make } from "/page/text.js";

const FAULTS = ["429", "403", "400", "timeout", "reset", "500", "502", "504", "garbage"];
const UNKNOWN = ["timeout", "reset", "500", "502", "504", "garbage"]; // nobody can tell whether it was done

/** The panel; refresh({methods, faults}) shows what is in store. */
export function makeFaults(panel, chat) {
  const form = make("form", "form");
  const fault = makeField("select");
  const times = makeField("input", { type: "number", min: 1, max: 10000, value: 1, required: true });
  const method = makeField("select");
  const where = makeField("select");
  const seconds = makeField("input", { type: "number", min: 0, max: 3600 });
  const done = makeField("input", { type: "checkbox", checked: true });
  const add = make("button", "primary");
  const list = make("ul", "stored");
  const clear = makeButton("plain", () => change("/backstage/faults/clear", {}));
  done.row.classList.add("check");
  form.append(...[fault, times, method, where, seconds, done].map(({ row }) => row), add);
  panel.append(form, list, clear);

  function label() {
    const { backstage } = chat.words;
    const names = { fault, times, method, where, seconds, done };
    for (const [key, { name }] of Object.entries(names)) name.textContent = backstage.faultFields[key];
    setOptions(fault.field, FAULTS.map((one) => [one, `${one} — ${backstage.faultNames[one]}`]));
    add.textContent = backstage.addFault;
    clear.textContent = backstage.clearFaults;
  }

  function onlyWhatFits() {
    done.row.hidden = !UNKNOWN.includes(fault.field.value);
    seconds.row.hidden = !["429", "timeout"].includes(fault.field.value);
  }

  async function change(path, body) {
    await chat.ask(path, body).then(show, ({ message }) => chat.note(chat.words.backstage.refused(message)));
  }

  function submit(event) {
    event.preventDefault();
    const body = { fault: fault.field.value, times: times.field.valueAsNumber, method: method.field.value };
    if (!seconds.row.hidden && seconds.field.value) body.seconds = seconds.field.valueAsNumber;
    if (!done.row.hidden) body.done = done.field.checked;
    if (where.field.value) body.chat = Number(where.field.value);
    change("/backstage/faults", body);
  }

  function show(faults) {
    const { backstage } = chat.words;
    const title = (id) => chat.state.chats.find((one) => one.id === id)?.title ?? id;
    list.replaceChildren(...faults.map((one) => {
      const parts = [one.fault, `× ${one.times}`, one.method ?? backstage.anyMethod, one.chat !== null && title(one.chat)];
      return make("li", "", parts.filter(Boolean).join(" · "));
    }));
    clear.hidden = !faults.length;
  }

  async function refresh({ methods, faults }) {
    const { backstage } = chat.words;
    setOptions(method.field, [["", backstage.anyMethod], ...[...methods, "getUpdates"].map((one) => [one, one])]);
    const chats = chat.state.chats.filter(({ with_bot: withBot }) => withBot);
    setOptions(where.field, [["", backstage.anyChat], ...chats.map(({ id, title }) => [String(id), title])]);
    onlyWhatFits();
    show(faults);
  }

  form.addEventListener("submit", submit);
  fault.field.addEventListener("change", onlyWhatFits);
  return { label, refresh };
}
