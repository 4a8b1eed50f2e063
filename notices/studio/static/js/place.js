// Where somebody is: what has the focus, and how far each pane is scrolled. Noted before an act, found
// again after the page was drawn anew.

const FIELDS = "a[href], button, input, select, textarea, summary, .cm-content, [tabindex]";
const PANES = [".left", ".sheets", ".sheetless", "html"];
const KEPT = "notices-place";

export function notePlace() {
  const panes = PANES.map((name) => document.querySelector(name)?.scrollTop ?? 0);
  return { panes, focus: noteFocus(document.activeElement) };
}

export function noteFocus(active) {
  const holder = active?.closest("[data-key], [id]");
  if (!holder || holder.contains(document.getElementById("view"))) return null;
  const selection = active.closest(".cm-editor")?.editor?.state.selection.main;
  return {
    key: holder.dataset.key,
    id: holder.dataset.key ? "" : holder.id,
    at: [...holder.querySelectorAll(FIELDS)].indexOf(active),
    cursor: selection ? [selection.anchor, selection.head] : null,
  };
}

export function findPlace(place) {
  findFocus(place.focus);
  PANES.forEach((name, index) => {
    const pane = document.querySelector(name);
    if (pane) pane.scrollTop = place.panes[index];
  });
  document.activeElement?.closest("#view .card, #bar")?.scrollIntoView({ block: "nearest" });
}

// The same element, or the nearest that can have the focus now.
export function findFocus(focus) {
  if (!focus) return;
  const holder = focus.key
    ? document.querySelector(`[data-key="${CSS.escape(focus.key)}"]`)
    : document.getElementById(focus.id);
  if (!holder) return document.getElementById("view").focus({ preventScroll: true });
  const fields = [...holder.querySelectorAll(FIELDS)];
  const able = (one) => one && !one.disabled && one.offsetParent !== null;
  const found = [fields[focus.at], ...fields.slice(Math.max(0, focus.at)), holder, ...fields].find(able);
  if (focus.at < 0) holder.focus({ preventScroll: true });
  else found?.focus({ preventScroll: true });
  const editor = found?.closest(".cm-editor")?.editor;
  if (!editor || !focus.cursor) return;
  const [anchor, head] = focus.cursor.map((at) => Math.min(at, editor.state.doc.length));
  editor.dispatch({ selection: { anchor, head } });
}

// Over a reload of the page.
export function keepPlace() {
  sessionStorage.setItem(KEPT, JSON.stringify({ at: location.href, ...notePlace() }));
}

export function keptPlace() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  return kept?.at === location.href ? kept : null;
}

// F6 goes from one region to the next: the choices, the clauses, the drawn pages.
export function goRound(event) {
  if (event.key !== "F6" || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const view = document.getElementById("view");
  const own = [...view.querySelectorAll("section[tabindex]")];
  const regions = [document.getElementById("bar"), ...(own.length ? own : [view])];
  const at = regions.findLastIndex((one) => one.contains(document.activeElement));
  const next = regions[(Math.max(at, 0) + (event.shiftKey ? regions.length - 1 : 1)) % regions.length];
  (next.querySelector("[aria-current]") ?? next).focus();
}
