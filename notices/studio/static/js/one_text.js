// One short text outside the clauses: what is typed is kept as a draft, judged, and saved alone.

import * as api from "./api.js";
import { debounce, h, inTurn } from "./dom.js";
import { findingList } from "./findings.js";
import { pack, state, tell } from "./state.js";
import { t } from "./words.js";

// Says where the name is missing; true where it is there.
export function isNamed(told) {
  if (state.name) return true;
  told.textContent = t("name-needed");
  document.getElementById("person").focus();
  return false;
}

// After a save into a shipped pack, it is the workspace's own.
export function nowOwn() {
  if (!pack().shipped) return;
  pack().shipped = false;
  const origin = document.querySelector(".origin");
  if (origin) origin.textContent = t("own");
}

// `saved` is {text, digest}, and is brought up to date; `draft` is {text, seen} or nothing.
export function oneText({ scalar, lang, label, saved, draft, onfound, onsaved, rows = 1 }) {
  const told = h("div", { class: "told", role: "status" });
  const problems = h("div", { class: "problems" });
  let seen = draft?.seen ?? saved.digest;
  const foot = h("div", { class: "foot", hidden: true },
    h("button", { class: "save", onclick: save }, t("save")),
    h("button", { class: "quiet discard", onclick: () => ((area.value = saved.text), change()) }, t("discard")));
  const area = h("textarea", {
    rows, lang, value: draft ? draft.text : saved.text, "aria-label": label, "data-scalar": scalar, oninput: change,
    onkeydown: (event) => (event.ctrlKey || event.metaKey) && event.key === "s" && (event.preventDefault(), save()),
  });
  const isDirty = () => area.value.trim() !== saved.text.trim();
  const keep = debounce(200, 800, inTurn(async () => {
    try {
      const asked = { pack: state.pack, kind: state.kind, scalar };
      const answer = isDirty()
        ? await api.post("draft", { ...asked, text: area.value, seen })
        : await api.post("discard", asked);
      onfound?.(answer.term ?? []);
      if (isDirty()) told.textContent = t("draft-kept");
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
      if (!error.status) setTimeout(keep, 2000);
    }
  }));

  function change() {
    foot.hidden = !isDirty();
    told.replaceChildren();
    problems.replaceChildren();
    keep();
  }

  async function save() {
    if (!isDirty() || !isNamed(told)) return;
    try {
      const answer = await api.post("save", { pack: state.pack, scalar, text: area.value, seen, by: state.name });
      if (answer.status === "refused") return problems.replaceChildren(findingList(answer.findings));
      saved.text = answer.text;
      saved.digest = seen = answer.digest;
      if (answer.status === "conflict") {
        return problems.replaceChildren(t("conflict-title"), h("blockquote", { lang }, answer.text),
          h("button", { class: "theirs", onclick: () => ((area.value = saved.text), change()) }, t("take-theirs")));
      }
      change();
      tell("say", { text: t("saved", { file: `packs/${state.pack}/${answer.file}` }) });
      nowOwn();
      onsaved?.(answer);
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
    }
  }
  foot.hidden = !isDirty();
  if (draft && isDirty()) told.textContent = t("unsaved");
  return { area, element: h("div", { class: "one-text" }, area, foot, told, problems) };
}
