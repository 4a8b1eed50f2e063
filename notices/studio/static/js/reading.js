// What is to be read before an approval. A thing is read once it was opened and seen to its end.

import { sheets } from "./compare.js";
import { h } from "./dom.js";
import { drawFor } from "./drawings.js";
import { clauseName } from "./names.js";
import { findingList } from "./findings.js";
import { partLine, pieceCards, ruleName, termTable } from "./redlines.js";
import { kindTitle, state, tell } from "./state.js";
import { day, language, near, t } from "./words.js";

const MARKS = "notices-read";

// Marks belong to one text and one person: another name begins anew.
function marks(of) {
  let kept = {};
  try {
    kept = JSON.parse(sessionStorage.getItem(MARKS)) ?? {};
  } catch {
    // unreadable marks are none
  }
  if (kept.of !== of || (kept.by && state.name && kept.by !== state.name)) kept = { of, by: state.name, seen: [] };
  const keep = () => {
    kept.by ||= state.name;
    sessionStorage.setItem(MARKS, JSON.stringify(kept));
  };
  keep();
  return {
    has: (name) => kept.seen.includes(name),
    add: (name) => (kept.seen.push(name), keep()),
    isAnothers: () => Boolean(kept.by && state.name && kept.by !== state.name),
  };
}

export function makeReading(answer, changed) {
  const known = marks([state.pack, state.kind, answer.digest, answer.since?.when ?? ""].join(" "));
  const items = [];
  const progress = h("p", { class: "progress", role: "status" });
  const list = h("ol", { class: "toread" });
  const unread = () => items.filter((name) => !known.has(name));

  function told() {
    const left = unread().length;
    progress.textContent = items.length
      ? t(left ? "read-progress" : "read-all", { read: items.length - left, all: items.length })
      : t("read-nothing");
    changed(left);
  }

  // Each of the ends came into sight: the thing is read.
  function watch(name, ends, done) {
    const open = new Set(ends);
    const eyes = new IntersectionObserver((seen) => {
      for (const one of seen) if (one.isIntersecting) open.delete(one.target), eyes.unobserve(one.target);
      if (open.size) return;
      eyes.disconnect();
      if (!known.has(name)) known.add(name);
      done();
      told();
    });
    for (const end of ends) eyes.observe(end);
  }

  function item(name, title, fill) {
    items.push(name);
    const mark = h("span", { class: "mark" });
    const body = h("div", { class: "body", hidden: true, id: `read-${items.length}` });
    const row = h("li", {});
    row.dataset.item = name;
    const show = () => {
      row.classList.toggle("read", known.has(name));
      mark.textContent = t(known.has(name) ? "read-done" : "read-open");
    };
    let filled = false;
    const open = async () => {
      body.hidden = !body.hidden;
      button.setAttribute("aria-expanded", String(!body.hidden));
      if (filled || body.hidden) return;
      filled = true;
      const ends = await fill(body);
      if (ends.length) watch(name, ends, show);
      else filled = false; // it can be opened again
    };
    const button = h("button", { class: "quiet open", "aria-expanded": "false", "aria-controls": body.id, onclick: open }, title);
    row.append(h("div", { class: "head" }, button, mark), body);
    list.append(row);
    show();
  }

  if (answer.items.includes("text")) {
    const title = answer.since
      ? t(answer.is_whole ? "read-again" : "read-changes", { date: day(answer.since.when), by: answer.since.by })
      : t(answer.base ? "read-whole-shipped" : "read-whole");
    item("text", title, async (body) => fillText(body, answer));
  }
  for (const letter of answer.letters) {
    const title = `${t("read-letter")}${t("colon")}${near(letter.called)} (${t("usage-level", { level: letter.level })})`;
    item(`letters/${letter.name}`, title, (body) => fillLetter(body, letter));
  }
  told();
  const others = answer.others.map((kind) =>
    h("button", { class: "quiet", onclick: () => ((state.kind = kind), tell("chosen")) }, kindTitle(kind)));
  const element = h("section", { class: "reading" },
    h("h2", {}, t("read-title")), progress, list,
    answer.unprinted.length ? h("p", { class: "unsaid" }, t("read-unprinted", { names: answer.unprinted.map(clauseName).join(t("list-comma")) })) : null,
    others.length ? h("p", { class: "others" }, `${t("read-others")} `, others) : null);
  return { element, unread, isAnothers: known.isAnothers, read: () => items.filter((name) => known.has(name)) };
}

const end = () => h("div", { class: "end" });

function fillText(body, answer) {
  const clauses = answer.pieces.filter((one) => one.name.startsWith("clauses/"));
  const terms = answer.pieces.filter((one) => !one.name.startsWith("clauses/"));
  const cards = pieceCards(clauses, answer.when).flatMap((card) => [card, end()]);
  const said = answer.sentences.map((one) => h("p", {}, h("strong", {}, `${ruleName(one.name)} `),
    one.before ? h("del", {}, one.before[language()]) : null, " ", one.after ? h("ins", {}, one.after[language()]) : null));
  const lines = answer.parts.map(partLine);
  body.append(...[
    ...cards,
    said.length ? h("article", { class: "card piece" }, h("h3", {}, t("set-conditions")), said) : null,
    lines.length ? h("article", { class: "card piece" }, h("h3", {}, t("parts")), h("ol", { class: "partlines" }, lines)) : null,
    terms.length ? termTable(terms) : null,
    end(),
  ].filter(Boolean));
  return [...body.querySelectorAll(".end")];
}

async function fillLetter(body, letter) {
  body.replaceChildren(h("p", { class: "wait", role: "status" }, t("drawing")));
  const asked = { pack: state.pack, example: letter.name, languages: letter.languages, state: "working" };
  try {
    const shown = await drawFor(body, asked);
    if (!shown) return [];
    const pages = sheets(shown, new Set(letter.changed));
    if (!pages.length) return body.replaceChildren(findingList(shown.findings)), [];
    body.replaceChildren(...pages, findingList(shown.findings));
    await Promise.all(pages.map((page) => page.querySelector("img").decode())); // before, a page has no height
    const ends = pages.map(end);
    pages.forEach((page, index) => page.after(ends[index]));
    return ends;
  } catch (error) {
    body.replaceChildren(h("p", { class: "error" }, error.status ? t("failed", { error: error.message }) : t("read-undrawn")));
    return [];
  }
}
