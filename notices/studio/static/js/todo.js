// What is left to write in a pack that was begun: each text with its model, counted down.

import * as api from "./api.js";
import { debounce, h, inTurn } from "./dom.js";
import { findingList } from "./findings.js";
import { isNamed } from "./one_text.js";
import { pack, state, tell } from "./state.js";
import { t } from "./words.js";

const GROUPS = [
  ["clauses", /^clauses\//], ["terms", /^(_core\/)?terms\.yaml$/], ["wording", /^(_core\/)?wording\.yaml$/],
  ["pack", /^pack\.yaml$/], ["examples", /^examples\//], ["others", /./],
];
const MARK = "[fill in]";

export async function showTodo(view) {
  const answer = await api.get("todo", { pack: state.pack });
  const all = answer.texts.length;
  const bar = h("progress", { max: all, value: 0, "aria-label": t("todo-title") });
  const count = h("strong", { id: "todo-left", role: "status" });
  const next = h("button", { id: "todo-next", onclick: () => jump() }, t("todo-next"));
  const nav = h("nav", { class: "todo-groups", "aria-label": t("todo-title") });
  const list = h("div", { class: "todo-list" });
  const items = [];
  view.replaceChildren(
    h("div", { class: "sheetless todo" },
      h("header", { class: "todo-head" }, h("h2", {}, t("todo-title")), count, bar, next, nav),
      h("p", { class: "soft" }, t("todo-text")), list),
  );
  const groupOf = (text) => GROUPS.find(([, pattern]) => pattern.test(text.file))[0];
  for (const [group] of GROUPS) {
    const own = answer.texts.filter((text) => groupOf(text) === group);
    if (!own.length) continue;
    list.append(h("h2", { id: `todo-${group}`, tabindex: "-1" }, t(`todo-${group}`)));
    for (const text of own) {
      const item = makeItem(text, done);
      item.group = group;
      items.push(item);
      list.append(item.element);
    }
  }
  show(all);

  function show(left) {
    count.textContent = left ? t("todo-left", { count: left }) : t("todo-done");
    bar.value = all - left;
    next.hidden = !left;
    pack().todo = left;
    const tab = document.getElementById("tab-todo");
    if (tab) tab.textContent = `${t("tab-todo")} (${left})`;
    nav.replaceChildren(...GROUPS.flatMap(([group]) => {
      const own = items.filter((one) => one.group === group);
      const open = own.filter((one) => !one.filled).length;
      const go = () => jump(own.find((one) => !one.filled) ?? own[0]);
      return own.length ? [h("button", { class: open ? "quiet" : "quiet filled", onclick: go }, `${t(`todo-${group}`)}${t("colon")}${open}`)] : [];
    }));
  }

  function done(item, left) {
    show(left);
    if (left) return jump(items.slice(items.indexOf(item)).find((one) => !one.filled));
    tell("again"); // it can be used now
  }

  function jump(item = items.find((one) => !one.filled)) {
    if (!item) return;
    item.element.scrollIntoView({ block: "center" });
    item.area.focus();
  }
}

// The sides of the place that are written already, else what the mark's text says.
function models(text) {
  const sides = Object.entries(text.beside);
  if (!sides.length) return [h("blockquote", {}, text.model || "–")];
  return sides.map(([lang, said]) => h("blockquote", { lang }, h("span", { class: "lang" }, pack().languages?.[lang] ?? lang), said));
}

function makeItem(text, done) {
  const told = h("span", { class: "told", role: "status" });
  const problems = h("div", { class: "problems" });
  const item = { filled: false };
  const language = pack().languages?.[text.lang]?.replace(MARK, "").trim();
  const name = [text.name || text.path, language ?? text.lang].filter(Boolean).join(" · ");
  const where = { pack: state.pack, file: text.file, path: text.path };
  item.area = h("textarea", {
    rows: text.list ? 4 : 2, lang: text.lang, value: text.draft, "aria-label": name, oninput: change,
    onkeydown: (event) => (event.ctrlKey || event.metaKey) && event.key === "s" && (event.preventDefault(), save()),
  });
  const model = Object.values(text.beside)[0] ?? text.model;
  const begin = h("button", { class: "quiet", onclick: () => ((item.area.value = model), item.area.focus(), change()) }, t("todo-begin"));
  const button = h("button", { class: "save", disabled: !text.draft, onclick: () => save() }, t("save"));
  const letter = text.clause
    ? h("button", { class: "quiet", onclick: () => tell("to-clause", text) }, t("todo-letter"))
    : null;
  const keep = debounce(250, 1000, inTurn(async () => {
    if (item.filled) return;
    try {
      const answer = await api.post("keep_fill", { ...where, text: item.area.value, seen: text.digest });
      problems.replaceChildren(answer.findings.length ? findingList(answer.findings) : "");
      told.textContent = item.area.value ? t("draft-kept") : "";
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
      if (!error.status) setTimeout(keep, 2000);
    }
  }));
  item.element = h("article", { class: "card fill", "data-file": text.file, "data-path": text.path },
    h("div", { class: "head" }, h("h3", {}, name), h("small", {}, `${text.file}:${text.line}`)),
    h("div", { class: "sides" }, h("div", { class: "side" }, models(text)),
      h("div", { class: "side" }, item.area, text.list ? h("p", { class: "soft" }, t("todo-lines")) : null)),
    h("div", { class: "foot" }, button, begin, letter, told), problems);
  if (text.draft) told.textContent = t("unsaved");

  function change() {
    button.disabled = !item.area.value.trim();
    keep();
  }

  async function save() {
    if (item.filled || !item.area.value.trim() || !isNamed(told)) return;
    button.disabled = item.area.readOnly = true; // what is typed now would have no place any more
    try {
      const answer = await api.post("fill", { ...where, text: item.area.value, seen: text.digest, by: state.name });
      problems.replaceChildren(answer.findings.length ? findingList(answer.findings) : "");
      if (!["written", "same"].includes(answer.status)) {
        told.textContent = answer.status === "conflict" ? t("conflict-title") : t("stays-draft");
        return (button.disabled = item.area.readOnly = false);
      }
      if (item.area.value.includes(MARK)) {
        item.area.readOnly = false;
        return (told.textContent = t("todo-marked"));
      }
      item.filled = true;
      item.element.classList.add("filled");
      button.hidden = begin.hidden = true;
      told.textContent = `✓ ${t("todo-filled")}`;
      done(item, answer.left);
    } catch (error) {
      button.disabled = item.area.readOnly = false;
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
    }
  }
  return item;
}
