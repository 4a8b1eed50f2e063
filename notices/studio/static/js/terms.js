// Terms that letters print by themselves, and the hints of fields: both languages in a row.

import * as api from "./api.js";
import { conflictBox } from "./conflict.js";
import { h } from "./dom.js";
import { findingList } from "./findings.js";
import { historyButton } from "./history.js";
import { pack, state, tell } from "./state.js";
import { t } from "./words.js";

export async function showTerms(view) {
  const known = await api.get("terms", { pack: state.pack });
  const body = h("tbody");
  const search = h("input", { type: "search", id: "find", placeholder: t("terms-find"), "aria-label": t("terms-find"), oninput: filter });
  const head = [t("usage-label"), ...state.languages.map((lang) => pack().languages[lang])];
  view.replaceChildren(
    h("div", { class: "sheetless terms" }, search,
      h("table", {}, h("thead", {}, h("tr", {}, head.map((text) => h("th", { scope: "col" }, text)))), body)),
  );
  for (const one of known.terms) {
    body.append(h("tr", {}, h("td", {}, one.name, h("div", {}, t(`terms-${one.room}`)),
      historyButton(one.room === "hints" ? `fields/${one.name}/hint` : `${one.room}/${one.name}`, one.name)),
      state.languages.map((lang) => h("td", {}, text(one, lang)))));
  }

  function filter() {
    const wanted = search.value.toLowerCase();
    for (const row of body.rows) {
      const said = [row.cells[0].textContent, ...[...row.querySelectorAll("textarea")].map((one) => one.value)];
      row.hidden = !said.join(" ").toLowerCase().includes(wanted);
    }
  }
}

function text(one, lang) {
  const saved = one.sides[lang] ?? { text: "", digest: "" };
  const told = h("div", { class: "told", role: "alert" });
  const foot = h("div", { class: "foot", hidden: true },
    h("button", { class: "save", onclick: save }, t("save")),
    h("button", { class: "quiet", onclick: () => ((area.value = saved.text), change()) }, t("discard")));
  const area = h("textarea", { rows: 1, lang, value: saved.text, "aria-label": `${one.name} ${lang}`, oninput: change });

  function change() {
    foot.hidden = area.value.trim() === saved.text.trim();
    told.replaceChildren();
  }

  async function save() {
    if (!state.name) {
      told.textContent = t("name-needed");
      return document.getElementById("person").focus();
    }
    try {
      const answer = await api.post("save", {
        pack: state.pack, scalar: `${one.room}/${one.name}/${lang}`, text: area.value, seen: saved.digest, by: state.name,
      });
      if (answer.status === "refused") return told.replaceChildren(findingList(answer.findings));
      const base = saved.text;
      saved.text = answer.text;
      saved.digest = answer.digest;
      if (answer.status === "conflict") {
        const choose = (whose) => (whose === "theirs" && (area.value = saved.text), change());
        return told.replaceChildren(conflictBox({ base, theirs: answer.text, mine: area.value, lang, choose }));
      }
      change();
      tell("say", { text: t("saved", { file: `packs/${state.pack}/${answer.file}` }) });
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
    }
  }
  return [area, foot, told];
}
