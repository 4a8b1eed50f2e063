// The page's frame: choices, tabs, and what they show.

import * as api from "./api.js";
import { reached } from "./connection.js";
import { choice, h } from "./dom.js";
import { showApprove } from "./approve.js";
import { showCompare } from "./compare.js";
import { showEdit } from "./edit.js";
import { findingList } from "./findings.js";
import { examples, kindTitle, on, pack, recall, remember, state, tell } from "./state.js";
import { showTerms } from "./terms.js";
import { showUsage } from "./usage.js";
import { language, near, setLanguage, setWords, t } from "./words.js";

const TABS = { edit: showEdit, terms: showTerms, compare: showCompare, approve: showApprove, usage: showUsage };
const bar = document.getElementById("bar");
const view = document.getElementById("view");

export function say(text, kind = "note") {
  const line = h("p", { class: kind }, text);
  document.getElementById("notices").replaceChildren(line);
  if (kind === "note") setTimeout(() => line.remove(), 6000);
}
on("say", ({ text, kind }) => say(text, kind));

// Keep every choice one that there is.
function settle() {
  if (!pack()) state.pack = state.packs.find((one) => !one.broken)?.id ?? "";
  const chosen = pack();
  if (!chosen || chosen.broken) return;
  if (!chosen.kinds.some((one) => one.id === state.kind)) state.kind = chosen.kinds[0].id;
  if (!examples().some((one) => one.name === state.example)) state.example = examples()[0]?.name ?? "";
  const sets = chosen.language_sets.map((tags) => tags.join(" "));
  if (!sets.includes(state.languages.join(" "))) state.languages = chosen.language_sets[0];
  if (!chosen.layouts.includes(state.layout)) state.layout = chosen.default_layout;
}

function drawBar() {
  const chosen = pack();
  const choose = (key, reload) => (value) => {
    state[key] = key === "languages" ? value.split(" ") : value;
    settle();
    remember();
    drawBar();
    if (key === "pack") openPack();
    else if (reload) show();
    else tell("case");
  };
  const kinds = (chosen?.kinds ?? []).map((one) => [one.id, kindTitle(one.id)]);
  const cases = examples().map((one) => [one.name, one.about]);
  const sets = (chosen?.language_sets ?? []).map((tags) => [
    tags.join(" "),
    tags.map((tag) => chosen.languages[tag]).join(" + "),
  ]);
  const allowed = chosen?.kinds.find((one) => one.id === state.kind)?.arrangements ?? [];
  const layouts = (chosen?.layouts ?? [])
    .filter((one) => !allowed.length || allowed.includes(one) || one === "large-print")
    .map((one) => [one, t(`layout-${one}`)]);
  const name = h("input", {
    id: "person",
    value: state.name,
    title: t("you-hint"),
    autocomplete: "name",
    maxlength: 80,
    oninput: (event) => {
      state.name = event.target.value.trim();
      localStorage.setItem("notices-name", state.name);
    },
  });
  bar.replaceChildren(
    h(
      "div",
      { class: "top" },
      h("h1", {}, t("title")),
      h(
        "nav",
        { "aria-label": t("title") },
        Object.keys(TABS).map((tab) =>
          h(
            "button",
            {
              id: `tab-${tab}`,
              "aria-current": tab === state.tab && "page",
              onclick: () => {
                state.tab = tab;
                remember();
                drawBar();
                show();
              },
            },
            t(`tab-${tab}`),
          ),
        ),
      ),
      h("label", { class: "field person" }, h("span", {}, t("you")), name),
      h(
        "button",
        {
          class: "quiet",
          id: "language",
          onclick: () => {
            setLanguage(language() === "zh" ? "en" : "zh");
            drawBar();
            show();
          },
        },
        t("language-switch"),
      ),
    ),
    h(
      "div",
      { class: "choices" },
      choice(
        t("pack"),
        state.packs.map((one) => [one.id, one.broken ? one.id : `${one.id} – ${near(one.names)}`]),
        state.pack,
        choose("pack", true),
        { id: "pack" },
      ),
      choice(t("kind"), kinds, state.kind, choose("kind", true), { id: "kind" }),
      choice(t("example"), cases, state.example, choose("example"), { id: "example", class: "wide" }),
      choice(t("languages"), sets, state.languages.join(" "), choose("languages", true), { id: "languages" }),
      choice(t("layout"), layouts, state.layout, choose("layout"), { id: "layout" }),
    ),
  );
  document.getElementById("skip").textContent = t("skip");
  document.title = `${t("title")} – ${near(chosen?.names)}`;
}

async function show() {
  if (!(state.tab in TABS)) state.tab = "edit";
  view.replaceChildren(h("p", { class: "wait" }, t("loading")));
  if (document.querySelector("#notices .note")) document.getElementById("notices").replaceChildren();
  if (pack()?.broken) {
    const why = h("p", { class: "error" }, t("pack-broken", { error: pack().broken }));
    return view.replaceChildren(why, findingList(pack().findings));
  }
  try {
    await TABS[state.tab](view);
  } catch (error) {
    failed(error, show);
    throw error;
  }
}

// What went wrong in place of the view; the same again where asked, and once the server is back.
let again = null;
function failed(error, action) {
  again = action;
  const why = error.isOffline ? t("offline") : t("failed", { error: error.message });
  const button = h("button", { class: "again", onclick: () => retry() }, t("try-again"));
  view.replaceChildren(h("p", { class: "error", role: "alert" }, why, " ", button));
}
function retry() {
  const action = again;
  again = null;
  action?.();
}
on("back", retry);

// Of the packs only the chosen one is whole.
async function openPack() {
  view.replaceChildren(h("p", { class: "wait" }, t("loading")));
  try {
    await readPacks();
  } catch (error) {
    return failed(error, openPack);
  }
  await show();
}

async function readPacks() {
  const answer = await api.get("packs", { pack: state.pack });
  state.packs = answer.packs;
  state.pack = answer.chosen;
  settle();
  drawBar();
}
on("packs", readPacks);
on("show", () => show());

const begun = await reached();
setWords(begun.words);
recall();
await openPack();
