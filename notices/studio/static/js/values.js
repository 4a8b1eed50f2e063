// Putting a value into a sentence: a list with names, meanings and what they are in this example.

import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { state } from "./state.js";
import { near, t } from "./words.js";

export const valueName = (id) => near(state.letter?.placeholders[id]?.called) || id;

// A text on one line, its values by their names.
export const inWords = (text) =>
  text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, id) => `[${valueName(id)}]`).replace(/\s+/g, " ").trim();

// Whether a thing's names say each of the words that somebody looks for.
export const says = (wanted, ...names) => {
  const said = names.join(" ").toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => said.includes(word));
};

export function insertTool(view, lang, label) {
  return h("button", { class: "insert quiet", "aria-label": `${t("insert-value")}${t("colon")}${label}`,
    onclick: () => chooseValue(view, lang) }, t("insert-value"));
}

// A value runs into no word, mark or value beside it where the script parts words by spaces.
function apart(value, before, after) {
  return `${/[\p{Script=Latin}\d}.,:;!?)]/u.test(before) ? " " : ""}${value}${/[\p{Script=Latin}\d{]/u.test(after) ? " " : ""}`;
}

function chooseValue(view, lang) {
  const values = state.values[lang] ?? {};
  const known = Object.entries(state.letter.placeholders)
    .map(([id, one]) => ({ id, name: valueName(id), meaning: near(one.meaning), value: values[id] }))
    .sort((a, b) => Number(b.value !== undefined) - Number(a.value !== undefined));
  const told = h("p", { class: "meaning", role: "status" });
  const select = h("select", { class: "list", size: 10, "aria-label": t("insert-value"), onchange: say });
  const search = h("input", { type: "search", "aria-label": t("find-value"), placeholder: t("find-value"), oninput: list,
    onkeydown: (event) => {
      if (event.key === "Enter" && select.value) (event.preventDefault(), act.click());
      if (event.key === "ArrowDown") (event.preventDefault(), select.focus());
    } });

  function list() {
    const found = known.filter((one) => says(search.value, one.id, one.name, one.meaning));
    select.replaceChildren(...found.map((one) => {
      const value = one.value === undefined ? "" : h("span", { lang }, ` = ${one.value}`);
      return h("option", { value: one.id }, one.name, value);
    }));
    select.selectedIndex = found.length ? 0 : -1;
    say();
  }

  function say() {
    const one = known.find((other) => other.id === select.value);
    act.disabled = !one;
    told.replaceChildren(one ? h("span", {}, one.meaning || one.name) : t("no-such-value"), " ",
      one ? h("small", { class: "id", translate: "no" }, one.id) : "");
  }

  const act = dialog(t("insert-value"), [search, select, told], t("insert"), () => {
    const { from, to } = view.state.selection.main;
    const text = apart(`{{ ${select.value} }}`, view.state.sliceDoc(Math.max(0, from - 1), from), view.state.sliceDoc(to, to + 1));
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } });
    return view.contentDOM;
  });
  select.addEventListener("dblclick", () => select.value && act.click());
  select.addEventListener("keydown", (event) => event.key === "Enter" && select.value && act.click());
  list();
  search.focus();
}
