// What the page knows. `edits` are unsaved texts by scalar (`clauses/ID/en`).

import { debounce } from "./dom.js";
import { near } from "./words.js";

export const state = {
  packs: [],
  pack: "",
  kind: "",
  example: "",
  languages: [],
  layout: "",
  large: false,
  tab: "edit",
  onlyPrinted: true,
  goto: "", // the part that the letter opens at, and the language there
  gotoLang: "",
  begun: "", // the pack whose first view was chosen
  letter: null,
  edits: new Map(),
  found: new Map(), // clause → what is wrong with it
  kindFound: [], // what is wrong with the kind beyond its clauses
  values: {},
  printed: new Set(),
  variants: {}, // clause → the variant that the chosen case prints
  signer: "",
  name: localStorage.getItem("notices-name") ?? "",
};

const listeners = new Map();

export function on(event, action) {
  if (!listeners.has(event)) listeners.set(event, []);
  listeners.get(event).push(action);
}

export function tell(event, data) {
  for (const action of listeners.get(event) ?? []) action(data);
}

export const pack = () => state.packs.find((one) => one.id === state.pack);
// None where the pack is broken, or about to be loaded.
const known = () => pack()?.examples ?? [];
export const examples = () => known().filter((one) => one.kind === state.kind);
export const chosenExample = () => known().find((one) => one.name === state.example);

// The languages that an example's letter has by itself.
export const ownLanguages = (name) => known().find((one) => one.name === name)?.languages ?? [];

// Drafts on their way to the server.
export const sending = new Set();

// A kind by its name; with its id where two read alike.
export function kindTitle(id) {
  const kinds = pack()?.kinds ?? [];
  const titles = kinds.map((one) => near(one.called) || one.id);
  const title = titles[kinds.findIndex((one) => one.id === id)] ?? id;
  return titles.filter((one) => one === title).length > 1 ? `${title} (${id})` : title;
}

// Unsaved texts as the server takes them.
export const edits = () => Object.fromEntries([...state.edits].map(([scalar, edit]) => [scalar, edit.text]));

const KEPT = ["pack", "kind", "example", "layout", "tab"];

export const remember = debounce(0, 0, () => {
  const kept = new URLSearchParams(KEPT.map((key) => [key, state[key]]));
  kept.set("languages", state.languages.join(" "));
  history.replaceState(null, "", `#${kept}`);
});

export function recall() {
  const kept = new URLSearchParams(location.hash.slice(1));
  for (const key of KEPT) if (kept.get(key)) state[key] = kept.get(key);
  if (kept.get("languages")) state.languages = kept.get("languages").split(" ");
}
