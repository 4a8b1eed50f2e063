"""Whether a text denies what it says: `you will never be arrested` threatens nobody, while `do not
think that not paying is no crime` does. The words are data: templates/wording/denial.yaml.

Only a plain denial counts: one denying word in a clause of what was hit, in front of it. Two of
them, a condition (`if you do not want …`) or words that only sound like a denial (`not only`) are
no denial: where the meaning is unsure, the text stays forbidden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, zip_longest

from notices.pack.folding import HAN, bare, one_script
from notices.pack.phrases import SENTENCE_END, Hit, Span, Words, words
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_SENTENCE = 200  # characters of a sentence that are read to either side of a hit
_OMITTED = 24  # characters between a denying word and what the debtor leaves undone
_OMITTED_HAN = 6
_BESIDE = 5  # where it stands right beside: `not paying`, `ne pas payer`
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True)
class Grammar:
    """How a language denies; each list as templates/wording/denial.yaml explains it."""

    denying: Words
    joining: Words
    hollow: Words
    omitted: Words
    conditions: Words
    breaks: Words
    carried: Words
    behind: bool
    names: re.Pattern[str]


@cache
def _grammars() -> dict[str, Grammar]:
    """By primary language. Raises FileError."""
    data = read_text_file(TEMPLATES / "wording" / "denial.yaml").data
    return {
        lang: Grammar(
            denying=words(said["denying"]),
            joining=words(said["joining"]),
            hollow=words(said["hollow"]),
            omitted=words(said["omitted"]),
            conditions=words(said["conditions"]),
            breaks=words(said["breaks"]),
            carried=words(said["carried"]),
            behind=said["behind"] == "true",
            names=re.compile(bare(one_script("|".join(said["names"])))),
        )
        for lang, said in data.items()
    }


def names_in(text: str, lang: str) -> list[Span]:
    """The streets, places and companies that a text, made ready, names by what they are called."""
    grammar = _grammars().get(lang.partition("-")[0])
    return [match.span() for match in grammar.names.finditer(text)] if grammar else []


def is_denied(text: str, hit: Hit, lang: str) -> bool:
    """Whether a clause of the text, made ready, denies what was hit in it."""
    grammar = _grammars().get(lang.partition("-")[0])
    if grammar is None:
        return False
    clauses = _clauses(text, hit, grammar)
    if text[clauses[-1][1] :].startswith("?"):
        return False  # `aren't you ashamed?`
    held = [(a, b) for a, b in clauses if any(a <= start < b for start, _ in hit)]
    if any(grammar.hollow.spans(text[first:last]) for first, last in held):
        return False
    return any(_denies(text, clause, hit, grammar) for clause in held)


def _clauses(text: str, hit: Hit, grammar: Grammar) -> list[Span]:
    """The clauses of the sentence around a hit: each begins with the word or mark that opens it."""
    start, end = hit[0][0], hit[-1][1]
    first, last = max(start - _SENTENCE, 0), min(end + _SENTENCE, len(text))
    first = max((m.end() for m in SENTENCE_END.finditer(text, first, start)), default=first)
    stop = SENTENCE_END.search(text, end, last)
    last = stop.start() if stop else last
    said = text[first:last]
    carried = {at for at, _ in grammar.carried.spans(said)}
    opened = {at for at, _ in grammar.breaks.spans(said)} - carried
    cuts = sorted({first, *(first + at for at in opened), last})
    return list(pairwise(cuts))


def _denies(text: str, clause: Span, hit: Hit, grammar: Grammar) -> bool:
    first, last = clause
    said = text[first:last]
    within = [(start - first, end - first) for start, end in hit]
    conditions = [at for at, _ in grammar.conditions.spans(said)]
    real, joined = (
        [word for word in kind.spans(said) if not any(s <= word[0] < e for s, e in within)]
        for kind in (grammar.denying, grammar.joining)
    )
    real = [
        word
        for word, next_one in zip_longest(real, [at for at, _ in real[1:]])
        if not _is_omission(said[:next_one], word, within, grammar)
    ]
    if len(real) > 1 or not (real or joined):
        return False
    at = (real or joined)[0][0]
    if any(condition < at for condition in conditions):
        return False
    return grammar.behind or any(at < start or end <= at <= end + 2 for start, end in within)


def _is_omission(said: str, word: Span, within: list[Span], grammar: Grammar) -> bool:
    """Whether a word denies what the debtor does (`not paying`), and not what was hit."""
    reach, beside = (_OMITTED_HAN, 0) if _HAN.search(said) else (_OMITTED, _BESIDE)
    left = grammar.omitted.spans(said)
    undone = next((at for at, _ in left if word[1] <= at <= word[1] + reach), None)
    if undone is None or undone <= word[1] + beside:
        return undone is not None
    return not any(word[1] <= start <= undone for start, _ in within)
