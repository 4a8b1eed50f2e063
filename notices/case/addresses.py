"""Addresses: how each country writes them, and whether a letter could be delivered to one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_FOLDER = TEMPLATES / "addresses"
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_STATE = re.compile(r"[A-Z]{2,3}")
_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{4,7}(?![0-9A-Za-z])")
PARTS = ("street", "building", "district", "postcode", "town", "state")
# Why an address can't be delivered to, as a person hears it.
REASONS: Mapping[str, Mapping[str, str]] = {
    "unknown": {"en": "it says that the address is not known", "zh": "写明地址不详"},
    "gone": {"en": "it says that nobody lives there any more", "zh": "写明收件人已迁走"},
    "no_abode": {"en": "it says that there is no fixed abode", "zh": "写明无固定住所"},
    "email": {"en": "an e-mail address stands in it", "zh": "其中写的是电子邮箱"},
    "street": {"en": "it has no street and no box", "zh": "缺街道门牌或信箱"},
    "town": {"en": "it has no town", "zh": "缺城市或地区"},
    "postcode": {
        "en": "it has no postcode of its country's form",
        "zh": "缺邮政编码，或与该国格式不符",
    },
}


@dataclass(frozen=True)
class AddressForm:
    """How one country writes addresses. `lines` hold `{street}` and the other PARTS; the number of
    a building stands where the street's line has it."""

    country: str  # ISO 3166-1 alpha-2
    lines: tuple[str, ...]
    postcode: str  # a regular expression; "" where the country has none
    needs_postcode: bool

    def join(self, parts: Mapping[str, str]) -> tuple[str, ...]:
        """The address lines of some parts (by PARTS), without what is empty."""
        known = {part: parts.get(part, "").strip() for part in PARTS}
        known["street"] = self._street(known["street"], known["building"])
        return tuple(filter(None, (fill_line(line, known) for line in self.lines)))

    def _street(self, street: str, number: str) -> str:
        """Street and number in the order in which the country's languages have them."""
        if not street or not number or _HAN.search(street):
            return street + number
        first = self.country in number_first()
        return f"{number} {street}" if first else f"{street} {number}"


def fill_line(line: str, parts: Mapping[str, str]) -> str:
    """A line's `{names}` filled; blanks and commas around what is empty go with it."""
    text = re.sub(r"\{([^{}]*)\}", lambda match: parts.get(match.group(1).strip(), ""), line)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([,;])(?=\s*(?:[,;]|$))", "", text)
    return text.strip(" ,;-/")


@cache
def address_forms() -> Mapping[str, AddressForm]:
    """Every country's form. Source: templates/addresses/forms.yaml."""
    data = read_text_file(_FOLDER / "forms.yaml").data
    return {
        country: AddressForm(
            country,
            tuple(said["lines"]),
            said.get("postcode", ""),
            said.get("needs_postcode") == "true",
        )
        for country, said in data.items()
    }


@cache
def number_first() -> frozenset[str]:
    """Countries whose number stands before the street."""
    return frozenset(_words()["number_first"])


@cache
def _words() -> Mapping[str, list[str]]:
    return dict(read_text_file(_FOLDER / "words.yaml").data)


@cache
def _countries() -> Mapping[str, str]:
    """What a country is called, folded → its code."""
    data = read_text_file(_FOLDER / "countries.yaml").data
    return {_folded(name): code for code, names in data.items() for name in (code, *names)}


def country_code(name: str) -> str:
    """The ISO 3166-1 code of a country's name or code; "" where it is none."""
    return _countries().get(_folded(name), "")


def country_of(lines: tuple[str, ...], home: str) -> str:
    """The country that an address names in its last line, else `home`."""
    last = lines[-1].strip() if lines else ""
    return (len(last) > 2 and country_code(last)) or home


def find_postcode(lines: tuple[str, ...], pattern: str) -> str:
    """The last thing in an address that looks as `pattern` says a postcode does; "" for none."""
    if not pattern:
        return ""
    found = [match[0] for line in lines for match in _whole(pattern).finditer(line)]
    return found[-1] if found else ""


@cache
def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z])(?:{pattern})(?![0-9A-Za-z])")


@lru_cache(maxsize=4096)
def undeliverable(lines: tuple[str, ...], home: str) -> tuple[str, ...]:
    """Why no letter would arrive (keys of REASONS), as far as the lines show it.

    `home` is the country that is meant where the address names none; without a form of that country
    only words are judged.
    """
    plain = tuple(unicodedata.normalize("NFKC", line).strip() for line in lines)
    country = country_of(plain, home)
    if (plain and country != home) or (plain and len(plain[-1]) > 2 and country_code(plain[-1])):
        plain = plain[:-1]
    found = dict.fromkeys(_by_words(plain))
    if any(_EMAIL.search(line) for line in plain):
        found["email"] = None
        plain = tuple(line for line in plain if not _EMAIL.search(line))
    form = address_forms().get(country)
    if form is not None and not found.keys() & {"unknown", "gone", "no_abode"}:
        judge = _by_han if _HAN.search("".join(plain)) else _by_parts
        found |= dict.fromkeys(judge(plain, form))
    return tuple(found)


def _by_words(lines: tuple[str, ...]) -> Iterator[str]:
    words, whole = _words(), "".join(lines)
    for line in lines:
        text = _folded(line)
        begun = (r for r in ("gone", "no_abode", "unknown") if _begins(text, words[r]))
        yield from islice(begun, 1)
    han: Mapping[str, list[str]] = words["han"]  # type: ignore[assignment]
    for reason, said in han.items():
        if any(word in whole for word in said):
            yield reason


def _by_han(lines: tuple[str, ...], form: AddressForm) -> Iterator[str]:
    words, text = _words(), "".join(lines)
    if not any(word in text for word in words["street_han"]):
        yield "street"
    if not any(word in text for word in words["town_han"]):
        yield "town"
    postcode = find_postcode(lines, form.postcode)
    if form.postcode and not postcode and any(_DIGITS.fullmatch(line) for line in lines):
        yield "postcode"


def _by_parts(lines: tuple[str, ...], form: AddressForm) -> Iterator[str]:
    """Street and town are two parts at least, beside the postcode."""
    words = _words()
    postcode = find_postcode(lines, form.postcode)
    if form.postcode and not postcode and (form.needs_postcode or _DIGITS.search(lines[-1])):
        yield "postcode"
    parts: list[str] = []
    for line in lines:
        if _begins(_folded(line), words["care_of"]):
            continue
        rest = line.replace(postcode, " ") if postcode else line
        for part in re.split("[,;]", rest):
            bare = part.strip(" -–.")
            if any(c.isalnum() for c in bare) and not _STATE.fullmatch(bare):
                parts.append(bare)
    if len(parts) > 1:
        return
    if not parts or not (re.search("[0-9]", parts[0]) or _is_box(parts[0])):
        yield "street"
    if not parts or re.search("[0-9]", parts[0]) or _is_box(parts[0]):
        yield "town"


def _is_box(part: str) -> bool:
    return _begins(_folded(part), _words()["boxes"])


def _begins(text: str, words: Iterable[str]) -> bool:
    """Whether a text begins with one of these as a whole word."""
    return any(text.startswith(w) and not text[len(w) : len(w) + 1].isalnum() for w in words)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").split())
