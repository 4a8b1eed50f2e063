"""Parity of a clause's sides: the same placeholders, paragraphs and numbers in every language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from notices.finding import Finding
from notices.markup import Passage, has_brace, parse_clause
from notices.pack.types import Clause, Pack
from notices.pack.vocabulary import FIGURES, near_miss

_HAN_LANGUAGES = ("zh", "ja", "yue", "ko")
_DIGITS = re.compile(r"[0-9]+(?:[.,'\u00a0\u202f ][0-9]{3})*(?:[.,][0-9]+)?")
_HAN_NUMBER = re.compile("[零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]+")
# A Han numeral counts things only before one of these; 一 is left out: 一起, 一般, 统一.
_FIRM_HAN = re.compile(
    "(?:百分之(?P<share>[零〇一二两三四五六七八九十百]+)|"
    "(?P<number>[二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟][零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]*)"
    "(?=个?(?:工作日|日|天|年|月|周|小时|期|倍|元|条|款|份|次|项)))"
)
_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_HAN_DIGITS |= {c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")} | {"两": 2}
_HAN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_UNDER_TWENTY = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    "fifteen|sixteen|seventeen|eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
_ENGLISH = {word: number for number, word in enumerate(_UNDER_TWENTY.split("|"))}
_ENGLISH |= {word: number * 10 for number, word in enumerate(_TENS.split("|"), 2)}
_ENGLISH_WORD = re.compile(rf"\b(?:(?:{_TENS})(?:[- ](?:{_UNDER_TWENTY}))?|{_UNDER_TWENTY})\b")
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august"]
_MONTHS += ["september", "october", "november", "december"]


def check_clause(clause: Clause, pack: Pack) -> Iterator[Finding]:
    """All that is wrong with a clause's sides, from themselves and from one another."""
    reported: list[Finding] = []
    for variant in clause.variants:  # what variants share is reported once
        reported += [f for f in _check_variant(clause.read_as(variant), pack) if f not in reported]
    yield from reported


def _check_variant(clause: Clause, pack: Pack) -> Iterator[Finding]:
    yield from _check_sides(clause, pack)
    passages = {lang: parse_clause(text) for lang, text in clause.texts.items()}
    for lang, passage in passages.items():
        yield from _check_side(clause, lang, passage, pack)
    sound = {lang: passage for lang, passage in passages.items() if not passage.fault}
    if len(sound) < 2:
        return
    first, *others = sound
    for lang in others:
        yield from _compare(clause, first, lang, sound)


def check_printable(clause: Clause, langs: tuple[str, ...]) -> Iterator[Finding]:
    """Why a clause (as one of its variants) can't be composed in these languages: a side that can't
    be read, a heading without its other side, sides that are not cut alike."""
    texts = {lang: parse_clause(clause.texts[lang]) for lang in langs if lang in clause.texts}
    for lang, passage in texts.items():
        yield from _check_readable(clause, lang, passage)
        if clause.headings and lang not in clause.headings:
            yield _told(clause, lang, "heading-side-missing", side=_shown(clause, lang))
    if not any(passage.fault for passage in texts.values()):
        yield from _compare_paragraphs(clause, texts)


def _told(clause: Clause, lang: str, rule: str, **params: str) -> Finding:
    line = clause.lines.get(lang, clause.line)
    path = f"{clause.id}.{clause.side(lang)}"
    return Finding(rule, "error", clause.file, line, path, params)


def _check_sides(clause: Clause, pack: Pack) -> Iterator[Finding]:
    wanted = clause.only or tuple(pack.formats)
    for lang in wanted:
        if not clause.texts.get(lang):
            yield _told(clause, lang, "clause-side-missing", side=_shown(clause, lang))
        if clause.headings and lang not in clause.headings:
            yield _told(clause, lang, "heading-side-missing", side=_shown(clause, lang))


def _shown(clause: Clause, lang: str) -> str:
    """A side that is missing, with the variant that it is missing for."""
    return f"{lang}.{clause.variant}" if clause.variant else lang


def _check_side(clause: Clause, lang: str, passage: Passage, pack: Pack) -> Iterator[Finding]:
    yield from _check_readable(clause, lang, passage)
    for name in passage.names:
        known = (*FIGURES, *pack.fields, *pack.dates)
        if name not in known:
            near = near_miss(name, known) or "–"
            yield _told(clause, lang, "unknown-placeholder", name=name[:60], near=near)


def _check_readable(clause: Clause, lang: str, passage: Passage) -> Iterator[Finding]:
    """A text or heading that would print otherwise than it was meant."""
    path = f"{clause.id}.{clause.side(lang)}"
    line = clause.lines.get(lang, clause.line)
    if passage.fault:
        params = {"detail": passage.fault[:100]}
        at = line + max(passage.fault_line, 0)
        yield Finding("clause-fault", "error", clause.file, at, path, params)
    if has_brace(clause.headings.get(lang, "")):
        params = {"side": clause.side(lang)}
        yield Finding("heading-fault", "error", clause.file, clause.line, path, params)


def _compare(
    clause: Clause, first: str, lang: str, passages: Mapping[str, Passage]
) -> Iterator[Finding]:
    reference, other = passages[first], passages[lang]
    for here, there, tag in ((reference, other, lang), (other, reference, first)):
        lacking = [name for name in here.names if name not in there.names]
        if lacking:
            names = ", ".join(f"{{{{ {name} }}}}" for name in lacking)
            yield _told(clause, tag, "placeholder-parity", side=clause.side(tag), names=names)
    yield from _compare_paragraphs(clause, {first: reference, lang: other})
    texts = {
        tag: f"{clause.headings.get(tag, '')}\n{_fixed_wording(passages[tag])}"
        for tag in (first, lang)
    }
    for tag, twin in ((first, lang), (lang, first)):
        numbers = ", ".join(missing_numbers(texts[tag], tag, texts[twin], twin))
        if numbers:
            sides = {"side": clause.side(twin), "other": clause.side(tag)}
            yield _told(clause, twin, "number-parity", **sides, numbers=numbers)


def _compare_paragraphs(clause: Clause, passages: Mapping[str, Passage]) -> Iterator[Finding]:
    first = next(iter(passages), "")
    for lang, passage in passages.items():
        reference = passages[first]
        if len(reference.paragraphs) != len(passage.paragraphs):
            counts = {"count": str(len(passage.paragraphs))}
            counts["first"] = str(len(reference.paragraphs))
            sides = {"side": clause.side(lang), "first_lang": clause.side(first)}
            yield _told(clause, lang, "paragraph-parity", **sides, **counts)


def _fixed_wording(passage: Passage) -> str:
    return "\n".join(
        "".join(piece.text or " ¤ " for piece in paragraph) for paragraph in passage.paragraphs
    )


def missing_numbers(text: str, lang: str, other: str, other_lang: str) -> tuple[str, ...]:
    """Numbers that stand in `text` and, in digits or in words, nowhere in `other`."""
    have = digits_in(other)
    spelled = spelled_in(other, other_lang)
    months = _month_numbers(text, lang, other_lang)
    lacking = []
    for number, count in digits_in(text).items():
        if have[number] < count and number not in spelled and number not in months:
            lacking.append(number)
    for number in sorted(firm_words(text, lang)):
        if number not in have and number not in spelled:
            lacking.append(number)
    return tuple(dict.fromkeys(lacking))


def digits_in(text: str) -> Counter[str]:
    """The numbers written in digits, without thousands separators and trailing zeros."""
    plain = unicodedata.normalize("NFKC", text)
    return Counter(_plain_number(match.group()) for match in _DIGITS.finditer(plain))


def _plain_number(written: str) -> str:
    grouped = re.sub(r"[.,'\u00a0\u202f ](?=[0-9]{3}(?![0-9]))", "", written)
    number = grouped.replace(",", ".")
    whole, _, decimals = number.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def spelled_in(text: str, lang: str) -> frozenset[str]:
    """Every number that the words of a text may stand for."""
    if lang.startswith(_HAN_LANGUAGES):
        return frozenset(str(han_number(m)) for m in _HAN_NUMBER.findall(text))
    return _english_in(text) | _months_in(text) if lang.startswith("en") else frozenset()


def firm_words(text: str, lang: str) -> frozenset[str]:
    """The numbers that a text surely counts with words: `三个工作日`, `three years`."""
    if lang.startswith("zh"):
        found = (m.group("share") or m.group("number") for m in _FIRM_HAN.finditer(text))
        return frozenset(str(han_number(written)) for written in found)
    return _english_in(text) - {"0", "1"} if lang.startswith("en") else frozenset()


def _english_in(text: str) -> frozenset[str]:
    found = set()
    for match in _ENGLISH_WORD.finditer(text.casefold()):
        found.add(str(sum(_ENGLISH[word] for word in re.split("[- ]", match.group()))))
    return frozenset(found)


def _months_in(text: str) -> frozenset[str]:
    lower = text.casefold()
    return frozenset(
        str(i) for i, month in enumerate(_MONTHS, 1) if re.search(rf"\b{month}\b", lower)
    )


def _month_numbers(text: str, lang: str, other_lang: str) -> frozenset[str]:
    """Months that only a Han side writes as numbers (4月, avril)."""
    if not lang.startswith(_HAN_LANGUAGES) or other_lang.startswith((*_HAN_LANGUAGES, "en")):
        return frozenset()
    plain = unicodedata.normalize("NFKC", text)
    return frozenset(re.findall(r"(?<![0-9])0?([0-9]{1,2}) ?[月월]", plain))


def han_number(written: str) -> int:
    """What a Han numeral says: 三十 is 30, 六百七十五 is 675, 二〇二六 is 2026."""
    if not any(c in _HAN_UNITS or c == "万" for c in written):
        return int("".join(str(_HAN_DIGITS[c]) for c in written))
    total = section = digit = 0
    for char in written:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _HAN_UNITS[char]
            digit = 0
    return total + section + digit
