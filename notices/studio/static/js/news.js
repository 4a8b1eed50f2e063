// What others save is told as it happens. Nothing that one types is overwritten.

import * as api from "./api.js";
import { h } from "./dom.js";
import { pieceTitle } from "./history.js";
import { state, tell } from "./state.js";
import { moment, t } from "./words.js";

const EVERY = 4000; // milliseconds
const known = { pack: "", number: -1, stamp: "" };
let asking = false;

async function look() {
  if (asking || document.hidden || !state.pack) return;
  asking = true;
  try {
    if (known.pack !== state.pack) Object.assign(known, { pack: state.pack, number: -1, stamp: "" });
    const answer = await api.get("news", { pack: known.pack, since: known.number, stamp: known.stamp });
    if (known.pack !== state.pack) return;
    Object.assign(known, { number: answer.number, stamp: answer.stamp ?? "" });
    const news = answer.changes.filter(heard);
    if (news.length) show(news);
  } catch {
    // the page says elsewhere that the studio does not answer
  } finally {
    asking = false;
  }
}

// Whether it is news here: a text goes to its editors, which know what they saved themselves.
function heard(change) {
  const editors = change.scalar ? document.querySelectorAll(`[data-scalar="${CSS.escape(change.scalar)}"]`) : [];
  if (!editors.length) return change.by !== state.name;
  const news = [...editors].map((editor) => !editor.dispatchEvent(new CustomEvent("heard", { detail: change, cancelable: true })));
  return news.some(Boolean);
}

function show(news) {
  const last = news.at(-1);
  const text = t("news-saved", { by: last.by, what: pieceTitle(last.piece), when: moment(last.when) });
  const more = news.length > 1 ? ` ${t("news-more", { count: news.length - 1 })}` : "";
  document.getElementById("news")?.remove();
  const line = h("div", { id: "news", role: "status" },
    h("span", {}, text + more),
    h("button", { class: "quiet", onclick: () => (line.remove(), tell("show")) }, t("news-show")),
    h("button", { class: "quiet", "aria-label": t("close"), onclick: () => line.remove() }, "×"));
  document.getElementById("view").before(line);
  tell("case");
}

// Another view is read anew.
document.addEventListener("click", (event) => event.target.closest?.("#bar nav button") && document.getElementById("news")?.remove());
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
