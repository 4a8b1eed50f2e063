"""Whether the bytes of a text are beyond reasonable doubt cp1252, or another 8-bit encoding's.

A word speaks for an encoding where the letters it gives all belong to one language that is written
in it, and stand where such letters stand.
"""

from __future__ import annotations

import re
from functools import cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_FILE = TEMPLATES / "mappings" / "alphabets.yaml"
_WORD = re.compile(r"[^\W\d_]+")
# Marks that a cp1252 text may hold where they are used rightly: O’Neil and d’Alençon, quotes in
# pairs, dashes between blanks or digits, signs of money and sections not beside a word; and the
# one word of one letter.
_ELISION = re.compile(r"(?<![^\W\d_])([A-Za-z]{1,2})’(?=[A-ZÀ-Ý])")
_QUOTED = re.compile(r"“([^“”\r\n]{2,})”|„([^„“”\r\n]{2,})[“”]|‘([^‘’\r\n]{2,})’|«([^«»\r\n]{2,})»")
_MARK = re.compile(
    r"(?<![^\W\d_])[€£§°](?![^\W\d_])|(?<=[\s\d])[–—](?=[\s\d])|…(?=[\s,;]|$)"
    r"|(?<=\d)\xa0(?=\d)|(?<=\s)[àÀ](?=\s)"
)
_OTHER_SCRIPT = re.compile(r"[\u0370-\u03ff]{3,}|[\u0400-\u045f]{3,}")
_RUN = re.compile(r"[^a-z]{3}|(?<![a-z])[^a-z]{2}|[^a-z]{2}(?![a-z])", re.IGNORECASE | re.ASCII)
_SHORTEST = 3  # fewer letters may as well be one Chinese character


Alphabets = tuple[frozenset[str], ...]


@cache
def _encodings() -> tuple[tuple[str, Alphabets], ...]:
    """Each encoding with the alphabets of languages that come together in it; cp1252 first."""
    data = read_text_file(_FILE).data
    letters = {language: frozenset(text) for language, text in data["letters"].items()}
    return tuple((e["name"], tuple(letters[x] for x in e["languages"])) for e in data["encodings"])


def is_western(sample: bytes) -> bool:
    """Whether every character beyond ASCII is usual in cp1252, and in a usual place."""
    text = _ELISION.sub(r"\1 ", sample.decode("cp1252", "replace"))
    text = _QUOTED.sub(lambda m: f" {''.join(filter(None, m.groups()))} ", text)
    text = _MARK.sub(" ", text)
    if not _WORD.sub("", text).isascii():
        return False
    words = (word for word in _WORD.findall(text) if not word.isascii())
    ours = _encodings()[0][1]
    return all(_is_word(word, ours) and _is_sparse(word) for word in words)


def is_lettered(text: str) -> bool:
    """Whether the words beyond ASCII are of some language's letters: Latin, or all Greek, or all
    Cyrillic; few such letters can as well be other bytes."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return bool(words) and all(
        _OTHER_SCRIPT.fullmatch(word)
        or (_is_sparse(word) and any(_is_word(word, some) for _, some in _encodings()))
        for word in words
    )


def rivals(sample: bytes) -> tuple[str, ...]:
    """The other 8-bit encodings that make words of all that they read otherwise than cp1252."""
    found = (name for name, letters in _encodings()[1:] if _makes_words(sample, name, letters))
    return tuple(dict.fromkeys(found))


def _makes_words(sample: bytes, codec: str, alphabets: Alphabets) -> bool:
    try:
        theirs = sample.decode(codec)
    except UnicodeDecodeError:
        return False
    ours = sample.decode("cp1252", "replace")
    pairs = enumerate(zip(ours, theirs, strict=True))
    differ = [at for at, (mine, other) in pairs if mine != other]
    words = {at: m.group() for m in _WORD.finditer(theirs) for at in range(*m.span())}
    return bool(differ) and all(_is_word(words.get(at, ""), alphabets) for at in differ)


def _is_word(word: str, alphabets: Alphabets) -> bool:
    """Whether the letters are of one language, upper case where a word may have it."""
    if len(word) < 2:
        return False
    strange = {char for char in word.lower() if not char.isascii()}
    if not any(strange <= letters for letters in alphabets):
        return False
    return word.isupper() or not any(
        (char.isupper() and at) or (char.islower() and word[at + 1 : at + 2].isupper())
        for at, char in enumerate(word)
        if not char.isascii()
    )


def _is_sparse(word: str) -> bool:
    return len(word) >= _SHORTEST and not _RUN.search(word)
