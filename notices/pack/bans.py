"""Wording lint: what may never be said, over clauses and over free text, in every language.

Texts and patterns are compared after NFKC and case folding, without invisible characters and
without the spaces, dots or stars that somebody puts between letters (`律 师 函`, `a r r e s t`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from notices.finding import Finding
from notices.pack.conditions import holds
from notices.pack.fieldtypes import FIELD_TYPES
from notices.pack.paths import Steps, all_values, path_text
from notices.pack.patterns import PREFIX
from notices.pack.types import Ban, Field, Pack
from notices.pack.vocabulary import in_both

ANY_LANGUAGE = ""
FREE_TYPES = tuple(kind.name for kind in FIELD_TYPES.values() if kind.free_text)
# Fields of these types that hold a name all the same: names are exempt (公安县 is a county).
_NAMES = re.compile(r"(^|[._])(name|creditor|principal|assignor|assignee|holder|bank)$")

_HAN = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_BESIDE_HAN = re.compile(rf"\s+(?=[{_HAN}])|(?<=[{_HAN}])\s+")
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])[·・.*_\-]+(?=[{_HAN}])")
_SPELLED_OUT = re.compile(r"(?<!\w)\w(?:[ .*_-]\w){3,}(?!\w)")

# What stands right before a hit and denies it, by primary language.
_NEGATED = {
    "zh": (
        r"(?<!不得)(?<!不能)(?<!无法)(?:"
        rf"(?:并非|绝非|不是|不属于|不构成|非)[{_HAN}]{{0,2}}|"
        r"(?:不|未|无|没有|没|勿)(?:会|被|必|将|任何|要|再){0,3})$"
    ),
    "en": (
        r"(?:\bnot|\bnever|\bno|n't|n’t|\bneither|\bnor|\bwithout)"
        r"(?: (?:a|an|the|any|be|been|being|is|are|in|to|of|by|or|you|your|will|going|constitute|"
        r"mean|threaten|intended|as|get|lead|into)){0,5} ?$"
    ),
    "de": r"\b(?:nicht|kein\w{0,2}|nie|niemals|ohne)(?: (?:ein\w{0,2}|das|der|die|den|zu)){0,2} ?$",
    "fr": r"\b(?:pas|ni|sans|aucune?|jamais)(?: (?:une?|le|la|les|de|d'|à|en)){0,3} ?$",
    "nl": r"\b(?:niet|geen|nooit|zonder)(?: (?:een|de|het)){0,2} ?$",
    "es": r"\b(?:no|sin|ni|ningún|ninguna|nunca)(?: (?:es|una?|el|la|de|en)){0,3} ?$",
}


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
    """The forbidden phrases that `text` says, as compared."""
    reported: set[str] = set()
    plain = folded(text)
    for tag, patterns in ban.patterns.items():
        if lang not in (ANY_LANGUAGE, "und", tag):
            continue
        hits = [span for pattern in patterns for span in _spans(pattern, plain)]
        safe = [span for s in ban.safe.get(tag, ()) for span in _spans(s, plain)] if hits else []
        for start, end in hits:
            fine = any(s <= start and end <= e for s, e in safe)
            if fine or is_negated(plain[:start], tag) or plain[start:end] in reported:
                continue
            reported.add(plain[start:end])
            yield plain[start:end]


def _params(ban: Ban, phrase: str) -> dict[str, str]:
    safe = {tag: " / ".join(phrases) for tag, phrases in ban.safe.items() if phrases}
    return {
        "ban": ban.id,
        "phrase": phrase[:60],
        **in_both(ban.reason, "reason"),
        **in_both(safe, "safe"),
        "source": ban.source.citation or "–",
    }


def is_negated(before: str, lang: str) -> bool:
    """Whether the words right before a hit deny it: `this letter is not a …`, `本函非…`."""
    pattern = _NEGATED.get(lang.split("-")[0])
    return bool(pattern and re.search(pattern, before[-60:]))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """`text` as it is compared: one width, one case, no invisible characters, no letter-spacing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    plain = re.sub(r"\s+", " ", plain)
    plain = _BETWEEN_HAN.sub("", _BESIDE_HAN.sub("", plain))
    return _SPELLED_OUT.sub(lambda m: re.sub(r"[ .*_-]", "", m.group()), plain)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> tuple[str, re.Pattern[str]]:
    """A phrase as compared ("" for a regular expression), and what finds it."""
    if pattern.startswith(PREFIX):
        return "", re.compile(pattern.removeprefix(PREFIX), re.IGNORECASE)
    phrase = folded(pattern).strip()
    return phrase, re.compile(re.escape(phrase))


def _spans(pattern: str, plain: str) -> list[tuple[int, int]]:
    phrase, compiled = _compiled(pattern)
    if phrase not in plain:  # far quicker than searching
        return []
    return [match.span() for match in compiled.finditer(plain) if match.group()]


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
        yield from ((ANY_LANGUAGE, text) for text in value if isinstance(text, str))
