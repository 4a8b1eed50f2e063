// What is added to a letter: a clause that there is, a new one, or a block of the layout.

import * as api from "./api.js";
import { dialog } from "./dialog.js";
import { choice, h } from "./dom.js";
import { clauseName } from "./names.js";
import { openNewClause } from "./new_clause.js";
import { rowsEditor } from "./rows.js";
import { state } from "./state.js";
import { inWords, says } from "./values.js";
import { near, t } from "./words.js";

const blockName = (block) => t(`block-${block}`);
const option = (value) => [value, value ? t(`style-${value}`) : t("style-none")];

// `change` writes a change of the parts; the new part comes before the one at `index`.
export async function askAdd(index, change) {
  const known = await api.get("part_choices", { pack: state.pack });
  const area = h("div", { class: "adding" });
  const ways = { clause: clauseForm, new: newForm, block: blockForm };
  let form = null;
  const pick = (way) => {
    form = ways[way](known, check);
    area.replaceChildren(...form.elements);
    check();
  };
  const radio = (way, checked) =>
    h("label", { class: "check" }, h("input", { type: "radio", name: "add-way", value: way, checked, onchange: () => pick(way) }), t(`add-${way}`));
  const act = dialog(
    t("add-here"),
    [h("div", { class: "add-ways", role: "radiogroup", "aria-label": t("add-here") }, radio("clause", true), radio("new"), radio("block")), area],
    t("add"),
    () => (form.opens ? openNewClause({ index, like: "" }) : change({ action: "add", index, ...form.asked() })),
  );
  function check() {
    act.disabled = !form?.ready();
  }
  pick("clause");
}

// Other rows, style, title or column of a part that there is.
export async function askShown(part, change) {
  const known = await api.get("part_choices", { pack: state.pack });
  const form = part.clause
    ? styleForm(known, part.shown.style)
    : blockForm(known, () => (act.disabled = !form.ready()), { block: part.block, ...part.shown });
  const act = dialog(t("shown-edit"), form.elements, t("apply"), () => change({ action: "show", index: part.index, ...form.asked() }));
  act.disabled = !form.ready();
}

function styleForm(known, begun) {
  const style = choice(t("style"), ["", ...known.styles].map(option), begun, () => {}, { id: "part-style" });
  return { elements: [style], ready: () => true, asked: () => ({ style: style.querySelector("select").value }) };
}

function newForm() {
  return { elements: [h("p", { class: "soft" }, t("add-new-text"))], opens: true, ready: () => true };
}

function clauseForm(known, check) {
  const used = new Set(state.letter.parts.flatMap((one) => one.clauses));
  const clauses = Object.entries(state.letter.all_clauses).filter(([name]) => !used.has(name));
  const find = h("input", { type: "search", placeholder: t("add-find"), "aria-label": t("add-find"), oninput: fill });
  const select = h("select", { class: "list", size: 12, id: "add-clause", "aria-label": t("usage-clause"), onchange: chosen });
  const style = choice(t("style"), ["", ...known.styles].map(option), "", () => {}, { id: "part-style" });
  const whole = h("div", { class: "soft whole", role: "status" });
  function fill() {
    select.replaceChildren(...clauses
      .filter(([name, texts]) => says(find.value, name, clauseName(name), ...Object.values(texts)))
      .map(([name]) => h("option", { value: name }, clauseName(name))));
    whole.replaceChildren();
    check?.();
  }
  // The chosen clause whole, in each language of the letter.
  function chosen() {
    whole.replaceChildren(...Object.entries(state.letter.all_clauses[select.value] ?? {}).map(([lang, text]) =>
      h("p", { lang: lang.split(".")[0] }, inWords(text))));
    style.querySelector("select").value = known.style_of[select.value] ?? "";
    check();
  }
  fill();
  return {
    elements: [find, select, whole, style],
    ready: () => Boolean(select.value),
    asked: () => ({ clause: select.value, style: style.querySelector("select").value }),
  };
}

function blockForm(known, check, begun = {}) {
  const asked = { style: "", title: "", column: "", rows: [], sums: {}, ...begun };
  const rest = h("div", { class: "block-rest" });
  const rowText = (room) => (name) => {
    const said = room === "placeholder" ? near(known.labels[name]) || near(state.letter.placeholders[name]?.meaning)
      : near(known.labels[name]) || near(state.letter.all_clauses[name]);
    return [name, said && said !== name ? `${name} – ${said.slice(0, 60)}` : name];
  };
  let one = null;

  function sumsOf(row) {
    if (asked.block !== "itemization") return null;
    const chosen = new Set(asked.sums[row] ?? []);
    const kinds = [["total_due", t("sum-total")], ...Object.entries(known.items).map(([id, labels]) => [id, near(labels) || id])];
    const box = ([id, text]) => h("label", { class: "check" }, h("input", {
      type: "checkbox", checked: chosen.has(id),
      onchange: (event) => {
        if (event.target.checked) chosen.add(id);
        else chosen.delete(id);
        asked.sums[row] = [...chosen];
      },
    }), text);
    return h("details", { class: "sums" }, h("summary", {}, t("sums")), kinds.map(box));
  }

  function draw() {
    one = known.blocks.find((other) => other.block === asked.block);
    const set = (key) => (value) => ((asked[key] = value), check());
    const parts = [];
    if (one.styles.length) parts.push(choice(t("style"), ["", ...one.styles].map(option), asked.style, set("style"), { id: "part-style" }));
    const titles = [["", t("style-none")], ...known.titles.map((name) => [name, `${near(known.labels[name]) || name}`])];
    parts.push(choice(t("block-title"), titles, asked.title, set("title"), { id: "part-title", class: "wide" }));
    const columns = ["", "left", "right"].map((column) => [column, t(`column-${column || "whole"}`)]);
    parts.push(choice(t("column"), columns, asked.column, set("column"), { id: "part-column" }));
    if (one.rows) {
      let names = one.rows === "clause" ? Object.keys(state.letter.all_clauses) : known[one.rows];
      if (one.labelled) names = names.filter((name) => name in known.labels);
      const label = t(one.needed ? "rows-needed" : "rows-may");
      parts.push(rowsEditor(names.map(rowText(one.rows)), asked.rows, label, set("rows"), sumsOf).element);
    }
    rest.replaceChildren(...parts);
  }
  const begin = (block) => {
    Object.assign(asked, { block, style: "", title: known.blocks.find((other) => other.block === block).title, column: "", rows: [], sums: {} });
    draw();
    check?.();
  };
  const which = begun.block
    ? h("p", {}, h("strong", {}, blockName(begun.block)))
    : choice(t("block"), known.blocks.map((other) => [other.block, blockName(other.block)]), "values", begin, { id: "add-block", class: "wide" });
  asked.block ??= "values";
  draw();
  return {
    elements: [which, rest],
    ready: () => !one.needed || asked.rows.length > 0,
    asked: () => ({ ...asked, sums: Object.fromEntries(Object.entries(asked.sums).filter(([row]) => asked.rows.includes(row))) }),
  };
}
