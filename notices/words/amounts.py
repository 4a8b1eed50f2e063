"""Amounts in words: one method per language, named by a pack's `formats.words`.

Currency names are the pack's (labels `CNY-prefix`, `CNY-major`, `CNY-minor`, `CNY-whole`); the
numerals are the method's. Words always equal the digits, to the minor unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from num2words import num2words

MOST = Decimal(10) ** 16  # above the myriads of 亿 that one numeral holds


@dataclass(frozen=True)
class Method:
    """A way to write amounts: `units` must be given, of `optional` some may be."""

    write: Callable[[int, int, Mapping[str, str]], str]  # major units, hundredths, unit names
    units: tuple[str, ...]
    optional: tuple[str, ...] = ()


def amount_in_words(method: str, amount: Decimal, units: Mapping[str, str]) -> str:
    """`amount` in words. Raises ValueError where the method can't write it or a unit lacks.

    Units: `prefix` (人民币, 港幣), `major` (元; or `pound|pounds`), `minor` (`fen`), `whole` (整:
    closes an amount without hundredths).
    """
    chosen = METHODS[method]
    lacking = [unit for unit in chosen.units if not units.get(unit)]
    hundredths = amount * 100
    if lacking or not 0 <= amount < MOST or hundredths != int(hundredths):
        raise ValueError(f"{method} can't write {amount} with units {sorted(units)}")
    return chosen.write(*divmod(int(hundredths), 100), units)


@dataclass(frozen=True)
class Glyphs:
    """Numerals of financial Chinese (大写金额): digits 0–9, places in a group of four, groups."""

    digits: str
    places: tuple[str, ...]
    groups: tuple[str, ...]  # per group of four digits from the right: "", 万, 亿, 万 (of 亿)
    tenth: str
    hundredth: str


SIMPLIFIED = Glyphs(
    "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万"), "角", "分"
)
TRADITIONAL = Glyphs(
    "零壹貳叁肆伍陸柒捌玖", ("", "拾", "佰", "仟"), ("", "萬", "億", "萬"), "角", "分"
)


def _financial(glyphs: Glyphs) -> Callable[[int, int, Mapping[str, str]], str]:
    """支付结算办法 annex 1: the prefix adjoins the amount; 整 after 元, nothing after 角 or 分.

    Several zeros inside read as one 零. Where 零 is optional (zero at 元, none at 角) it is written
    (¥1,680.32 …捌拾元零叁角贰分), so that no digit can be written in between; where 万 is zero but
    仟 is not, it is left out (¥107,000.53 壹拾万柒仟元零伍角叁分).
    """

    def write(major: int, hundredths: int, units: Mapping[str, str]) -> str:
        tenths, cents = divmod(hundredths, 10)
        zero = glyphs.digits[0]
        words = units["prefix"]
        if major or not hundredths:
            words += (_integer(major, glyphs) or zero) + units["major"]
        if not hundredths:
            return words + units["whole"]
        if major and (tenths == 0 or major % 10 == 0):
            words += zero
        if tenths:
            words += glyphs.digits[tenths] + glyphs.tenth
        if cents:
            words += glyphs.digits[cents] + glyphs.hundredth
        return words

    return write


def _integer(number: int, glyphs: Glyphs) -> str:
    """A positive whole number below 10^16 in financial numerals; "" for zero."""
    words, pending_zero = "", False
    for group in range(3, -1, -1):
        four = number // 10 ** (4 * group) % 10_000
        for place in range(3, -1, -1):
            digit = four // 10**place % 10
            if digit == 0:
                pending_zero = True
                continue
            if pending_zero and words:
                words += glyphs.digits[0]
            pending_zero = False
            words += glyphs.digits[digit] + glyphs.places[place]
        if four:
            pending_zero = False  # 壹拾万柒仟: a zero that ends a group isn't read
        if four or (group == 2 and number >= 10**12):  # 壹万亿: 亿 closes the upper two groups
            words += glyphs.groups[group]
    return words


def _spoken(language: str, joiner: str) -> Callable[[int, int, Mapping[str, str]], str]:
    """Number words, as on cheques: `one pound and five pence`; `whole` (only) may close it."""

    @lru_cache(maxsize=1024)  # hundredths above all
    def number(count: int) -> str:
        return str(num2words(count, lang=language)).replace(",", "")

    def counted(count: int, unit: str) -> str:
        singular, _, plural = unit.partition("|")
        return f"{number(count)} {singular if count == 1 or not plural else plural}"

    def write(major: int, hundredths: int, units: Mapping[str, str]) -> str:
        words = [counted(major, units["major"])]
        if hundredths:
            words += [joiner, counted(hundredths, units["minor"])]
        elif units.get("whole"):
            words.append(units["whole"])
        prefix = [units["prefix"]] if units.get("prefix") else []
        return " ".join([*prefix, *words])

    return write


_CHINESE = ("prefix", "major", "whole")
# German, French, Spanish and Italian need their own `number`: ein Euro, un million d'euros,
# veintiún euros, un euro.
METHODS: Mapping[str, Method] = {
    "zh-financial": Method(_financial(SIMPLIFIED), _CHINESE, ("minor",)),
    "zh-Hant-financial": Method(_financial(TRADITIONAL), _CHINESE, ("minor",)),
    "en-amount": Method(_spoken("en", "and"), ("major", "minor"), ("prefix", "whole")),
    "nl-amount": Method(_spoken("nl", "en"), ("major", "minor"), ("prefix", "whole")),
}
