"""Build the fonts of this folder: `python fonts/build.py` (a maintainer's command, Debian 12).

Fetches each source at its pinned version through npm and apt, checks its digest, cuts the faces
to the characters in `repertoires.py` and writes the static, unhinted TTFs, their licences,
`fonts.json`, `tgh8105.txt` and `README.md`. Two runs give the same bytes.
Needs: fonttools, npm, apt-get, dpkg-deb.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import readme
import repertoires as rep
from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
NOTO = "@expo-google-fonts/"
SOURCES = {  # package@version: (file name, sha256)
    f"npm {NOTO}noto-sans@0.4.2": (
        "expo-google-fonts-noto-sans-0.4.2.tgz",
        "98cf14a19b8e67a0e76bfd4d5df98937b9734e6dde570bd750f2259042042548",
    ),
    f"npm {NOTO}noto-sans-sc@0.4.3": (
        "expo-google-fonts-noto-sans-sc-0.4.3.tgz",
        "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    ),
    f"npm {NOTO}noto-sans-hk@0.4.3": (
        "expo-google-fonts-noto-sans-hk-0.4.3.tgz",
        "250f41901a7f04a3501b25d06db2c5c5b78632f3a9dd0719ce5a797324a8aeb7",
    ),
    f"npm {NOTO}noto-sans-jp@0.4.3": (
        "expo-google-fonts-noto-sans-jp-0.4.3.tgz",
        "563ee80509692e2b2f42ceae6a0b82afecb90daa1b3d025bcebdf3d9120f43a3",
    ),
    f"npm {NOTO}noto-sans-symbols-2@0.4.1": (
        "expo-google-fonts-noto-sans-symbols-2-0.4.1.tgz",
        "3bf3d6333487df36e88d146e032a9ed8246617ca2dfe1513a8a382c3fad12ac4",
    ),
    f"npm {NOTO}noto-sans-math@0.4.2": (
        "expo-google-fonts-noto-sans-math-0.4.2.tgz",
        "652041ca903e7adcc1502a0621350526463e91416757310391370ff5f8fb3ce8",
    ),
    "apt fonts-hanazono=20170904-2.1": (
        "fonts-hanazono_20170904-2.1_all.deb",
        "a6943366b4f5a6cec34221f8b4eb22555a628f0ee6ef4e3d3401cabe9363aeae",
    ),
    "apt fonts-liberation2=2.1.5-1": (
        "fonts-liberation2_2.1.5-1_all.deb",
        "35ffaa54f117e633e89a5da89af235a073b34dbe582726fbf6989568f7fd9bda",
    ),
    "apt unicode-data=15.0.0-1": (
        "unicode-data_15.0.0-1_all.deb",
        "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc",
    ),
}
SANS, SC, HK, JP, SYMBOLS, MATH, HANAZONO, LIBERATION, UNIHAN = SOURCES
RARE_COUNT = 15_000  # as many as keep the folder under 40 MB
FEATURES = [
    # No ccmp: a letter that it splits would be read back as two.
    *("locl", "liga", "kern", "mark", "mkmk", "case", "zero", "ordn", "sups", "subs"),
    *("tnum", "lnum", "pnum", "onum", "frac", "numr", "dnom", "palt", "halt"),
]
DROPPED = ("vhea", "vmtx", "VORG", "BASE", "STAT", "FFTM", "DSIG", "gasp", "meta")


@dataclass(frozen=True)
class Face:
    """One file to write: where its outlines come from and what it is for."""

    file: str
    family: str
    weight: int
    role: str
    licence: str
    source: str
    path: str
    keeps: frozenset[int]


def fetch(source: str, cache: Path) -> Path:
    """The unpacked files of a source, downloaded into `cache` unless they are there."""
    name, sha256 = SOURCES[source]
    archive = cache / name
    if not archive.exists():
        client, package = source.split(" ")
        command = {
            "npm": ["npm", "pack", "--silent", package],
            "apt": ["apt-get", "download", package],
        }[client]
        subprocess.run(command, cwd=cache, check=True, stdout=subprocess.DEVNULL)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
        raise SystemExit(f"{archive}: not the pinned archive (sha256 {sha256})")
    folder = cache / archive.stem
    if not folder.exists():
        if archive.suffix == ".deb":
            subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        else:
            with tarfile.open(archive) as files:
                files.extractall(folder, filter="data")
    return folder


def read_cmap(file: Path) -> frozenset[int]:
    """The characters that a font file has glyphs for."""
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


def expo(slug: str, weight: str) -> str:
    """Where an @expo-google-fonts package keeps a weight."""
    return f"package/{weight}/{slug}_{weight}.ttf"


def plan_faces(at: Callable[[str, str], Path], tgh: Iterable[int]) -> list[Face]:
    """Every face with the characters it keeps; `at(source, path)` finds a source's file."""
    gbk, hkscs = rep.read_codec("gbk"), rep.read_codec("big5hkscs")
    regular, bold = "400Regular", "700Bold"
    sans, sc, hk, jp = (
        read_cmap(at(source, expo(slug, regular)))
        for source, slug in (
            (SANS, "NotoSans"),
            (SC, "NotoSansSC"),
            (HK, "NotoSansHK"),
            (JP, "NotoSansJP"),
        )
    )
    hans = gbk | frozenset(tgh) | rep.HAN_PUNCTUATION
    hans_regular = hans | {c for c in sc if rep.is_han(c)}
    hant = hkscs | rep.HAN_PUNCTUATION
    covered = (sc & hans_regular) | (hk & hant)
    jp_only = frozenset(c for c in jp - covered if rep.is_han(c))
    covered |= jp_only

    hana = "usr/share/fonts/truetype/hanazono/HanaMinB.ttf"
    candidates = [c for c in read_cmap(at(HANAZONO, hana)) - covered if rep.is_han(c)]
    unihan = at(UNIHAN, "usr/share/unicode")
    rare = frozenset(rep.rank_rare(unihan, candidates)[:RARE_COUNT])

    latin = sans & rep.LATIN_FACE
    noto, cjk, hanazono = "OFL-NotoSans.txt", "OFL-NotoSansCJK.txt", "OFL-Hanazono.txt"
    faces = []
    for style, weight, folder, han in (
        ("Regular", 400, regular, hans_regular),
        ("Bold", 700, bold, hans),
    ):
        for stem, family, role, licence, source, slug, keeps in (
            ("NotoSans", "Noto Sans", "latin", noto, SANS, "NotoSans", latin),
            ("NotoSansLatin", "Noto Sans Latin", "latin-in-han", noto, SANS, "NotoSans",
             rep.han_latin(latin)),
            ("NotoSansSC", "Noto Sans SC", "hans", cjk, SC, "NotoSansSC", han),
            ("NotoSansHK", "Noto Sans HK", "hant", cjk, HK, "NotoSansHK", hant),
        ):  # fmt: skip
            path = expo(slug, folder)
            keeps &= read_cmap(at(source, path))
            faces.append(
                Face(f"{stem}-{style}.ttf", family, weight, role, licence, source, path, keeps)
            )
    symbols, maths = expo("NotoSansSymbols2", regular), expo("NotoSansMath", regular)
    return [
        *faces,
        Face("NotoSansJP-Regular.ttf", "Noto Sans JP", 400, "rare", cjk, JP,
             expo("NotoSansJP", regular), jp_only),
        Face("NoticesRareHan-Regular.ttf", "Notices Rare Han", 400, "rare", hanazono, HANAZONO,
             hana, rare),
        Face("NoticesSymbols-Regular.ttf", "Notices Symbols", 400, "symbols",
             "OFL-NotoSansSymbols2.txt", SYMBOLS, symbols,
             rep.SYMBOLS & read_cmap(at(SYMBOLS, symbols))),
        Face("NotoSansMath-Regular.ttf", "Noto Sans Math", 400, "symbols", "OFL-NotoSansMath.txt",
             MATH, maths, rep.MATH_SYMBOLS & read_cmap(at(MATH, maths))),
        *(
            Face(f"NoticesSlip-{style}.ttf", "Notices Slip", weight, "slip", "OFL-Liberation.txt",
                 LIBERATION, path, rep.SLIP_FACE & read_cmap(at(LIBERATION, path)))
            for style, weight in (("Regular", 400), ("Bold", 700))
            for path in (f"usr/share/fonts/truetype/liberation2/LiberationSans-{style}.ttf",)
        ),
    ]  # fmt: skip


def set_names(font: TTFont, face: Face) -> None:
    """Name the font by its face: family, style, full and PostScript names, in English only."""
    names = font["name"]
    kept = {i: names.getDebugName(i) for i in (0, 5, 13, 14) if names.getDebugName(i)}
    style = "Bold" if face.weight == 700 else "Regular"
    postscript = f"{face.family.replace(' ', '')}-{style}"
    full = face.family if style == "Regular" else f"{face.family} {style}"
    kept |= {1: face.family, 2: style, 3: f"{postscript} (notices subset)", 4: full, 6: postscript}
    if face.source == HANAZONO:
        kept[0] = "Copyright (c) 2011, GlyphWiki Project (kamichi@fonts.jp). Subset, renamed."
    if face.source == LIBERATION:  # its licence reserves the name
        kept[0] += " Subset, renamed."
    if face.source in (HANAZONO, LIBERATION):
        kept[13] = "This Font Software is licensed under the SIL Open Font License, Version 1.1."
        kept[14] = "https://openfontlicense.org"
    names.names = []
    for name_id, text in sorted(kept.items()):
        names.setName(text, name_id, 3, 1, 0x409)


def cut(face: Face, source: Path, target: Path) -> None:
    """Write the face: only its characters, no hints, horizontal setting only, fixed date."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(
        layout_features=FEATURES,
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        name_IDs=["*"],
        name_languages=["*"],
        drop_tables=[*subset.Options._drop_tables_default, *DROPPED],
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=face.keeps | rep.SPACES)
    subsetter.subset(font)
    if face.source == HANAZONO:  # half an em wide there
        font["hmtx"][font.getBestCmap()[0x20]] = (font["head"].unitsPerEm * 26 // 100, 0)
    set_names(font, face)
    font["OS/2"].usWeightClass = face.weight
    font["OS/2"].fsType = 0
    font["OS/2"].achVendID = "NONE" if face.source == HANAZONO else font["OS/2"].achVendID
    font.save(target)


def debian_licence(source: str, folder: Path) -> str:
    """The OFL with its copyright lines, out of the package's Debian copyright file."""
    package, opening = {
        HANAZONO: ("fonts-hanazono", "License: Open-Font-License\n"),
        LIBERATION: ("fonts-liberation2", "Files: *\n"),
    }[source]
    text = (folder / f"usr/share/doc/{package}/copyright").read_text(encoding="utf-8")
    lines = text.split(opening)[1].split("\n\n")[0].splitlines()
    kept = (line for line in lines if not line.startswith("License:"))
    return "\n".join("" if line.strip() == "." else line.strip() for line in kept) + "\n"


def describe(face: Face, target: Path) -> dict[str, str | int]:
    """The face's entry in fonts.json."""
    return {
        "file": face.file,
        "family": face.family,
        "weight": face.weight,
        "role": face.role,
        "licence": face.licence,
        "source": face.source,
        "bytes": target.stat().st_size,
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
        "covers": rep.to_ranges(read_cmap(target)),
    }


def build(cache: Path, out: Path) -> None:
    """Fetch, cut and write everything into `out`."""
    cache.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    folders = {source: fetch(source, cache) for source in SOURCES}

    def at(source: str, path: str) -> Path:
        return folders[source] / path

    tgh = rep.read_unihan_tgh(at(UNIHAN, "usr/share/unicode"))
    rows = ["".join(map(chr, tgh[i : i + 50])) for i in range(0, len(tgh), 50)]
    heading = f"# 通用规范汉字表 (2013), in its order; from Unihan's kTGH in {UNIHAN}\n"
    (out / "tgh8105.txt").write_text(heading + "\n".join(rows) + "\n", encoding="utf-8")

    faces = plan_faces(at, tgh)
    for face in faces:
        licence = (
            debian_licence(face.source, folders[face.source])
            if face.source in (HANAZONO, LIBERATION)
            else at(face.source, "package/LICENSE_FONT").read_text(encoding="utf-8")
        )
        (out / face.licence).write_text(licence, encoding="utf-8")
        cut(face, at(face.source, face.path), out / face.file)
    entries = [describe(face, out / face.file) for face in faces]
    listing = json.dumps({"fonts": entries}, ensure_ascii=False, indent=1) + "\n"
    (out / "fonts.json").write_text(listing, encoding="utf-8")
    (out / "README.md").write_text(readme.write(entries, tgh), encoding="utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--cache", type=Path, help="keep the downloads here (default: a temp folder)"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="write here instead of fonts/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        build((options.cache or Path(temporary)).resolve(), options.out)


if __name__ == "__main__":
    main()
