"""What a merge or an export leaves where a value should stand, and text garbled on its way."""

from __future__ import annotations

import html.entities
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_FILE = TEMPLATES / "records" / "accidents.yaml"
_MARKED = re.compile(r"[{}<>«&%$@\[｛｝＜＞＆％＄＠]")  # any accident but a whole value has one
_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$\{[^{}]*\}|<<[^<>]+>>|<%.*?%>|\[\[[^\[\]]+\]\]|%%[^%]+%%|@@[^@]+@@"
    r"|\{[A-Za-z_][\w.]*\}|\$[A-Z]+_[A-Z_]+\b|%[A-Z]+_[A-Z_]*%|\{\{|\}\}"
)
_GUILLEMETS = re.compile(r"«([^«»]*)»")
_BRACKETED = re.compile(r"[<\[]([^<>\[\]]+)[>\]]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|([A-Za-z][A-Za-z0-9]{1,31}));")
_TAG = re.compile(r"</?\s*([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>|<!--|<!\[CDATA\[")
_ERROR = re.compile(r"Err:[0-9]{3}|#{2,}")
# The replacement character; what UTF-8 becomes in GBK; what fresh memory looks like in it.
_LOST = re.compile("\ufffd|锟斤拷|锟斤|烫烫|屯屯屯")
_WIDE_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_OTHER_ROMAN = re.compile("√[^\\s0-9a-z]|‚Ä|[├┬]\\S")  # UTF-8 read as Mac-Roman, as cp850
_LEAD = re.compile("[Â-ô]")  # what begins a character of several bytes, read as cp1252
_GBK_AS_LATIN = re.compile("[À-ÿ]{4,}")
_LATIN = re.compile("[\u00a0-\u017f\u2010-\u203a\u20ac\u2122]")
_PAIRED = re.compile("[\u0391-\u03c9\u0400-\u045f\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e]")


def accident_in(text: str) -> str:
    """What stands in a text that nobody wrote: `#N/A`, `{{name}}`, `&amp;`, `<br>`; "" for
    nothing."""
    whole = text.strip()
    if whole in _values() or _ERROR.fullmatch(whole):
        return whole
    words = re.split(r"[\s,;]+", whole)
    if len(words) > 1 and all(word in _values() for word in words if word):
        return whole
    if not _MARKED.search(text):
        return ""
    plain = unicodedata.normalize("NFKC", text)
    if match := _PLACEHOLDER.search(plain) or _entity_of(plain) or _tag_of(plain):
        return match[0]
    return _merge_field(text)


def is_garbled(text: str) -> bool:
    """Whether a text's characters were lost, or read in another encoding than they were written.

    Only what is no language's: UTF-8 read as cp1252 (`MÃ¼ller`), Mac-Roman, cp850 or GBK, and GBK
    read as Latin.
    """
    if text.isascii():
        return False
    if _LOST.search(text) or _OTHER_ROMAN.search(text) or _GBK_AS_LATIN.search(text):
        return True
    return any(_was_utf8(run[0]) for run in _WIDE_RUN.finditer(text))


@lru_cache(maxsize=1 << 14)  # most texts of a table come again in every row
def is_off(text: str) -> bool:
    """Whether a text is either."""
    return bool(accident_in(text)) or is_garbled(text)


@cache
def _values() -> frozenset[str]:
    return frozenset(value for values in _data()["values"] for value in values)


@cache
def _data() -> Any:
    return read_text_file(_FILE).data


def _entity_of(text: str) -> re.Match[str] | None:
    """A character reference of HTML, which no name holds: `AT&T;` is none."""
    for match in _ENTITY.finditer(text):
        if match[1] is None or f"{match[1]};" in html.entities.html5:
            return match
    return None


def _tag_of(text: str) -> re.Match[str] | None:
    tags = _data()["tags"]
    matches = _TAG.finditer(text)
    return next((m for m in matches if m[1] is None or m[1].lower() in tags), None)


def _merge_field(text: str) -> str:
    """`«Nachname»`, `«Feld_1»`, `<Name>`; `Restaurant «Adler»` and `« Chez Paul »` are names."""
    bracketed = _BRACKETED.fullmatch(text.strip())
    if bracketed and bracketed[1].casefold() in _merge_fields():
        return bracketed[0]
    found = list(_GUILLEMETS.finditer(text))
    if not found:
        return ""
    alone = not any(c.isalnum() for c in _GUILLEMETS.sub("", text))
    for match in found:
        inner = match[1]
        is_code = re.fullmatch(r"\w*[_0-9]\w*|[a-zà-ÿ]+[A-Z]\w*|\s*", inner) is not None
        is_word = alone and re.fullmatch(r"\w+", inner) is not None
        if is_code or is_word or inner.casefold() in _merge_fields():
            return match[0]
    return ""


@cache
def _merge_fields() -> frozenset[str]:
    headers = read_text_file(TEMPLATES / "mappings" / "headers.yaml").data["fields"]
    known = [*_data()["merge_fields"], *(word for words in headers.values() for word in words)]
    return frozenset(word.casefold() for word in known)


def _was_utf8(run: str) -> bool:
    """Whether characters side by side are the bytes of others in UTF-8."""
    if _LEAD.search(run):
        latin = _decoded(b"".join(map(_byte, run)))
        if len(_LATIN.findall(latin)) == len(latin) > 0 or len(_PAIRED.findall(latin)) > 1:
            return True
    han = _decoded(_encoded(run, "gb18030"))
    return len(han) > 1 and len(_PAIRED.findall(han)) == len(han)


def _byte(char: str) -> bytes:
    """A character's byte in cp1252; what cp1252 leaves open, as Latin-1 has it."""
    return _encoded(char, "cp1252") or _encoded(char, "latin-1") or b"\xff"


def _encoded(text: str, codec: str) -> bytes:
    """The bytes of a text; none where the encoding has not all of it."""
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return b""


def _decoded(data: bytes) -> str:
    """The text of bytes that are UTF-8 from end to end; "" for others."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return ""
