// Two people changed one text: what each of them changed in it, word by word.

import * as api from "./api.js";
import { h } from "./dom.js";
import { redlined } from "./redlines.js";
import { t } from "./words.js";

// `choose("theirs" | "mine")`; nothing is decided before.
export function conflictBox({ base, theirs, mine, lang, by, choose }) {
  const quote = (text) => h("blockquote", { lang }, text);
  const changed = quote(theirs);
  const yours = quote(mine);
  api.post("words", { pairs: [[base, theirs], [base, mine]] }).then(
    ({ runs }) => (changed.replaceChildren(...redlined(runs[0])), yours.replaceChildren(...redlined(runs[1]))),
    () => {}, // both texts stand there whole
  );
  return h(
    "section",
    { class: "conflict", role: "alert" },
    h("h3", {}, by ? t("conflict-by", { by }) : t("conflict-title")),
    h("p", {}, t("conflict-text")),
    h("h4", {}, t("conflict-changed")),
    changed,
    h("h4", {}, t("conflict-yours")),
    yours,
    h("button", { class: "theirs", onclick: () => choose("theirs") }, t("take-theirs")),
    h("button", { class: "mine", onclick: () => choose("mine") }, t("keep-mine")),
  );
}
