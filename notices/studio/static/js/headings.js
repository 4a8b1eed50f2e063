// Headings of a clause that has none: one in each language, or none.

import * as api from "./api.js";
import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { findingList } from "./findings.js";
import { clauseName } from "./names.js";
import { state, tell } from "./state.js";
import { t } from "./words.js";

// A clause without a heading can have one; one that has one can do without.
export function headingTool(clause) {
  const has = Object.values(clause.sides).some((side) => "heading" in side);
  const ask = () => (has ? askRemove(clause) : askHeadings(clause));
  return h("button", { class: "tool heading-tool", onclick: ask, "aria-label": `${t(has ? "heading-remove" : "heading-add")}${t("colon")}${clauseName(clause.id)}` },
    t(has ? "heading-remove" : "heading-add"));
}

function askRemove(clause) {
  const said = Object.values(clause.sides).filter((side) => side.heading);
  dialog(t("heading-remove"), said.map((side) => h("blockquote", { lang: side.lang }, side.heading)), t("remove"), () => write(clause, {}));
}

function askHeadings(clause) {
  const languages = clause.only.length ? clause.only : Object.keys(state.letter.languages);
  const inputs = languages.map((lang) => h("input", { lang, "aria-label": `${t("heading")} ${lang}`, oninput: check }));
  const act = dialog(
    t("heading-add"),
    [h("p", { class: "soft" }, t("heading-all")), ...inputs.map((one, at) =>
      h("label", { class: "line" }, h("span", {}, state.letter.languages[languages[at]]), one))],
    t("save"),
    () => write(clause, Object.fromEntries(inputs.map((one, at) => [languages[at], one.value]))),
  );
  act.disabled = true;

  function check() {
    act.disabled = inputs.some((one) => !one.value.trim());
  }
}

async function write(clause, texts) {
  if (!state.name) {
    tell("say", { text: t("name-needed"), kind: "error" });
    return document.getElementById("person").focus();
  }
  try {
    const answer = await api.post("set_headings", { pack: state.pack, clause: clause.id, texts, by: state.name });
    if (answer.status === "refused") return dialog(t("heading-add"), [findingList(answer.findings)]);
    if (answer.status === "conflict") tell("say", { text: t("conflict-title"), kind: "error" });
    else tell("say", { text: t("saved", { file: `packs/${state.pack}/${answer.file}` }) });
    state.goto = `clause-${clause.id}`;
    tell("show");
  } catch (error) {
    tell("say", { text: error.status ? t("failed", { error: error.message }) : t("offline"), kind: "error" });
  }
}
