// The page's own sentences, in Chinese and English; names, languages and days in the one chosen.

import { h } from "./dom.js";

let words = {};
let lang = "en";

export function setWords(all) {
  words = all;
  const kept = localStorage.getItem("notices-language");
  setLanguage(kept || (navigator.language.startsWith("zh") ? "zh" : "en"));
}

export function setLanguage(chosen) {
  lang = chosen === "zh" ? "zh" : "en";
  localStorage.setItem("notices-language", lang);
  document.documentElement.lang = tag();
}

const tag = () => (lang === "zh" ? "zh-Hans" : "en");

export function language() {
  return lang;
}

export function t(key, slots = {}) {
  const text = words[key]?.[lang] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => slots[name] ?? "");
}

// Which of several languages' texts is nearest to the page's own.
function nearest(texts) {
  const tags = Object.keys(texts ?? {});
  return tags.find((one) => one === tag()) ?? tags.find((one) => one.startsWith(lang))
    ?? tags.find((one) => one.startsWith("en")) ?? tags[0];
}

// One of several languages' texts, nearest to the page's own.
export function near(texts) {
  const found = nearest(texts);
  return found ? texts[found] : "";
}

// The text in the page's own language; "" where there is none.
export function inOwn(texts) {
  return nearest(texts)?.startsWith(lang) ? near(texts) : "";
}

// The same as an element that says which language it is in.
export function said(texts) {
  const found = nearest(texts);
  return found ? h("span", { lang: found === "zh" ? "zh-Hans" : found }, texts[found]) : null;
}

// A language's name, in the page's own.
export function languageName(one) {
  return new Intl.DisplayNames([tag()], { type: "language" }).of(one) ?? one;
}

// A moment as the page's language writes it.
export const moment = (iso) => dated(iso, { dateStyle: "medium", timeStyle: "short" });

// A day in the same way; a date has no time of day, and is nobody's midnight.
export const day = (iso) => dated(iso.slice(0, 10), { dateStyle: "medium", timeZone: "UTC" });

function dated(iso, style) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : new Intl.DateTimeFormat(tag(), style).format(at);
}
