// Where a clause, a term, a placeholder or a condition is used, and the letters that it touches.

import * as api from "./api.js";
import { choice, h } from "./dom.js";
import { drawFor } from "./drawings.js";
import { sheets } from "./compare.js";
import { edits, pack, state } from "./state.js";
import { near, t } from "./words.js";

const chosen = { room: "clause", name: "" };

export async function showUsage(view) {
  const known = await api.get("names", { pack: state.pack });
  const result = h("div", { class: "result" });
  const bar = h("div", { class: "choices" });
  view.replaceChildren(h("div", { class: "sheetless" }, bar, result));
  let turn = 0;
  const nameOf = (called, id) => (near(called) && near(called) !== id ? `${near(called)} (${id})` : id);

  // A part or a way by what people call it.
  function partOf(id) {
    if (id === "subject") return t("subject");
    const name = id.replace("clause-", "");
    return near(known.clause[name] ?? known.condition[name] ?? known.label[name]) || blockOf(id);
  }
  function blockOf(id) {
    const key = `block-${id.split("-")[0]}`;
    return t(key) === key ? id : t(key);
  }

  function drawBar() {
    const list = Object.entries(known[chosen.room]).map(([name, called]) => [name, nameOf(called, name)]);
    if (!list.some(([name]) => name === chosen.name)) chosen.name = list[0]?.[0] ?? "";
    const rooms = ["clause", "label", "placeholder", "condition"].map((room) => [room, t(`usage-${room}`)]);
    bar.replaceChildren(
      choice(t("usage-of"), rooms, chosen.room, (room) => ((chosen.room = room), drawBar(), read()), { id: "room" }),
      choice(t(`usage-${chosen.room}`), list, chosen.name, (name) => ((chosen.name = name), read()), {
        id: "name", class: "wide",
      }),
    );
  }

  async function read() {
    const mine = ++turn;
    const answer = await api.get("usage", { pack: state.pack, room: chosen.room, name: chosen.name });
    if (mine !== turn) return;
    const kinds = Object.fromEntries(pack().kinds.map((one) => [one.id, near(one.called) || one.id]));
    const rows = answer.uses.map((use) =>
      h("tr", {}, h("td", {}, kinds[use.kind] ?? use.kind),
        h("td", {}, use.levels.map((level) => t("usage-level", { level })).join(", ")),
        h("td", {}, partOf(use.part)), h("td", {}, partOf(use.through))));
    const letters = h("div", { class: "letters" });
    result.replaceChildren(
      rows.length
        ? h("table", {}, h("thead", {}, h("tr", {}, ["kind", "usage-levels", "usage-part", "usage-through"].map((key) =>
            h("th", { scope: "col" }, t(key))))), h("tbody", {}, rows))
        : h("p", { class: "empty" }, t("usage-none")),
      h("h2", {}, t("usage-previews")), letters);
    for (const one of pack().examples) {
      const uses = answer.uses.filter((use) => use.kind === one.kind && use.levels.includes(Number(one.level)));
      if (!uses.length) continue;
      const marked = new Set(uses.map((use) => use.part));
      const asked = { pack: state.pack, example: one.name, languages: one.languages ?? [], edits: edits() };
      const first = await drawFor(letters, { ...asked, draw: false });
      if (!first) return;
      const places = new Set((first.printed ?? []).map((index) => `${one.kind} ${index}`));
      if (!uses.some((use) => use.index < 0 || places.has(`${one.kind} ${use.index}`))) continue;
      const shown = await drawFor(letters, asked);
      if (!shown) return;
      letters.append(h("figure", {},
        sheets(shown, marked).filter((sheet) => sheet.querySelector(".area")), h("figcaption", {}, `${kinds[one.kind]} – ${near(one.called)}`)));
    }
  }
  drawBar();
  read();
}
