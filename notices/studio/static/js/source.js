// Where a clause comes from: its class and citation, each changed where it stands.

import * as api from "./api.js";
import { choice, h } from "./dom.js";
import { findingList } from "./findings.js";
import { isNamed, nowOwn, oneText } from "./one_text.js";
import { state, tell } from "./state.js";
import { clauseName } from "./names.js";
import { language, said, t } from "./words.js";

export const CLASSES = ["law", "practice", "product"];

export function sourceLine(clause) {
  const scalar = `sources/${clause.id}/source`;
  const draft = state.letter.side_drafts[scalar];
  const line = h("p", { class: "source" });
  const box = h("div", { class: "source-edit", hidden: !draft });
  const draw = () => {
    line.replaceChildren(
      `${t("source")} (${t(`class-${clause.source.class}`)})${t("colon")}`, said(clause.source.called) ?? "–", " ",
      clause.source.status === "unverified" ? h("span", { class: "tag" }, t("unverified")) : "",
      h("button", { class: "tool pen", title: t("source-edit"), "aria-label": `${t("source-edit")}${t("colon")}${clauseName(clause.id)}`, "aria-expanded": String(!box.hidden), onclick: open }, "✎"),
    );
  };
  const told = h("div", { class: "told", role: "status" });
  const saved = { text: clause.source.citation, digest: clause.source.digests.source };
  const citation = oneText({
    scalar, lang: "", label: `${t("source")}${t("colon")}${clauseName(clause.id)}`, saved, draft, rows: 2,
    onsaved: (answer) => ((clause.source.citation = answer.text), (clause.source.called = { [language()]: answer.text }), draw()),
  });
  const kind = choice(t("source-class"), CLASSES.map((one) => [one, t(`class-${one}`)]), clause.source.class, setClass, { class: "source-class" });

  function open() {
    box.hidden = !box.hidden;
    draw();
    if (!box.hidden) citation.area.focus();
    else line.querySelector("button").focus();
  }

  async function setClass(chosen) {
    const back = () => (kind.querySelector("select").value = clause.source.class);
    if (!isNamed(told)) return back();
    try {
      const answer = await api.post("save", {
        pack: state.pack, scalar: `sources/${clause.id}/class`, text: chosen, seen: clause.source.digests.class, by: state.name,
      });
      if (answer.status === "refused") return back(), told.replaceChildren(findingList(answer.findings));
      if (answer.status === "conflict") told.textContent = t("conflict-title");
      else tell("say", { text: t("saved", { file: `packs/${state.pack}/${answer.file}` }) });
      clause.source.class = answer.text;
      clause.source.digests.class = answer.digest;
      back();
      nowOwn();
      draw();
    } catch (error) {
      back();
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
    }
  }
  box.append(kind, citation.element, told);
  draw();
  return h("div", {}, line, box);
}
