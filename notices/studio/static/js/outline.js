// The letter at a glance: its parts in their order, with what is to be known of each, and a search.

import { h } from "./dom.js";
import { partName } from "./names.js";
import { state } from "./state.js";
import { t } from "./words.js";

const WIDE = "(min-width: 1700px)"; // beside the clauses; above them where there is less room

export function makeOutline(cards, go) {
  const items = cards.map((card) => {
    const marks = h("span", { class: "marks" });
    const name = h("span", { class: "name" }, partName(card.part));
    const button = h("button", { class: "item", "data-part": card.part.id, onclick: () => go(card) }, name, marks);
    return { card, marks, element: h("li", {}, button) };
  });
  const search = h("input", { type: "search", id: "find-part", "aria-label": t("find-part"), placeholder: t("find-part"), oninput: filter,
    onkeydown: (event) => event.key === "Enter" && go(items.find((one) => !one.element.hidden)?.card) });
  const none = h("p", { class: "soft", hidden: true, role: "status" }, t("find-none"));
  const element = h("details", { class: "outline", open: matchMedia(WIDE).matches }, h("summary", {}, t("outline")),
    search, h("ol", {}, items.map((one) => one.element)), none);

  // By its names and by what it says, saved or not.
  function filter() {
    const wanted = search.value.trim().toLowerCase();
    for (const { card, element: item } of items) item.hidden = !textOf(card).includes(wanted);
    none.hidden = items.some((one) => !one.element.hidden);
  }

  function mark() {
    for (const { card, marks, element: item } of items) {
      const found = marksOf(card);
      marks.replaceChildren(...found.map((key) => h("span", { class: `mark ${key}` }, t(`mark-${key}`))));
      item.classList.toggle("absent", found.includes("absent"));
    }
  }
  return { element, mark };
}

function textOf(card) {
  const clauses = card.part.clauses.map((name) => state.letter.clauses[name]);
  const texts = clauses.flatMap((one) => Object.values(one.sides).flatMap((side) => [side.heading, side.text]));
  const typed = card.editors.map((one) => one.view.state.doc.toString());
  return [partName(card.part), ...card.part.clauses, ...texts, ...typed].join(" ").toLowerCase();
}

function marksOf(card) {
  const names = card.part.clauses;
  const own = names.flatMap((name) => state.found.get(name) ?? []);
  const worst = ["error", "warning"].find((severity) => own.some((one) => one.severity === severity));
  const others = state.letter.others.some((scalar) => names.includes(scalar.split("/")[1]));
  return [
    worst,
    card.dirty() && "draft",
    others && "others",
    names.some((name) => state.letter.edited.includes(name)) && "edited",
    card.element.classList.contains("absent") && "absent",
  ].filter(Boolean);
}
