"""Languages of a record: those it asks for, and the sides of its texts, names and addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from notices.case.by_language import ALL_LANGUAGES
from notices.case.schema_faults import Fault
from notices.pack.fieldtypes import AS_WRITTEN, FIELD_TYPES
from notices.pack.paths import Steps, Written
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import near_miss


@lru_cache(maxsize=64)
def fields_of(pack: Pack, types: Collection[str]) -> tuple[Field, ...]:
    """The pack's fields of these types."""
    return tuple(field for field in pack.fields.values() if field.type in types)


def language_faults(instance: Mapping[str, Any], written: Written, pack: Pack) -> Iterator[Fault]:
    sets = "; ".join(" ".join(tags) for tags in pack.language_sets)
    printed = _printed_languages(instance, pack)
    asked = instance.get("languages")
    if isinstance(asked, (str, list)) and asked:
        tags = FIELD_TYPES["language_list"].convert(asked)
        if tags not in pack.language_sets:
            yield Fault("language-not-permitted", ("languages",), {"allowed": sets})
    for field in fields_of(pack, ("text_by_language", "long_text_by_language")):
        for path, value in written.get(field.path, ()):
            sides = value if isinstance(value, dict) else {}
            if all(tag in pack.formats or tag == "und" for tag in sides):
                yield from _missing_sides(path, value, printed)
            yield from _unknown_languages(path, value, pack)
    for field in fields_of(pack, AS_WRITTEN):
        for path, value in written.get(field.path, ()):
            yield from _unknown_languages(path, value, pack)


def _unknown_languages(path: Steps, value: Any, pack: Pack) -> Iterator[Fault]:
    """What stands before a side, of a value or of one of its entries, and is no language of the
    pack's."""
    if isinstance(value, list):
        for i, entry in enumerate(value):
            yield from _unknown_languages((*path, i), entry, pack)
    for tag in value if isinstance(value, dict) else ():
        if tag not in pack.formats and tag != ALL_LANGUAGES:
            known = (*pack.formats, ALL_LANGUAGES)
            params = {"near": near_miss(tag, known) or "–", "allowed": ", ".join(known)}
            yield Fault("unknown-language", (*path, tag), params)


def _printed_languages(instance: Mapping[str, Any], pack: Pack) -> tuple[str, ...]:
    """The languages that the letter prints; () where the record asks for others."""
    asked = instance.get("languages") or pack.defaults.get("languages")
    if not asked:
        return pack.language_sets[0]
    tags = FIELD_TYPES["language_list"].convert(asked) if isinstance(asked, (str, list)) else ()
    return tuple(tags) if tags in pack.language_sets else ()


def _missing_sides(path: Steps, value: Any, printed: tuple[str, ...]) -> Iterator[Fault]:
    """Printed languages in which a text lacks; one text serves all only where it has no words."""
    written = {"und": value} if isinstance(value, str) else value
    if not isinstance(written, dict):
        return
    whole = written.get("und", "")
    if whole and (len(printed) < 2 or not any(c.isalpha() for c in str(whole))):
        return
    lacking = [tag for tag in printed if tag not in written]
    if lacking:
        yield Fault("text-side-missing", path, {"lacking": ", ".join(lacking)})
