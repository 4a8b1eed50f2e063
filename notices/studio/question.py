"""Reading a question: what the page asks, each value of the kind that the answer expects.

Nothing else in this room takes a value out of a question, so that a wrong one is always the
asker's mistake (AskError) and never a fault of the studio.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from notices.errors import NoticesError

Plain = dict[str, Any]
SHORT = 300  # characters of an id, a name, a note
MAX_TEXT = 8000  # characters, as a clause may have
DEEPEST = 6  # levels of a question


class AskError(NoticesError):
    """The page asked for something that is not there: a sentence, or a key of words.yaml."""


class UnreadableError(NoticesError):
    """What came is no question at all: a key of words.yaml."""


def read_question(body: bytes) -> Plain:
    """A question from JSON. Raises UnreadableError."""
    try:
        asked = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("not JSON") from error
    if not isinstance(asked, dict):
        raise UnreadableError("not JSON")
    return asked


def check_characters(asked: Plain) -> None:
    """Raises NoticesError where a text can't be written or shown (half a surrogate pair, NUL), or
    the question is nested deeper than any that is asked."""
    for text in _texts(asked, 0):
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise NoticesError("characters")


def text_of_question(asked: Mapping[str, Any], key: str) -> str:
    """A short text of the question; "" where it has none. Raises AskError."""
    return _text(asked.get(key, ""), key, SHORT)


def long_text_of(asked: Mapping[str, Any], key: str) -> str:
    """A text as long as a clause may be; "" where it has none. Raises AskError."""
    return _text(asked.get(key, ""), key, MAX_TEXT)


def texts_of(asked: Mapping[str, Any], key: str, most: int = 200) -> tuple[str, ...]:
    """A list of short texts; empty where there is none, or null. Raises AskError."""
    return tuple(_text(entry, key, SHORT) for entry in _list(asked, key, most))


def mapping_of(asked: Mapping[str, Any], key: str, most: int = 200) -> dict[str, str]:
    """Texts by name; empty where there are none, or null. Raises AskError."""
    given = asked.get(key)
    if given is None:
        return {}
    if not isinstance(given, dict) or len(given) > most:
        raise AskError(f"{key}: a mapping of at most {most} texts")
    return {name: _text(text, key, MAX_TEXT) for name, text in given.items()}


def part_of(asked: Mapping[str, Any], key: str) -> Plain | None:
    """A question within the question; None where there is none, or null. Raises AskError."""
    given = asked.get(key)
    if given is not None and not isinstance(given, dict):
        raise AskError(f"{key}: a mapping")
    return given


def parts_of(asked: Mapping[str, Any], key: str, most: int) -> list[Plain]:
    """A list of one or more questions within the question. Raises AskError."""
    given = _list(asked, key, most)
    parts = [entry for entry in given if isinstance(entry, dict)]
    if not parts or len(parts) != len(given):
        raise AskError(f"{key}: a list of mappings")
    return parts


def whole_of(asked: Mapping[str, Any], key: str) -> int:
    """A whole number. Raises AskError where there is none."""
    value = asked.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise AskError(f"{key}: a whole number")
    return value


def whole_or_none(asked: Mapping[str, Any], key: str) -> int | None:
    """A whole number; None where there is none, or null. Raises AskError."""
    return None if asked.get(key) is None else whole_of(asked, key)


def lists_of(asked: Mapping[str, Any], key: str, most: int) -> dict[str, list[str]]:
    """Lists of short texts by name; empty where there are none, or null. Raises AskError."""
    given = part_of(asked, key) or {}
    if len(given) > most:
        raise AskError(f"{key}: a mapping of at most {most} lists")
    return {name: list(texts_of(given, name, most)) for name in given}


def pairs_of(asked: Mapping[str, Any], key: str, most: int) -> list[tuple[str, str]]:
    """Pairs of texts. Raises AskError where there is none."""
    given = _list(asked, key, most)
    if not given or not all(isinstance(pair, list) and len(pair) == 2 for pair in given):
        raise AskError(f"{key}: a list of pairs of texts")
    return [(_text(old, key, MAX_TEXT), _text(new, key, MAX_TEXT)) for old, new in given]


def bytes_of(asked: Mapping[str, Any], key: str) -> bytes:
    """A file in base 64; b"" where there is none. Raises AskError."""
    given = asked.get(key, "")
    try:
        return b64decode(given, validate=True)
    except (TypeError, ValueError) as error:
        raise AskError(f"{key}: in base 64") from error


def flag_of(asked: Mapping[str, Any], key: str, *, usual: bool) -> bool:
    """Yes or no. Raises AskError."""
    value = asked.get(key, usual)
    if not isinstance(value, bool):
        raise AskError(f"{key}: true or false")
    return value


def _text(value: object, key: str, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise AskError(f"{key}: a text of at most {most} characters")
    return value


def _list(asked: Mapping[str, Any], key: str, most: int) -> list[Any]:
    given = asked.get(key)
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > most:
        raise AskError(f"{key}: a list of at most {most}")
    return given


def _texts(value: object, depth: int) -> Iterator[str]:
    """Every text in a question, names too."""
    if depth > DEEPEST:
        raise NoticesError("not JSON")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)


def _no_number(name: str) -> float:
    raise ValueError(name)
