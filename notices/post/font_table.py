"""The fonts of a print file: each letter brings subsets of its own, and subsets of one font are
joined and stored once."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from notices.post.shared_fonts import FontSubset, JoinedFont, read_subset

_TAG = re.compile(r"/[A-Z]{6}\+(.+)")
_SHARED_TAG = "NOTICE"


class FontTable:
    """The fonts of one print file: collected letter by letter, written at its end."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        # by font name: each joined font, its place in the file, and the dictionaries it begins from
        self._joined: dict[str, list[tuple[JoinedFont, Any, Any]]] = {}
        self._known: dict[bytes, Any] = {}  # by a subset's digest: what `share` answered

    def share(self, font: Any) -> Any:
        """The joined font to use instead of this subset; None where it can't be joined."""
        parts = _parts(font)
        if parts is None:
            return None
        name, file, widths, texts = parts
        digest = hashlib.sha256()
        for part in (name.encode(), file.read_raw_bytes(), widths, texts.read_raw_bytes()):
            digest.update(hashlib.sha256(part).digest())
        key = digest.digest()
        if key not in self._known:
            subset = read_subset(name, file.read_bytes(), widths, texts.read_bytes())
            self._known[key] = None if subset is None else self._place(name, subset, font)
        return self._known[key]

    def fill(self) -> None:
        """Write the joined fonts, once no letter comes any more."""
        for name, fonts in self._joined.items():
            for number, (joined, reference, model) in enumerate(fonts):
                tagged = Name(f"/{_SHARED_TAG}+{name}" + (f"-{number}" if number else ""))
                self._fill(joined, reference, model, tagged)

    def _place(self, name: str, subset: FontSubset, font: Any) -> Any:
        """The place of the first joined font that takes the subset, else of a new one."""
        fonts = self._joined.setdefault(name, [])
        for joined, reference, _ in fonts:
            if joined.add(subset):
                return reference
        joined = JoinedFont(subset)
        joined.add(subset)
        reference = self._pdf.make_indirect(Dictionary())
        fonts.append((joined, reference, _model(font)))
        return reference

    def _fill(self, joined: JoinedFont, reference: Any, model: dict[str, Any], name: Name) -> None:
        data = joined.file()
        file = self._pdf.make_indirect(Stream(self._pdf, data, Length1=len(data)))
        descriptor = Dictionary({**model["descriptor"], "/FontName": name, "/FontFile2": file})
        widths: list[Any] = []
        for first, run in joined.width_array():
            widths += [first, Array([_number(width) for width in run])]
        inner = Dictionary(
            {
                **model["inner"],
                "/BaseFont": name,
                "/FontDescriptor": self._pdf.make_indirect(descriptor),
                "/W": Array(widths),
            }
        )
        texts = self._pdf.make_indirect(Stream(self._pdf, joined.text_map()))
        reference["/Type"] = Name.Font
        reference["/Subtype"] = Name.Type0
        reference["/BaseFont"] = name
        reference["/Encoding"] = Name("/Identity-H")
        reference["/DescendantFonts"] = Array([self._pdf.make_indirect(inner)])
        reference["/ToUnicode"] = texts


def _parts(font: Any) -> tuple[str, Any, bytes, Any] | None:
    """Name, font file, widths and texts of a font whose codes are glyph numbers."""
    inner = font.get("/DescendantFonts", [None])[0]
    if inner is None or str(font.get("/Encoding")) != "/Identity-H" or "/ToUnicode" not in font:
        return None
    descriptor = inner.get("/FontDescriptor", Dictionary())
    named = _TAG.fullmatch(str(font.get("/BaseFont")))
    plain = str(inner.get("/CIDToGIDMap")) == "/Identity" and "/W" in inner
    if not (named and plain and "/FontFile2" in descriptor):
        return None
    known = {"/BaseFont", "/CIDSystemInfo", "/CIDToGIDMap", "/FontDescriptor", "/Subtype"}
    if set(inner.keys()) - known - {"/Type", "/W", "/DW"}:
        return None
    key = f"{named[1]}{'' if '/DW' not in inner else '-' + str(inner.DW)}"
    return key, descriptor.FontFile2, inner.W.unparse(resolved=True), font.ToUnicode


def _model(font: Any) -> dict[str, Any]:
    """What the joined font takes over from its first subset, as plain values."""
    inner = font.DescendantFonts[0]
    own = {"/FontDescriptor", "/W", "/BaseFont"}
    info = {key: plain_copy(value) for key, value in inner.items() if key not in own}
    without = {"/FontFile2", "/FontName", "/CIDSet"}
    descriptor = {
        key: plain_copy(value) for key, value in inner.FontDescriptor.items() if key not in without
    }
    return {"inner": info, "descriptor": descriptor}


def plain_copy(value: Any) -> Any:
    """The value without references to other objects, for another file."""
    if isinstance(value, Array):
        return Array([plain_copy(inner) for inner in value.as_list()])
    if isinstance(value, Dictionary):
        return Dictionary({key: plain_copy(inner) for key, inner in value.items()})
    return value


def _number(width: float) -> Any:
    return int(width) if width == int(width) else width
