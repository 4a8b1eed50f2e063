// Terms that letters print by themselves, and the hints of fields: each opened like a clause, with draft,
// parity and one Save for all its languages, beside the page.

import * as api from "./api.js";
import { choice, h, idTag } from "./dom.js";
import { historyButton } from "./history.js";
import { makePage } from "./page.js";
import { on, pack, sending, state, tell } from "./state.js";
import { makeClauseTexts, showFindings } from "./texts.js";
import { says } from "./values.js";
import { languageName, near, said, t } from "./words.js";

let page = null;
let rows = [];
let room = "";
const ROOMS = ["labels", "salutations", "item_kinds", "glossary", "hints"];

export async function showTerms(view) {
  await Promise.allSettled(sending);
  const asked = { pack: state.pack, kind: state.kind };
  const [known, letter] = await Promise.all([api.get("terms", { pack: state.pack }), api.get("letter", asked)]);
  state.letter = letter;
  state.edits = new Map(known.drafts.map((d) => [d.scalar, { text: d.text, seen: d.base }]));
  state.found = new Map();
  state.kindFound = letter.kind_findings;
  page = makePage(goToClause);
  rows = known.terms.map((one) => makeRow(one, known));
  const count = h("p", { class: "soft", role: "status" });
  const search = h("input", { type: "search", id: "find", placeholder: t("terms-find"), "aria-label": t("terms-find"), oninput: filter });
  const rooms = ["", ...ROOMS].map((one) => [one, t(`terms-${one || "all"}`)]);
  const which = choice(t("terms-room"), rooms, room, (chosen) => ((room = chosen), filter()), { id: "term-room" });
  const list = h("div", { class: "clauses terms" }, rows.map((one) => one.element));
  const origin = h("p", { class: "origin" }, t(pack().shipped ? "shipped" : "own"));
  view.replaceChildren(h("div", { class: "desk" },
    h("section", { class: "left", id: "clauses", tabindex: "-1", "aria-label": t("tab-terms") },
      h("div", { class: "tools" }, search, which, origin), count, list),
    page.element));
  showFindings({ findings: known.findings });
  for (const one of rows) if (one.isOpen()) one.open();
  filter();
  page.draw();

  function filter() {
    for (const one of rows) one.element.hidden = (room && one.room !== room) || !says(search.value.trim(), ...one.names());
    count.textContent = t("terms-count", { count: rows.filter((one) => !one.element.hidden).length, all: rows.length });
  }
}

on("case", () => state.tab === "terms" && page?.draw());
for (const event of ["saved", "typed"]) on(event, () => state.tab === "terms" && rows.forEach((one) => one.mark()));

function goToClause(part) {
  state.tab = "edit";
  tell("tab", part);
}

// One term: closed, it says what it is in each language; open, each has its editor.
function makeRow(one, known) {
  const printed = Object.fromEntries(Object.entries(one.sides).filter(([, side]) => side.text).map(([tag, side]) => [tag, side.text]));
  const name = near(one.called) || near(printed) || one.name;
  const marks = h("span", { class: "marks" });
  const texts = state.languages.map((lang) => one.sides[lang]?.text
    ? h("span", { lang }, one.sides[lang].text)
    : h("span", { class: "unsaid" }, t("side-missing")));
  const place = h("p", { class: "place", "aria-live": "polite" });
  const found = h("div", { class: "found" });
  const key = `${one.room}/${one.name}`;
  found.dataset.clause = key;
  const body = h("div", {});
  const element = h("details", { class: "card term", ontoggle: () => element.open && open() },
    h("summary", {}, h("span", { class: "name" }, said(one.called) ?? said(printed) ?? one.name), " ", idTag(one.name), h("span", { class: "tag" }, t(`terms-${one.room}`)), marks,
      h("span", { class: "texts" }, texts)),
    body);
  element.dataset.key = key;
  const scalars = Object.keys(one.sides).map((lang) => `${key}/${lang}`);
  let made = null;

  function open() {
    element.open = true;
    if (made) return;
    const sides = Object.fromEntries(state.languages.map((lang) => [lang, { lang, ...(one.sides[lang] ?? { text: "", digest: "" }) }]));
    made = makeClauseTexts({ id: one.name, sides });
    body.replaceChildren(h("div", { class: "sides" }, Object.entries(sides).map(([lang, side]) => {
      const label = [name, languageName(lang)].join(t("list-comma"));
      const scalar = made.add({ room: one.room, name: lang, lang, text: side.text, digest: side.digest, label, place, onfocus: () => {} });
      const others = known.others.includes(`${key}/${lang}`);
      return h("div", { class: "side" }, h("div", { class: "lang" }, languageName(lang), others ? h("span", { class: "tag" }, t("others-draft")) : null),
        scalar.view.dom, scalar.clash);
    })), ...[made.element, place, found, twins(), historyButton(one.room === "hints" ? `fields/${one.name}/hint` : key, name)].filter(Boolean));
    showFindings({ findings: { [key]: state.found.get(key) ?? [] } });
  }

  // The label, hint or salutation of the same name: who changes one often means the other too.
  function twins() {
    const others = rows.filter((other) => other.name === one.name && other.room !== one.room);
    const go = (other) => () => (other.open(), other.element.hidden = false, other.element.querySelector("summary").focus());
    return others.length ? h("p", { class: "also" }, t("terms-also"), others.map((other) =>
      [" ", h("button", { class: "quiet twin", onclick: go(other) }, t(`terms-${other.room}`))])) : null;
  }

  function mark() {
    const wrong = (state.found.get(key) ?? []).some((other) => other.severity === "error");
    const draft = scalars.some((scalar) => state.edits.has(scalar));
    marks.replaceChildren(...[wrong && "error", draft && "draft"].filter(Boolean).map((key) =>
      h("span", { class: `mark ${key}` }, t(`mark-${key}`))));
  }
  mark();
  const names = () => [name, one.name, ...Object.values(one.sides).map((side) => side.text)];
  return { element, open, mark, names, name: one.name, room: one.room, isOpen: () => scalars.some((scalar) => state.edits.has(scalar)) };
}
