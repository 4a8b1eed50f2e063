// Asking the server. A write carries the page's token; a server that was started anew gets a new one.

import { tell } from "./state.js";
import { t } from "./words.js";

let csrf = "";
const page = String(Math.random()).slice(2); // of two windows, neither gives up the other's preview

export class ApiError extends Error {
  constructor(status, data) {
    super(t(data.error || `HTTP ${status}`));
    this.status = status;
    this.findings = data.findings ?? [];
  }
}

// This browser's own number: its drafts are kept under it.
export function editor() {
  let kept = localStorage.getItem("notices-editor");
  if (!/^[0-9a-f]{32}$/.test(kept ?? "")) {
    kept = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("notices-editor", kept);
  }
  return kept;
}

// Without an answer at all, the connection is lost: connection.js looks for it.
async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    tell("lost");
    throw Object.assign(error, { isOffline: true });
  }
}

async function answerOf(response) {
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, data);
  return data;
}

export async function session() {
  const data = await answerOf(await reach("/api/session"));
  csrf = data.csrf;
  return data;
}

export async function get(name, asked = {}) {
  const query = new URLSearchParams({ ...asked, editor: editor() });
  return answerOf(await reach(`/api/${name}?${query}`));
}

export async function post(name, asked, again = true) {
  const response = await reach(`/api/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": csrf },
    body: JSON.stringify({ ...asked, editor: editor(), page }),
  });
  if (response.status === 403 && again) {
    await session();
    return post(name, asked, false);
  }
  return answerOf(response);
}
