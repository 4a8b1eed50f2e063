"""Reading hints: long sentences, and terms of law that nobody explains. Hints never block.

Limits and terms of law are data: templates/wording/reading.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from notices.finding import Finding
from notices.markup import parse_clause
from notices.pack.term_parity import check_terms
from notices.pack.types import Clause, Pack, language_of
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_HAN_LANGUAGES = ("zh", "ja", "yue", "ko")
_HAN_END = re.compile(r"(?<=[。！？；])")
_LATIN_END = re.compile(r"(?<=[.!?;])[\"”’)]*\s+(?=[\"“‘(¿¡]*[^\W\d_a-zß-öø-ÿ])")
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_HAN_COUNTED = re.compile(r"[^\W_]")
_SLOT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Sentence:
    """A sentence as the editor wrote it, its placeholders as `{name}`, and its length.

    Latin scripts count words, Han scripts characters without punctuation; a placeholder counts as
    one of either, for its value is the case's.
    """

    text: str
    length: int
    limit: int

    @property
    def is_long(self) -> bool:
        return self.length > self.limit


@dataclass(frozen=True)
class Limits:
    """The longest sentence that reads well, by kind of script, and the terms of law to explain."""

    words: int
    characters: int
    terms: Mapping[str, tuple[str, ...]]  # by primary language


@cache
def read_limits() -> Limits:
    """The shipped limits and terms. Raises FileError."""
    data = read_text_file(TEMPLATES / "wording" / "reading.yaml").data
    terms = {lang: tuple(words) for lang, words in data["terms"].items()}
    return Limits(int(data["sentence"]["words"]), int(data["sentence"]["characters"]), terms)


def sentences(text: str, lang: str) -> tuple[Sentence, ...]:
    """The sentences of a clause's side, in order."""
    limits = read_limits()
    found: list[Sentence] = []
    han = lang.startswith(_HAN_LANGUAGES)
    for paragraph in parse_clause(text).text.split("\n\n"):
        for part in (_HAN_END if han else _LATIN_END).split(paragraph):
            if sentence := part.strip():
                counted = _HAN_COUNTED if han else _WORD
                length = len(counted.findall(_SLOT.sub(" 值 " if han else " x ", sentence)))
                found.append(Sentence(sentence, length, limits.characters if han else limits.words))
    return tuple(found)


def check_readability(pack: Pack) -> tuple[Finding, ...]:
    """Hints about every clause of the pack, and terms whose sides differ in slots or numbers, as
    notes."""
    clauses = (f for clause in pack.clauses.values() for f in check_clause_reading(clause, pack))
    return (*clauses, *check_terms(pack))


def check_clause_reading(clause: Clause, pack: Pack) -> Iterator[Finding]:
    """Hints about one clause: `long-sentence`, `term-unexplained`."""
    for side, text in clause.texts.items():
        lang = clause.tongue or language_of(side)
        for sentence in sentences(text, lang):
            if sentence.is_long:
                start = sentence.text[:40] + ("…" if len(sentence.text) > 40 else "")
                params = {
                    "length": str(sentence.length),
                    "limit": str(sentence.limit),
                    "start": start,
                }
                yield _told("long-sentence", clause, side, params)
        for term in unexplained(text, lang, pack):
            params = {"term": term, "language": language_of(side)}
            yield _told("term-unexplained", clause, side, params)


def unexplained(text: str, lang: str, pack: Pack) -> tuple[str, ...]:
    """The terms of law in a text that the pack's glossary does not explain in this language."""
    plain = parse_clause(text).text.casefold()
    explained = " ".join(t.get(lang, "") for t in pack.glossary.values()).casefold()
    terms = read_limits().terms.get(lang.split("-")[0], ())
    return tuple(t for t in terms if _says(plain, t) and not _says(explained, t))


def _says(text: str, term: str) -> bool:
    """Whether the term stands in the text: as a whole word where its script parts words."""
    edge = r"\b" if term[0].isascii() or (term[0].isalpha() and term[0] < "\u2e80") else ""
    return bool(re.search(f"{edge}{re.escape(term.casefold())}", text))


def _told(rule: str, clause: Clause, side: str, params: Mapping[str, str]) -> Finding:
    line = clause.lines.get(side, clause.line)
    return Finding(rule, "note", clause.file, line, f"{clause.id}.{side}", params)
