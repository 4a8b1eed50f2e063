// Terms that letters print by themselves, the glossary, and the hints of fields: languages in a row.

import * as api from "./api.js";
import { choice, h } from "./dom.js";
import { findingList } from "./findings.js";
import { oneText } from "./one_text.js";
import { pack, state } from "./state.js";
import { t } from "./words.js";

const ROOMS = ["labels", "salutations", "item_kinds", "glossary", "hints"];
let room = "";

export async function showTerms(view) {
  const known = await api.get("terms", { pack: state.pack });
  const body = h("tbody");
  const search = h("input", { type: "search", id: "find", placeholder: t("terms-find"), "aria-label": t("terms-find"), oninput: filter });
  const rooms = [["", t("terms-all")], ...ROOMS.map((one) => [one, t(`terms-${one}`)])];
  const which = choice(t("terms-room"), rooms, room, (chosen) => ((room = chosen), filter()), { id: "term-room" });
  const head = [t("usage-label"), ...state.languages.map((lang) => pack().languages[lang])];
  view.replaceChildren(
    h("div", { class: "sheetless terms" }, h("div", { class: "choices" }, search, which),
      h("table", {}, h("thead", {}, h("tr", {}, head.map((text) => h("th", { scope: "col" }, text)))), body)),
  );
  for (const one of known.terms) body.append(row(one, known));
  filter();

  function filter() {
    const wanted = search.value.toLowerCase();
    for (const line of body.rows) {
      const said = [line.cells[0].textContent, ...[...line.querySelectorAll("textarea")].map((one) => one.value)];
      const here = !room || line.dataset.room === room;
      line.hidden = !here || !said.join(" ").toLowerCase().includes(wanted);
    }
  }
}

function row(one, known) {
  const found = h("div", { class: "found" });
  const onfound = (findings) => found.replaceChildren(findings.length ? findingList(findings) : "");
  onfound(known.findings[`${one.room}/${one.name}`] ?? []);
  const cells = state.languages.map((lang) => {
    const scalar = `${one.room}/${one.name}/${lang}`;
    const saved = one.sides[lang] ?? { text: "", digest: "" };
    const text = oneText({ scalar, lang, label: `${one.name} ${lang}`, saved, draft: known.drafts[scalar], onfound });
    return h("td", {}, text.element);
  });
  return h("tr", { "data-room": one.room }, h("td", {}, one.name, h("div", {}, t(`terms-${one.room}`)), found), cells);
}
