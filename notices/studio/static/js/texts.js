// The texts of one clause: each in its editor, all of them under one Save.

import * as api from "./api.js";
import { conflictBox } from "./conflict.js";
import { dialog } from "./dialog.js";
import { debounce, h, inTurn } from "./dom.js";
import { explain, makeEditor, setText } from "./editor.js";
import { findingList } from "./findings.js";
import { pack, sending, state, tell } from "./state.js";
import { languageName, moment, near, t } from "./words.js";

// What is wrong with clauses, as the server says it, at each of their cards and for the letter.
export function showFindings(answer) {
  for (const [name, own] of Object.entries(answer.findings)) state.found.set(name, own);
  if (answer.kind) state.kindFound = answer.kind;
  for (const found of document.querySelectorAll(".found")) {
    const own = answer.findings[found.dataset.clause];
    if (own) found.replaceChildren(own.length ? findingList(own) : "");
  }
  tell("found");
}

// The foot of a clause: one Save for all its sides, which asks where a language is left behind.
export function makeClauseTexts(clause) {
  const scalars = [];
  const told = h("span", { class: "told", role: "status" });
  const problems = h("div", { class: "problems" });
  const foot = h(
    "div",
    { class: "foot", hidden: true },
    h("button", { class: "save", onclick: () => save() }, t("save")),
    h("button", { class: "quiet discard", onclick: () => scalars.forEach((one) => one.reset()) }, t("discard")),
    told,
  );
  const dirty = () => scalars.filter((one) => one.dirty());
  const show = () => (foot.hidden = !dirty().length);

  // Of a language with a text for each recipient, every one of them.
  function leftBehind() {
    const changed = new Set(dirty().map((one) => one.side));
    const sides = Object.entries(clause.sides).filter(([name]) => !changed.has(name)).map(([, side]) => side);
    const untouched = (side) => sides.filter((one) => one.lang === side.lang).length === Object.values(clause.sides).filter((one) => one.lang === side.lang).length;
    return [...new Set(sides.map((side) => side.variant && !untouched(side)
      ? `${languageName(side.lang)}${t("colon")}${near(side.explain) || side.variant}` : languageName(side.lang)))];
  }

  async function save(asked = false) {
    const mine = dirty();
    if (!mine.length) return;
    if (!state.name) {
      told.textContent = t("name-needed");
      return document.getElementById("person").focus();
    }
    const behind = leftBehind();
    if (behind.length && !asked) {
      const languages = behind.join(t("list-comma"));
      return dialog(t("one-sided"), [h("p", {}, t("one-sided-ask", { languages }))], t("one-sided-save"), () => save(true));
    }
    const texts = mine.map((one) => ({ scalar: one.scalar, ...state.edits.get(one.scalar) }));
    let answer;
    try {
      answer = await api.post("save_together", { pack: state.pack, by: state.name, texts });
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
      return;
    }
    take(answer.outcomes, texts);
  }

  function take(outcomes, texts) {
    const left = foot.contains(document.activeElement);
    problems.replaceChildren();
    const all = Object.values(outcomes);
    const refused = all.filter((one) => one.status === "refused");
    for (const one of scalars) if (one.scalar in outcomes) one.take(outcomes[one.scalar], texts);
    if (refused.length) {
      const findings = refused.flatMap((one) => one.findings);
      const once = findings.filter((one, at) => findings.findIndex((other) => other.message.en === one.message.en) === at);
      problems.replaceChildren(h("p", { class: "stays", role: "alert" }, t("stays-draft")), findingList(once));
    } else if (all.some((one) => one.status === "conflict")) {
      told.textContent = t("conflict-title");
    } else {
      const files = [...new Set(all.map((one) => `packs/${state.pack}/${one.file}`))].join(", ");
      tell("say", { text: t("saved", { file: files }) });
      if (pack().shipped) {
        pack().shipped = false;
        document.querySelector(".origin").textContent = t("own");
      }
    }
    show();
    if (left && foot.hidden) scalars.find((one) => one.scalar === texts[0].scalar).view.focus(); // Save is gone
    tell("saved");
  }

  function add(given) {
    const scalar = makeScalar({ ...given, clause, told, show, problems, save: () => save() });
    scalars.push(scalar);
    show();
    if (scalar.dirty()) told.textContent = t("unsaved");
    return scalar;
  }

  return { add, dirty: () => dirty().length > 0, element: h("div", {}, foot, problems) };
}

// One text: its editor, what is saved, and what is typed.
function makeScalar({ room, clause, name, lang, text, digest, label, place, told, show, problems, save, onfocus }) {
  const scalar = `${room}/${clause.id}/${name}`;
  const kept = state.edits.get(scalar);
  const saved = { text, digest };
  const clash = h("div", {});

  const send = debounce(200, 800, inTurn(async () => {
    const edit = state.edits.get(scalar);
    if (!edit) return;
    try {
      const answer = await api.post("draft", { pack: state.pack, kind: state.kind, scalar, text: edit.text, seen: edit.seen });
      const open = /\{\{[^{}]*$/.test(edit.text.slice(0, view.state.selection.main.head));
      if (!open) showFindings(answer); // a name is being typed
      if (state.edits.get(scalar)?.text === edit.text) told.textContent = t("draft-kept");
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
      if (!error.status) setTimeout(send, 2000);
    }
  }, sending));

  function change(now) {
    problems.replaceChildren();
    if (now.trim() === saved.text.trim()) return forget();
    const seen = state.edits.get(scalar)?.seen ?? saved.digest;
    state.edits.set(scalar, { text: now, seen });
    show();
    told.textContent = t("unsaved");
    send();
    tell("typed");
  }

  async function forget() {
    const was = state.edits.delete(scalar);
    show();
    if (!was) return;
    tell("typed");
    showFindings(await api.post("discard", { pack: state.pack, kind: state.kind, scalar }));
  }

  function take(outcome, texts) {
    const sent = texts.find((one) => one.scalar === scalar).text;
    if (outcome.status === "conflict") return collide(outcome, sent);
    if (!["written", "same"].includes(outcome.status)) return;
    saved.text = outcome.text;
    saved.digest = outcome.digest;
    clash.replaceChildren();
    const edit = state.edits.get(scalar);
    if (edit?.text === sent) return state.edits.delete(scalar);
    if (edit) edit.seen = outcome.digest;
    change(view.state.doc.toString()); // one went on typing: the draft begins from the saved text now
  }

  function collide(outcome, mine, by = "") {
    const choose = (whose) => {
      const now = state.edits.get(scalar)?.text ?? mine; // one may have gone on typing
      saved.text = outcome.text;
      saved.digest = outcome.digest;
      state.edits.set(scalar, { text: now, seen: outcome.digest });
      clash.replaceChildren();
      setText(view, whose === "theirs" ? outcome.text : now);
      view.focus();
    };
    clash.replaceChildren(conflictBox({ base: saved.text, theirs: outcome.text, mine, lang, by, choose }));
  }

  // Somebody else saved this text: it is shown where nothing is typed, and told where something is.
  function hear(event) {
    const news = event.detail;
    if (news.digest === saved.digest) return;
    event.preventDefault(); // it is news
    const mine = state.edits.get(scalar)?.text;
    if (mine !== undefined && mine.trim() !== news.text.trim()) return collide(news, mine, news.by);
    Object.assign(saved, { text: news.text, digest: news.digest });
    setText(view, news.text);
    clash.replaceChildren(h("p", { class: "heard" }, t("heard", { by: news.by, when: moment(news.when) })));
  }

  const view = makeEditor({
    text: kept ? kept.text : text,
    lang,
    label,
    onchange: change,
    onsave: save,
    onplace: (known) => (place.textContent = known ? explain(known, lang) : ""),
    onfocus,
  });
  view.dom.dataset.scalar = scalar;
  view.dom.addEventListener("focusout", () => send.now()); // before anything else is chosen
  view.dom.addEventListener("heard", hear);
  return { scalar, side: name, lang, view, clash, take, dirty: () => state.edits.has(scalar), reset: () => state.edits.has(scalar) && setText(view, saved.text) };
}
