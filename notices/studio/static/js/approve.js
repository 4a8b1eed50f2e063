// Where a kind's text stands, what is to be read, and what a person says of it.

import * as api from "./api.js";
import { dialog } from "./dialog.js";
import { h, idTag } from "./dom.js";
import { findingList } from "./findings.js";
import { makeReading } from "./reading.js";
import { state, tell } from "./state.js";
import { day, moment, near, t } from "./words.js";

let redraw = null; // where another name makes the marks another person's

document.addEventListener("input", (event) => {
  if (event.target.id === "person") for (const one of document.querySelectorAll(".you-now")) one.textContent = state.name || "–";
});
document.addEventListener("change", (event) => {
  if (event.target.id === "person" && document.querySelector(".reading")) redraw?.();
});

export async function showApprove(view) {
  const asked = { pack: state.pack, kind: state.kind };
  const [answer, matter] = await Promise.all([api.get("approval", asked), api.get("reading", asked)]);
  draw(view, answer, matter);
}

// `typed`: what stands in the form; it is empty again only once it was sent.
function draw(view, answer, matter, said = "", typed = {}) {
  const note = h("textarea", { id: "note", rows: 3, maxlength: 2000, value: typed.note });
  const from = h("input", { id: "from-day", type: "date", value: typed.from });
  const until = h("input", { id: "until-day", type: "date", value: typed.until });
  const told = h("div", { class: "told", role: "alert", tabindex: "-1" }, said);
  const left = h("p", { class: "left-to-read", id: "left-to-read" });
  const button = h("button", { id: "approve", "aria-describedby": "left-to-read", onclick: () => agree() }, t("approve-do"));
  const begin = () => makeReading(matter, (count) => {
    button.disabled = count > 0 || answer.key_wanted;
    left.textContent = count ? t("read-left", { count }) : "";
  });
  let reading = begin();
  const form = () => ({ note: note.value, from: from.value, until: until.value });
  redraw = () => { // nothing else, so that a click that leaves the name finds what it was meant for
    const old = reading.element;
    if (old.isConnected && reading.isAnothers()) old.replaceWith((reading = begin()).element);
  };

  // Sends what was decided; what comes back is shown in place of what stood there.
  async function send(name, more, done) {
    if (!state.name) {
      told.textContent = t("name-needed");
      return document.getElementById("person").focus();
    }
    const asked = { pack: state.pack, kind: state.kind, by: state.name, digest: answer.digest, ...more };
    told.textContent = t(name === "approve" ? "approve-waiting" : "loading");
    button.disabled = true;
    try {
      const fresh = await api.post(name, asked);
      const read = await api.get("reading", { pack: state.pack, kind: state.kind });
      const top = view.firstChild?.scrollTop ?? 0;
      draw(view, fresh, read, fresh.refused ? "" : done, fresh.refused || !["approve", "ask"].includes(name) ? form() : {});
      view.firstChild.scrollTop = top;
      const place = view.querySelector(".told");
      if (fresh.refused) place.replaceChildren(t("approve-faulty"), findingList(fresh.refused));
      place.focus();
    } catch (error) {
      told.textContent = error.status ? t("failed", { error: error.message }) : t("offline");
      button.disabled = Boolean(reading.unread().length);
    }
  }

  const agree = () =>
    send("approve", { note: note.value.trim(), from: from.value, until: until.value, read: reading.read(), digest: matter.digest, since: matter.since?.when ?? "" },
      t("approve-done", { by: state.name }));

  function ask() {
    if (note.value.trim()) return send("ask", { note: note.value.trim() }, t("ask-done", { by: state.name }));
    told.textContent = t("note-needed");
    note.focus();
  }

  const settle = () => withReason(t("settle-do"), t("settle-about"), (reason) =>
    send("ask", { note: reason, settled: true }, t("settle-done")), false);
  const stop = (coming) => withReason(t(coming ? "stop-coming" : "stop-do"), t(coming ? "stop-coming-about" : "stop-about"), (reason) =>
    send("stop", { note: reason, coming }, t(coming ? "stop-coming-done" : "stop-done")));

  const field = (label, input) => h("label", { class: "row" }, h("span", {}, label), input);
  view.replaceChildren(
    h(
      "div",
      { class: "sheetless narrow approve" },
      standing(answer, settle),
      reading.element,
      h("section", { class: "form" },
        h("h2", {}, t("decide")),
        field(t("decide-comment"), note), field(t("approve-from"), from), field(t("approve-until"), until),
        h("p", { class: "declared" }, `${t("you")}${t("colon")}`, h("strong", { class: "you-now" }, state.name || "–"),
          ` (${t(answer.signs ? "approve-key" : "approve-declared")})`),
        answer.key_wanted ? h("p", { class: "error" }, t("key-wanted")) : null,
        left,
        h("p", { class: "buttons" }, button, h("button", { id: "ask", class: "quiet", disabled: answer.key_wanted, onclick: ask }, t("ask-do"))),
        told),
      inService(answer, stop),
      openFacts(answer, (facts) => send("accept_facts", { facts }, t("facts-done"))),
      h("h2", {}, t("approve-book")),
      answer.book.length ? h("ol", { class: "book" }, answer.book.map(bookLine)) : h("p", { class: "empty" }, t("approve-none")),
    ),
  );
}

// Whether the text is approved, by whom, and who is still needed.
function standing(answer, settle) {
  const open = answer.findings.some((one) => one.severity === "error");
  const { approvers, missing, not_alone, requests } = answer.needed;
  const needed = not_alone
    ? t("needed-other", { names: answer.editors.join(", ") })
    : missing ? t(missing === 1 ? "needed-one" : "needed-two") : requests.length ? "" : t("needed-nobody");
  return h("section", { class: `standing ${open ? "open" : "approved"}` },
    h("h2", {}, t(open ? "status-open" : "status-approved")),
    h("p", {}, t(answer.as_shipped ? "approve-asshipped" : "approve-edited")),
    answer.editors.length ? h("p", {}, t("approve-editors", { names: answer.editors.join(", ") })) : null,
    answer.by_hand ? h("p", {}, t("approve-by-hand")) : null,
    approvers.length ? h("p", { class: "approvers" }, t("approved-by", { names: approvers.join(", ") })) : null,
    needed ? h("p", { class: "needed" }, needed) : null,
    requests.map((one) =>
      h("div", { class: "request" },
        h("p", {}, h("strong", {}, t("asked-by", { by: one.by, date: day(one.when) })), " ", one.note),
        h("button", { class: "quiet settle", onclick: settle }, t("settle-do")))),
    findingList(answer.findings.filter((one) => one.rule !== "changes-asked")));
}

// What live letters have now, what is to come, and the way to stop either.
function inService(answer, stop) {
  const live = answer.live
    ? t("live-text", { date: day(answer.live.text_of), by: answer.live.approved_by, count: answer.live.edits_waiting })
    : t("live-none");
  return h("section", { class: "inservice" },
    h("h2", {}, t("live-title")),
    h("p", {}, live),
    answer.live ? h("button", { id: "stop", class: "quiet", onclick: () => stop(false) }, t("stop-do")) : null,
    answer.coming.map((one) => h("p", {}, t("coming-text", { day: day(one.from), by: one.by }))),
    answer.coming.length ? h("button", { id: "stop-coming", class: "quiet", onclick: () => stop(true) }, t("stop-coming")) : null,
    findingList(answer.live_findings));
}

// Facts that letters rest on and nobody has checked: each is accepted by name.
function openFacts(answer, accept) {
  if (!answer.facts.length) return null;
  const byCitation = Map.groupBy(answer.facts, (one) => near(one.called));
  return h("section", { class: "facts" },
    h("h2", {}, t("facts-title")),
    h("p", { class: "soft" }, t("facts-about")),
    h("ul", {}, [...byCitation].map(([citation, facts]) => {
      const names = facts.map((one) => one.fact);
      return h("li", {}, h("span", {}, h("strong", {}, citation), " ", idTag(names.join(", "))),
        h("button", { class: "quiet accept", "aria-label": `${t("facts-accept")}${t("colon")}${citation}`, disabled: answer.key_wanted, onclick: () => accept(names) }, t("facts-accept")));
    })));
}

function bookLine(one) {
  const does = one.does === "approve" ? "" : t(`does-${one.does}`);
  const about = one.does === "stop" || one.does === "coming" ? "" : t(one.current ? "approve-current" : "approve-older");
  return h("li", { class: one.current && one.does === "approve" ? "current" : one.open ? "asks" : "" },
    h("strong", {}, one.by), h("time", { datetime: one.when }, moment(one.when)),
    h("span", { class: "tag" }, does || t("does-approve")),
    about ? h("span", { class: "soft" }, about) : null,
    h("span", { class: "soft" }, t(one.signed ? "approve-signed" : "approve-declared")),
    one.counts ? null : h("span", { class: "tag" }, t("approve-not-counted")),
    one.from || one.until ? h("span", { class: "soft" }, `${one.from ? day(one.from) : "…"} – ${one.until ? day(one.until) : "…"}`) : null,
    one.read.length ? h("span", { class: "soft" }, t("book-read", { count: one.read.length })) : null,
    one.note ? h("p", {}, one.note) : null);
}

// A question with a reason to give; without one nothing happens where one is needed.
function withReason(title, about, act, needed = true) {
  const reason = h("textarea", { rows: 3, class: "reason", maxlength: 2000, "aria-label": t("reason") });
  const button = dialog(title, [h("p", {}, about), h("label", { class: "stack" }, h("span", {}, t("reason")), reason)], title,
    () => (needed && !reason.value.trim() ? tell("say", { text: t("note-needed"), kind: "error" }) : act(reason.value.trim())));
  if (!needed) return;
  button.disabled = true;
  reason.addEventListener("input", () => (button.disabled = !reason.value.trim()));
}
