// A clause that is being written, in its place among the others: new, or beginning as another one.
// What is typed stays in this browser until it is saved or discarded.

import * as api from "./api.js";
import { column } from "./conditions.js";
import { choice, debounce, h, inTurn } from "./dom.js";
import { makeEditor } from "./editor.js";
import { findingList } from "./findings.js";
import { nowOwn } from "./one_text.js";
import { CLASSES } from "./source.js";
import { state, tell } from "./state.js";
import { insertTool } from "./values.js";
import { language, near, t } from "./words.js";

const kept = () => `notices-new-clause:${state.pack}:${state.kind}`;

// A name that no clause has yet: `hardship-2`.
function freeName(like) {
  if (!like) return "";
  const stem = like.replace(/-\d+$/, "");
  for (let number = 2; ; number += 1) if (!(`${stem}-${number}` in state.letter.all_clauses)) return `${stem}-${number}`;
}

function begin({ index, like }) {
  const model = like ? state.letter.clauses[like] : null;
  const sides = model ? Object.entries(model.sides) : Object.keys(state.letter.languages).map((lang) => [lang, { lang }]);
  const texts = Object.fromEntries(sides.filter(([, side]) => !model || "text" in side).map(([name, side]) => [name, side.text ?? ""]));
  const headings = Object.fromEntries(sides.filter(([, side]) => !model || "heading" in side).map(([name, side]) => [name, side.heading ?? ""]));
  const style = (model && state.letter.parts.find((one) => one.clause === like)?.shown.style) ?? "";
  return {
    index, like, style, texts, headings, id: freeName(like), class: model?.source.class ?? "practice",
    source: model?.source.citation ?? "", names: model?.when.hold ?? [], not_names: model?.when.hold_not ?? [],
  };
}

// A new clause that was begun here and not saved comes back with the page.
export function restoreNewClause() {
  let begun = null;
  try {
    begun = JSON.parse(localStorage.getItem(kept()));
  } catch {
    localStorage.removeItem(kept());
  }
  if (!begun) return;
  if (begun.like && !state.letter.clauses[begun.like]) begun.like = "";
  openNewClause(begun, false);
}

export async function openNewClause(given, focus = true) {
  if (document.getElementById("new-clause")) {
    tell("say", { text: t("new-open"), kind: "error" });
    return document.getElementById("new-clause").scrollIntoView({ block: "center" });
  }
  const asked = "texts" in given ? given : begin(given);
  asked.index = Math.min(asked.index, state.letter.parts.length);
  const known = await api.get("part_choices", { pack: state.pack });
  const model = asked.like ? state.letter.clauses[asked.like] : null;
  const told = h("span", { class: "told", role: "status" });
  const found = h("div", { class: "found" });
  const sentence = h("p", { class: "when", role: "status" });
  const place = h("p", { class: "place", "aria-live": "polite" });

  const judge = debounce(200, 800, inTurn(async () => {
    try {
      const answer = await api.post("try_clause", { pack: state.pack, kind: state.kind, clause: clause() });
      if (!element.isConnected) return;
      const own = answer.findings.filter((one) => one.rule !== "clause-side-missing" || Object.values(asked.texts).some(Boolean));
      found.replaceChildren(own.length ? findingList(own) : "");
      sentence.replaceChildren(
        answer.possible ? "" : h("strong", { class: "error" }, `${t("cond-never")} `),
        answer.said ? `${t("when")}${t("colon")}${answer.said[language()]}` : t("new-always"));
      id.setCustomValidity(answer.taken ? t("new-taken") : "");
      id.nextElementSibling.textContent = answer.taken ? t("new-taken") : "";
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
    }
  }));
  const clause = () => ({
    id: asked.id, class: asked.class, source: asked.source, texts: asked.texts, headings: asked.headings,
    names: asked.names, not_names: asked.not_names, like: asked.like,
  });
  const changed = () => {
    localStorage.setItem(kept(), JSON.stringify(asked));
    told.textContent = t("draft-kept");
    judge();
  };
  const line = (label, input, note) => h("label", { class: "line" }, h("span", {}, label), input, note);
  const id = h("input", { id: "new-id", value: asked.id, maxlength: 64, spellcheck: "false", autocomplete: "off",
    oninput: () => ((asked.id = id.value.trim()), changed()) });
  const source = h("textarea", { id: "new-source", rows: 2, value: asked.source, oninput: () => ((asked.source = source.value), changed()) });
  const kind = choice(t("source-class"), CLASSES.map((one) => [one, t(`class-${one}`)]), asked.class, (one) => ((asked.class = one), changed()), { id: "new-class" });
  const style = choice(t("style"), ["", ...known.styles].map((one) => [one, t(`style-${one || "none"}`)]), asked.style, (one) => ((asked.style = one), changed()), { id: "new-style" });

  const sides = h("div", { class: "sides" });
  const names = [...new Set([...Object.keys(asked.headings), ...Object.keys(asked.texts)])];
  for (const lang of [...new Set(names.map((name) => name.split(".")[0]))]) {
    const side = h("div", { class: "side" }, h("div", { class: "lang" }, state.letter.languages[lang] ?? lang));
    for (const name of names.filter((one) => one.split(".")[0] === lang)) side.append(...oneSide(name, lang));
    sides.append(side);
  }

  function oneSide(name, lang) {
    const variant = name.split(".")[1];
    const explained = state.letter.conditions.find((one) => one.name === variant)?.explain;
    const elements = variant ? [h("div", { class: "lang" }, h("strong", {}, near(explained) || variant))] : [];
    if (name in asked.headings) {
      const heading = h("input", { class: "new-heading", lang, value: asked.headings[name], placeholder: t("new-heading"),
        "aria-label": `${t("heading")} ${name}`, oninput: () => ((asked.headings[name] = heading.value), changed()) });
      elements.push(heading);
    }
    if (name in asked.texts) {
      const view = makeEditor({
        text: asked.texts[name], lang, label: `${t("new-text")} ${name}`, onsave: save, onfocus: () => {},
        onchange: (text) => ((asked.texts[name] = text), changed()), onplace: (said) => (place.textContent = said ? `{{ ${said} }}` : ""),
      });
      view.dom.dataset.side = name;
      elements.push(h("div", { class: "text" }, view.dom, insertTool(view, lang, `${t("new-text")} ${name}`)));
    }
    return elements;
  }

  const own = column({ hold: asked.names, hold_not: asked.not_names }, t("cond-clause"), () => (Object.assign(asked, own.asked()), changed()));
  const conditions = h("details", { class: "new-conditions", open: Boolean(asked.names.length + asked.not_names.length) },
    h("summary", {}, t("set-conditions")),
    model?.when.rest ? h("p", { class: "soft" }, `${t("cond-rest-clause")}${t("colon")}${model.when.rest[language()]}`) : null,
    h("div", { class: "list", tabindex: "0" }, h("table", { class: "conditions" }, h("tbody", {}, state.letter.conditions.map((one) =>
      h("tr", {}, h("th", { scope: "row" }, near(one.explain) || one.name, h("small", {}, one.name)), h("td", {}, own.choose(one))))))));

  async function save() {
    if (!state.name) {
      told.textContent = t("name-needed");
      return document.getElementById("person").focus();
    }
    button.disabled = true;
    try {
      const answer = await api.post("new_clause", {
        pack: state.pack, kind: state.kind, index: asked.index, style: asked.style, seen: state.letter.parts_digest, by: state.name, clause: clause(),
      });
      if (answer.status === "written" || answer.status === "same") {
        localStorage.removeItem(kept());
        tell("say", { text: t("saved", { file: `packs/${state.pack}/${answer.file}` }) });
        nowOwn();
        state.goto = `clause-${answer.clause}`;
        return tell("show");
      }
      const parts = answer.status === "conflict" && answer.file === "kinds.yaml";
      told.textContent = parts ? t("new-moved") : t("stays-draft");
      found.replaceChildren(findingList(answer.findings));
      if (parts) tell("show");
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
    }
    button.disabled = false;
  }
  const button = h("button", { class: "save", id: "new-save", onclick: save }, t("new-save"));
  const element = h("article", { class: "card new chosen", id: "new-clause", "aria-label": t("new-title") },
    h("div", { class: "head" }, h("h2", {}, asked.like ? t("new-like", { clause: asked.like }) : t("new-title"))),
    h("div", { class: "new-facts" }, line(t("new-id"), id, h("span", { class: "told" })), kind, style, line(t("source"), source)),
    sides, place, conditions, sentence, found,
    h("div", { class: "foot" }, button,
      h("button", { class: "quiet discard", onclick: () => (localStorage.removeItem(kept()), element.remove()) }, t("discard")), told));
  const before = document.getElementById(`part-${asked.index}`) ?? document.getElementById("add-last");
  before.before(element);
  judge();
  if (!focus) return;
  element.scrollIntoView({ block: "center" });
  id.focus();
}
