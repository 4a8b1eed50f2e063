// A part's menu: move, remove, conditions, add a clause before it.

import * as api from "./api.js";
import { chooseConditions } from "./conditions.js";
import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { findingList } from "./findings.js";
import { changeBody } from "./history.js";
import { state, tell } from "./state.js";
import { near, t } from "./words.js";

export function partTools(part) {
  const button = (key, mark, action, off) =>
    h("button", { class: "tool", title: t(key), "aria-label": `${t(key)}: ${part.clause || part.block}`, disabled: off, onclick: action }, mark);
  return h(
    "span",
    { class: "parttools" },
    button("up", "↑", () => change({ action: "move", index: part.index, to: part.index - 1 }), part.index === 0),
    button("down", "↓", () => change({ action: "move", index: part.index, to: part.index + 1 }),
      part.index === state.letter.parts.length - 1),
    button("set-conditions", "☰", () => chooseConditions(part, change)),
    button("add-part", "+", () => chooseClause(part)),
    button("remove", "×", () => confirm(t(part.protected ? "remove-protected" : "remove-sure"), () => change({ action: "remove", index: part.index }))),
  );
}

async function change(asked) {
  if (!state.name) {
    tell("say", { text: t("name-needed"), kind: "error" });
    return document.getElementById("person").focus();
  }
  try {
    const answer = await api.post("parts", {
      ...asked, pack: state.pack, kind: state.kind, by: state.name, seen: state.letter.parts_digest,
    });
    if (answer.status === "conflict") await tellConflict();
    else if (answer.status === "refused") return dialog(t("part-menu"), [findingList(answer.findings)]);
    else tell("say", { text: t("saved", { file: `packs/${state.pack}/kinds.yaml` }) });
    tell("show");
  } catch (error) {
    tell("say", { text: error.status ? t("failed", { error: error.message }) : t("offline"), kind: "error" });
  }
}

// Whose change came first, and what it was.
async function tellConflict() {
  const answer = await api.get("history", { pack: state.pack, piece: `kinds/${state.kind}/parts` });
  const [last] = answer.changes;
  const body = last ? [h("p", {}, `${t("conflict-since")} ${last.by}`), changeBody(last)] : [h("p", {}, t("conflict-title"))];
  dialog(t("conflict-title"), body, "", null, t("close"));
}

function confirm(text, action) {
  dialog(t("remove"), [h("p", {}, text)], t("remove"), action);
}

function chooseClause(part) {
  const used = new Set(state.letter.parts.map((one) => one.clause));
  const select = h("select", { class: "list", size: 14, "aria-label": t("usage-clause") },
    Object.entries(state.letter.all_clauses).filter(([name]) => !used.has(name)).map(([name, texts]) =>
      h("option", { value: name }, `${name} – ${near(texts).slice(0, 90)}`)));
  dialog(t("add-part"), [select], t("add"),
    () => select.value && change({ action: "add", index: part.index, clause: select.value }));
}
