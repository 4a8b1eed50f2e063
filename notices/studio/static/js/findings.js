// Findings as a list: severity, sentence, remedy.

import { h } from "./dom.js";
import { language, t } from "./words.js";

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
        h("span", { class: "hint" }, one.hint[language()]),
      ),
    ),
  );
}
