"""The proof: a good letter passes, and each planted fault is found under its own rule."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from notices.catalogue import hint, line_of, read_catalogue
from notices.finding import Finding
from notices.page.codes import qr_svg
from notices.page.document import Document, Expected, Frame, Rendering
from notices.page.pdf import HtmlPage
from notices.proof.check import check_bytes, check_pictures
from notices.proof.decode import decode_codes
from notices.proof.readback import rasterise
from notices.proof.regions import is_contained, squash
from tests.page import minimal
from tests.page.minimal import EN, EXPECTED, ZH, document, filler, html_page, renderer

pytestmark = pytest.mark.heavy

GOOD = document()
LONG = document((minimal.OPENING, minimal.ITEMS, *filler(20), minimal.CLOSE, minimal.SLIP))


def prove(doc: Document, page: HtmlPage, pictures: bool = False) -> tuple[Finding, ...]:
    return prove_rendering(doc, renderer().render(page), pictures)


def prove_rendering(doc: Document, rendering: Rendering, pictures: bool) -> tuple[Finding, ...]:
    found = check_bytes(doc, rendering, EXPECTED)
    found += check_pictures(doc, rendering) if pictures else ()
    for finding in found:  # every finding can be told in both languages
        for language in ("en", "zh"):
            assert "{" not in line_of(finding, language) + hint(finding, language)
    return found


def rules(found: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in found}


def swap(page: HtmlPage, old: str, new: str, count: int = -1) -> HtmlPage:
    assert old in page.html
    return replace(page, html=page.html.replace(old, new, count))


@pytest.mark.parametrize("doc", [GOOD, LONG], ids=["one page", "two pages"])
def test_a_good_letter_has_no_findings(doc: Document) -> None:
    assert prove(doc, html_page(doc), pictures=True) == ()


PLANTED: dict[str, tuple[str, Callable[[HtmlPage], HtmlPage]]] = {
    "value removed": ("proof-text-missing", lambda p: swap(p, "31 August 2026", "")),
    "one figure altered": ("proof-text-missing", lambda p: swap(p, "CNY 3,156.25", "CNY 3,165.25")),
    "block removed": (
        "proof-text-missing",
        lambda p: swap(p, "Yours faithfully", ""),
    ),
    "text added to a side": (
        "proof-text-extra",
        lambda p: swap(p, "Yours faithfully", "Yours faithfully, pay now"),
    ),
    "text added by the style sheet": (
        "proof-text-extra",
        lambda p: replace(p, stylesheet=p.stylesheet + "td::before { content: 'x' }"),
    ),
    "text added outside the blocks": (
        "proof-text-extra",
        lambda p: swap(p, "<table>", "<p>Final warning</p><table>"),
    ),
    "text added to the page's foot": (
        "proof-text-extra",
        lambda p: replace(
            p, stylesheet=p.stylesheet + "@page { @bottom-left { content: 'Pay now' } }"
        ),
    ),
    "texts swapped": (
        "proof-language-region",
        lambda p: swap(
            swap(swap(p, "此致", "@"), "Yours faithfully", "此致"), "@", "Yours faithfully"
        ),
    ),
    "languages swapped": (
        "proof-language-region",
        lambda p: swap(
            p, 'id="clause-close-0-en" lang="en"', 'id="clause-close-0-en" lang="zh-Hans"'
        ),
    ),
    "free text loses its language": (
        "proof-language-region",
        lambda p: swap(p, '<span class="nowrap" lang="zh-Hans">戶伟', '<span class="nowrap">戶伟'),
    ),
    "recipient's name altered": ("proof-text-missing", lambda p: swap(p, "戶伟 先生", "户伟 女士")),
    "subject removed": (
        "proof-text-missing",
        lambda p: swap(p, "Payment reminder</span>", "</span>"),
    ),
    "glyph missing": ("proof-glyph-missing", lambda p: swap(p, "此致", "此致\U0010fffd")),
    "warning": (
        "proof-renderer-warning",
        lambda p: replace(p, stylesheet=p.stylesheet + "p { colour: red }"),
    ),
    "no language tags": ("proof-language-tags", lambda p: swap(p, 'lang="en"', 'lang="zh-Hans"')),
    "another main language": ("proof-language-tags", lambda p: replace(p, lang="en")),
    "past the paper's edge": (
        "proof-clipped",
        lambda p: replace(p, stylesheet=p.stylesheet + "h1 { margin-left: -18mm }"),
    ),
    "below the paper": (
        "proof-clipped",
        lambda p: replace(p, stylesheet=p.stylesheet + "h1 { position: relative; top: 200mm }"),
    ),
    "wider than its cell": (
        "proof-clipped",
        lambda p: replace(p, stylesheet=p.stylesheet + "#items-0-zh-Hans { text-indent: -9mm }"),
    ),
    "type too small to read": (
        "proof-small-type",
        lambda p: replace(p, stylesheet=p.stylesheet + "h1 { font-size: 7pt }"),
    ),
    "one line over another": (
        "proof-overlap",
        lambda p: replace(p, stylesheet=p.stylesheet + "table { margin-top: -9mm }"),
    ),
    "lines too tight": (
        "proof-overlap",
        lambda p: replace(p, stylesheet=p.stylesheet + "td { line-height: 0.5 }"),
    ),
    "subject in the window": (
        "proof-window",
        lambda p: replace(p, stylesheet=p.stylesheet + "h1 { position: absolute; top: -20mm }"),
    ),
    "address below the window": (
        "proof-window-recipient",
        lambda p: replace(p, stylesheet=p.stylesheet + "#recipient { margin-top: 40mm }"),
    ),
    "address gone": ("proof-window-recipient", lambda p: swap(p, 'id="recipient"', 'id="x"')),
    "attachment altered": (
        "proof-attachment",
        lambda p: replace(p, attachments=(replace(p.attachments[0], data=b"{}"),)),
    ),
    "attachment gone": ("proof-attachment", lambda p: replace(p, attachments=())),
    "one attachment more": (
        "proof-attachment",
        lambda p: replace(
            p, attachments=(*p.attachments, replace(p.attachments[0], name="b.json"))
        ),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_fault(name: str) -> None:
    rule, spoil = PLANTED[name]
    assert rule in rules(prove(GOOD, spoil(html_page(GOOD))))


def test_rows_out_of_order() -> None:
    other = document((minimal.ITEMS, minimal.OPENING, minimal.CLOSE, minimal.SLIP))
    assert rules(prove(GOOD, html_page(other))) == {"proof-order"}


def test_a_slip_to_tear_off_on_a_later_page() -> None:
    slip = replace(minimal.SLIP, kind="tear_off")
    late = document((minimal.OPENING, minimal.ITEMS, *filler(20), minimal.CLOSE, slip))
    assert rules(prove(late, html_page(late))) == {"proof-tear-off-page"}
    near = document((minimal.OPENING, minimal.ITEMS, minimal.CLOSE, slip))
    assert prove(near, html_page(near)) == ()


def test_a_letterhead_that_lacks_its_name() -> None:
    page = swap(html_page(GOOD), "Example Credit Ltd</div>", "Example Credit</div>")
    assert "proof-text-missing" in rules(prove(GOOD, page))


def test_a_value_in_the_slip_or_in_the_other_language_does_not_count() -> None:
    reference = tuple(Expected("reference", lang, "A-00123") for lang in (ZH, EN))
    rendering = renderer().render(html_page(GOOD))
    found = check_bytes(GOOD, rendering, reference)
    assert [(f.rule, f.params["language"]) for f in found] == [
        ("proof-value-missing", ZH),
        ("proof-value-missing", EN),
    ]
    dated = Expected("pay_by", ZH, "31 August 2026")
    assert rules(check_bytes(GOOD, rendering, (dated,))) == {"proof-value-missing"}
    assert check_bytes(GOOD, rendering, (replace(dated, lang=EN),)) == ()


@pytest.mark.parametrize(
    ("value", "text", "stands"),
    [
        ("156.25", "Interest 156.25", True),
        ("156.25", "CNY 3,156.25", False),
        ("156.25", "3\u00a0156.25", False),
        ("156.25", "3\u202f156.25", False),
        ("156.25", "item 3 156.25", True),
        ("156.25", "156.253", False),
        ("156.25", "156.25.", True),
        ("156.25", "156.25, then", True),
        ("3,156", "3,156.25", False),
        ("3,156", "3,156. 25", True),
        ("156", "156,000", False),
        ("3,156.25 元", "3,156.25元", True),
        ("156.25", "3,156.25 and 156.25", True),
        ("ABC", "A\u200bB C", True),
        ("", "anything", False),
    ],
)
def test_a_number_is_not_found_inside_a_longer_one(value: str, text: str, stands: bool) -> None:
    assert is_contained(value, text) is stands


def test_too_many_pages() -> None:
    tight = replace(LONG, page_limit=1)
    assert rules(prove(tight, html_page(LONG))) == {"proof-page-limit"}


def test_lonely_last_page() -> None:
    doc = document((*filler(7), minimal.CLOSE), code="")
    page = html_page(doc, css="#clause-close { break-before: page }")
    found = [f for f in check_bytes(doc, renderer().render(page), ()) if "lonely" in f.rule]
    assert [(f.severity, f.params["page"]) for f in found] == [("warning", "2")]


def test_no_window_no_window_findings() -> None:
    doc = document(window=None)
    page = html_page(doc, css="h1 { position: absolute; top: -20mm }")
    assert not any("window" in rule for rule in rules(prove(doc, page)))


def test_a_return_address_outside_the_window_is_no_fault() -> None:
    page = html_page(GOOD, css="#return-address { top: -55mm }")
    assert prove(GOOD, page) == ()


def test_private_values_are_masked() -> None:
    found = prove(GOOD, swap(html_page(GOOD), "上海市 静安区 南京西路 1266 号", ""))
    told = " ".join(line_of(f, lang) for f in found for lang in ("en", "zh"))
    assert found and "静安" not in told and "先生" not in told
    assert any("•" in value for f in found for value in f.params.values())


def test_squash_makes_look_alikes_equal() -> None:
    assert squash("A‑1\u00a0・ⅳ\u200b\n") == squash("A-1·iv")


def test_codes_decode_once_and_exactly() -> None:
    other = document(code="https://evil.example/")
    assert rules(prove(GOOD, html_page(other), pictures=True)) == {"proof-code", "proof-code-extra"}
    twice = html_page(GOOD, body='<img alt="x" src="notices:code">')
    assert rules(prove(GOOD, twice, pictures=True)) == {"proof-code"}
    covered = html_page(GOOD, css="img { width: 4mm; height: 4mm }")
    assert "proof-code" in rules(prove(GOOD, covered, pictures=True))


def test_a_code_that_no_document_has() -> None:
    doc = document((minimal.OPENING, minimal.ITEMS, minimal.CLOSE), code="")
    page = html_page(doc, body='<img alt="x" src="notices:extra">')
    page = replace(page, images={"extra": ("image/svg+xml", qr_svg("https://evil.example", 25))})
    assert rules(prove(doc, page, pictures=True)) == {"proof-code-extra"}


@pytest.mark.parametrize(
    "css",
    [
        "#clause-close td { color: white }",
        "#clause-close td { background: black; color: black }",
    ],
)
def test_text_that_cannot_be_seen(css: str) -> None:
    assert rules(prove(GOOD, html_page(GOOD, css=css), pictures=True)) == {"proof-unseen"}


def test_a_picture_over_text() -> None:
    css = "#cover { position: absolute; z-index: 9; background: #fff; height: 9mm; width: 90mm }"
    page = html_page(GOOD, css=css, body='<div id="cover"></div>')
    assert rules(prove(GOOD, page, pictures=True)) == {"proof-unseen"}


def test_white_on_dark_is_seen() -> None:
    page = html_page(GOOD, css="#clause-close td { background: #036; color: white }")
    assert prove(GOOD, page, pictures=True) == ()


def test_a_picture_in_the_window() -> None:
    page = html_page(
        GOOD,
        css="body::before { content: ''; position: absolute; background: #036; "
        "top: -40mm; left: 60mm; width: 20mm; height: 5mm }",
    )
    assert rules(prove(GOOD, page, pictures=True)) == {"proof-window"}


@pytest.mark.parametrize("payload", ["A", "付款 https://pay.example/?ref=𠮷", "x" * 331])
def test_drawn_codes_decode_to_their_payload(payload: str) -> None:
    doc = document(code=payload)
    rendering = renderer().render(html_page(doc, css="img { width: 45mm; height: 45mm }"))
    assert rendering.warnings == ()
    assert decode_codes(rasterise(rendering.data, 1, 200)) == (payload,)
    assert qr_svg(payload, 30) == qr_svg(payload, 30)
    assert b"<title" not in qr_svg(payload, 30)


def test_decoding_a_blank_picture_finds_nothing() -> None:
    assert decode_codes(Image.new("L", (400, 400), 255)) == ()


def test_altered_bytes_are_noticed() -> None:
    """Not the layout but the file itself is altered: the proof reads the bytes."""
    rendering = renderer().render(html_page(GOOD))
    with pikepdf.open(io.BytesIO(rendering.data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/ID") == "items-1-en":
                del item["/Lang"]
        out = io.BytesIO()
        pdf.save(out)
    altered = replace(rendering, data=out.getvalue())
    assert rules(prove_rendering(GOOD, altered, False)) == {"proof-language-region"}


def test_watermark_is_no_fault() -> None:
    doc = document(watermark="DRAFT 草稿")
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" width="210mm" '
        b'height="297mm"><path fill="#e9ebee" d="M20 60h170v60H20z"/></svg>'
    )
    page = html_page(doc, css="@page { background: url(notices:draft) no-repeat center }")
    page = replace(page, images={**page.images, "draft": ("image/svg+xml", svg)})
    assert prove(doc, page, pictures=True) == ()
    text = "@page { @top-center { content: 'DRAFT 草稿'; font-size: 60pt; color: #eee } }"
    assert prove(doc, html_page(doc, css=text)) == ()


def test_every_rule_is_worded_and_planted() -> None:
    used = {f'"{rule}"' for rule in read_catalogue() if rule.startswith("proof-")}
    home = Path(__file__).parents[2]
    tests = (
        *("proof/test_check.py", "proof/test_workings.py", "proof/test_images.py"),
        "page/test_payslip.py",
    )
    here = "".join((home / "tests" / name).read_text(encoding="utf-8") for name in tests)
    rooms = home / "notices" / "proof"
    names = ("check", "regions", "geometry", "images", "pay_slip", "workings")
    source = "".join((rooms / f"{name}.py").read_text() for name in names)
    assert [rule for rule in sorted(used) if rule not in source] == []
    untested = {rule for rule in used if rule not in here} - {'"proof-lonely-page"'}
    assert untested == set()


def test_untagged_text() -> None:
    rendering = renderer().render(html_page(GOOD))
    with pikepdf.open(io.BytesIO(rendering.data)) as pdf:
        page = pdf.pages[0]
        content = page.Contents.read_bytes().replace(b"/Artifact\n<", b"/Span\n<")
        page.Contents = pdf.make_stream(content)
        out = io.BytesIO()
        pdf.save(out)
    found = prove_rendering(GOOD, replace(rendering, data=out.getvalue()), False)
    assert rules(found) == {"proof-untagged"}


def test_frames_of_the_window_count_in_mm() -> None:
    wide = document(window=Frame(20, 45, 90, 75))  # now reaches over the subject
    assert "proof-window" in rules(prove(wide, html_page(wide)))
