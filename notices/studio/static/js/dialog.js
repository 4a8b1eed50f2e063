// A question over the page; escape and "cancel" leave everything as it was. An action may answer with
// the element that has the focus after it.

import { h } from "./dom.js";
import { t } from "./words.js";

export function dialog(title, body, label, action, leave = t("cancel")) {
  let back = document.activeElement;
  const close = () => (box.remove(), back?.isConnected && back.focus());
  const perform = () => {
    box.close();
    const next = action();
    if (next instanceof Element) back = next;
  };
  const act = action ? h("button", { class: "do", onclick: perform }, label) : null;
  const box = h(
    "dialog",
    { "aria-label": title, onclose: close },
    h("h2", {}, title),
    ...body.flat(),
    h("p", { class: "buttons" }, act, h("button", { class: "quiet", onclick: () => box.close() }, leave)),
  );
  document.body.append(box);
  box.showModal();
  return act;
}
