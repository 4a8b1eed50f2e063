// Losing the server and finding it again: after its restart, a broken line, the machine's sleep.

import * as api from "./api.js";
import { on, state, tell } from "./state.js";
import { t } from "./words.js";

const SHORTEST = 500; // milliseconds between two tries
const LONGEST = 5000;
const ASLEEP = 30000; // a clock that stood still so long was a machine asleep
const TICK = 5000;

let lost = false;
let wait = SHORTEST;
let timer = 0;
let ticked = Date.now();

// The session, however long the server takes to be there.
export async function reached() {
  for (;;) {
    try {
      return await api.session();
    } catch (error) {
      if (error.status) throw error;
      await new Promise((done) => setTimeout(done, SHORTEST));
    }
  }
}

async function look() {
  clearTimeout(timer);
  try {
    await api.session();
  } catch (error) {
    if (error.status) return tell("say", { text: t("failed", { error: error.message }), kind: "error" });
    timer = setTimeout(look, wait);
    wait = Math.min(2 * wait, LONGEST);
    return;
  }
  if (!lost) return;
  lost = false;
  wait = SHORTEST;
  tell("back");
  tell("say", { text: t("connection-back") });
}

on("lost", () => {
  if (lost) return;
  lost = true;
  tell("say", { text: t("connection-lost"), kind: "error" });
  timer = setTimeout(look, wait);
});

addEventListener("online", look);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
setInterval(() => {
  const now = Date.now();
  if (now - ticked > ASLEEP) look();
  ticked = now;
}, TICK);
addEventListener("beforeunload", (event) => lost && state.edits.size && event.preventDefault());
