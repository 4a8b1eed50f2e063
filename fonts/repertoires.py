"""The character sets that the fonts must cover, and the order in which rare characters get a place.

Encodings come from Python's own codecs, the 通用规范汉字表 and the sources of rare characters from
Unihan (the Debian package unicode-data), block bounds from the Unicode standard.
"""

from __future__ import annotations

import bz2
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from unicodedata import category, name

LATIN_FACE = frozenset(
    c
    for first, last in (
        (0x20, 0x52F),  # Latin, IPA, combining marks, Greek, Cyrillic
        (0x1AB0, 0x1AFF),
        (0x1C80, 0x1C8F),
        (0x1D00, 0x1FFF),  # phonetic and Latin Additional (Vietnamese), Greek Extended
        (0x2000, 0x218F),  # punctuation, currency, letterlike, number forms
        (0x2200, 0x22FF),
        (0x25CC, 0x25CC),  # the dotted circle under a lone combining mark
        (0x2C60, 0x2C7F),
        (0x2DE0, 0x2DFF),
        (0x2E00, 0x2E7F),
        (0xA640, 0xA69F),
        (0xA700, 0xA7FF),
        (0xAB30, 0xAB6F),
        (0xFB00, 0xFB06),
        (0xFE20, 0xFE2F),
        (0xFEFF, 0xFEFF),
        (0xFFFC, 0xFFFD),
    )
    for c in range(first, last + 1)
)
# What a Swiss payment slip may hold since 2025-11, and the no-break space of its amounts.
SLIP_FACE = frozenset((*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x218, 0x21C), 0x20AC))
EUROPEAN = {  # block: the letters in it must all be covered
    "Basic Latin, Latin-1": (0x20, 0xFF),
    "Latin Extended-A": (0x100, 0x17F),
    "Latin Extended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Latin Extended Additional": (0x1E00, 0x1EFF),
    "Greek Extended": (0x1F00, 0x1FFF),
}
HAN_BLOCKS = {
    "CJK Unified Ideographs": (0x4E00, 0x9FFF),
    "— of these U+9FA6..9FFF": (0x9FA6, 0x9FFF),
    "Extension A": (0x3400, 0x4DBF),
    "Extension B": (0x20000, 0x2A6DF),
    "Extension C": (0x2A700, 0x2B739),
    "Extension D": (0x2B740, 0x2B81D),
    "Extension E": (0x2B820, 0x2CEA1),
    "Extension F": (0x2CEB0, 0x2EBE0),
    "Extension I": (0x2EBF0, 0x2EE5D),
    "Extension G": (0x30000, 0x3134A),
    "Extension H": (0x31350, 0x323AF),
}
GB18030_MAX = 0x2EBE0  # GB 18030-2022 level 3 ends with Extension F
HAN_PUNCTUATION = frozenset((*range(0x2E80, 0x3100), *range(0xFF00, 0xFFF0), 0x2E3A, 0x2E3B))
SYMBOLS = frozenset(map(ord, "□■☐☑☒✂✉☎✆✓✔✗✘☞○●"))
MATH_SYMBOLS = frozenset(map(ord, "≒∼"))  # in GBK and HKSCS, but not in Noto Sans SC, HK
FIGURE_PUNCTUATION = frozenset((0x2010, 0x2011, 0x2013, 0x2212))
# Pango sets a space from the font of the character before it without asking whether that font has
# one, so each font must: otherwise a box is printed. HarfBuzz makes the other spaces from U+0020.
SPACES = frozenset((0x20, 0xA0))
LATIN_IN_HAN = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Zs", "Sc", "Cf")  # general categories
NAMED = "𠮷㛃䶮𬭎〇喆堃昇犇淼㐂𠅤𡘙𣲗𫖮𬀩𬭚𮧵"  # characters that people ask for

# Unihan's sources of the PRC that record people's and places' names, administrative files, current
# dictionaries and encyclopaedias; the others (GKX, GHZ: the great historic dictionaries; GZJW:
# inscriptions; GZFY: dialects; GZ: old Zhuang) come after them.
HISTORIC = frozenset(("GKX", "GHZ", "GHZR", "GZJW", "GZFY", "GZ"))


def is_han(code: int) -> bool:
    """Whether `code` is a Han character (unified or compatibility ideograph, or 〇)."""
    return code == 0x3007 or 0x3400 <= code < 0xA000 or 0xF900 <= code < 0xFB00 or code >= 0x20000


def read_codec(codec: str) -> frozenset[int]:
    """Every printable character that the one- and two-byte sequences of `codec` stand for."""
    found: set[int] = set()
    for lead in range(0x20, 0x100):
        for tail in (b"", *(bytes([tail]) for tail in range(0x30, 0x100))):
            try:
                text = (bytes([lead]) + tail).decode(codec)
            except UnicodeDecodeError:
                continue
            found.update(map(ord, text))
    return frozenset(c for c in found if category(chr(c)) not in ("Cc", "Co"))


def read_codec_jis() -> frozenset[int]:
    """Every character of JIS X 0213:2004."""
    found: set[int] = set()
    for plane in (b"", b"\x8f"):
        for row in range(0xA1, 0xFF):
            for cell in range(0xA1, 0xFF):
                try:
                    found.update(map(ord, (plane + bytes([row, cell])).decode("euc_jis_2004")))
                except UnicodeDecodeError:
                    continue
    return frozenset(found)


def han_latin(covered: Iterable[int]) -> frozenset[int]:
    """What the Latin face sets inside Chinese: letters, figures, spaces and currency signs.

    “ ” ‘ ’ … — · × ÷ ° and the like stay out: there the Chinese face has them at full width.
    """
    return frozenset(
        c
        for c in covered
        if c < 0x7F or c in FIGURE_PUNCTUATION or (c < 0x2100 and category(chr(c)) in LATIN_IN_HAN)
    )


def codes_in(ranges: tuple[int, int]) -> range:
    """The code points of an inclusive range."""
    return range(ranges[0], ranges[1] + 1)


def letters_in(ranges: tuple[int, int]) -> list[int]:
    """The letters and marks of an inclusive range (of Greek and Coptic, the Greek)."""
    codes = (c for c in codes_in(ranges) if category(chr(c))[0] in "LM")
    return [c for c in codes if not name(chr(c)).startswith("COPTIC")]


def _unihan(folder: Path, file: str) -> Iterator[tuple[int, str, str]]:
    with bz2.open(folder / f"{file}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("U+"):
                code, key, value = line.rstrip("\n").split("\t")
                yield int(code[2:], 16), key, value


def read_unihan_tgh(folder: Path) -> list[int]:
    """The 8,105 characters of the 通用规范汉字表 in the table's order (Unihan's kTGH)."""
    found = {
        int(value.split(":")[1]): code
        for code, key, value in _unihan(folder, "Unihan_OtherMappings")
        if key == "kTGH"
    }
    return [found[index] for index in sorted(found)]


def read_tgh(file: Path) -> list[int]:
    """The characters in `tgh8105.txt`, in order."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [ord(char) for line in lines if not line.startswith("#") for char in line]


def rank_rare(folder: Path, candidates: Iterable[int]) -> list[int]:
    """The rare characters, most useful first.

    First those in a PRC source other than the historic ones, then those that most national
    standards have; then by code point.
    """
    sources: dict[int, dict[str, str]] = defaultdict(dict)
    for code, key, value in _unihan(folder, "Unihan_IRGSources"):
        if key.startswith("kIRG_"):
            sources[code][key] = value.split("-")[0]

    def rank(code: int) -> tuple[bool, int, bool, int]:
        chinese = sources[code].get("kIRG_GSource", "")
        current = bool(chinese) and chinese not in HISTORIC
        return (not current, -len(sources[code]), not chinese, code)

    return sorted(candidates, key=rank)


def to_ranges(codes: Iterable[int]) -> str:
    """Compact hexadecimal ranges: `20-7E A0 3000-301F`."""
    spans: list[list[int]] = []
    for code in sorted(codes):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in spans)
