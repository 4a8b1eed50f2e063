"""Wording lint: what may never be said, over clauses and over free text, in every language.

Texts and patterns are compared in one width, case and script (`folding`); what the sentence denies,
and what is part of a name, is not said (`denial`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from notices.finding import Finding
from notices.pack.conditions import holds
from notices.pack.denial import is_denied, names_in
from notices.pack.fieldtypes import FIELD_TYPES
from notices.pack.folding import folded, ready
from notices.pack.paths import Steps, all_values, path_text
from notices.pack.patterns import NEAR, PREFIX
from notices.pack.phrases import Span, find
from notices.pack.types import Ban, Field, Pack
from notices.pack.vocabulary import in_both

ANY_LANGUAGE = ""
FREE_TYPES = tuple(kind.name for kind in FIELD_TYPES.values() if kind.free_text)
# Fields of these types that hold a name all the same: names are exempt (公安县 is a county).
_NAMES = re.compile(r"(^|[._])(name|creditor|principal|assignor|assignee|holder|bank)$")


@dataclass(frozen=True)
class Place:
    """Where a text stands: its file, line, and path as the owner writes it."""

    file: str = ""
    line: int = 0
    path: str = ""


Wording = tuple[str, str, Place]  # language ("" = any), text, place


class Written(Protocol):
    """A record as it was written."""

    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def file(self) -> str: ...
    def line(self, *path: str | int) -> int: ...


class _HasFacts(Protocol):
    @property
    def facts(self) -> Mapping[str, Any]: ...


class Spoken(Protocol):
    """A case, as far as its sender's own sentences go."""

    @property
    def sender(self) -> _HasFacts: ...


def check_wording(
    texts: Iterable[Wording], pack: Pack, facts: Mapping[str, object]
) -> tuple[Finding, ...]:
    """Every phrase in `texts` that a ban of the pack forbids, given the letter's `facts`."""
    return tuple(
        _banned(ban, phrase, place)
        for lang, text, place in texts
        for ban, phrases in _hits(pack, lang, text)
        if not (ban.unless and holds(ban.unless, facts, pack.conditions))
        and _is_over(ban, re.sub(r"\[[0-9]+\]", "[]", place.path), pack)
        for phrase in phrases
    )


def _is_over(ban: Ban, path: str, pack: Pack) -> bool:
    """Whether a ban is held against the texts at a declared path."""
    return path in ban.over if ban.over else path not in _exempt_paths(pack)


@lru_cache(maxsize=16)
def _exempt_paths(pack: Pack) -> frozenset[str]:
    return frozenset(field.path for field in pack.fields.values() if is_exempt(field))


@lru_cache(maxsize=4096)  # a profile's sentences, and most of a table's, come again in every row
def _hits(pack: Pack, lang: str, text: str) -> tuple[tuple[Ban, tuple[str, ...]], ...]:
    """The pack's bans that a text hits, whatever the letter's facts, each with its phrases."""
    found = ((ban, tuple(_phrases(lang, text, ban))) for ban in pack.bans)
    return tuple((ban, phrases) for ban, phrases in found if phrases)


def is_exempt(field: Field) -> bool:
    """Whether a field is exempt from bans that don't name it: names, and what is no sentence."""
    return field.type not in FREE_TYPES or bool(_NAMES.search(field.path))


def check_text(lang: str, text: str, place: Place, ban: Ban) -> Iterator[Finding]:
    """Every hit of one ban in one text; each phrase is reported once."""
    for phrase in _phrases(lang, text, ban):
        yield _banned(ban, phrase, place)


def _banned(ban: Ban, phrase: str, place: Place) -> Finding:
    params = _params(ban, phrase)
    return Finding("banned-wording", ban.severity, place.file, place.line, place.path, params)


def _phrases(lang: str, text: str, ban: Ban) -> Iterator[str]:
    """The forbidden phrases that `text` says, in one width and case."""
    shown = folded(text)
    plain = ready(shown)
    told: list[Span] = []
    for tag in ban.patterns:
        if lang in (ANY_LANGUAGE, "und") or _tongue(lang) == _tongue(tag):
            for start, end in _forbidden(plain, tag, ban, lang):
                known = {shown[s:e] for s, e in told}
                if shown[start:end] not in known and not any(
                    s < end and start < e for s, e in told
                ):
                    told.append((start, end))
                    yield shown[start:end]


def _forbidden(plain: str, tag: str, ban: Ban, lang: str) -> list[Span]:
    """Where a language's patterns are hit, in the order of the text.

    What is part of a safe phrase or of a name, and what the sentence denies, is no hit.
    """
    hits = {hit for pattern in ban.patterns[tag] for hit in find(pattern, plain)}
    if not hits:
        return []
    fine = [] if ban.over else names_in(plain, tag)  # over names, a name is what is read
    fine += [(hit[0][0], hit[-1][1]) for s in ban.safe.get(tag, ()) for hit in find(s, plain)]
    tongues = (tag,) if lang not in (ANY_LANGUAGE, "und") else tuple(ban.patterns)
    denied = {hit for hit in hits if any(is_denied(plain, hit, tongue) for tongue in tongues)}
    neither = {span for hit in denied for span in hit}  # `never tell A, B or C`: nor B alone
    return sorted(
        (hit[0][0], max(end for _, end in hit))
        for hit in hits - denied
        if not (len(hit) == 1 and _within(hit[0], neither))
        and not any(_within(span, fine) for span in hit)
    )


def _within(span: Span, spans: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _tongue(lang: str) -> str:
    return lang.partition("-")[0]


def _params(ban: Ban, phrase: str) -> dict[str, str]:
    plain = {
        tag: [phrase for phrase in phrases if not phrase.startswith((NEAR, PREFIX))]
        for tag, phrases in ban.safe.items()
    }
    safe = {tag: " / ".join(phrases) for tag, phrases in plain.items() if phrases}
    return {
        "ban": ban.id,
        "phrase": phrase[:60],
        **in_both(ban.reason, "reason"),
        **in_both(safe, "safe"),
        "source": ban.source.citation or "–",
    }


def free_texts(record: Written, case: Spoken, pack: Pack) -> Iterator[Wording]:
    """The owner's own sentences in a case record and its sender profile, and what a ban names.

    Other names are left out.
    """
    for field, steps, value in _watched_values(record, case, pack):
        for lang, text in _texts(value):
            yield lang, text, _place(record, field, steps)


def check_free_texts(
    record: Written, case: Spoken, pack: Pack, facts: Mapping[str, object]
) -> tuple[Finding, ...]:
    """`check_wording` of `free_texts`; where a text stands is asked only of one that hits."""
    return check_wording(
        (
            (lang, text, _place(record, field, steps))
            for field, steps, value in _watched_values(record, case, pack)
            for lang, text in _texts(value)
            if _hits(pack, lang, text)
        ),
        pack,
        facts,
    )


def _watched_values(
    record: Written, case: Spoken, pack: Pack
) -> Iterator[tuple[Field, Steps, Any]]:
    written = all_values(record.data)
    for field in _watched(pack):
        if field.path.startswith("sender."):
            yield field, (), case.sender.facts.get(field.name)
        else:
            for steps, value in written.get(field.path, ()):
                yield field, steps, value


def _place(record: Written, field: Field, steps: Steps) -> Place:
    if not steps:
        return Place(path=field.path)
    return Place(record.file, record.line(*steps), path_text(steps))


@lru_cache(maxsize=16)
def _watched(pack: Pack) -> tuple[Field, ...]:
    """The fields that a ban is held against."""
    named = {path for ban in pack.bans for path in ban.over}
    fields = pack.fields.values()
    return tuple(field for field in fields if not is_exempt(field) or field.path in named)


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield ANY_LANGUAGE, value
    elif isinstance(value, Mapping):
        yield from ((ANY_LANGUAGE, text) for text in value.values() if isinstance(text, str))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
