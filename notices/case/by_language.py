"""What a record writes once for all languages, or once for each: names, addresses, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ALL_LANGUAGES = "und"


def form_in(value: Any, lang: str) -> tuple[Any, str]:
    """A value's form for a language, and the language that its owner says it is in: this one, ""
    for one that serves all, another where it has no form for this one."""
    if not isinstance(value, Mapping):
        return value, ""
    if lang in value:
        return value[lang], lang
    if ALL_LANGUAGES in value:
        return value[ALL_LANGUAGES], ""
    tag, form = next(iter(value.items()))
    return form, tag


def forms_of(value: Any) -> tuple[Any, ...]:
    """Every form of a value, as it stands in a record or in a case."""
    return tuple(value.values()) if isinstance(value, Mapping) else (value,)
