"""Whether a text denies what it says: `you will never be arrested` threatens nobody, while `if you
do not pay, you will be arrested` does. The words are data: templates/wording/denial.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from notices.pack.phrases import SENTENCE_END, Hit, Span
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_REACH = 100  # characters that a denial may stand away from what it denies
_ASIDE = re.compile(r"^ ?,[^,]{1,40},")


@dataclass(frozen=True)
class Denial:
    """A kind of denying word: where its scope ends, and how far it reaches at most."""

    says: re.Pattern[str]
    until: re.Pattern[str]
    reach: int
    after: bool  # it may also stand behind what it denies (`wir kommen nicht`)


@dataclass(frozen=True)
class Grammar:
    """How a language denies, and how it seems to."""

    denials: tuple[Denial, ...]
    empty: re.Pattern[str]  # denies nothing: `not only`, `will not hesitate`
    omitted: re.Pattern[str]  # what the debtor leaves undone is denied: ` pay`, ` answer`
    omitted_before: re.Pattern[str]  # the same, where the verb comes first: `zahlen Sie `
    condition: re.Pattern[str]  # opens a clause that says under what condition: `if`
    clause_end: re.Pattern[str]
    bargain: re.Pattern[str]  # denied only if the debtor pays: `as long as you pay`
    names: re.Pattern[str]  # streets, places, companies: `Prison Road`


@cache
def _grammars() -> dict[str, Grammar]:
    """By primary language. Raises FileError."""
    data = read_text_file(TEMPLATES / "wording" / "denial.yaml").data
    return {lang: _grammar(said) for lang, said in data.items()}


def _grammar(said: dict[str, object]) -> Grammar:
    def either(name: str) -> re.Pattern[str]:
        words = said[name]
        assert isinstance(words, list)
        return re.compile("|".join(words))

    kinds = said["denials"]
    assert isinstance(kinds, list)
    denials = tuple(
        Denial(
            re.compile("|".join(kind["says"])),
            re.compile("|".join(kind["until"])),
            int(kind.get("reach", _REACH)),
            kind.get("after") == "true",
        )
        for kind in kinds
    )
    rest = ("empty", "omitted", "omitted_before", "condition", "clause_end", "bargain", "names")
    return Grammar(denials, *map(either, rest))


def names_in(text: str, lang: str) -> list[Span]:
    """The streets, places and companies that a text names by what they are called."""
    grammar = _grammars().get(lang.partition("-")[0])
    return [match.span() for match in grammar.names.finditer(text)] if grammar else []


def is_denied(text: str, hit: Hit, lang: str) -> bool:
    """Whether the sentence denies what was hit in it, by the language's grammar.

    `text` is folded and in one script; it keeps its accents.
    """
    grammar = _grammars().get(lang.partition("-")[0])
    if grammar is None:
        return False
    start, end = hit[0][0], max(span[1] for span in hit)
    first, last = _sentence(text, start, end)
    if grammar.bargain.search(text, first, last):
        return False
    empty = [match.span() for match in grammar.empty.finditer(text, first, last)]
    return any(
        not _covered(word, empty)
        and not _is_omission(text, first, word, hit, grammar)
        and not _is_condition(text, first, word[0], grammar)
        for word in _denying(text, hit, (first, last), grammar)
    )


def _denying(text: str, hit: Hit, sentence: Span, grammar: Grammar) -> Iterator[Span]:
    """The denying words of the sentence whose scope holds a part of the hit."""
    end = max(span[1] for span in hit)
    for denial in grammar.denials:
        for match in denial.says.finditer(text, *sentence):
            if _covered(match.span(), hit):
                continue  # part of what may not be said: `you will never get a loan again`
            if match.start() >= end:
                scope = text[end : match.start()] if denial.after else None
            else:
                following = (span[0] for span in hit if span[0] >= match.end())
                scope = text[match.end() : next(following, match.end())]
            if scope is None or len(scope) > denial.reach:
                continue
            if not denial.until.search(_ASIDE.sub("", scope)):
                yield match.span()


def _sentence(text: str, start: int, end: int) -> Span:
    """The sentence around a hit, as far as a denial reaches."""
    first, last = max(start - _REACH, 0), min(end + _REACH, len(text))
    ends = [match.end() for match in SENTENCE_END.finditer(text, first, start)]
    after = SENTENCE_END.search(text, end, last)
    return ends[-1] if ends else first, after.start() if after else last


def _covered(span: Span, spans: list[Span] | Hit) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _is_omission(text: str, first: int, word: Span, hit: Hit, grammar: Grammar) -> bool:
    """Whether a word denies that the debtor does something, and not what was hit."""
    if grammar.omitted_before.search(text[first : word[0]]):
        return True
    behind = grammar.omitted.match(text, word[1])
    if behind is None:
        return False
    return not any(start < behind.end() and end > word[1] for start, end in hit)


def _is_condition(text: str, first: int, at: int, grammar: Grammar) -> bool:
    ends = [match.end() for match in grammar.clause_end.finditer(text, first, at)]
    return bool(grammar.condition.search(text, ends[-1] if ends else first, at))
