"""SVG drawings of strangers: shapes and colours get through, nothing else, and nobody is asked."""

from __future__ import annotations

import re

import pytest

from notices.page.pictures import PictureError, read_pictures
from notices.page.svg import clean_svg, is_svg

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
    assert clean_svg(drawing("", 'width="30mm" height="10mm"'))[1] == (30, 10)


def test_every_reason_is_told_in_both_languages() -> None:
    for reason in read_pictures().reasons.values():
        assert set(reason) == {"en", "zh"}
