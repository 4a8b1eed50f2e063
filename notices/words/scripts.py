"""Scripts: which a text is in, and how Han and Latin stand beside each other."""

from __future__ import annotations

import re

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
HAN_LANGUAGES = ("zh", "ja", "yue")
THIN_SPACE = "\u2009"
_LATIN_WORDS = re.compile("[a-zß-öø-ɏ]{3}|^[^0-9]*[A-ZÀ-ÖØ-ɏ]{3}[^0-9]*$")


def spaced(text: str, lang: str) -> str:
    """In Chinese and Japanese, a space written beside Han becomes the thin gap of the script."""
    if not lang.startswith(HAN_LANGUAGES):
        return text
    return re.sub(r"(?<=\S) +(?=\S)|^ +| +$", THIN_SPACE, text) if " " in text else text


def tongue(text: str, lang: str, languages: tuple[str, ...], *, latin: bool = True) -> str:
    """The letter's language whose script a text is in, where that is not the script of `lang`, so
    that it is set and read out as what it is; "" where `lang` will do. `latin`: it may be words in
    Latin letters, no mere reference."""
    if HAN.search(text):
        if lang.startswith(HAN_LANGUAGES):
            return ""
        return next((tag for tag in languages if tag.startswith(HAN_LANGUAGES)), "zh")
    if latin and lang.startswith(HAN_LANGUAGES) and _LATIN_WORDS.search(text):
        return next((tag for tag in languages if not tag.startswith(HAN_LANGUAGES)), "")
    return ""
