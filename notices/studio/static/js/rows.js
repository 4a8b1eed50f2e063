// An ordered list of names that are chosen one by one: the rows of a block.

import { choice, h } from "./dom.js";
import { t } from "./words.js";

// `options` are [name, text] pairs; `extra(name)` may add something to a row.
export function rowsEditor(options, begun, label, onchange, extra = () => null) {
  let rows = [...begun];
  const list = h("ol", { class: "rows-chosen" });
  const add = choice(t("rows-add"), [], "", (name) => name && set([...rows, name]), { class: "wide rows-add" });
  const select = add.querySelector("select");

  function set(now) {
    rows = now;
    draw();
    onchange(rows);
  }

  function moved(at, to) {
    const now = rows.filter((_, index) => index !== at);
    now.splice(to, 0, rows[at]);
    set(now);
    list.children[to]?.querySelector("button")?.focus();
  }

  function draw() {
    const text = new Map(options);
    list.replaceChildren(...rows.map((name, at) => {
      const button = (key, mark, off, action) =>
        h("button", { class: "tool", type: "button", title: t(key), "aria-label": `${t(key)}${t("colon")}${name}`, disabled: off, onclick: action }, mark);
      return h("li", { "data-row": name }, h("span", { class: "name" }, text.get(name) ?? name),
        button("up", "↑", !at, () => moved(at, at - 1)), button("down", "↓", at === rows.length - 1, () => moved(at, at + 1)),
        button("remove", "×", false, () => set(rows.filter((_, index) => index !== at))), extra(name));
    }));
    const left = options.filter(([name]) => !rows.includes(name));
    select.replaceChildren(h("option", { value: "" }, "…"), ...left.map(([name, said]) => h("option", { value: name }, said)));
  }
  draw();
  return { element: h("fieldset", { class: "rows-editor" }, h("legend", {}, label), list, add), names: () => rows };
}
