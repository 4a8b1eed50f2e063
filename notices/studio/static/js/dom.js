// Elements from data. Texts only ever become text nodes.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

// What the program calls a thing, second to what people call it.
export const idTag = (id) => h("small", { class: "id", translate: "no" }, id);

// A labelled choice; options are [value, text] pairs. Who types chooses when the typing rests:
// the first letter alone is often another option's.
export function choice(label, options, chosen, onchange, attributes = {}) {
  let typed = false;
  const later = debounce(400, Infinity, () => onchange(select.value));
  const select = h(
    "select",
    {
      ...attributes,
      onkeydown: () => (typed = true),
      onpointerdown: () => (typed = false),
      onchange: () => (typed ? later() : onchange(select.value)),
      onblur: later.now,
    },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
  return h("label", { class: "field" }, h("span", {}, label), select);
}

export function debounce(wait, longest, action) {
  let timer = 0;
  let first = 0;
  const run = () => {
    clearTimeout(timer);
    timer = 0;
    first = 0;
    action();
  };
  const later = () => {
    const now = performance.now();
    first ||= now;
    clearTimeout(timer);
    timer = setTimeout(run, Math.max(0, Math.min(wait, first + longest - now)));
  };
  later.now = () => timer && run();
  return later;
}

// One at a time, and once more behind it for whatever was asked meanwhile: no late answer stands over
// a newer one, and drafts arrive in the order in which they were typed. `busy` has what is under way.
export function inTurn(action, busy = new Set()) {
  let under = null;
  let again = false;
  const run = async () => {
    try {
      do {
        again = false;
        await action().catch((error) => {
          if (!again) throw error;
        });
      } while (again);
    } finally {
      busy.delete(under);
      under = null;
    }
  };
  return () => {
    if (under) again = true;
    else busy.add((under = run()));
    return under;
  };
}
