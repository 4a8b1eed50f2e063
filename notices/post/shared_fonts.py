"""One font in a print file for the many subsets of it that single letters carry.

The subsets keep the glyph numbers of the font they were cut from, so they can be laid over each
other. Only what agrees is joined: where two subsets give one number two outlines, two widths or
two texts, they stay apart, and so no letter's picture or text can change.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

_KEPT = ("cvt ", "fpgm", "prep")  # instructions: they must be the same to be joined
_NEEDED = ("glyf", "head", "hhea", "hmtx", "loca", "maxp")
_SECTION = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_WIDTHS = re.compile(rb"(\d+)\s*\[([^\]]*)\]")
_Key = TypeVar("_Key")
# Spaces of one width share a glyph, which each subset names after the space its letter used.
# The plain one stands for them all in print.
_SPACE = b"0020"
_SPACES = frozenset((_SPACE, b"00a0", b"2009", b"202f"))
_BLOCK = 100  # entries that one bfchar section may have


@dataclass(frozen=True)
class FontSubset:
    """A subset, taken apart: outlines, advances, widths and texts by glyph number."""

    key: tuple[object, ...]  # what must be the same in subsets to be joined
    head: bytes
    hhea: bytes
    maxp: bytes
    instructions: tuple[tuple[str, bytes], ...]
    outlines: Mapping[int, bytes]
    metrics: Mapping[int, bytes]
    widths: Mapping[int, bytes]
    texts: Mapping[bytes, bytes]


def read_subset(name: str, file: bytes, widths: bytes, texts: bytes) -> FontSubset | None:
    """The subset, or None where it is not of the kind that can be joined.

    `widths` is a PDF's /W array as text, `texts` its /ToUnicode map.
    """
    tables = _tables(file)
    if any(needed not in tables for needed in _NEEDED) or b"beginbfrange" in texts:
        return None
    listed = {
        int(first) + at: width
        for first, some in _WIDTHS.findall(widths)
        for at, width in enumerate(some.split())
    }
    if _WIDTHS.sub(b"", widths).strip(b"[] \n"):
        return None
    pairs = {
        code.lower(): text.lower()
        for section in _SECTION.findall(texts)
        for code, text in _PAIR.findall(section)
    }
    outlines = _outlines(tables)
    metrics = _metrics(tables, {*outlines, *listed})
    instructions = tuple((name, tables[name]) for name in _KEPT if name in tables)
    units, hhea = tables["head"][18:20], tables["hhea"]
    key = (name, units, hhea[4:10], instructions)
    return FontSubset(
        key, tables["head"], hhea, tables["maxp"], instructions, outlines, metrics, listed, pairs
    )


@dataclass
class JoinedFont:
    """Subsets laid over each other."""

    first: FontSubset
    maxp: bytes = b""
    outlines: dict[int, bytes] = field(default_factory=dict)
    metrics: dict[int, bytes] = field(default_factory=dict)
    widths: dict[int, bytes] = field(default_factory=dict)
    texts: dict[bytes, bytes] = field(default_factory=dict)

    def add(self, subset: FontSubset) -> bool:
        """Lay a subset over the others; False, and nothing is changed, where they disagree."""
        if subset.key != self.first.key:
            return False
        pairs: tuple[tuple[dict[int, bytes], Mapping[int, bytes]], ...] = (
            (self.outlines, subset.outlines),
            (self.metrics, subset.metrics),
            (self.widths, subset.widths),
        )
        if not all(_agree(mine, its) for mine, its in pairs) or not self._same_texts(subset):
            return False
        for mine, its in pairs:
            mine.update(its)
        for code, text in subset.texts.items():
            if text == _SPACE or code not in self.texts:
                self.texts[code] = text
        self.maxp = _most(self.maxp, subset.maxp) if self.maxp else subset.maxp
        return True

    def _same_texts(self, subset: FontSubset) -> bool:
        return all(
            known == text or {known, text} <= _SPACES
            for code, text in subset.texts.items()
            if (known := self.texts.get(code)) is not None
        )

    def file(self) -> bytes:
        """The joined font as a TrueType file."""
        count = max({*self.outlines, *self.metrics, 0}) + 1
        glyf, places = bytearray(), [0]
        for number in range(count):
            glyf += self.outlines.get(number, b"")
            places.append(len(glyf))
        head = bytearray(self.first.head)
        head[8:12], head[50:52] = b"\0\0\0\0", b"\0\1"  # no checksum yet; long offsets
        tables = {
            **dict(self.first.instructions),
            "glyf": bytes(glyf) or b"\0",
            "head": bytes(head),
            "hhea": self.first.hhea[:34] + struct.pack(">H", count),
            "hmtx": b"".join(self.metrics.get(number, b"\0\0\0\0") for number in range(count)),
            "loca": struct.pack(f">{count + 1}I", *places),
            "maxp": self.maxp[:4] + struct.pack(">H", count) + self.maxp[6:],
        }
        return _written(tables)

    def width_array(self) -> Iterator[tuple[int, list[float]]]:
        """Runs of widths: the first glyph's number, and the widths from there."""
        run: list[float] = []
        start = -1
        for number in sorted(self.widths):
            if number != start + len(run):
                if run:
                    yield start, run
                start, run = number, []
            run.append(float(self.widths[number]))
        if run:
            yield start, run

    def text_map(self) -> bytes:
        """The joined /ToUnicode map."""
        lines = [b"<%s> <%s>" % pair for pair in sorted(self.texts.items())]
        blocks = [lines[at : at + _BLOCK] for at in range(0, len(lines), _BLOCK)]
        body = b"\n".join(
            b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks
        )
        return _CMAP % body


_CMAP = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def _agree(mine: Mapping[_Key, bytes], its: Mapping[_Key, bytes]) -> bool:
    return all(mine.get(key, value) == value for key, value in its.items())


def _tables(file: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from(">H", file, 4)
    tables = {}
    for at in range(count):
        tag, _, start, length = struct.unpack_from(">4sIII", file, 12 + 16 * at)
        tables[tag.decode("latin-1")] = file[start : start + length]
    return tables


def _outlines(tables: Mapping[str, bytes]) -> dict[int, bytes]:
    """Every glyph that has an outline."""
    loca, glyf = tables["loca"], tables["glyf"]
    if tables["head"][50:52] == b"\0\1":
        places = struct.unpack(f">{len(loca) // 4}I", loca)
    else:
        places = tuple(2 * place for place in struct.unpack(f">{len(loca) // 2}H", loca))
    return {
        number: _padded(glyf[start:end])
        for number, (start, end) in enumerate(pairwise(places))
        if start != end
    }


def _padded(data: bytes) -> bytes:
    """Filled up to four bytes: subsets with short offsets fill up to two, others not at all."""
    return data + b"\0" * (-len(data) % 4)


def _metrics(tables: Mapping[str, bytes], numbers: set[int]) -> dict[int, bytes]:
    """Advance and left side of glyphs, four bytes each."""
    hmtx = tables["hmtx"]
    (long,) = struct.unpack_from(">H", tables["hhea"], 34)
    found = {}
    for number in numbers:
        if number < long:
            found[number] = hmtx[4 * number : 4 * number + 4]
        else:
            side = 4 * long + 2 * (number - long)
            found[number] = hmtx[4 * long - 4 : 4 * long - 2] + hmtx[side : side + 2]
    return found


def _most(a: bytes, b: bytes) -> bytes:
    """The larger of each of two maxp tables' numbers."""
    count = (len(a) - 4) // 2
    form = f">{count}H"
    pairs = zip(struct.unpack_from(form, a, 4), struct.unpack_from(form, b, 4), strict=True)
    return a[:4] + struct.pack(form, *map(max, pairs))


def _written(tables: Mapping[str, bytes]) -> bytes:
    """A TrueType file with right checksums."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    out = struct.pack(">4sHHHH", b"\0\1\0\0", count, search, power, 16 * count - search)
    body, start = b"", 12 + 16 * count
    for tag, data in sorted(tables.items()):
        padded = _padded(data)
        out += struct.pack(">4sIII", tag.encode(), _sum(padded), start + len(body), len(data))
        body += padded
    file = bytearray(out + body)
    place = struct.unpack_from(">I", file, _entry(sorted(tables).index("head")))[0]
    struct.pack_into(">I", file, place + 8, (0xB1B0AFBA - _sum(bytes(file))) & 0xFFFFFFFF)
    return bytes(file)


def _entry(index: int) -> int:
    return 12 + 16 * index + 8


def _sum(data: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF
