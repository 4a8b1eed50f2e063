"""The fonts a letter is set from: what they cover, and the only ones Fontconfig may see.

`read_font_set` reads the listing beside the shipped fonts (and a user's own files), `missing` names
the characters that none of them has, `write_fontconfig` shuts every other font out, and
`css_family` orders the families for a language. Whoever renders sets `FONTCONFIG_FILE` before
importing WeasyPrint.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import re
import shutil
import struct
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from unicodedata import category

from notices.errors import FontError

LISTING = "fonts.json"
HANT_REGIONS = frozenset(("HK", "MO", "TW"))
# Roles in the order in which a text in each kind of writing looks through them. In Chinese, the
# `latin-in-han` face has letters and figures but leaves “ ” … — · to the Chinese face.
LATIN_ORDER = ("latin", "symbols", "hans", "hant", "rare", "extra")
LATIN_HANT_ORDER = ("latin", "symbols", "hant", "hans", "rare", "extra")
HANS_ORDER = ("latin-in-han", "hans", "hant", "symbols", "rare", "latin", "extra")
HANT_ORDER = ("latin-in-han", "hant", "hans", "symbols", "rare", "latin", "extra")
UNPRINTED = frozenset(("Cc", "Cf", "Zl", "Zp"))
STATIC_FORMATS = (b"\x00\x01\x00\x00", b"true", b"OTTO")
EMBEDDING_RESTRICTED = 0x0002  # OS/2 fsType
OWN = " own"  # added to the family of a user's file that a shipped font has already

# What fontTools raises, beside its own error, at a file that isn't well-formed.
_MALFORMED = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError),
    *(LookupError, TypeError, ValueError, struct.error),
)

_FONTCONFIG = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{faces}</dir>
  <cachedir>{cache}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


@dataclass(frozen=True)
class Coverage:
    """The characters a font has, as compact hexadecimal ranges: `20-7E A0 3000-301F`."""

    ranges: str

    @cached_property
    def _spans(self) -> tuple[list[int], list[int]]:
        spans = [span.partition("-") for span in self.ranges.split()]
        return [int(a, 16) for a, _, _ in spans], [int(b or a, 16) for a, _, b in spans]

    def __contains__(self, char: str) -> bool:
        """Whether the font has a glyph for this one character."""
        firsts, lasts = self._spans
        at = bisect_right(firsts, ord(char)) - 1
        return at >= 0 and ord(char) <= lasts[at]


@dataclass(frozen=True)
class Font:
    """One font file. `role` says in which texts, and how early, it is looked at."""

    path: Path
    family: str
    weight: int
    role: str
    digest: str
    covers: Coverage
    renamed: bool = False  # a user's own of a shipped family: set under a name of its own


@dataclass(frozen=True)
class FontSet:
    """All fonts of a run; `digest` stands for their bytes in the run's profile."""

    fonts: tuple[Font, ...]
    digest: str

    def missing(self, text: str) -> tuple[str, ...]:
        """The characters of `text` that no font has, once each, in order.

        Control and format characters, line separators and variation selectors print nothing and
        need no glyph. Spaces do need one: their width comes from the font.
        """
        if self._fine.issuperset(text):
            return ()
        lacking = []
        for char in dict.fromkeys(text):
            if _prints_nothing(char) or any(char in font.covers for font in self.fonts):
                self._fine.add(char)
            else:
                lacking.append(char)
        return tuple(lacking)

    @cached_property
    def _fine(self) -> set[str]:
        """Characters that were found to need no other font: texts are much alike."""
        return set()


def _prints_nothing(char: str) -> bool:
    return is_selector(char) or category(char) in UNPRINTED


def is_selector(char: str) -> bool:
    """Whether it is a variation selector, which asks for a shape of the character before it."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def read_font_set(folder: Path, extra: tuple[Path, ...] = ()) -> FontSet:
    """The fonts that `folder`'s listing names, then the user's own files.

    Sizes are compared here; `check_font_set` compares the bytes, which takes longer.
    """
    try:
        entries = json.loads((folder / LISTING).read_bytes())["fonts"]
        fonts = [_read_listed(folder, entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FontError(f"{folder / LISTING}: the fonts can't be read: {error}") from error
    for path in extra:
        font = _read_extra(path)
        if any(font.digest == known.digest for known in fonts):
            continue  # the very file
        if any(font.family == known.family for known in fonts if known.role != "extra"):
            font = replace(font, family=f"{font.family}{OWN}", renamed=True)
        fonts.append(font)
    summary = "\n".join(
        f"{font.role}\t{font.family}\t{font.weight}\t{font.digest}" for font in fonts
    )
    return FontSet(tuple(fonts), hashlib.sha256(summary.encode()).hexdigest())


def check_font_set(fonts: FontSet) -> None:
    """Raise FontError, naming every font file that is gone or whose bytes have changed."""
    wrong = []
    for font in fonts.fonts:
        try:
            with font.path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == font.digest:
                    continue
            wrong.append(f"{font.path}: not the font that was listed (its digest differs)")
        except OSError as error:
            wrong.append(f"{font.path}: {error.strerror}")
    if wrong:
        raise FontError("\n".join(wrong))


def _read_listed(folder: Path, entry: dict[str, str | int]) -> Font:
    path = folder.resolve() / str(entry["file"])
    if path.stat().st_size != entry["bytes"]:
        raise FontError(f"{path}: not the font that {LISTING} lists (its size differs)")
    return Font(
        path=path,
        family=str(entry["family"]),
        weight=int(entry["weight"]),
        role=str(entry["role"]),
        digest=str(entry["sha256"]),
        covers=Coverage(str(entry["covers"])),
    )


def _read_extra(path: Path) -> Font:
    # Imported here: only a user's own font needs it, and it takes longer than all else here.
    from fontTools.ttLib import TTFont, TTLibError

    try:
        content = path.read_bytes()
        if content[:4] not in STATIC_FORMATS:
            raise FontError(f"{path}: not a TTF or OTF font (collections and WOFF don't serve)")
        with TTFont(io.BytesIO(content), lazy=True) as font:
            tables = set(font.keys())
            if "fvar" in tables:
                raise FontError(f"{path}: a variable font; give a static instance of it")
            if not tables & {"glyf", "CFF "}:
                raise FontError(f"{path}: a font without outlines")
            names, metrics = font["name"], font["OS/2"]
            family = names.getDebugName(16) or names.getDebugName(1)
            weight, rights = int(metrics.usWeightClass), int(metrics.fsType)
            codes = sorted(font.getBestCmap() or ())
    except (OSError, TTLibError, *_MALFORMED) as error:
        raise FontError(f"{path}: the font can't be read: {error}") from error
    if not family or not family.isprintable() or not codes:
        raise FontError(f"{path}: a font without a family name or without characters")
    if ord(" ") not in codes:
        raise FontError(f"{path}: a font without a space; a space after its characters needs one")
    if rights & EMBEDDING_RESTRICTED:
        raise FontError(f"{path}: its maker doesn't allow it to be embedded in a document")
    digest = hashlib.sha256(content).hexdigest()
    return Font(path.resolve(), family, weight, "extra", digest, Coverage(_ranges(codes)))


@dataclass(frozen=True)
class FontBytes:
    """A font file's bytes, known again by their length and checksum."""

    key: tuple[int, int]
    content: bytes = field(compare=False, repr=False)


@lru_cache(maxsize=32)
def read_own_texts(font: FontBytes) -> Mapping[int, tuple[str, ...]]:
    """The characters that each glyph stands for by itself, also in another shape (a mark over a
    capital); a ligature or a part of a letter stands for none."""
    from fontTools.ttLib import TTFont

    own: dict[str, set[str]] = {}
    with TTFont(io.BytesIO(font.content), lazy=True) as file:
        for code, name in (file.getBestCmap() or {}).items():
            own.setdefault(name, set()).add(chr(code))
        listed = file["GSUB"].table.LookupList if "GSUB" in file else None
        lookups = listed.Lookup if listed else ()  # a font cut down to few letters has no list
        tables = (getattr(t, "ExtSubTable", t) for lookup in lookups for t in lookup.SubTable)
        singles = [t.mapping for t in tables if t.LookupType == 1]
        for plain, shaped in (pair for mapping in singles for pair in mapping.items()):
            if shaped not in own and plain in own:
                own[shaped] = set(own[plain])
        return {file.getGlyphID(name): tuple(sorted(texts)) for name, texts in own.items()}


def _ranges(codes: Iterable[int]) -> str:
    spans: list[list[int]] = []
    for code in codes:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return " ".join(f"{first:X}-{last:X}" for first, last in spans)


def write_fontconfig(fonts: FontSet, folder: Path) -> Path:
    """A Fontconfig file under `folder` by which only these fonts exist; returns its path.

    Each set gets its own subfolder with links to its files and Fontconfig's cache. It is written
    once and used again, so a lasting `folder` saves scanning 40 MB of fonts in every process.
    """
    files = "\n".join(f"{font.path}\t{font.digest}" for font in fonts.fonts)
    home = folder.resolve() / hashlib.sha256(files.encode()).hexdigest()[:16]
    config = home / "fonts.conf"
    if config.exists():
        return config
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".fonts-", dir=folder))
    try:
        (draft / "faces").mkdir()
        (draft / "cache").mkdir()
        for number, font in enumerate(fonts.fonts):
            place = draft / "faces" / f"{number:02}-{font.path.name}"
            _rename(font, place) if font.renamed else _link(font.path, place)
        text = _FONTCONFIG.format(
            faces=html.escape(f"{home}/faces"), cache=html.escape(f"{home}/cache")
        )
        (draft / config.name).write_text(text, encoding="utf-8")
        os.rename(draft, home)  # noqa: PTH104  another process may have been first
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if not config.exists():
            raise FontError(f"{home}: the font settings can't be written: {error}") from error
    return config


def _rename(font: Font, copy: Path) -> None:
    """A copy of the font under its family's new name, which no shipped font has."""
    from fontTools.ttLib import TTFont

    with TTFont(font.path, recalcTimestamp=False) as file:
        names = file["name"]
        for number in (1, 4, 16):
            names.removeNames(nameID=number)
        for number in (1, 4):
            names.setName(font.family, number, 3, 1, 0x409)
        file.save(copy, reorderTables=None)


def _link(font: Path, link: Path) -> None:
    try:
        link.symlink_to(font)
    except OSError:  # a file system or account without links
        shutil.copyfile(font, link)


def css_family(fonts: FontSet, lang: str, beside: tuple[str, ...] = ()) -> str:
    """The value of CSS `font-family` for text in the language of this BCP 47 tag.

    Han in other text (a name in an English letter) has the shapes of the Chinese `beside` it.
    """
    order = _role_order(lang)
    if order == LATIN_ORDER and HANT_ORDER in map(_role_order, beside):
        order = LATIN_HANT_ORDER
    families = (font.family for role in order for font in fonts.fonts if font.role == role)
    return ", ".join(dict.fromkeys(map(_quote, families)))


def role_family(fonts: FontSet, role: str) -> str:
    """The value of CSS `font-family` for text that is set from the fonts of one role alone."""
    return ", ".join(
        dict.fromkeys(_quote(font.family) for font in fonts.fonts if font.role == role)
    )


def _role_order(lang: str) -> tuple[str, ...]:
    language, *subtags = lang.replace("_", "-").split("-")
    if language.lower() not in ("zh", "yue", "cmn"):
        return LATIN_ORDER
    scripts = {subtag.title() for subtag in subtags}
    regions = {subtag.upper() for subtag in subtags}
    if "Hans" in scripts:
        return HANS_ORDER
    hant = "Hant" in scripts or bool(regions & HANT_REGIONS) or language.lower() == "yue"
    return HANT_ORDER if hant else HANS_ORDER


def _quote(family: str) -> str:
    return '"' + re.sub(r"[^\w .-]", lambda found: f"\\{ord(found[0]):x} ", family) + '"'
