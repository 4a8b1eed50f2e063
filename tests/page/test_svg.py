"""SVG drawings of strangers: shapes and colours get through, nothing else, and nobody is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notices.page.images import read_image
from notices.page.pictures import PictureError, read_pictures
from notices.page.svg import clean_svg, is_svg
from notices.page.svg_ink import shows_ink

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def drawing(inner: str, head: str = 'viewBox="0 0 40 10"') -> bytes:
    return f"{HEAD}{head}>{inner}</svg>".encode()


TAKEN = {
    "a path": '<path d="M0 0h40v10z" fill="#036"/>',
    "a class": "<style>.a,.b{fill:#036;}</style><rect class='a b' width='4' height='4'/>",
    "its own style": '<g style="fill:rgb(0,51,102);stroke:none"><circle r="3"/></g>',
    "a gradient": '<defs><linearGradient id="g"><stop offset="0" stop-color="#036"/>'
    '<stop offset="1" style="stop-color:#fff"/></linearGradient></defs>'
    '<rect width="40" height="10" fill="url(#g)"/>',
    "a clip": '<clipPath id="c"><circle r="5"/></clipPath>'
    '<g clip-path="url(\'#c\')"><path d="M0 0"/></g>',
    "an editor's notes": '<title>Sample</title><metadata><x xmlns="urn:x"/></metadata>'
    '<n:view xmlns:n="urn:n" n:zoom="2"/><path d="M0 0h4"/>',
    "wholly opaque": '<path d="M0 0h4" opacity="1" fill-opacity="1.0"/>',
}
REFUSED = {
    "svg_element": [
        "<script>alert(1)</script>",
        '<image href="file:///etc/passwd"/>',
        "<text>Overdue</text>",
        '<use href="#a"/>',
        "<foreignObject/>",
        '<a href="https://x.example"/>',
        "<filter/>",
        "<svg/>",
        '<animate attributeName="x"/>',
        '<clipPath id="a"><clipPath id="b"><path d="M0 0"/></clipPath></clipPath>',
        '<clipPath id="a"><g><path d="M0 0"/></g></clipPath>',
    ],
    "svg_value": [
        '<path d="M0 0" fill="url(https://x.example/a)"/>',
        '<path d="M0 0" style="fill:url(file:///etc/passwd#a)"/>',
        '<linearGradient href="other.svg#a"/>',
        '<path filter="url(#a)"/>',
        "<style>@import url(https://x.example/a.css);</style>",
        "<style>@font-face { font-family: x; src: url(x) }</style>",
        "<style>path { fill: red }</style>",
        '<path style="mix-blend-mode:multiply"/>',
        '<path fill="&quot;);x"/>',
        # drawn otherwise than meant, or by some readers alone
        '<path fill="rgba(0,0,0,.2)"/>',
        '<path fill="rgb(0,0,0,.2)"/>',
        '<path fill="#00000010"/>',
        '<path fill="#0001"/>',
        '<path fill="hsl(0,0%,0%)"/>',
        '<path style="stroke:hsla(0,0%,0%,.5)"/>',
        '<path style="--x:red;fill:var(--x)"/>',
        '<path fill="nonsense"/>',
        '<path fill="transparent"/>',
        '<stop stop-color="#12"/>',
        '<g clip-path="inset(10px)"/>',
        '<g style="clip-path:circle(3px)"/>',
        '<path style="transform:rotate(45deg)"/>',
        "<style>.a{transform:scale(2)}</style><path class='a'/>",
        '<path transform="rotate(45deg)"/>',
        '<path transform="turn(4)"/>',
        '<path transform="matrix(1 0 0 1)"/>',
        '<path d="M 0 0 L abc 4 q"/>',
        '<path d="M 0 0 L 4"/>',
        '<path d="L 4 4"/>',
        '<rect width="abc" height="40"/>',
        '<rect width="4em" height="40"/>',
        '<path vector-effect="non-scaling-stroke"/>',
        '<path paint-order="stroke"/>',
        '<path style="paint-order:stroke fill markers"/>',
        '<path pathLength="10"/>',
        '<path transform-origin="4 4"/>',
        '<g systemLanguage="de"/>',
        '<path onclick="alert(1)"/>',
        '<path style="clip:rect(0,1px,1px,0)"/>',
        '<path fill="url(#nowhere)"/>',
        '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>',
        '<clipPath id="a" clip-path="url(#a)"><path d="M0 0"/></clipPath>',
        '<clipPath id="a"><path d="M0 0" clip-path="url(#a)"/></clipPath>',
        '<clipPath id="a" clipPathUnits="objectBoundingBox"><path d="M0 0"/></clipPath>',
    ],
    "svg_see_through": ['<path opacity=".5"/>', '<path style="fill-opacity:0.3"/>'],
    "svg_too_large": ["<g>" * 60 + "</g>" * 60, "<g/>" * 6000, " " * 600_000],
}


@pytest.mark.parametrize("what", TAKEN)
def test_shapes_and_colours_get_through(what: str) -> None:
    clean, shape = clean_svg(drawing(TAKEN[what]))
    assert shape == (40, 10)
    assert is_svg(clean)
    text = clean.decode()
    assert not re.search(r"style|class|urn:|opacity|Sample", text)
    assert re.findall(r"url\((.*?)\)", text)[0] == "#notices-view"
    assert clean_svg(clean)[1] == shape, "what was written is taken again"


@pytest.mark.parametrize("reason, inner", [(r, i) for r, some in REFUSED.items() for i in some])
def test_all_else_is_refused_with_a_sentence(reason: str, inner: str) -> None:
    with pytest.raises(PictureError) as refused:
        clean_svg(drawing(inner))
    assert refused.value.reason == reason
    for lang in ("en", "zh"):
        assert "{" not in refused.value.said(lang)


@pytest.mark.parametrize(
    "data, reason",
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + drawing("<g>&a;</g>"), "svg_entities"),
        (
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + drawing("&a;"),
            "svg_entities",
        ),
        (drawing("<g>"), "svg_broken"),
        (b"<svg/>", "svg_broken"),
        (drawing("", 'width="10%"'), "svg_no_size"),
        (drawing("", 'viewBox="0 0 0 9"'), "svg_no_size"),
        (drawing("", 'viewBox="0 0 nan 9"'), "svg_no_size"),
    ],
)
def test_a_drawing_has_a_size_and_no_entities(data: bytes, reason: str) -> None:
    with pytest.raises(PictureError) as refused:
        clean_svg(data)
    assert refused.value.reason == reason


def test_width_and_height_serve_where_there_is_no_view_box() -> None:
    """A unit of a drawing is a pixel of CSS, 96 to the inch, whatever its sides are written in."""
    assert clean_svg(drawing("", 'width="30mm" height="10mm"'))[1] == (113.386, 37.795)
    assert clean_svg(drawing("", 'width="1in" height="48px"'))[1] == (96, 48)
    assert clean_svg(drawing("", 'width="72pt" height="6pc"'))[1] == (96, 96)
    assert clean_svg(drawing("", 'width="40" height="10"'))[1] == (40, 10)


def filled(inner: str) -> str | None:
    found = re.search(r'<(?:rect|path) [^>]*?fill="(.*?)"', clean_svg(drawing(inner))[0].decode())
    return found[1] if found else None


@pytest.mark.parametrize(
    ("sheet", "said", "wins"),
    [
        (".a{fill:red}.b{fill:blue}", 'class="b a"', "blue"),
        (".b{fill:blue}.a{fill:red}", 'class="b a"', "red"),
        (".a{fill:red}.b{fill:blue}.a{stroke:#000}", 'class="a b"', "blue"),
        (".a,.b{fill:red}.b{fill:blue}", 'class="b a"', "blue"),
        (".a{fill:red}", 'class="a" fill="blue"', "red"),
        (".a{fill:red}", 'class="a" style="fill:blue"', "blue"),
        (".a{fill:red !important}.b{fill:green}", 'class="a b" style="fill:blue"', "red"),
        (".a{/* fill:red */FILL:#036}", 'class="a"', "#036"),
        (".z{fill:red}", 'class="a"', None),
    ],
)
def test_the_colour_that_a_browser_would_show_is_drawn(
    sheet: str, said: str, wins: str | None
) -> None:
    inner = f"<style>{sheet}</style><rect {said} width='4' height='4'/>"
    assert filled(inner) == wins


@pytest.mark.parametrize(
    "colour", ["#036", "#003366", "rgb(0, 51, 102)", "rgb(0%,20%,40%)", "Navy", "currentColor"]
)
def test_colours_stay_as_they_are(colour: str) -> None:
    assert filled(f'<rect width="4" height="4" fill="{colour}"/>') == colour


EXPORTS = sorted((Path(__file__).parent / "drawings").glob("*.svg"))


@pytest.mark.parametrize("file", EXPORTS, ids=lambda file: file.stem)
def test_drawings_as_programs_export_them_are_taken(file: Path) -> None:
    clean, _ = clean_svg(file.read_bytes())
    assert shows_ink(clean)
    text = clean.decode()
    assert text.count("<ns0:path") + text.count("<path") == file.read_text().count("<path")
    assert re.search("#1f3a5f", text, re.IGNORECASE)


RECT = '<rect width="9" height="9" '
SEEN = [
    RECT + "/>",
    RECT + 'fill="none" stroke="#1f3a5f"/>',
    RECT + 'fill="yellow"/>',
    RECT + 'fill="currentColor"/>',
    '<g fill="#fff">' + RECT + 'fill="#036"/></g>',
    '<line x2="9" stroke="red"/>',
    '<polyline points="0,0 4,4" fill="none" stroke="red"/>',
    '<circle r="5"/>',
    '<path d="M-5 5a5 5 0 0110 0z"/>',
    '<g transform="translate(500 0)"><g transform="translate(-500)">' + RECT + "/></g></g>",
    '<g transform="rotate(180 10 5)">' + RECT + "/></g>",
    TAKEN["a gradient"],
    '<clipPath id="c"><rect width="4" height="4"/></clipPath><g clip-path="url(#c)">'
    + RECT
    + "/></g>",
]
UNSEEN = [
    "",
    "<g/>",
    "<path d=''/>",
    "<path d='M0 0'/>",
    "<path d='M0 0h9'/>",
    RECT + 'fill="none"/>',
    RECT + 'fill="#fff"/>',
    RECT + 'fill="rgb(255,255,255)" stroke="White"/>',
    RECT + 'fill="none" stroke="red" stroke-width="0"/>',
    RECT + 'display="none"/>',
    "<defs>" + RECT + "/></defs>",
    "<clipPath id='a'>" + RECT + "/></clipPath>",
    RECT + 'x="90"/>',
    RECT + 'transform="translate(0,-90)"/>',
    RECT + 'transform="scale(0)"/>',
    '<rect width="0" height="9"/>',
    '<circle r="0"/>',
    '<linearGradient id="g"><stop stop-color="#fff"/></linearGradient>' + RECT + 'fill="url(#g)"/>',
    '<linearGradient id="g"/>' + RECT + 'fill="url(#g)"/>',
    '<clipPath id="c"><rect x="20" width="4" height="4"/></clipPath><g clip-path="url(#c)">'
    + RECT
    + "/></g>",
]


@pytest.mark.parametrize("inner", SEEN)
def test_a_drawing_that_shows_is_taken(inner: str) -> None:
    assert shows_ink(clean_svg(drawing(inner))[0])


@pytest.mark.parametrize("inner", UNSEEN)
def test_a_drawing_that_shows_nothing_is_refused(inner: str, tmp_path: Path) -> None:
    file = tmp_path / "logo.svg"
    file.write_bytes(drawing(inner))
    with pytest.raises(PictureError) as refused:
        read_image(file, "logo", {})
    assert refused.value.reason == "blank"


def test_a_drawing_that_is_not_displayed_shows_nothing() -> None:
    hidden = drawing(RECT + "/>", 'viewBox="0 0 40 10" style="display:none"')
    assert not shows_ink(clean_svg(hidden)[0])


def test_every_reason_is_told_in_both_languages() -> None:
    for reason in read_pictures().reasons.values():
        assert set(reason) == {"en", "zh"}
