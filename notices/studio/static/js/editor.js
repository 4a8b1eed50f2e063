// One side of a clause: text with placeholders as chips, completed on typing `{{`.

import {
  autocompletion, completionKeymap, Decoration, defaultKeymap, EditorState, EditorView, history, historyKeymap,
  keymap, MatchDecorator, placeholder, ViewPlugin, WidgetType,
} from "../vendor/codemirror/codemirror.js";
import { h } from "./dom.js";
import { state } from "./state.js";
import { valueName } from "./values.js";
import { near, t } from "./words.js";

const NONCE = document.querySelector("meta[name=csp-nonce]").content;

// What a placeholder means, and its value in the chosen case.
export function explain(name, lang) {
  const known = state.letter?.placeholders[name];
  if (!known) return `${name} – ${t("unknown-placeholder")}`;
  const value = state.values[lang]?.[name];
  const said = value === undefined ? t("no-value") : `${t("value-here")}${t("colon")}${value}`;
  return [valueName(name), near(known.meaning), said, name].filter(Boolean).join(" · ");
}

class Chip extends WidgetType {
  constructor(name, lang) {
    super();
    this.name = name;
    this.lang = lang;
  }
  eq(other) {
    return other.name === this.name && other.lang === this.lang;
  }
  toDOM() {
    const known = this.name in (state.letter?.placeholders ?? {});
    const chip = h("span", { class: known ? "chip" : "chip unknown", lang: document.documentElement.lang }, valueName(this.name));
    chip.addEventListener("mouseenter", () => (chip.title = explain(this.name, this.lang)));
    return chip;
  }
  ignoreEvent() {
    return false;
  }
}

function chips(lang) {
  const matcher = new MatchDecorator({
    regexp: /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g,
    decoration: (match) => Decoration.replace({ widget: new Chip(match[1], lang) }),
  });
  return ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.chips = matcher.createDeco(view);
      }
      update(change) {
        this.chips = matcher.updateDeco(change, this.chips);
      }
    },
    {
      decorations: (plugin) => plugin.chips,
      provide: (plugin) =>
        EditorView.atomicRanges.of((view) => view.plugin(plugin)?.chips ?? Decoration.none),
    },
  );
}

function completions(lang) {
  return (context) => {
    const typed = context.matchBefore(/\{\{\s*[^{}\n]*$/);
    if (!typed) return null;
    const wanted = typed.text.replace(/^\{\{\s*/, "").toLowerCase();
    const after = context.state.sliceDoc(context.pos, context.pos + 3).match(/^\s?\}\}/)?.[0].length ?? 0;
    const options = Object.entries(state.letter.placeholders)
      .filter(([name, one]) => [name, ...Object.values(one.called), ...Object.values(one.meaning)].join(" ").toLowerCase().includes(wanted))
      .sort(([a], [b]) => Number(b in (state.values[lang] ?? {})) - Number(a in (state.values[lang] ?? {})))
      .map(([name, one]) => ({
        label: valueName(name),
        detail: name,
        info: () => h("div", {}, explain(name, lang)),
        apply: (view, _, from, to) => {
          const text = `{{ ${name} }}`;
          view.dispatch({
            changes: { from, to: to + after, insert: text },
            selection: { anchor: from + text.length },
          });
        },
      }));
    return { from: typed.from, options, filter: false };
  };
}

// The placeholder beside the cursor.
function besideCursor(editorState) {
  const at = editorState.selection.main.head;
  for (const match of editorState.doc.toString().matchAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g)) {
    if (match.index <= at && at <= match.index + match[0].length) return match[1];
  }
  return "";
}

export function makeEditor({ text, lang, label, onchange, onsave, onplace, onfocus }) {
  const made = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(NONCE),
        history(),
        EditorView.lineWrapping,
        placeholder(t("side-missing")),
        chips(lang),
        autocompletion({ override: [completions(lang)], icons: false, maxRenderedOptions: 9, activateOnTypingDelay: 50, interactionDelay: 0 }),
        keymap.of([
          { key: "Mod-s", run: () => (onsave(), true) },
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label, lang, spellcheck: "true" }),
        EditorView.updateListener.of((change) => {
          if (change.docChanged) onchange(change.state.doc.toString());
          if (change.docChanged || change.selectionSet) onplace(besideCursor(change.state));
          if (change.focusChanged && change.view.hasFocus) onfocus();
        }),
      ],
    }),
  });
  made.dom.editor = made;
  return made;
}

export function setText(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}
