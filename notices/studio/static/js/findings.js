// Findings as a list: severity, sentence, remedy.

import { h } from "./dom.js";
import { language, t } from "./words.js";

// A remedy that names a command has words of its own here: what the page itself can do.
function remedy(one) {
  const key = `remedy-${one.rule}`;
  const own = t(key);
  return own === key ? one.hint[language()] : own;
}

export function findingList(findings) {
  return h(
    "ul",
    { class: "findings" },
    findings.map((one) =>
      h(
        "li",
        { class: one.severity, "data-rule": one.rule },
        h("strong", {}, t(`severity-${one.severity}`)),
        h("span", { class: "what" }, one.message[language()]),
        h("span", { class: "hint" }, remedy(one)),
      ),
    ),
  );
}
