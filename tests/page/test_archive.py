"""The adapter: one file that keeps PDF/UA-1 and PDF/A-3a, and says which language each part is."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest
import weasyprint
from PIL import Image

from notices.errors import RenderError
from notices.page import archive
from notices.page.document import Run
from tests.page import minimal
from tests.page.conformance import faults
from tests.page.minimal import EN, ZH, document, filler, html_page, renderer

pytestmark = pytest.mark.heavy

LONG = document((minimal.OPENING, minimal.ITEMS, *filler(24), minimal.CLOSE, minimal.SLIP))
UNDERLINED = '<p lang="en"><u>underlined</u> and <s>struck</s></p>'
LIST = '<ul lang="en"><li>one<li>two <b>bold</b></ul>'
LINK = '<p lang="en"><a href="https://example.org/">example</a></p>'


def rendered(body: str = "", css: str = "", doc: minimal.Document = LONG) -> bytes:
    return renderer().render(html_page(doc, css=css, body=body)).data


def elements(pdf: pikepdf.Pdf, tag: str) -> list[pikepdf.Dictionary]:
    return [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary)
        and item.get("/Type") == "/StructElem"
        and str(item.S)[1:] == tag
    ]


@pytest.fixture
def long_pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(rendered())) as pdf:
        yield pdf


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ("", ""),
        (UNDERLINED, ""),
        (LIST, ""),
        (LINK, ""),
        ("", "@page { background: url(notices:code) no-repeat center }"),
        ("", "td { background: #eef; border: 1pt solid #036; border-radius: 2mm }"),
        ('<div aria-hidden="true" style="opacity: 0.5">* * *</div>', ""),
        ('<img alt="" src="notices:code">', ""),
        ('<h2 lang="en">Part</h2>', ""),
        ('<p id="twice" lang="en">a</p><p id="twice" lang="en">b</p>', ""),
    ],
)
def test_both_standards_hold(body: str, css: str) -> None:
    assert faults(rendered(body, css)) == []


def test_raster_images_keep_the_standards() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 128)).save(out, "PNG")
    page = html_page(document(), body='<img alt="seal" src="notices:seal">')
    images = {**page.images, "seal": ("image/png", out.getvalue())}
    assert faults(renderer().render(replace(page, images=images)).data) == []


@pytest.mark.parametrize(
    ("old", "new", "clause"),
    [
        (b"<pdfuaid:part>1", b"<pdfuaid:part>2", "UA 5"),
        (b"<pdfaid:part>3", b"<pdfaid:part>2", "A 6.6.4"),
        (b"pdfaSchema:prefix>pdfuaid<", b"pdfaSchema:prefix>pdfuaix<", "A 6.6.2.3"),
    ],
)
def test_conformance_checks_notice_broken_metadata(old: bytes, new: bytes, clause: str) -> None:
    data = rendered()
    assert old in data
    assert any(clause in fault for fault in faults(data.replace(old, new)))


@pytest.mark.filterwarnings("ignore")  # WeasyPrint leaves its profile open
def test_conformance_checks_notice_what_weasyprint_alone_leaves() -> None:
    page = html_page(LONG)
    renderer()
    fetcher = renderer()._fetcher_class({f"notices:{n}": i for n, i in page.images.items()})
    plain = weasyprint.HTML(string=page.html, url_fetcher=fetcher).write_pdf(
        pdf_variant="pdf/a-3a", stylesheets=[weasyprint.CSS(string=page.stylesheet)]
    )
    found = " ".join(faults(plain))
    assert "UA 5" in found and "XMP" in found


def test_heading_order_and_missing_alt_are_noticed() -> None:
    assert any("7.4.2" in fault for fault in faults(rendered('<h3 lang="en">x</h3>')))
    assert any("7.3" in fault for fault in faults(rendered('<img src="notices:code">')))


def test_every_side_carries_its_language(long_pdf: pikepdf.Pdf) -> None:
    langs = Counter(str(cell.Lang) for cell in elements(long_pdf, "TD"))
    rows = sum(len(block.rows) for block in LONG.blocks)
    assert langs == {ZH: rows, EN: rows}


def test_free_text_in_another_language_is_marked(long_pdf: pikepdf.Pdf) -> None:
    spans = [span for span in elements(long_pdf, "Span") if span.get("/Lang") == ZH]
    runs = [r for b in LONG.blocks for row in b.rows for s in row.sides for r in _foreign(s)]
    assert runs and len(spans) == len(runs) + 1  # and the subject's


def _foreign(side: minimal.Side) -> list[Run]:
    return [run for cell in side.cells for run in cell.runs if run.lang]


def test_table_heads_have_scope_and_the_table_is_one(long_pdf: pikepdf.Pdf) -> None:
    assert len(long_pdf.pages) == 2
    heads = elements(long_pdf, "TH")
    assert [str(head.A.Scope) for head in heads] == ["/Column", "/Column"]
    assert len(elements(long_pdf, "Table")) == len(elements(long_pdf, "THead")) == 1
    assert [str(cell.Lang) for cell in heads] == [ZH, EN]


def test_a_cell_torn_by_a_page_break_stays_one_cell() -> None:
    text = "这一段很长,会被分到两页上。" * 120
    block = minimal.Block(
        "clause-long", "clause", (minimal.row(minimal.cell(text), minimal.cell("Long.")),)
    )
    doc = document((block,), code="")
    page = html_page(doc, css="tbody { break-inside: auto }")
    with pikepdf.open(io.BytesIO(renderer().render(page).data)) as pdf:
        assert len(pdf.pages) > 1
        assert len(elements(pdf, "TD")) == 2
    assert faults(renderer().render(page).data) == []


def test_row_scope() -> None:
    body = '<table lang="en"><tr><th scope="row">a</th><td>b</td></tr></table>'
    with pikepdf.open(io.BytesIO(rendered(body))) as pdf:
        assert "/Row" in {str(head.A.Scope) for head in elements(pdf, "TH")}


def test_identifiers_reach_the_structure_tree(long_pdf: pikepdf.Pdf) -> None:
    names = {str(name) for name in long_pdf.Root.StructTreeRoot.IDTree.Names[::2]}
    assert {"recipient", "clause-opening", "clause-opening-0-en", "items-1-zh-Hans"} <= names


def test_alternate_texts(long_pdf: pikepdf.Pdf) -> None:
    figures = elements(long_pdf, "Figure")
    assert [str(figure.Alt) for figure in figures] == ["code"]
    left, bottom, right, top = (float(value) * 25.4 / 72 for value in figures[0].A.BBox)
    assert (right - left, top - bottom) == (pytest.approx(30), pytest.approx(30))
    boxes = renderer().render(html_page(LONG)).boxes
    cell = next(box.frame for box in boxes if box.name == "pay-slip-0-zh-Hans")
    assert 297 - top > cell.top and 297 - bottom < cell.top + cell.height


def test_furniture_is_an_artifact(long_pdf: pikepdf.Pdf) -> None:
    content = long_pdf.pages[1].Contents.read_bytes()
    assert content.count(b"/Pagination") == 3  # two repeated heads and the page number
    nums = list(long_pdf.Root.StructTreeRoot.ParentTree.Nums)
    assert nums.count(0) == 1


def test_attachment(long_pdf: pikepdf.Pdf) -> None:
    assert len(long_pdf.Root.AF) == 1
    spec = long_pdf.Root.AF[0]
    assert (str(spec.UF), str(spec.AFRelationship)) == ("letter.json", "/Data")
    assert str(spec.EF.F.Subtype) == "/application/json"
    assert str(spec.EF.F.Params.ModDate) == "D:20260801000000Z"


def test_text_under_opacity_is_refused() -> None:
    with pytest.raises(RenderError, match="opacity"):
        rendered('<p style="opacity: 0.5">x</p>')


def test_another_weasyprint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    renderer()
    archive.check_private_parts()
    monkeypatch.setattr(weasyprint, "VERSION", "71.0")
    with pytest.raises(RenderError, match="needed"):
        archive.check_private_parts()


def test_a_changed_private_function_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive.weasyprint_tags, "_build_box_tree", lambda box: box)
    with pytest.raises(RenderError, match="_build_box_tree"):
        archive.check_private_parts()
