"""Faults of a record's own texts: what a merge left, names without a letter, addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from notices.case.accidents import accident_in, is_garbled, is_off
from notices.case.addresses import REASONS, undeliverable
from notices.case.by_language import forms_of
from notices.case.characters import texts_in
from notices.case.schema_faults import Fault
from notices.finding import Severity, masked
from notices.pack.paths import Steps, Written
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import SLIP_FIELDS, in_both

# A hyphen or an apostrophe is part of a word; Han stands without spaces, the surname first.
_ALIKE = str.maketrans({"\u2010": "-", "\u2011": "-", "’": "'", "ʼ": "'", "`": "'"})
_BETWEEN = re.compile(r"[^\w'-]+")
_UNSPACED = re.compile(
    "[\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def accident_faults(data: Mapping[str, Any], profile: Mapping[str, Any]) -> Iterator[Fault]:
    """What a merge or an export left behind, and text garbled on its way."""
    if not any(map(is_off, _texts(data))):
        return
    right = real_names(profile)
    for path, text in texts_in(data):
        if text.strip() in right:
            continue
        if left := accident_in(text):
            cut = masked(left) if left.startswith("«") else left[:40]  # it may be a name
            yield Fault("merge-accident", path, {"left": cut})
        elif is_garbled(text):
            yield Fault("broken-characters", path, {})


def name_faults(written: Written, profile: Mapping[str, Any], pack: Pack) -> Iterator[Fault]:
    """Names of people and firms in which no letter stands."""
    for field in _name_fields(pack):
        for place, said in written.get(field.path, ()):
            for path, name in _forms(place, said):
                if not isinstance(name, str) or any(map(str.isalpha, name)):
                    continue
                if name.strip() not in real_names(profile):
                    yield Fault("name-without-letters", path, {})


def _forms(path: Steps, said: Any) -> Iterator[tuple[Steps, Any]]:
    """Every form of a value with its place."""
    if isinstance(said, Mapping):
        yield from (((*path, tag), form) for tag, form in said.items())
    else:
        yield path, said


def surname_faults(recipient: Any) -> Iterator[Fault]:
    """A surname that is not in the name of its language, or in no form of a name that has none:
    the greeting would be somebody else's."""
    if not isinstance(recipient, Mapping):
        return
    said = recipient.get("name")
    for path, surname in _forms(("recipient", "surname"), recipient.get("surname")):
        form = said.get(path[-1]) if isinstance(said, Mapping) and len(path) > 2 else None
        forms = forms_of(said) if form is None else (form,)
        names = [_words(name) for name in forms if isinstance(name, str)]
        told = isinstance(surname, str) and surname.strip() and names
        if told and not any(_words(surname) in name for name in names):
            yield Fault("surname-not-in-name", path, {})


def _words(name: str) -> str:
    """The words of a name, each between spaces."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)
    apart = _UNSPACED.sub(r" \g<0> ", text)
    return _BETWEEN.sub(" ", f" {apart} ")


@lru_cache(maxsize=64)
def _name_fields(pack: Pack) -> tuple[Field, ...]:
    """What is called after somebody: of an address's parts a number may be the whole."""
    return tuple(
        field
        for field in pack.fields.values()
        if field.type in ("name", "printed_name")
        and not field.path.startswith("sender.")
        and field.path.rpartition(".")[2] not in SLIP_FIELDS
    )


def _texts(data: Any) -> list[str]:
    """Every text in plain data."""
    found: list[str] = []
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


def address_faults(recipient: Any, profile: Mapping[str, Any], pack: Pack) -> Iterator[Fault]:
    """Why no letter would arrive: warnings, or errors where the sender profile says so."""
    if not isinstance(recipient, dict):
        return
    for path, lines in _forms(("recipient", "address"), recipient.get("address")):
        if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
            yield from _unreached(path, tuple(lines), recipient, profile, pack)


def _unreached(
    path: Steps, lines: tuple[str, ...], recipient: Any, profile: Mapping[str, Any], pack: Pack
) -> Iterator[Fault]:
    stated = recipient.get("country")
    home = stated if isinstance(stated, str) and stated else pack.id
    refused = str(profile.get("refuse_undeliverable", "")).lower() == "true"
    reasons = [REASONS[reason] for reason in undeliverable(lines, home)]
    if reasons:
        marks = {"en": "; ", "zh": "；"}
        why = {tag: mark.join(r[tag] for r in reasons) for tag, mark in marks.items()}
        severity: Severity = "error" if refused else "warning"
        yield Fault("address-undeliverable", path, in_both(why, "why"), severity)


def real_names(profile: Mapping[str, Any]) -> set[str]:
    """What looks like an accident, or like two people, and is by the sender's word a name."""
    names = profile.get("real_names")
    return {str(name).strip() for name in names} if isinstance(names, list) else set()
