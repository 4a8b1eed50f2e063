"""The reader: text, language and structure from the bytes alone."""

from __future__ import annotations

import io
import time

import pikepdf
import pytest

from notices.errors import RenderError
from notices.proof.readback import ARTIFACT, ReadBack, rasterise, read_pdf
from tests.page import minimal
from tests.page.minimal import EN, ZH, document, filler, html_page, renderer

pytestmark = pytest.mark.heavy

LONG = document((minimal.OPENING, minimal.ITEMS, *filler(20), minimal.CLOSE, minimal.SLIP))


def read(body: str = "", css: str = "", doc: minimal.Document = LONG) -> ReadBack:
    return read_pdf(renderer().render(html_page(doc, css=css, body=body)).data)


def text_of(found: ReadBack, name: str) -> str:
    return "".join(run.text for run in found.runs if name in run.ids)


def test_pages_title_language_and_files() -> None:
    found = read()
    assert [(round(w), round(h)) for w, h in found.pages] == [(210, 297)] * 2
    assert (found.title, found.lang) == (LONG.title, ZH)
    assert found.attachments == {"letter.json": LONG.attachment}
    assert found.missing_glyphs == ()
    assert found.tagged_langs.keys() == {ZH, EN}
    assert any("Noto" in name for name in found.fonts)


def test_text_of_each_side_comes_back() -> None:
    found = read()
    for block in LONG.blocks:
        for number, row in enumerate(block.rows):
            for side in row.sides:
                seen = text_of(found, f"{block.id}-{number}-{side.lang}")
                assert seen.replace(" ", "") == side.text.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "difficult efflux office ffi fl",
        "𠀋𠀋㛃䶮",
        "Käse – naïve – Ålesund – Œuvre",
        "CNY 1,234.56 – 31 August 2026",
        "“引号”与《书名》、全角:123(括号)",
        "e\u0301tude",
    ],
)
def test_characters_come_back_in_order(text: str) -> None:
    found = read(f'<p id="probe" lang="en">{text}</p>')
    assert found.missing_glyphs == ()
    assert text_of(found, "probe") == text


def test_a_hyphen_at_the_lines_end_stays_a_hyphen() -> None:
    found = read('<p id="probe" lang="en" style="width: 12mm">AB-CDEFGHIJ-00123456</p>')
    assert text_of(found, "probe") == "AB-CDEFGHIJ-00123456"
    assert len({run.glyphs[0].frame.top for run in found.runs if "probe" in run.ids}) > 1


def test_language_and_structure_of_a_run() -> None:
    found = read()
    run = next(run for run in found.runs if "clause-opening-0-en" in run.ids and "戶" in run.text)
    assert run.lang == ZH  # free text in an English side
    assert run.path[:2] == ("Document", "Table") and "TD" in run.path
    assert run.ids[0] == "clause-opening"
    dear = next(run for run in found.runs if run.text.startswith("Dear"))
    assert dear.lang == EN
    assert next(run for run in found.runs if "H1" in run.path).text == "付款提醒"


def test_runs_are_in_structure_order_with_furniture_last() -> None:
    tags = [run.tag == ARTIFACT for run in read().runs]
    assert tags == sorted(tags) and any(tags)
    furniture = [run.text for run in read().runs if run.tag == ARTIFACT]
    assert "1/2" in furniture and "2/2" in furniture


def test_frames_are_mm_from_the_top_left() -> None:
    found = read('<div id="probe" style="position: absolute; left: 0; top: 0">█</div>')
    glyph = next(run for run in found.runs if "probe" in run.ids).glyphs[0]
    assert glyph.frame.left == pytest.approx(20, abs=1)
    assert 97 < glyph.frame.top + glyph.frame.height / 2 < 102


def respelt(data: bytes, old: bytes, new: bytes) -> bytes:
    """The file with another first page."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0]
        content = page.Contents.read_bytes()
        assert old in content
        page.Contents = pdf.make_stream(content.replace(old, new))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_ink_is_what_the_characters_cover_without_white_space() -> None:
    body = '<p id="probe" lang="en"> x \U0002000b y <b>z</b> </p>'
    data = renderer().render(html_page(LONG, body=body)).data
    once = respelt(data, b"/MCID 5", b"/MCID 2")  # two lines under one mark
    apart, together = read_pdf(data).runs, read_pdf(once).runs
    assert len(together) < len(apart)
    assert sorted("".join(r.text for r in together)) == sorted("".join(r.text for r in apart))
    for run in (*apart, *together):
        assert run.text == "".join(glyph.text for glyph in run.glyphs)
        seen = [glyph.frame for glyph in run.glyphs if not glyph.text.isspace()]
        if not seen:
            assert run.ink is None
            continue
        assert run.ink is not None
        assert run.ink.left == min(frame.left for frame in seen)
        assert run.ink.top == min(frame.top for frame in seen)
        right, foot = run.ink.left + run.ink.width, run.ink.top + run.ink.height
        assert right == pytest.approx(max(frame.left + frame.width for frame in seen))
        assert foot == pytest.approx(max(frame.top + frame.height for frame in seen))


def test_missing_glyphs_are_found_in_the_bytes() -> None:
    found = read("<p>\U0010fffd</p>")
    assert found.missing_glyphs == ((1, "\U0010fffd"),)


def test_untagged_text_is_not_taken_for_furniture() -> None:
    data = renderer().render(html_page(document())).data
    untagged = respelt(data, b"/Artifact\n<", b"/Span\n<")
    assert [run.tag for run in read_pdf(untagged).runs][-1] == ""


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all" * 100])
def test_unreadable_bytes_raise(data: bytes) -> None:
    with pytest.raises(RenderError):
        read_pdf(data)
    with pytest.raises(RenderError):
        rasterise(data, 1, 72)


def test_pictures_of_pages() -> None:
    data = renderer().render(html_page(document())).data
    picture = rasterise(data, 1, 72)
    assert picture.mode == "L" and picture.size == (596, 842)
    with pytest.raises(RenderError):
        rasterise(data, 2, 72)


def test_reading_is_fast() -> None:
    data = renderer().render(html_page(LONG)).data
    read_pdf(data)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        read_pdf(data)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.15  # 0.025 on the machine it was written on
