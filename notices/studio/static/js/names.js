// What people call the clauses, parts and places of the letter at hand.

import { pack, state } from "./state.js";
import { inOwn, near, t } from "./words.js";

export function clauseName(id) {
  const fresh = state.letter?.pack === state.pack ? state.letter.clause_names[id] : null;
  return near(fresh ?? pack()?.clause_names?.[id]) || id;
}

// For whom a text is, or when something is printed.
export const conditionName = (id) => near(pack()?.condition_names?.[id]) || id;

// A part by its clause, or by what its block is, with the title that it prints.
export function partName(part) {
  if (part.clause) return clauseName(part.clause);
  const title = inOwn(part.title);
  return title ? `${t(`block-${part.block}`)} – ${title}` : t(`block-${part.block}`);
}

// What stands at a place of the drawn page.
export function placeName(id) {
  if (id === "subject") return t("subject");
  const part = state.letter?.parts.find((one) => one.id === id);
  if (part) return partName(part);
  return clauseName(id.replace(/^clause-/, ""));
}
