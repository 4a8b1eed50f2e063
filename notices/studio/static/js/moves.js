// Moving a part: past the next one in sight, saying which others it passes.

import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { partName } from "./names.js";
import { state } from "./state.js";
import { t } from "./words.js";

const inSight = (index) => {
  const card = document.querySelector(`.card[data-index="${index}"]`);
  return card && !card.hidden;
};

// Where one step leads: the place of the next part in sight, -1 where there is none.
function next(part, step) {
  const last = state.letter.parts.length - 1;
  for (let at = part.index + step; at >= 0 && at <= last; at += step) if (inSight(at)) return at;
  return -1;
}

// The parts between, the one that it comes to stand beside first.
function passed(part, to) {
  const list = state.letter.parts.slice(Math.min(to, part.index), Math.max(to, part.index) + 1);
  return (to < part.index ? list : list.reverse()).filter((one) => one !== part);
}

function sentence(part, to) {
  const [first, ...others] = passed(part, to);
  const beside = t(to < part.index ? "move-before" : "move-after", { part: partName(first) });
  if (!others.length) return beside;
  const names = others.map((one) => (inSight(one.index) ? partName(one) : t("move-unseen", { part: partName(one) })));
  return `${beside} ${t("move-passes", { parts: names.join(t("list-comma")) })}`;
}

export function moveTools(part, change) {
  const go = (to) => change({ action: "move", index: part.index, to }, t("moved", { part: partName(part), where: sentence(part, to) }));
  const step = (key, mark, by) => {
    const button = h("button", { class: "tool move", onclick: () => go(next(part, by)) }, mark);
    button.retitle = () => {
      const to = next(part, by);
      button.disabled = to < 0;
      const label = to < 0 ? t(key) : `${t(key)}${t("colon")}${sentence(part, to)}`;
      button.title = label;
      button.setAttribute("aria-label", `${label} (${partName(part)})`);
    };
    return button;
  };
  const far = h("button", { class: "tool", title: t("move-to"), "aria-label": `${t("move-to")}${t("colon")}${partName(part)}`,
    onclick: () => choosePlace(part, go) }, "⇅");
  return [step("up", "↑", -1), step("down", "↓", 1), far];
}

// What each step passes depends on which cards are in sight.
export function retitleMoves() {
  for (const button of document.querySelectorAll(".tool.move")) button.retitle();
}

function choosePlace(part, go) {
  const told = h("p", { class: "sentence", role: "status" });
  const say = () => (told.textContent = sentence(part, Number(select.value)));
  const options = state.letter.parts.filter((one) => one !== part).map((one) =>
    h("option", { value: one.index }, `${one.index + 1}. ${inSight(one.index) ? partName(one) : t("move-unseen", { part: partName(one) })}`));
  const select = h("select", { class: "list", size: 12, "aria-label": t("move-to"), onchange: say }, options);
  select.selectedIndex = Math.min(part.index, options.length - 1);
  dialog(`${t("move-to")}${t("colon")}${partName(part)}`, [h("p", {}, t("move-to-hint")), select, told], t("move"), () => go(Number(select.value)));
  say();
}
