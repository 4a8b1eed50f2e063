// The page's own sentences, in Chinese and English.

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
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
}

export function language() {
  return lang;
}

export function t(key, slots = {}) {
  const text = words[key]?.[lang] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => slots[name] ?? "");
}

// One of several languages' texts, nearest to the page's own.
export function near(texts) {
  const tags = Object.keys(texts ?? {});
  const tag = tags.find((one) => one.startsWith(lang)) ?? tags.find((one) => one.startsWith("en")) ?? tags[0];
  return tag ? texts[tag] : "";
}
