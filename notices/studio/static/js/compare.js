// Two states of a kind's text, word by word in each language, and their pages side by side.

import * as api from "./api.js";
import { choice, h, idTag } from "./dom.js";
import { drawFor } from "./drawings.js";
import { counselDesk } from "./counsel.js";
import { findingList } from "./findings.js";
import { partLine, redlined, ruleName, sideName } from "./redlines.js";
import { examples, kindTitle, ownLanguages, state } from "./state.js";
import { language, near, t } from "./words.js";

const chosen = { from: "shipped", to: "working", revision: "HEAD" };

export async function showCompare(view) {
  const result = h("div", { class: "result" });
  const states = [["working", t("state-working")], ["approved", t("state-approved")],
    ["shipped", t("state-shipped")], ["revision", t("state-revision")]];
  const revision = h("input", {
    id: "revision",
    value: chosen.revision,
    "aria-label": t("state-revision"),
    onchange: (event) => ((chosen.revision = event.target.value.trim()), read()),
  });
  const choose = (end) => (value) => ((chosen[end] = value), read());
  const links = h("a", { class: "button quiet", id: "export" }, t("compare-export"));
  const counsel = counselDesk(() => read());
  view.replaceChildren(
    h(
      "div",
      { class: "sheetless" },
      h(
        "div",
        { class: "choices" },
        choice(t("from"), states, chosen.from, choose("from"), { id: "from" }),
        choice(t("to"), states, chosen.to, choose("to"), { id: "to" }),
        revision,
        links,
        ...counsel.tools,
      ),
      counsel.list,
      result,
    ),
  );
  const named = (end) => (chosen[end] === "revision" ? chosen.revision : chosen[end]);

  async function read() {
    revision.hidden = chosen.from !== "revision" && chosen.to !== "revision";
    result.replaceChildren(h("p", { class: "wait", role: "status" }, t("compare-waiting")));
    const asked = { pack: state.pack, kind: state.kind, from: named("from"), to: named("to") };
    links.setAttribute("href", `/api/redline.html?${new URLSearchParams(asked)}`);
    links.setAttribute("download", `${state.pack}-${state.kind}.html`);
    counsel.aim(asked);
    let answer;
    try {
      answer = await api.get("compare", asked);
    } catch (error) {
      return result.replaceChildren(h("p", { class: "empty" }, error.message));
    }
    result.replaceChildren(...redline(answer));
    if (answer.pieces.length || Object.keys(answer.parts).length) pages(asked, answer);
  }

  async function pages(asked, answer) {
    const changed = new Set(answer.pieces.map((one) => one.name.replace("clauses/", "clause-")));
    const pair = h("div", { class: "pair" });
    result.append(h("h2", {}, t("compare-pages")), pair);
    const example = await telling(answer, pair);
    for (const end of ["from", "to"]) {
      const column = h("div", { class: "column" }, h("p", { class: "wait" }, t("drawing")));
      pair.append(column);
      try {
        const shown = await drawFor(column, {
          pack: state.pack, state: asked[end], example, languages: example === state.example ? state.languages : ownLanguages(example), layout: state.layout,
        });
        if (!shown) return;
        column.replaceChildren(...sheets(shown, changed));
        if (!shown.digest) column.replaceChildren(findingList(shown.findings));
      } catch (error) {
        column.replaceChildren(h("p", { class: "empty" }, error.message));
      }
    }
  }
  await read();
}

// An example that prints a changed clause: the chosen one if it does.
async function telling(answer, holder) {
  const changed = new Set(answer.pieces.map((one) => one.name.replace("clauses/", "")));
  const letter = await api.get("letter", { pack: state.pack, kind: state.kind });
  const wanted = letter.parts.filter((part) => part.clauses.some((name) => changed.has(name))).map((part) => part.index);
  const cases = examples().map((one) => one.name);
  for (const name of [state.example, ...cases.filter((one) => one !== state.example)]) {
    const shown = await drawFor(holder, { pack: state.pack, example: name, languages: ownLanguages(name), draw: false });
    if (shown?.printed?.some((index) => wanted.includes(index))) return name;
  }
  return state.example;
}

export function sheets(shown, marked) {
  return (shown.pages ?? []).map((size, index) => {
    const page = index + 1;
    const areas = shown.places
      .filter((place) => place.page === page && marked.has(place.part))
      .map((place) => {
        const area = h("div", { class: "area here" });
        area.style.left = `${(100 * place.left) / size.width}%`;
        area.style.top = `${(100 * place.top) / size.height}%`;
        area.style.width = `${(100 * place.width) / size.width}%`;
        area.style.height = `${(100 * place.height) / size.height}%`;
        return area;
      });
    const picture = h("img", {
      src: `/api/page/${shown.digest}/${page}.png`,
      alt: t("page-of", { page, pages: shown.pages.length }),
    });
    return h("div", { class: "sheet" }, picture, areas);
  });
}


function redline(answer) {
  const pieces = answer.pieces.map((piece) =>
    h(
      "article",
      { class: "card piece" },
      h(
        "div",
        { class: "head" },
        h("h2", {}, near(answer.called?.[piece.name]) || piece.name.replace("clauses/", ""), answer.called?.[piece.name] ? [" ", idTag(piece.name.replace("clauses/", ""))] : null),
        h("span", { class: "tag" }, t(piece.status)),
        piece.stale ? h("span", { class: "tag" }, t("one-side")) : null,
      ),
      h("div", { class: "sides" }, Object.entries(piece.sides).map(([side, list]) => {
        return h("div", { class: "side" }, h("div", { class: "lang" }, sideName(side)), h("p", { lang: side.split(".")[0], class: "redline" }, redlined(list)));
      })),
    ),
  );
  const parts = Object.values(answer.parts).map((list) =>
    h("article", { class: "card piece" }, h("div", { class: "head" }, h("h2", {}, t("parts"))),
      h("ol", { class: "partlines" }, list.filter(([op]) => op !== "same").map(partLine))),
  );
  const nothing = !pieces.length && !parts.length;
  const breaks = answer.breaks.length || answer.broken.length;
  return [
    nothing ? h("p", { class: "empty" }, t("compare-none")) : null,
    breaks
      ? h("section", { class: "breaks" }, h("h2", {}, t("compare-breaks")), findingList(answer.breaks),
          answer.broken.map((one) => [h("h3", {}, t("compare-broken", { about: near(one.called) })), findingList(one.findings)]))
      : answer.clear && !nothing
        ? h("p", { class: "good" }, t("compare-breaks-none", { played: answer.played, made: answer.made }))
        : null,
    answer.played ? null : h("p", { class: "unsaid" }, t("compare-not-tried")),
    answer.untried.length ? h("p", { class: "unsaid" }, t("compare-untried", { kinds: answer.untried.map(kindTitle).join(t("list-comma")) })) : null,
    answer.still.length ? h("section", { class: "breaks still" }, h("h2", {}, t("compare-still")), findingList(answer.still)) : null,
    answer.sentences.length
      ? h("article", { class: "card piece" }, h("div", { class: "head" }, h("h2", {}, t("set-conditions"))),
          answer.sentences.map((one) => h("p", { class: "sentences" }, h("strong", {}, `${ruleName(one.name)} `),
            one.before ? h("del", {}, one.before[language()]) : null, " ", one.after ? h("ins", {}, one.after[language()]) : null)))
      : null,
    ...pieces,
    ...parts,
  ].filter(Boolean);
}
