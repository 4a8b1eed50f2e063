export { EditorState, StateField, StateEffect, RangeSet, Compartment } from "@codemirror/state";
export { EditorView, Decoration, WidgetType, ViewPlugin, MatchDecorator, keymap, placeholder, drawSelection } from "@codemirror/view";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { autocompletion, completionKeymap, startCompletion } from "@codemirror/autocomplete";
