// The payments sheet: what is asked for, and the button that pays it. The bot is asked before anything is paid.
//
// `chat` is what is needed here: ask(path, body), note(text), words, person.

const at = (id) => document.getElementById(id);

/** The sheet of the page; open(invoice, given) shows it, `given` is the body of /play/pay. */
export function makeSheet(chat, awaiting) {
  const sheet = at("sheet");
  const pay = at("sheet-pay");
  let wanted = null;

  function open(invoice, given) {
    wanted = given;
    at("sheet-title").textContent = invoice.title;
    at("sheet-text").textContent = invoice.description;
    at("sheet-total").textContent = `⭐ ${invoice.total_amount}`;
    pay.textContent = chat.words.pay(invoice.total_amount);
    at("sheet-cancel").textContent = chat.words.cancel;
    pay.removeAttribute("aria-busy");
    sheet.showModal();
  }

  /** Asks for what stands behind a link of an invoice, then opens it. */
  async function openLink(link) {
    const invoice = await chat.ask(`/play/invoice?link=${encodeURIComponent(link)}`).catch(() => null);
    if (invoice) open(invoice, { link });
    else chat.note(chat.words.noInvoice);
  }

  function confirm() {
    awaiting(pay, () => chat.ask("/play/pay", { user: chat.person.id, ...wanted }));
  }

  pay.addEventListener("click", confirm);
  at("sheet-cancel").addEventListener("click", () => sheet.close());
  return { open, openLink, close: () => sheet.close() };
}
