// The page's frame: choices, tabs, and what they show.

import * as api from "./api.js";
import { reached } from "./connection.js";
import { choice, h } from "./dom.js";
import { showApprove } from "./approve.js";
import { showBroken } from "./broken.js";
import { showCompare } from "./compare.js";
import { showEdit } from "./edit.js";
import { showHistory } from "./history.js";
import "./news.js";
import { examples, kindTitle, on, ownLanguages, pack, recall, remember, state, tell } from "./state.js";
import { findFocus, findPlace, goRound, keepPlace, keptPlace, noteFocus, notePlace } from "./place.js";
import { showTerms } from "./terms.js";
import { showTodo } from "./todo.js";
import { showUsage } from "./usage.js";
import { language, languageName, near, setLanguage, setWords, t } from "./words.js";

const TABS = { todo: showTodo, edit: showEdit, terms: showTerms, compare: showCompare, approve: showApprove, history: showHistory, usage: showUsage };
const bar = document.getElementById("bar");
const view = document.getElementById("view");

export function say(text, kind = "note") {
  const line = h("p", { class: kind }, text);
  document.getElementById("notices").replaceChildren(line);
  if (kind === "note") setTimeout(() => line.remove(), 6000);
}
on("say", ({ text, kind }) => say(text, kind));

// Keep every choice one that there is; another example comes with its own languages.
function settle() {
  const chosen = pack();
  if (!chosen?.kinds) return; // broken, or about to be loaded
  if (chosen.todo && state.begun !== chosen.id) state.tab = "todo"; // it opens as what is left to write
  if (!chosen.todo && state.tab === "todo") state.tab = "edit";
  state.begun = chosen.id;
  if (!chosen.kinds.some((one) => one.id === state.kind)) state.kind = chosen.kinds[0].id;
  const list = examples();
  if (!list.some((one) => one.name === state.example)) {
    state.example = (list.find((one) => one.languages.length > 1) ?? list[0])?.name ?? "";
    state.languages = ownLanguages(state.example);
  }
  const sets = chosen.language_sets.map((tags) => tags.join(" "));
  if (!sets.includes(state.languages.join(" "))) 
    state.languages = [ownLanguages(state.example), ...chosen.language_sets].find((tags) => sets.includes(tags.join(" ")));
  const layouts = allowed(chosen);
  if (!layouts.includes(state.layout)) state.layout = layouts.includes(chosen.default_layout) ? chosen.default_layout : layouts[0];
}

// The layouts that the kind may have.
function allowed(chosen) {
  const own = chosen.kinds.find((one) => one.id === state.kind)?.arrangements ?? [];
  return chosen.layouts.filter((one) => !own.length || own.includes(one) || one === "large-print");
}

function drawBar() {
  const held = bar.contains(document.activeElement) ? noteFocus(document.activeElement) : null;
  const chosen = pack();
  const choose = (key, reload) => (value) => {
    const before = state.languages.join(" ");
    state[key] = key === "languages" ? value.split(" ") : value;
    if (key === "example") state.languages = ownLanguages(value);
    if (key === "pack" || key === "kind") state.example = "";
    settle();
    remember();
    drawBar();
    if (key === "pack") openPack();
    else if (reload || before !== state.languages.join(" ")) show(key !== "kind");
    else tell("case");
  };
  const kinds = (chosen?.kinds ?? []).map((one) => [one.id, kindTitle(one.id)]);
  const cases = examples().map((one) => [one.name, near(one.called)]);
  const sets = (chosen?.language_sets ?? []).map((tags) => [
    tags.join(" "),
    tags.map(languageName).join(" + ") + (tags.join(" ") === ownLanguages(state.example).join(" ") ? t("own-languages") : ""),
  ]);
  const layouts = (chosen?.layouts ? allowed(chosen) : []).map((one) => [one, t(`layout-${one}`)]);
  const name = h("input", {
    id: "person",
    value: state.name,
    title: t(state.signer ? "you-key" : "you-hint"),
    readonly: Boolean(state.signer),
    autocomplete: "name",
    maxlength: 80,
    oninput: (event) => {
      state.name = event.target.value.trim();
      localStorage.setItem("notices-name", state.name);
    },
  });
  bar.classList.toggle("broken", Boolean(chosen?.broken));
  bar.replaceChildren(
    h(
      "div",
      { class: "top" },
      h("h1", {}, t("title")),
      h(
        "nav",
        { "aria-label": t("title") },
        Object.keys(TABS).filter((tab) => tab !== "todo" || chosen?.todo).map((tab) =>
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
            tab === "todo" ? `${t("tab-todo")} (${chosen.todo})` : t(`tab-${tab}`),
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
            show(true);
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
        state.packs.map((one) => [one.id, one.broken ? one.id : `${near(one.called)} (${one.id})`]),
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
  findFocus(held);
  document.getElementById("skip").textContent = t("skip");
  document.title = `${t("title")} – ${near(chosen?.called)}`;
}

// What a view draws into as long as nothing else was asked for: an answer that comes late draws over nothing.
class Superseded extends Error {}
let asked = 0;
function viewNow() {
  const mine = ++asked;
  return new Proxy(view, {
    get(target, name) {
      if (name === "replaceChildren" && mine !== asked) throw new Superseded();
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

// `same`: what is shown is drawn anew, and whoever works on it stays where they are.
async function show(same = false) {
  if (!(state.tab in TABS)) state.tab = "edit";
  const now = viewNow();
  if (!same) view.replaceChildren(h("p", { class: "wait" }, t("loading")));
  if (!same && document.querySelector("#notices .note")) document.getElementById("notices").replaceChildren();
  if (pack()?.broken) return showBroken(view);
  try {
    const place = same && !state.goto ? notePlace() : null; // else the part gone to has the focus
    await TABS[state.tab](now);
    if (place) findPlace(place);
  } catch (error) {
    if (error instanceof Superseded) return;
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
  viewNow().replaceChildren(h("p", { class: "wait" }, t("loading")));
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
on("show", () => show(true));
on("tab", async (part) => {
  remember();
  drawBar();
  await show();
  tell("go", part);
});
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address holds what is chosen
  view.focus();
});
addEventListener("keydown", goRound);
addEventListener("pagehide", keepPlace);
addEventListener("hashchange", () => {
  recall();
  openPack();
});
on("again", () => openPack());
on("chosen", () => (settle(), remember(), drawBar(), show()));
on("choose-pack", (id) => {
  state.pack = id;
  openPack();
});
on("to-clause", async ({ clause, lang }) => {
  const used = await api.get("usage", { pack: state.pack, room: "clause", name: clause });
  if (!used.uses.length) return say(t("usage-none"), "error");
  Object.assign(state, { kind: used.uses[0].kind, tab: "edit", onlyPrinted: false });
  state.goto = used.uses[0].index < 0 ? "subject" : `clause-${clause}`;
  state.gotoLang = lang;
  tell("choose-pack", state.pack);
});

const begun = await reached();
setWords(begun.words);
state.signer = begun.person; // whoever's key the studio signs with
if (state.signer) state.name = state.signer;
recall();
const kept = keptPlace();
await openPack();
if (kept) {
  findPlace(kept);
  const once = () => kept.done || ((kept.done = true), findPlace({ ...kept, focus: null }));
  on("drawn", once); // the pages are there only now
}
