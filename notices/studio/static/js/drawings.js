// Letters drawn beside the one that is edited: one after the other, each for an element of the page.
// An element that is gone asks for nothing more; what another question outdated is asked for again.

import * as api from "./api.js";

let last = Promise.resolve();

// The letter, or null where `holder` is no longer on the page.
export function drawFor(holder, asked) {
  const ask = async () => {
    while (holder.isConnected) {
      const shown = await api.post("preview", asked);
      if (!shown.stale) return holder.isConnected ? shown : null;
    }
    return null;
  };
  last = last.catch(() => {}).then(ask);
  return last;
}
