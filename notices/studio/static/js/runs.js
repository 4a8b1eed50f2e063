// A text as it was and is, in one.

import { h } from "./dom.js";

const TAGS = { same: "span", removed: "del", added: "ins" };

export const runs = (list) => list.map(([op, text]) => h(TAGS[op], {}, text));
