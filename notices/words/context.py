"""Figures and facts become words: one Context per language, every placeholder formatted by type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from notices.case.by_language import form_in
from notices.case.types import Case, Note, Sender, Value
from notices.figures.types import Figures
from notices.pack.fieldtypes import AS_WRITTEN, MAX_ITEMS, communication_groups, iban_groups
from notices.pack.list_limits import list_limits
from notices.pack.types import LanguageFormats, Pack
from notices.pack.vocabulary import DEBT_NUMBERS, FIGURES, mask_value
from notices.words.amounts import amount_in_words
from notices.words.debt_numbers import is_listed, printed_numbers
from notices.words.figure_values import letter_values, sender_values
from notices.words.locales import (
    count_words,
    date_words,
    in_minor_units,
    money_words,
    percent_words,
)
from notices.words.scripts import HAN, spaced, tongue

LATIN_COMMA = ", "  # between an address's lines, whatever the language around it
_WHOLE = (
    "address",
    "text_list",
    "printed_texts",
)  # types whose lists print whole; others print short
_UNPARTED = {"money", "amount", "date", "percent", "reference", "phone", "count", "iban"}
_GROUPED = {"iban": iban_groups, "structured_communication": communication_groups}
_PLAIN = (str, Decimal, date, int, tuple)  # values that are no text by language
Raw = tuple[str, Value, str]  # field type, value, mask


class Words(NamedTuple):
    """One value in one language. `lang` is set where the value is in another language; `parts` are
    its pieces, where one of them is."""

    text: str
    nowrap: bool = False
    lang: str = ""
    parts: tuple[Words, ...] = ()


@dataclass(frozen=True, eq=False)
class Context:
    """One language's words for one letter. A name that is absent has no value in this case.

    It equals itself only. `sender` says of the profile's own names the same as this one.
    """

    formats: LanguageFormats
    values: Mapping[str, Words]
    labels: Mapping[str, str]
    sender: Context | None = None

    @cached_property
    def lang(self) -> str:
        return self.formats.tag


class Values(Mapping[str, Words]):
    """Words by placeholder, each written when it is first asked for: a letter prints few of them.

    `raw` has the declared fields and figures that can be said; `write` says one. What it lacks
    the `sender` may have.
    """

    def __init__(
        self,
        raw: Mapping[str, Raw],
        ready: dict[str, Words],
        write: Callable[[str, Value, str], Words],
        sender: Mapping[str, Words],
    ) -> None:
        self._raw = raw
        self._ready = ready
        self._write = write
        self._sender = sender

    def __getitem__(self, name: str) -> Words:
        words = self._ready.get(name)
        if words is None:
            raw = self._raw.get(name)
            words = self._ready[name] = self._write(*raw) if raw else self._sender[name]
        return words

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:  # far quicker than an error raised and caught
            return default
        return self[name]

    def __contains__(self, name: object) -> bool:
        return name in self._raw or name in self._ready or name in self._sender

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._sender, *self._raw, *self._ready)))

    def __len__(self) -> int:
        return len({*self._sender, *self._raw, *self._ready})


def build_contexts(case: Case, figures: Figures, pack: Pack, letter_id: str) -> tuple[Context, ...]:
    """The letter's words, one context per language in printing order."""
    profile = case.sender.facts
    raw: dict[str, Raw] = {}
    for name, value in case.facts.items():
        if profile.get(name) is not value:
            field = pack.fields[name]
            raw[name] = field.type, value, field.mask
    for name in DEBT_NUMBERS:
        if isinstance(case.facts.get(name), tuple) and is_listed(case, pack):
            said = {lang: _numbers_listed(case, pack, lang) for lang in case.languages}
            raw[name] = "text_by_language", said, ""
        elif name in raw and raw[name][2]:  # masked: as each debt's number prints
            shown = tuple(dict.fromkeys(filter(None, printed_numbers(case, pack))))
            raw[name] = raw[name][0], shown or ("****",), ""
    for name, figure in letter_values(case, figures, pack, letter_id).items():
        if figure is not None:
            raw[name] = FIGURES.get(name, "date"), figure, ""
    return tuple(
        _context(case, figures, pack, lang, raw | _days_after(case, figures, pack, lang))
        for lang in case.languages
    )


def _numbers_listed(case: Case, pack: Pack, lang: str) -> str:
    """What stands for the numbers of debts that are listed: how many there are, and where."""
    formats, labels = pack.formats[lang], labels_in(pack, lang)
    count = count_words(len(case.debts), formats)
    return spaced(labels["numbers_listed"], lang).format(count=count)


def _days_after(case: Case, figures: Figures, pack: Pack, lang: str) -> dict[str, Raw]:
    """The pack's dates that this sender says in this language as the day before which."""
    return {
        rule.id: ("date", figures.dates[rule.id] + timedelta(1), "")
        for rule in pack.rules
        if rule.id in figures.dates and rule.day_after.get(lang) in case.sender.flags
    }


def _context(
    case: Case, figures: Figures, pack: Pack, lang: str, raw: Mapping[str, Raw]
) -> Context:
    """Everything `lang` may say about the case: declared fields, figures and dates."""
    sender = _sender_context(case.sender, pack, lang, case.currency, case.languages)
    formats, labels = sender.formats, sender.labels
    ready = {"salutation": _salutation(case, pack, lang)}
    method = formats.words
    if method:
        units = _units(pack, lang, case.currency)
        with suppress(
            ValueError
        ):  # an amount beyond words: the clause that asks for it is reported
            ready["total_due_words"] = Words(amount_in_words(method, figures.total_due, units))
    said = _sayable(raw, lang)
    write = _writer(case.currency, formats, case.languages, labels if is_listed(case, pack) else {})
    apart = said.keys().isdisjoint(sender.values.keys())
    values = Values(said, ready, write, sender.values)
    return Context(formats, values, labels, sender if apart else None)


@lru_cache(maxsize=256)
def _sender_context(
    sender: Sender, pack: Pack, lang: str, currency: str, languages: tuple[str, ...]
) -> Context:
    """What `lang` says of a sender in every letter in that currency and those languages."""
    formats = in_minor_units(pack.formats[lang], pack.currencies[currency])
    raw: dict[str, Raw] = {}
    for name, value in sender.facts.items():
        field = pack.fields[name]
        raw[name] = field.type, value, field.mask
    for name, said in sender_values(sender).items():
        if said is not None:
            raw[name] = FIGURES[name], said, ""
    labels = labels_in(pack, lang)
    values = Values(_sayable(raw, lang), {}, _writer(currency, formats, languages, {}), {})
    return Context(formats, values, labels)


def _sayable(raw: Mapping[str, Raw], lang: str) -> Mapping[str, Raw]:
    """What `lang` can say: no other language stands in, what needs the value says it lacks."""
    return {
        name: value
        for name, value in raw.items()
        if isinstance(value[1], _PLAIN)
        or value[0] in AS_WRITTEN
        or lang in value[1]
        or "und" in value[1]
    }


def _writer(
    currency: str,
    formats: LanguageFormats,
    languages: tuple[str, ...],
    labels: Mapping[str, str],
) -> Callable[[str, Value, str], Words]:
    most = list_limits().enumerated if labels else MAX_ITEMS  # without a list, all are said

    def write(kind: str, value: Value, mask: str) -> Words:
        words = _words(kind, value, mask, currency, formats, languages)
        if not isinstance(value, tuple) or kind in _WHOLE or len(value) <= most:
            return words
        distinct = {_text(kind, one, currency, formats, mask): one for one in value}
        if len(distinct) <= most:
            return words
        if all(isinstance(one, date) for one in value):
            return words._replace(text=_days(value, formats, labels))
        first = _words(kind, tuple(distinct.values())[:2], mask, currency, formats, languages)
        more = count_words(len(distinct) - 2, formats)
        label = spaced(labels["more_listed"], formats.tag)
        return words._replace(text=label.format(listed=first.text, count=more))

    return write


def _days(days: tuple[Any, ...], formats: LanguageFormats, labels: Mapping[str, str]) -> str:
    """The first and the last of many days."""
    first, last = date_words(min(days), formats), date_words(max(days), formats)
    return spaced(labels["period"], formats.tag).format(first_day=first, last_day=last)


@lru_cache(maxsize=256)
def _units(pack: Pack, lang: str, currency: str) -> Mapping[str, str]:
    """The currency's words that the language has."""
    labels = labels_in(pack, lang)
    return {
        unit: labels[f"{currency}-{unit}"]
        for unit in ("prefix", "major", "minor", "whole")
        if f"{currency}-{unit}" in pack.labels
    }


@lru_cache(maxsize=64)
def labels_in(pack: Pack, lang: str) -> Mapping[str, str]:
    """The pack's labels that the language has."""
    return {key: texts[lang] for key, texts in pack.labels.items() if lang in texts}


def _words(
    kind: str,
    value: Value,
    mask: str,
    currency: str,
    formats: LanguageFormats,
    languages: tuple[str, ...],
) -> Words:
    written = ""
    if kind in AS_WRITTEN:
        value, written = form_in(value, formats.tag)
    if isinstance(value, tuple):
        distinct = dict.fromkeys(_text(kind, one, currency, formats, mask) for one in value)
    else:
        distinct = {_text(kind, value, currency, formats, mask): None}
    separator = formats.list_separator
    if kind == "address":
        separator = " " if any(HAN.search(text) for text in distinct) else LATIN_COMMA
    text = separator.join(distinct)
    lang = written if written != formats.tag else ""
    if not written and (kind in (*AS_WRITTEN, "name") or not text.isascii()):
        lang = tongue(text, formats.tag, languages, latin=kind in (*AS_WRITTEN, "name"))
    unparted = kind in _UNPARTED or not any(char.isalpha() for char in text)  # a bare number
    return Words(text, unparted and len(distinct) == 1, lang)


def _text(kind: str, value: Value, currency: str, formats: LanguageFormats, mask: str) -> str:
    text = _plain_text(kind, value, currency, formats)
    return mask_value(mask, text) if mask else text


def _plain_text(kind: str, value: Value, currency: str, formats: LanguageFormats) -> str:
    if isinstance(value, str):
        grouped = _GROUPED.get(kind)
        return grouped(value) if grouped else value
    if isinstance(value, Mapping):
        return str(form_in(value, formats.tag)[0])
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return date_words(value, formats)
    if isinstance(value, Decimal):
        if kind == "percent":
            return percent_words(value, formats)
        return money_words(value, currency, formats)
    return count_words(value, formats) if isinstance(value, int) else str(value)


def _salutation(case: Case, pack: Pack, lang: str) -> Words:
    """The greeting of the title that the record has. Where its wording asks for a surname, and the
    record has none, the neutral one of the party's type: nobody's surname is guessed."""
    party = case.recipient
    name, surname = party.names or party.name, party.surname
    greeting = pack.salutations[party.type][lang]
    if party.salutation:
        titled = pack.salutations[f"{party.type}-{party.salutation}"][lang]
        greeting = titled if surname or "{surname}" not in titled else greeting
    slots = {"name": name, "surname": surname, "surname_or_name": surname or name}
    parts = tuple(
        _named(slots[piece], lang, case.languages) if number % 2 else Words(piece)
        for number, piece in enumerate(re.split(r"\{(\w+)\}", greeting))
        if piece
    )
    text = "".join(part.text for part in parts)
    return Words(text, parts=parts if any(part.lang for part in parts) else ())


def _named(name: Note, lang: str, languages: tuple[str, ...]) -> Words:
    said, written = form_in(name, lang)
    other = written if written != lang else ""
    return Words(said, lang=other or (tongue(said, lang, languages) if not written else ""))
