// A part's menu: move, remove, conditions, what it shows, a clause like it, something before it.

import * as api from "./api.js";
import { askAdd, askShown } from "./add_part.js";
import { chooseConditions } from "./conditions.js";
import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { moveTools } from "./moves.js";
import { partName } from "./names.js";
import { findingList } from "./findings.js";
import { openNewClause } from "./new_clause.js";
import { changeBody } from "./history.js";
import { state, tell } from "./state.js";
import { t } from "./words.js";

export function partTools(part) {
  const button = (key, mark, action, off) =>
    h("button", { class: "tool", title: t(key), "aria-label": `${t(key)}${t("colon")}${partName(part)}`, disabled: off, onclick: action }, mark);
  return h(
    "span",
    { class: "parttools" },
    moveTools(part, change),
    button("set-conditions", "☰", () => chooseConditions(part, change)),
    button("shown-edit", "✎", () => askShown(part, change)),
    part.clause ? button("clone", "≈", () => openNewClause({ index: part.index + 1, like: part.clause })) : null,
    button("add-here", "+", () => askAdd(part.index, change)),
    button("remove", "×", () => confirm(t(part.protected ? "remove-protected" : "remove-sure"), () => change({ action: "remove", index: part.index }))),
  );
}

async function change(asked, done = "") {
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
    else tell("say", { text: done || t("saved", { file: `packs/${state.pack}/kinds.yaml` }) });
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

// After the last part there is a place too.
export function addLast() {
  const add = () => askAdd(state.letter.parts.length, change);
  return h("p", { class: "add-last", id: "add-last" }, h("button", { class: "quiet", onclick: add }, `+ ${t("add-last")}`));
}
