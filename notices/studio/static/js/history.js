// Who changed which text when, before and after; and putting it back.

import * as api from "./api.js";
import { dialog } from "./dialog.js";
import { choice, h } from "./dom.js";
import { findingList } from "./findings.js";
import { clauseName, conditionName } from "./names.js";
import { partLine, redlined } from "./redlines.js";
import { kindTitle, pack, state, tell } from "./state.js";
import { languageName, moment, t } from "./words.js";

const chosen = { room: "kind" };

const isList = (one) => /^kinds\/[^/]+\/parts$/.test(one.piece);

// A step below a piece: a language, a heading, or for whom a text is.
function stepName(step) {
  if (step === "heading") return t("heading");
  return step in (pack()?.languages ?? {}) ? languageName(step) : conditionName(step);
}

// A piece's name for people: the notice for its parts, else the name that its card has.
export function pieceTitle(piece) {
  const [room, name, ...rest] = piece.split("/");
  if (room === "kinds") return `${kindTitle(name)} – ${t(rest[0] === "parts" ? "parts" : "kind")}`;
  const title = room === "clauses" ? clauseName(name) : name;
  return [title ?? t("pack"), ...rest.map(stepName)].join(" · ");
}

function statusOf(one) {
  if (!isList(one) || !one.kept) return one.status;
  const lines = (op) => one.runs.filter(([is]) => is === op).map(([, line]) => line).sort().join("\n");
  if (lines("removed") === lines("added")) return "history-moved";
  if (lines("removed") && lines("added")) return "changed";
  return lines("added") ? "added" : "removed";
}

// What changed, word by word; of a list the lines that did.
export function changeBody(one, runs = one.runs) {
  if (!one.kept) return h("p", { class: "soft" }, t("history-unknown"));
  if (!isList(one)) return h("p", { class: "redline" }, redlined(runs));
  return h("ol", { class: "partlines" }, runs.filter(([op]) => op !== "same").map(partLine));
}

function changeCard(one, done) {
  const list = isList(one);
  const key = list ? "history-undo" : "history-before";
  const inverse = { removed: "added", added: "removed", same: "same" };
  const will = list ? one.runs.map(([op, line]) => [inverse[op], line]) : one.back;
  const back = () =>
    dialog(t(key), [h("p", {}, t(list ? "history-undo-about" : "history-before-about")), changeBody(one, will)], t(key),
      () => putBack({ piece: one.piece, number: one.number, how: list ? "undo" : "before", seen: list ? "" : one.seen }, done));
  return h("li", { class: "card piece change" },
    h("div", { class: "head" },
      h("h3", {}, pieceTitle(one.piece)),
      h("span", { class: "tag" }, t(statusOf(one))),
      h("strong", {}, one.by),
      h("time", { datetime: one.when }, moment(one.when))),
    changeBody(one),
    one.kept && !(one.as_before && !list)
      ? h("p", {}, h("button", { class: "quiet back", "aria-label": `${t(key)}${t("colon")}${pieceTitle(one.piece)}, ${moment(one.when)}`, onclick: back }, t(key)))
      : null);
}

// What a text will say again, where that is other than what it says.
const unlikeCard = (one) =>
  h("article", { class: "card piece" }, h("h3", {}, pieceTitle(one.piece)), changeBody({ ...one, kept: true }));

async function putBack(asked, done) {
  if (!state.name) {
    tell("say", { text: t("name-needed"), kind: "error" });
    return document.getElementById("person").focus();
  }
  try {
    const answer = await api.post("revert", { pack: state.pack, by: state.name, number: 0, seen: "", ...asked });
    if (answer.status === "conflict") tell("say", { text: t("history-conflict"), kind: "error" });
    else if (answer.status === "refused") return dialog(t("history-refused"), [findingList(answer.findings)]);
    else tell("say", { text: t(answer.status === "written" ? "history-done" : "history-same") });
    tell("packs");
    done();
  } catch (error) {
    tell("say", { text: error.status ? t("failed", { error: error.message }) : t("offline"), kind: "error" });
  }
}

async function fill(box, asked, done) {
  const answer = await api.get("history", { pack: state.pack, ...asked });
  const shipped = () =>
    dialog(t("history-shipped"), [h("p", {}, t("history-shipped-about")), answer.unlike_shipped.map(unlikeCard)], t("history-shipped"),
      () => putBack({ piece: asked.piece, how: "shipped", shown: Object.fromEntries(answer.unlike_shipped.map((one) => [one.piece, one.seen])) }, done));
  box.replaceChildren(...[
    answer.unlike_shipped.length ? h("p", {}, h("button", { class: "quiet shipped", onclick: shipped }, t("history-shipped"))) : null,
    answer.changes.length
      ? h("ol", { class: "changes" }, answer.changes.map((one) => changeCard(one, done)))
      : h("p", { class: "empty" }, t("history-none")),
    answer.older ? h("p", { class: "soft" }, t("history-older", { count: answer.older })) : null,
  ].filter(Boolean));
}

// The history of one text, over the page; what was put back is shown there at once.
export async function openHistory(piece, title = pieceTitle(piece)) {
  const box = h("div", { class: "list", tabindex: "0" }, h("p", { class: "wait" }, t("loading")));
  dialog(`${t("tab-history")}${t("colon")}${title}`, [box], "", null, t("close"));
  const own = box.closest("dialog");
  own.classList.add("historical");
  await fill(box, { piece }, () => (own.close(), tell("show")));
}

export const historyButton = (piece, title) =>
  h("button", { class: "tool history", "aria-label": `${t("tab-history")}${t("colon")}${title}`, onclick: () => openHistory(piece, title) }, t("tab-history"));

export async function showHistory(view) {
  const box = h("div", {});
  const rooms = [["kind", t("history-of-kind")], ["pack", t("history-of-pack")]];
  const read = () => fill(box, { piece: "", kind: chosen.room === "kind" ? state.kind : "" }, read);
  view.replaceChildren(
    h("div", { class: "sheetless narrow" },
      h("div", { class: "choices" },
        choice(t("history-of"), rooms, chosen.room, (room) => ((chosen.room = room), read()), { id: "history-of" }),
        h("button", { class: "quiet", id: "history-parts", onclick: () => openHistory(`kinds/${state.kind}/parts`) }, t("history-parts"))),
      box));
  await read();
}
