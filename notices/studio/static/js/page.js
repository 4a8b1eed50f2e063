// The real page beside the clauses: pictures of the PDF, with a place for each clause's sides.

import * as api from "./api.js";
import { debounce, h } from "./dom.js";
import { findFocus, noteFocus } from "./place.js";
import { findingList } from "./findings.js";
import { clauseName, placeName } from "./names.js";
import { edits, on, state, tell } from "./state.js";
import { languageName, t } from "./words.js";

const AFTER_TYPING = 180; // milliseconds

export function makePage(onpick) {
  const status = h("p", { class: "status", role: "status" });
  const sheets = h("div", { class: "sheets", role: "group", tabindex: "0", "aria-label": t("pages") });
  const found = h("details", { class: "letter-findings", hidden: true });
  const element = h("section", { class: "right", id: "pages", tabindex: "-1", "aria-label": t("pages") }, status, sheets, found);
  let number = 0;
  let typed = 0;
  let marked = "";
  let shown = [];

  // What became of the page; with a way to try again where that may help.
  function told(text, again = false) {
    const button = again && h("button", { class: "again", onclick: () => draw() }, t("try-again"));
    status.replaceChildren(text, ...(button ? [" ", button] : []));
  }

  async function draw() {
    const mine = ++number;
    const began = typed || performance.now();
    typed = 0;
    if (!state.example) {
      status.textContent = t("no-example");
      return;
    }
    status.textContent = t("drawing");
    let answer;
    try {
      answer = await api.post("preview", {
        pack: state.pack,
        example: state.example,
        languages: state.languages,
        layout: state.layout,
        edits: edits(),
      });
    } catch (error) {
      if (mine === number) told(error.status ? t("failed", { error: error.message }) : t("offline"), true);
      return;
    }
    if (mine !== number) return;
    if (answer.stale) return element.isConnected ? draw() : undefined; // another view's letters were asked for meanwhile
    state.values = Object.keys(answer.values).length ? answer.values : state.values;
    showFound(answer.findings);
    if (!answer.digest) {
      element.classList.add("old");
      const stopped = answer.findings.some((one) => one.rule.startsWith("letter-")); // the machine's doing
      told(sheets.childElementCount ? t("not-drawn") : t("no-page"), stopped);
      tell("drawn");
      return;
    }
    const fresh = answer.pages.map((size, index) => sheet(answer, size, index + 1));
    const seen = fresh[Math.min(inSight(), fresh.length - 1)].firstChild; // the others may come later
    seen.src = seen.dataset.src;
    await seen.decode().catch(() => {});
    if (mine !== number) return;
    const top = sheets.scrollTop;
    const held = sheets.contains(document.activeElement) ? noteFocus(document.activeElement) : null;
    sheets.replaceChildren(...fresh);
    sheets.scrollTop = top;
    for (const one of fresh) one.firstChild.src = one.firstChild.dataset.src;
    element.classList.remove("old");
    state.printed = new Set(answer.printed);
    state.variants = answer.variants;
    const spent = (performance.now() - began) / 1000;
    status.textContent = t("drawn", { seconds: spent.toFixed(1) });
    status.dataset.seconds = spent.toFixed(3);
    status.dataset.digest = answer.digest;
    if (marked) mark(marked, false);
    if (held) findFocus(held);
    tell("drawn");
  }

  // Which page is looked at: the first that reaches into the upper half of the frame.
  function inSight() {
    const middle = sheets.getBoundingClientRect().top + sheets.clientHeight / 2;
    const index = [...sheets.children].findIndex((one) => one.getBoundingClientRect().bottom > middle);
    return Math.max(0, index);
  }

  function sheet(answer, size, page) {
    const picture = h("img", {
      "data-src": `/api/page/${answer.digest}/${page}.png`,
      alt: t("page-of", { page, pages: answer.pages.length }),
      draggable: "false",
      onerror: () => told(t("no-page"), true),
      width: Math.round(size.width * 10),
      height: Math.round(size.height * 10),
    });
    const places = answer.places
      .filter((place) => place.page === page)
      .map((place, index, all) => {
        const first = all.findIndex((other) => other.part === place.part && other.lang === place.lang);
        const area = h("button", {
          class: "area",
          tabindex: first === index ? null : "-1", // one stop for all the rows of a table
          "aria-label": t("edit-place", { part: placeName(place.part), language: languageName(place.lang) }),
          onclick: () => onpick(place.part, place.lang),
        });
        area.dataset.part = place.part;
        area.dataset.lang = place.lang;
        area.style.left = `${(100 * place.left) / size.width}%`;
        area.style.top = `${(100 * place.top) / size.height}%`;
        area.style.width = `${(100 * place.width) / size.width}%`;
        area.style.height = `${(100 * place.height) / size.height}%`;
        return area;
      });
    return h("div", { class: "sheet" }, picture, places);
  }

  function mark(part, scroll = true) {
    marked = part;
    let first = null;
    for (const area of sheets.querySelectorAll(".area")) {
      const here = area.dataset.part === part;
      area.classList.toggle("here", here);
      if (here) first ??= area;
    }
    if (first && scroll) {
      const box = first.getBoundingClientRect();
      const frame = sheets.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) {
        sheets.scrollTo({ top: sheets.scrollTop + box.top - frame.top - frame.height / 3, behavior: "smooth" });
      }
    }
  }

  // Nothing is found only where nothing is: neither in the letter, nor in the kind, nor at a clause.
  function showFound(findings = shown) {
    shown = findings;
    const whole = [...state.kindFound, ...shown];
    const atClauses = [...state.found].filter(([, own]) => own.some((one) => one.severity !== "note"));
    const count = whole.length + atClauses.length;
    found.hidden = false;
    found.replaceChildren(
      h("summary", {}, `${t("letter-findings")}${t("colon")}${count || t("no-findings")}`),
      findingList(whole),
      atClauses.length
        ? h("p", { class: "at-clauses" }, `${t("at-clauses")}${t("colon")}${atClauses.map(([name]) => clauseName(name)).join(t("list-comma"))}`)
        : "",
    );
    found.open = [...whole, ...atClauses.flatMap(([, own]) => own)].some((one) => one.severity === "error");
  }
  on("back", () => element.isConnected && draw());
  on("found", () => element.isConnected && showFound());

  const later = debounce(AFTER_TYPING, 5000, draw);
  on("typed", () => {
    if (!element.isConnected) return;
    typed = performance.now();
    later();
  });
  return { element, draw, mark };
}
