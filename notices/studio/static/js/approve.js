// Where a kind's text stands, and a person's approval of it.

import * as api from "./api.js";
import { h } from "./dom.js";
import { findingList } from "./findings.js";
import { state } from "./state.js";
import { t } from "./words.js";

export async function showApprove(view) {
  const answer = await api.get("approval", { pack: state.pack, kind: state.kind });
  draw(view, answer);
}

function draw(view, answer) {
  const open = answer.findings.some((one) => one.severity === "error");
  const note = h("textarea", { id: "note", rows: 2, maxlength: 280 });
  const from = h("input", { id: "from-day", type: "date" });
  const until = h("input", { id: "until-day", type: "date" });
  const told = h("div", { class: "told", role: "alert" });
  const agree = async () => {
    if (!state.name) {
      told.textContent = t("name-needed");
      return document.getElementById("person").focus();
    }
    told.textContent = t("approve-waiting");
    button.disabled = true;
    try {
      const fresh = await api.post("approve", {
        pack: state.pack, kind: state.kind, by: state.name, note: note.value.trim(),
        from: from.value, until: until.value, digest: answer.digest,
      });
      draw(view, fresh);
      if (fresh.refused) view.querySelector(".told").replaceChildren(t("approve-faulty"), findingList(fresh.refused));
      else view.querySelector(".told").textContent = t("approve-done", { by: state.name });
    } catch (error) {
      told.textContent = t("failed", { error: error.message });
      button.disabled = false;
    }
  };
  const button = h("button", { id: "approve", onclick: agree }, t("approve-do"));
  const field = (label, input) => h("label", { class: "row" }, h("span", {}, label), input);
  view.replaceChildren(
    h(
      "div",
      { class: "sheetless narrow" },
      h("section", { class: `standing ${open ? "open" : "approved"}` },
        h("h2", {}, t(open ? "status-open" : "status-approved")),
        h("p", {}, t(answer.as_shipped ? "approve-asshipped" : "approve-edited")),
        answer.editors.length ? h("p", {}, t("approve-editors", { names: answer.editors.join(", ") })) : null,
        answer.by_hand ? h("p", {}, t("approve-by-hand")) : null,
        findingList(answer.findings)),
      h("section", { class: "form" },
        field(t("approve-note"), note), field(t("approve-from"), from), field(t("approve-until"), until),
        h("p", { class: "declared" }, `${t("you")}: ${state.name || "–"} (${t(answer.signs ? "approve-key" : "approve-declared")})`),
        button, told),
      h("h2", {}, t("approve-book")),
      answer.book.length
        ? h("ol", { class: "book" }, answer.book.map((one) =>
            h("li", { class: one.current ? "current" : "" },
              h("strong", {}, one.by), h("time", {}, one.when.slice(0, 16).replace("T", " ")),
              h("span", { class: "tag" }, t(one.current ? "approve-current" : "approve-older")),
              h("span", { class: "soft" }, t(one.signed ? "approve-signed" : "approve-declared")),
              one.counts ? null : h("span", { class: "tag" }, t("approve-not-counted")),
              one.from || one.until ? h("span", { class: "soft" }, `${one.from || "…"} – ${one.until || "…"}`) : null,
              one.note ? h("p", {}, one.note) : null)))
        : h("p", { class: "empty" }, t("approve-none")),
    ),
  );
}
