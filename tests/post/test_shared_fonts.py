"""Subsets of one font, laid over each other: nothing that a letter shows may change."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from notices.letter.make import Letter
from notices.post.font_table import _parts
from notices.post.print_files import PrintSetup, make_print, place_print
from notices.post.runfolder import PRINT, read_run
from notices.post.shared_fonts import FontSubset, JoinedFont, read_subset
from tests.post.runs import MadeRun


def cuts(letter: Letter) -> dict[str, FontSubset]:
    with pikepdf.open(io.BytesIO(letter.data)) as pdf:
        found = {}
        for font in pdf.pages[0].resources.Font.values():
            parts = _parts(font)
            assert parts is not None
            name, file, widths, texts = parts
            cut = read_subset(name, file.read_bytes(), widths, texts.read_bytes())
            assert cut is not None
            found[name] = cut
        return found


@pytest.fixture(scope="session")
def pair(drawn: list[Letter]) -> tuple[FontSubset, FontSubset]:
    """The Chinese face of a reminder and of a demand."""
    return cuts(drawn[0])["Noto-Sans-SC"], cuts(drawn[3])["Noto-Sans-SC"]


def test_joined_subsets_hold_every_outline_width_and_text(
    pair: tuple[FontSubset, FontSubset],
) -> None:
    joined = JoinedFont(pair[0])
    assert all(joined.add(cut) for cut in pair)
    font = TTFont(io.BytesIO(joined.file()), checkChecksums=2)
    order = font.getGlyphOrder()
    for cut in pair:
        for number, outline in cut.outlines.items():
            again = font["glyf"][order[number]].compile(font["glyf"], recalcBBoxes=False)
            assert again.rstrip(b"\0") == outline.rstrip(b"\0")
        for number in cut.widths:
            advance = font["hmtx"][order[number]][0]
            assert advance == int.from_bytes(cut.metrics[number][:2], "big")
        assert {code: _plain(text) for code, text in cut.texts.items()}.items() <= {
            code: _plain(text) for code, text in joined.texts.items()
        }.items()
    listed = {
        first + at: width for first, run in joined.width_array() for at, width in enumerate(run)
    }
    assert listed == {n: float(w) for cut in pair for n, w in cut.widths.items()}


def _plain(text: bytes) -> str:
    """A glyph's text; which of the spaces of one width it stands for does not matter."""
    return re.sub(r"\s", " ", bytes.fromhex(text.decode()).decode("utf-16-be"))


@pytest.mark.parametrize("what", ["outlines", "metrics", "widths", "texts"])
def test_subsets_that_disagree_stay_apart(pair: tuple[FontSubset, FontSubset], what: str) -> None:
    first, second = pair
    shared = next(key for key in getattr(first, what) if key in getattr(second, what))
    other = replace(second, **{what: {**getattr(second, what), shared: b"999"}})
    joined = JoinedFont(first)
    assert joined.add(first)
    before = (dict(joined.outlines), dict(joined.widths), dict(joined.texts))
    assert not joined.add(other)
    assert (joined.outlines, joined.widths, joined.texts) == before
    assert joined.add(second)


def test_other_fonts_stay_apart(drawn: list[Letter]) -> None:
    found = cuts(drawn[3])
    joined = JoinedFont(found["Noto-Sans-SC"])
    assert not joined.add(found["Noto-Sans-SC-Bold"])


def test_fonts_of_another_kind_are_left_alone(pair: tuple[FontSubset, FontSubset]) -> None:
    file = JoinedFont(pair[0])
    file.add(pair[0])
    data = file.file()
    assert read_subset("x", data, b"[ 1 [ 500 ] ]", b"") is not None
    assert read_subset("x", data, b"[ 1 5 500 ]", b"") is None
    assert read_subset("x", data, b"[ ]", b"1 beginbfrange <0001> <0002> <0041>") is None
    assert read_subset("x", b"OTTO" + bytes(20), b"[ ]", b"") is None


def test_a_print_file_has_each_face_once(made: MadeRun, setup: PrintSetup) -> None:
    run, _ = read_run(made.folder)
    assert run is not None
    done, _ = make_print(run, (), setup)
    assert done is not None
    for file in place_print(done, made.folder / PRINT):
        faces = _faces(file)
        assert len(faces) == len(set(faces)), faces
        alone = sum(
            made.file(n).stat().st_size for n, line in enumerate(made.lines[:-1])
            if file.name.startswith(str(line["envelope"]))
        )  # fmt: skip
        assert file.stat().st_size < alone


def _faces(file: Path) -> list[str]:
    with pikepdf.open(file) as pdf:
        return sorted(
            str(o.FontName).partition("+")[2]
            for o in pdf.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        )
