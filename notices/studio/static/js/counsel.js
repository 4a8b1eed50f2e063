// To outside counsel and back: the document to send, and each change that came back as a redline to
// save or to drop.

import * as api from "./api.js";
import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { findingList } from "./findings.js";
import { redlined } from "./redlines.js";
import { pack, state, tell } from "./state.js";
import { clauseName } from "./names.js";
import { day, languageName, moment, t } from "./words.js";

// `changed` is called after a save. `tools` stand among the choices, `list` below them; `aim` tells
// from which state on the document marks changes.
export function counselDesk(changed) {
  const list = h("div", { class: "counsel" });
  const told = h("div", { class: "told", role: "status" });
  const file = h("input", { id: "counsel-file", type: "file", accept: ".docx", hidden: true, onchange: () => bring() });
  const get = h("a", { class: "button", id: "counsel-get", download: "" }, t("counsel-get"));
  const open = h("button", { class: "quiet", id: "counsel-bring", onclick: () => file.click() }, t("counsel-bring"));

  async function bring() {
    const [chosen] = file.files;
    if (!chosen) return;
    file.value = "";
    told.replaceChildren(t("counsel-reading", { name: chosen.name }));
    try {
      const data = await base64(chosen);
      const answer = await api.post("counsel_bring", { pack: state.pack, name: chosen.name, data });
      if (answer.empty) {
        const said = answer.refused.length ? "counsel-refused" : "counsel-empty";
        told.replaceChildren(t(said, { name: chosen.name }), findingList(answer.refused));
      } else draw(answer);
    } catch (error) {
      told.replaceChildren(t("failed", { error: error.message }));
    }
  }

  // Whether the person's name is known; it is asked for otherwise.
  function named() {
    if (!state.name) {
      told.replaceChildren(t("name-needed"));
      document.getElementById("person").focus();
    }
    return Boolean(state.name);
  }

  async function save(one, proposals) {
    if (!named()) return;
    let answer;
    const unsaved = [];
    for (const proposal of proposals) {
      try {
        answer = await api.post("counsel_take", {
          pack: state.pack, document: one.id, piece: proposal.piece, seen: proposal.seen, by: state.name,
        });
      } catch (error) {
        return told.replaceChildren(t("failed", { error: error.message }));
      }
      if (!["written", "same"].includes(answer.status)) unsaved.push([proposal, answer]);
    }
    draw(answer);
    const names = proposals.map((proposal) => title(proposal)).join(", ");
    if (!unsaved.length) told.replaceChildren(t("counsel-saved", { name: names }));
    for (const [proposal, outcome] of unsaved)
      told.append(h("div", {}, `${title(proposal)}${t("colon")}`, outcome.findings ? findingList(outcome.findings) : t("counsel-conflict")));
    tell("packs");
    changed();
  }

  async function drop(one, piece) {
    draw(await api.post("counsel_drop", { pack: state.pack, document: one.id, piece }));
  }

  function draw(answer) {
    told.replaceChildren();
    list.replaceChildren(told, ...answer.documents.map(document_));
  }

  function document_(one) {
    const fresh = one.proposals.filter((proposal) => proposal.status === "new");
    const count = one.proposals.length;
    const close = () => (count ? dialog(t("counsel-close"), [h("p", {}, t("counsel-close-sure"))], t("counsel-close"), () => drop(one, "")) : drop(one, ""));
    return h(
      "section",
      { class: "counsel-document", "data-document": one.id },
      h("div", { class: "head" },
        h("h2", {}, t("counsel-from", { name: one.name })),
        h("span", { class: "soft" }, count ? t("counsel-open", { count }) : t("counsel-done")),
        one.dropped ? h("span", { class: "soft" }, t("counsel-dropped", { count: one.dropped })) : null,
        fresh.length > 1 ? h("button", { class: "save-all", onclick: () => save(one, fresh) }, t("counsel-all")) : null,
        h("button", { class: "quiet close", onclick: close }, t("counsel-close"))),
      one.findings.length ? findingList(one.findings) : null,
      one.proposals.map((proposal) => card(one, proposal)),
      one.remarks.length
        ? [h("h3", {}, t("counsel-remarks")), h("ul", { class: "remarks" }, one.remarks.map((remark) =>
            h("li", {}, h("strong", {}, remark.by), ` ${moment(remark.when)} `,
              remark.piece ? h("span", { class: "soft" }, `${title(remark)} `) : null, h("q", {}, remark.text))))]
        : null,
    );
  }

  function card(one, proposal) {
    const label = proposal.status === "moved-on" ? t("counsel-anyway") : t("save");
    return h(
      "article",
      { class: `card piece ${proposal.status}`, "data-piece": proposal.piece },
      h("div", { class: "head" },
        h("h2", {}, title(proposal)),
        h("span", { class: "soft" }, [proposal.by || t("counsel-untracked"), day(proposal.when)].join(" "))),
      h("p", { class: "redline", lang: proposal.lang }, redlined(proposal.runs)),
      proposal.findings.length ? findingList(proposal.findings) : null,
      h("p", { class: "buttons" },
        proposal.status === "unreadable" ? null : h("button", { class: "save", onclick: () => save(one, [proposal]) }, label),
        h("button", { class: "quiet drop", onclick: () => drop(one, proposal.piece) }, t("counsel-drop"))),
    );
  }

  function aim({ from, pack: id, kind }) {
    get.setAttribute("href", `/api/counsel.docx?${new URLSearchParams({ pack: id, kind, from, languages: state.languages.join(" ") })}`);
    get.setAttribute("download", `${id}-${kind}.docx`);
  }

  list.append(told);
  api.get("counsel", { pack: state.pack }).then(draw, (error) => told.replaceChildren(t("failed", { error: error.message })));
  return { tools: [get, open, file], list, aim };
}

// A text by its clause and language, as people say it.
function title({ piece, lang }) {
  const [room, name, ...rest] = piece.split("/");
  const heading = rest[0] === "heading" ? t("heading") : "";
  const tag = lang ?? rest.find((one) => one in (pack()?.languages ?? {}));
  const variant = rest.filter((one) => one !== "heading" && one !== tag).join(" ");
  return [room === "clauses" ? clauseName(name) : `${room}/${name}`, heading, tag && languageName(tag), variant].filter(Boolean).join(" · ");
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}
