"""Characters that may not enter a letter: invisible, reordering or unassigned for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import category

from notices.pack.paths import Steps

# Controls, bidi controls, line and paragraph separators, lone surrogates, noncharacters, and what
# prints nothing (Unicode's Default_Ignorable_Code_Point, and the blank of Braille): soft hyphen,
# fillers, zero-width and format characters, tags. Variation selectors are kept where they select.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ufdd0-\ufdef"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
    + "\U000e0000-\U000e0fff]"
)
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_REPLACEMENT = "\ufffc\ufffd"
# Scripts whose spelling needs the joiners U+200C and U+200D: Arabic, Syriac, N'Ko, Indic, Khmer,
# Mongolian and their supplements.
_JOINING = re.compile(
    "[\u0600-\u07ff\u0840-\u0dff\u0f00-\u109f\u1780-\u18af\u1900-\u1c4f\ua840-\uabff\ufb50-\ufdcf"
    "\ufe70-\ufefc\U00010a00-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)


# A call, another sheet or program, a cell, or a number, text or bracket after the equals sign.
_FORMULA = re.compile(
    r"\s*[=\uff1d]\s*[-+@]?\s*"
    r"(?:[A-Za-z_][\w.]*\s*\(|\S*[!|]|\$?[A-Z]{1,3}\$?[0-9]{1,7}(?!\w)|[0-9.\"'(])"
)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute the text; `@home GmbH` and `+Plus` are names."""
    return text.lstrip()[:1] in ("=", "\uff1d") and _FORMULA.match(text) is not None


def unsafe_character(text: str, lines: bool = False) -> tuple[int, str] | None:
    """The first unsafe character's position (from 1) and code point; `lines` permits line ends."""
    for match in _UNSAFE.finditer(text):
        char, at = match.group(), match.start()
        if char in _REPLACEMENT or (lines and char == "\n"):
            continue
        if char in "\u200c\u200d" and _JOINING.match(text[at - 1 : at] or " "):
            continue
        if _SELECTOR.match(char) and _has_variants(text[at - 1 : at]):
            continue
        return at + 1, f"U+{ord(char):04X}"
    return None


def _has_variants(char: str) -> bool:
    """Whether a character may have other shapes to select: Han, signs, figures, punctuation."""
    return bool(char) and (category(char) == "Lo" or category(char)[0] in "NSP")


def unsafe_texts(data: Any) -> bool:
    """Whether any text in plain data is a formula or holds such a character: one search."""
    special: list[str] = []
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if is_formula(value):
                return True
            if not (value.isascii() and value.isprintable()):
                special.append(value)
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return bool(_UNSAFE.search(" ".join(special)))


def texts_in(data: Any, path: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Every text in plain data, with its path."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, inner in data.items():
            yield from texts_in(inner, (*path, key))
    elif isinstance(data, list):
        for i, inner in enumerate(data):
            yield from texts_in(inner, (*path, i))
