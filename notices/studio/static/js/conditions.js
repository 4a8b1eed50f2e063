// When a part is printed: its sentence, how many examples print it, and the choice of conditions.

import * as api from "./api.js";
import { dialog } from "./dialog.js";
import { debounce, h, inTurn } from "./dom.js";
import { kindTitle, state, tell } from "./state.js";
import { language, near, t } from "./words.js";

// The line of a card; what the part alone asks stands under "".
export function whenLine(part, clause = "") {
  const said = part.printed?.[clause];
  const count = h("span", { class: "count" });
  if (part.printed) Object.assign(count.dataset, { index: part.index, counted: clause });
  return h("p", { class: "when" }, said ? h("span", { class: "sentence" }, `${t("when")}${t("colon")}${said[language()]}`) : null, " ", count);
}

// Fill in "printed in 3 of 8 examples", unless another letter was opened meanwhile.
export async function showCounts(letter) {
  let answer;
  try {
    answer = await api.get("printed", { pack: letter.pack, kind: letter.kind });
  } catch (error) {
    if (state.letter === letter) tell("say", { text: t("failed", { error: error.message }), kind: "error" });
    return;
  }
  if (state.letter !== letter) return;
  for (const span of document.querySelectorAll(".count[data-index]")) {
    const count = answer.parts[span.dataset.index]?.[span.dataset.counted];
    span.textContent = answer.examples ? t("printed-in", { count, examples: answer.examples }) : t("no-example");
    span.classList.toggle("never", count === 0);
  }
}

const CHOICES = ["either", "is", "is-not"];

// One column of choices: what a part, or a clause, asks of each named condition.
export function column(when, label, changed) {
  const chosen = new Map([...when.hold.map((name) => [name, "is"]), ...when.hold_not.map((name) => [name, "is-not"])]);
  const both = when.hold.filter((name) => when.hold_not.includes(name));
  const names = (wanted) => state.letter.conditions.map((one) => one.name)
    .filter((name) => chosen.get(name) === wanted || (both.includes(name) && wanted === "is"));
  const choose = (one) =>
    h(
      "select",
      {
        "aria-label": `${near(one.explain) || one.name}${t("colon")}${label}`,
        "data-condition": one.name,
        onchange: (event) => (both.splice(0), chosen.set(one.name, event.target.value), changed()),
      },
      CHOICES.map((key) => h("option", { value: key, selected: key === (chosen.get(one.name) ?? "either") }, t(`cond-${key}`))),
    );
  return { choose, asked: () => ({ names: names("is"), not_names: names("is-not") }) };
}

const rest = (when, label) => (when.rest ? h("p", { class: "soft" }, `${label}${t("colon")}${when.rest[language()]}`) : null);

export async function chooseConditions(part, change) {
  const clause = part.clause ? state.letter.clauses[part.clause] : null;
  const told = h("p", { class: "sentence", role: "status" });
  let seen = "";
  let act = null;
  const ask = inTurn(async () => {
    const answer = await api.post("sentence", {
      pack: state.pack, kind: state.kind, index: part.index, part: own.asked(), clause: its?.asked(),
    });
    seen ||= answer.clause_digest;
    const sentence = `${t("when")}${t("colon")}${answer.said[language()]}`;
    told.replaceChildren(answer.possible ? sentence : h("strong", { class: "error" }, t("cond-never")), answer.possible ? "" : ` ${sentence}`);
    act.disabled = !answer.possible;
  });
  const later = debounce(120, 600, ask);
  const own = column(part.when, t("cond-part"), later);
  const its = clause ? column(clause.when, t("cond-clause"), later) : null;
  const before = JSON.stringify(its?.asked());
  const others = clause?.also.length ? ` (${t("also-in", { kinds: clause.also.map(kindTitle).join(t("list-comma")) })})` : "";
  const table = h(
    "div",
    { class: "list", tabindex: "0" },
    h("table", { class: "conditions" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("set-conditions")), h("th", { scope: "col" }, t("cond-part")),
        its ? h("th", { scope: "col" }, t("cond-clause"), h("small", {}, others)) : null)),
      h("tbody", {}, state.letter.conditions.map((one) =>
        h("tr", {}, h("th", { scope: "row" }, near(one.explain) || one.name, h("small", { class: "id", translate: "no" }, one.name)),
          h("td", {}, own.choose(one)), its ? h("td", {}, its.choose(one)) : null)))),
  );
  act = dialog(
    t("set-conditions"),
    [told, rest(part.when, t("cond-rest-part")), clause ? rest(clause.when, t("cond-rest-clause")) : null, table].filter(Boolean),
    t("apply"),
    () => {
      const clauses = its && JSON.stringify(its.asked()) !== before ? { ...its.asked(), seen } : undefined;
      change({ action: "conditions", index: part.index, ...own.asked(), clause_conditions: clauses });
    },
  );
  act.disabled = true;
  await ask();
}
