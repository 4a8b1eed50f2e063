// A pack that can't be read: each fault with its file and line, and the others to go on with.

import { h } from "./dom.js";
import { pack, state, tell } from "./state.js";
import { language, t } from "./words.js";

export function showBroken(view) {
  const { id, broken, findings } = pack();
  const others = state.packs.filter((one) => !one.broken);
  view.replaceChildren(
    h("div", { class: "sheetless narrow broken-pack" },
      h("section", { class: "standing open", role: "alert" },
        h("h2", {}, t("broken-title", { pack: id })),
        h("p", {}, t("broken-text")),
        findings.length ? null : h("p", { class: "error" }, broken),
        h("ul", { class: "findings" }, findings.map((one) =>
          h("li", { class: one.severity, "data-rule": one.rule },
            h("strong", {}, t(`severity-${one.severity}`)),
            h("span", { class: "what" },
              one.file ? h("code", {}, one.line ? `${one.file}:${one.line}` : one.file) : null, " ",
              one.path ? h("span", { class: "soft" }, `${one.path}: `) : null, one.message[language()]),
            h("span", { class: "hint" }, one.hint[language()]))))),
      h("p", { class: "buttons" },
        h("button", { id: "read-again", onclick: () => tell("again") }, t("broken-again"))),
      others.length ? h("p", { class: "soft" }, t("broken-others")) : null,
      h("p", { class: "buttons" }, others.map((one) =>
        h("button", { class: "quiet", onclick: () => tell("choose-pack", one.id) }, one.id)))),
  );
}
