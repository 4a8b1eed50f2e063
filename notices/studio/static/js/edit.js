// The letter's clauses in their order, both languages side by side, each editable.

import * as api from "./api.js";
import { showCounts, whenLine } from "./conditions.js";
import { h, idTag } from "./dom.js";
import { headingTool } from "./headings.js";
import { historyButton } from "./history.js";
import { retitleMoves } from "./moves.js";
import { clauseName } from "./names.js";
import { restoreNewClause } from "./new_clause.js";
import { makeOutline } from "./outline.js";
import { makePage } from "./page.js";
import { addLast, partTools } from "./parts.js";
import { sourceLine } from "./source.js";
import { chosenExample, kindTitle, on, pack, sending, state, tell } from "./state.js";
import { makeClauseTexts, showFindings } from "./texts.js";
import { insertTool } from "./values.js";
import { language, languageName, near, said, t } from "./words.js";

const cards = new Map(); // part id → card
let page = null;
let outline = null;
let shown = ""; // the letter that the page shows, and its labels' language

export async function showEdit(view) {
  await Promise.allSettled(sending);
  const letter = await api.get("letter", { pack: state.pack, kind: state.kind });
  state.letter = letter;
  state.edits = new Map(letter.drafts.map((d) => [d.scalar, { text: d.text, seen: d.base }]));
  cards.clear();
  const asked = [state.pack, state.kind, language()].join(" ");
  if (!page || shown !== asked) page = makePage((part, lang) => select(part, lang, true));
  shown = asked;
  const list = h("div", { class: "clauses" });
  const subjects = letter.subjects.map((one) => ({
    id: "subject",
    clause: one.clause,
    clauses: [one.clause],
    title: {},
    levels: one.levels,
    subject: true,
  }));
  for (const part of [...subjects, ...letter.parts]) list.append(card(part));
  list.append(addLast());
  const filter = h(
    "label",
    { class: "check" },
    h("input", {
      type: "checkbox",
      id: "only-printed",
      checked: state.onlyPrinted,
      onchange: (event) => {
        state.onlyPrinted = event.target.checked;
        markPrinted();
      },
    }),
    t("only-printed"),
  );
  outline = makeOutline([...cards.values()].flat().sort((a, b) => order(a) - order(b)), reveal);
  const origin = h("p", { class: "origin" }, t(pack().shipped ? "shipped" : "own"));
  view.replaceChildren(
    h("div", { class: "desk" }, h("section", { class: "left", id: "clauses", tabindex: "-1", "aria-label": t("tab-edit") }, jumps(), outline.element, h("div", { class: "tools" }, filter, origin), list), page.element),
  );
  if (letter.drafts.length) tell("say", { text: t("draft-restored", { count: letter.drafts.length }) });
  for (const { scalar, text } of letter.drafts.filter((d) => hasNoPlace(d.scalar, letter))) {
    tell("say", { text: t("draft-unplaced", { scalar, text }), kind: "error" });
  }
  state.found = new Map();
  showFindings({ findings: letter.findings, kind: letter.kind_findings });
  markPrinted();
  showCounts(letter);
  restoreNewClause();
  if (state.goto) select(state.goto, state.gotoLang, true);
  state.goto = state.gotoLang = "";
  page.draw();
}

const order = (card) => card.part.index ?? -1;

// From the clauses to the page and back, where one stands below the other.
function jumps() {
  const to = (key, id) => h("button", { class: "quiet", onclick: () => {
    document.getElementById(id).focus({ preventScroll: true });
    document.getElementById(id).scrollIntoView({ block: "start" });
  } }, t(key));
  return h("div", { class: "jumps", role: "group", "aria-label": t("jump") }, to("tab-edit", "clauses"), to("pages", "pages"));
}

// Show a part's card, also one that this case does not print, and go to it.
function reveal(one) {
  if (!one) return;
  one.revealed = true;
  markPrinted();
  select(one.part.id, "", false, one);
  const title = one.element.querySelector("h2");
  title.focus({ preventScroll: true });
  one.element.scrollIntoView({ block: "start" });
}

// A draft of a text that the pack has meanwhile parted into variants.
function hasNoPlace(scalar, letter) {
  const [room, name, side] = scalar.split("/");
  const clause = ["clauses", "headings"].includes(room) && letter.clauses[name];
  return clause && !((room === "clauses" ? "text" : "heading") in (clause.sides[side] ?? {}));
}

on("go", (part) => select(part, "", true));
on("case", () => state.tab === "edit" && page?.draw());
on("drawn", () => state.tab === "edit" && markPrinted());
for (const event of ["found", "typed", "saved"]) on(event, () => state.tab === "edit" && outline?.mark());

function markPrinted() {
  for (const group of cards.values()) {
    for (const one of group) {
      const level = Number(chosenExample()?.level ?? "1");
      const printed = one.part.subject
        ? one.part.levels.includes(level)
        : !state.printed.size || state.printed.has(one.part.index);
      one.element.classList.toggle("absent", !printed);
      one.element.hidden = state.onlyPrinted && !printed && !one.dirty() && !one.revealed;
      for (const box of one.element.querySelectorAll("[data-variant]")) {
        const read = state.variants[box.dataset.clause];
        box.classList.toggle("absent", Boolean(read) && read !== box.dataset.variant);
      }
    }
  }
  outline?.mark();
  retitleMoves();
}

function select(part, lang, focus, card = null) {
  const group = cards.get(part);
  const one = card ?? group?.find((c) => !c.element.hidden) ?? group?.[0];
  for (const old of document.querySelectorAll(".card.chosen")) old.classList.remove("chosen");
  if (!one) return;
  if (focus && one.element.hidden) {
    one.revealed = true; // new, or not printed by this case
    markPrinted();
  }
  one.element.classList.add("chosen");
  page.mark(part, !focus);
  if (focus) {
    one.element.scrollIntoView({ block: "center" });
    const inLanguage = one.editors.filter((editor) => editor.lang === lang);
    const read = inLanguage.find((editor) => !editor.view.dom.closest(".variant.absent"));
    (read ?? inLanguage[0] ?? one.editors[0])?.view.focus();
  }
}

function card(part) {
  const element = h("article", { class: `card${part.clause ? "" : " block"}`, id: `part-${part.index ?? part.clause}` });
  const one = { element, part, editors: [], dirty: () => false };
  cards.set(part.id, [...(cards.get(part.id) ?? []), one]);
  element.dataset.part = part.id;
  element.dataset.key = `${part.id}~${cards.get(part.id).length}`;
  if (!part.subject) element.dataset.index = part.index;
  if (part.clause) clauseCard(one, part);
  else blockCard(one, part);
  element.addEventListener("click", () => !element.classList.contains("chosen") && select(part.id, "", false));
  return element;
}

function blockCard(one, part) {
  const rows = part.rows.flatMap((row, at) => [at ? " · " : "", said(row.label) ?? row.name]);
  one.element.append(
    h(
      "div",
      { class: "head" },
      h("h2", { tabindex: "-1" }, t(`block-${part.block}`), near(part.title) ? [" – ", said(part.title)] : null),
      partTools(part),
    ),
    whenLine(part),
    h("p", { class: "rows" }, rows.length ? rows : t("block-note")),
  );
  for (const name of part.clauses) {
    one.element.append(h("h3", {}, clauseName(name), " ", idTag(name)), whenLine(part, name), clauseBody(one, state.letter.clauses[name], part));
  }
}

function clauseCard(one, part) {
  const clause = state.letter.clauses[part.clause];
  one.element.append(...[
    h(
      "div",
      { class: "head" },
      h("h2", { tabindex: "-1" }, near(clause.called), " ", idTag(clause.id)),
      h("span", { class: "absent-note" }, t("not-printed")),
      part.subject ? null : partTools(part),
    ),
    part.subject ? null : whenLine(part, clause.id),
    clause.also.length ? h("p", { class: "also" }, t("also-in", { kinds: clause.also.map(kindTitle).join(t("list-comma")) })) : null,
    clauseBody(one, clause, part),
  ].filter(Boolean));
}

function clauseBody(one, clause, part) {
  const place = h("p", { class: "place", "aria-live": "polite" });
  const sides = h("div", { class: "sides" });
  const found = h("div", { class: "found" });
  found.dataset.clause = clause.id;
  const texts = makeClauseTexts(clause);
  const write = (room, name, side, text, digest, label) => {
    const onfocus = () => select(part.id, side.lang, false);
    const scalar = texts.add({ room, name, lang: side.lang, text, digest, label, place, onfocus });
    if (room === "clauses") one.editors.push({ lang: side.lang, view: scalar.view });
    return h("div", { class: room === "headings" ? "heading" : "text" }, scalar.view.dom, insertTool(scalar.view, side.lang, label), scalar.clash);
  };
  // A language's one text, or one of its variants under the words that say whom it is for.
  const oneSide = ([name, side]) => {
    const language = side.variant ? null : languageName(side.lang);
    const title = h(
      "div",
      { class: "lang" },
      language ?? h("strong", {}, near(side.explain) || side.variant),
      side.unverified ? h("span", { class: "tag" }, t("unverified")) : null,
      state.letter.others.includes(`clauses/${clause.id}/${name}`) ? h("span", { class: "tag" }, t("others-draft")) : null,
      side.variant ? h("span", { class: "absent-note" }, t("not-printed")) : null,
    );
    const box = h("div", { class: "variant" }, title);
    if (side.variant) Object.assign(box.dataset, { variant: side.variant, clause: clause.id });
    const label = [near(clause.called), languageName(side.lang), near(side.explain)].filter(Boolean).join(t("list-comma"));
    if ("heading" in side) {
      box.append(write("headings", name, side, side.heading, side.heading_digest, `${t("heading")}${t("colon")}${label}`));
    }
    if ("text" in side) box.append(write("clauses", name, side, side.text, side.digest, label));
    return box;
  };
  for (const lang of state.languages) {
    const own = Object.entries(clause.sides).filter(([, side]) => side.lang === lang);
    if (!own.length) continue;
    const varied = own.every(([, side]) => side.variant);
    const title = varied ? h("div", { class: "lang" }, languageName(lang)) : null;
    sides.append(h("div", { class: "side" }, title, own.map(oneSide)));
  }
  const before = one.dirty;
  one.dirty = () => before() || texts.dirty();
  return h("div", {}, h("div", { class: "clause" }, sides, texts.element, place, found), sourceLine(clause),
    historyButton(`clauses/${clause.id}`, clauseName(clause.id)), headingTool(clause));
}
