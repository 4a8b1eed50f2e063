// Texts word by word: what went, what came, what stayed; in every language.

import { h, idTag } from "./dom.js";
import { clauseName, conditionName, placeName } from "./names.js";
import { kindTitle, pack } from "./state.js";
import { language, languageName, said, t } from "./words.js";

const TAGS = { same: "span", removed: "del", added: "ins" };

export const redlined = (runs) => runs.map(([op, text]) => h(TAGS[op], {}, text));

// A part that came or went, by its name; how the file writes it stands smaller.
export function partLine([op, line]) {
  const [, room, name] = line.match(/\b(clause|block): ([\w-]+)/) ?? [];
  const said = room === "clause" ? clauseName(name) : room ? t(`block-${name}`) : line;
  return h("li", {}, h(TAGS[op], {}, said), room ? [" ", idTag(line)] : null);
}

// What a condition is of: a place in a notice, or a clause.
export function ruleName(name) {
  const [room, id, place] = name.split("/");
  if (room === "kinds") return [kindTitle(id), place && placeName(place)].filter(Boolean).join(" – ");
  return room === "clauses" ? clauseName(id) : conditionName(id);
}

const isSame = (runs) => runs.every(([op]) => op === "same");

// A side's language, and whom its text is for where a clause has several.
export function sideName(side) {
  const [lang, variant] = side.split(/\.(.*)/);
  return [lang in (pack()?.languages ?? {}) ? languageName(lang) : lang, variant && conditionName(variant)].filter(Boolean).join(" · ");
}

function sideBox([side, runs]) {
  return h("div", { class: "side" }, h("div", { class: "lang" }, sideName(side)),
    h("p", { lang: side.split(".")[0], class: "redline" }, redlined(runs)));
}

// A language's texts stand together.
function byLanguage(sides) {
  const tags = Object.keys(pack()?.languages ?? {});
  const place = ([side]) => tags.indexOf(side.split(".")[0]);
  return Object.entries(sides).sort((one, other) => place(one) - place(other));
}

// A card for each clause: its texts side by side, and when it is printed.
export function pieceCards(pieces, when = {}) {
  return pieces.map((piece) =>
    h(
      "article",
      { class: "card piece" },
      h(
        "div",
        { class: "head" },
        h("h3", {}, clauseName(piece.name.replace("clauses/", "")), " ", idTag(piece.name.replace("clauses/", ""))),
        piece.status === "same" ? null : h("span", { class: "tag" }, t(piece.status)),
        piece.stale ? h("span", { class: "tag" }, t("one-side")) : null,
      ),
      (when[piece.name] ?? []).map((said) => h("p", { class: "when" }, `${t("when")}${t("colon")}${said[language()]}`)),
      h("div", { class: "sides" }, byLanguage(piece.sides).map(sideBox)),
    ),
  );
}

// Terms in rows, a language in each column; what changed comes first.
export function termTable(pieces) {
  const sides = [...new Set(pieces.flatMap((piece) => Object.keys(piece.sides)))];
  const changed = (piece) => !Object.values(piece.sides).every(isSame);
  const rows = [...pieces.filter(changed), ...pieces.filter((piece) => !changed(piece))];
  return h("div", { class: "wide-table", tabindex: "0", role: "region", "aria-label": t("tab-terms") },
    h("table", { class: "readterms" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("usage-label")), sides.map((side) => h("th", { scope: "col" }, sideName(side))))),
      h("tbody", {}, rows.map((piece) => h("tr", {}, h("th", { scope: "row" }, said(piece.called), " ", idTag(piece.name)),
        sides.map((side) => h("td", { lang: side.split(".")[0] || undefined }, redlined(piece.sides[side] ?? []))))))));
}
