"""The renderer: same bytes, boxes where things stand, and nothing fetched from anywhere."""

from __future__ import annotations

import hashlib
import http.server
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from notices.errors import RenderError
from notices.page.document import Rendering
from notices.proof.readback import read_pdf
from tests.page import minimal
from tests.page.minimal import document, filler, html_page, renderer

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
LONG = document((minimal.OPENING, minimal.ITEMS, *filler(20), minimal.CLOSE, minimal.SLIP))


def render_body(body: str, css: str = "") -> Rendering:
    return renderer().render(html_page(document(), css=css, body=body))


def test_plain_letter_renders_without_warning() -> None:
    rendering = renderer().render(html_page(document()))
    assert rendering.warnings == ()
    assert rendering.pages == 1
    assert rendering.data.startswith(b"%PDF-1.7")


def test_boxes_are_in_mm_and_per_page() -> None:
    rendering = renderer().render(html_page(LONG))
    boxes = {(box.name, box.page): box.frame for box in rendering.boxes}
    recipient = boxes["recipient", 1]
    assert (round(recipient.left, 1), round(recipient.top, 1)) == (25.0, 55.0)
    assert recipient.width == pytest.approx(75)
    zh, en = boxes["items-0-zh-Hans", 1], boxes["items-0-en", 1]
    assert zh.left + zh.width == pytest.approx(en.left)
    assert ("clause-close", 2) in boxes and ("clause-close", 1) not in boxes


def test_metadata_and_bookmarks() -> None:
    data = renderer().render(html_page(document())).data
    read = read_pdf(data)
    assert read.title == "付款提醒 / Payment reminder"
    assert read.lang == "zh-Hans"
    assert b"WeasyPrint" not in data
    outline = renderer().render(html_page(document())).data
    assert outline == data


def test_same_bytes_in_another_process_and_order() -> None:
    pages = [html_page(document()), html_page(LONG)]
    mine = [hashlib.sha256(renderer().render(page).data).hexdigest() for page in pages]
    program = (
        "import hashlib\n"
        "from tests.page import minimal as m\n"
        "long = m.document((m.OPENING, m.ITEMS, *m.filler(20), m.CLOSE, m.SLIP))\n"
        "for doc in (long, m.document(), long):\n"
        "    data = m.renderer().render(m.html_page(doc)).data\n"
        "    print(hashlib.sha256(data).hexdigest())\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert other == [mine[1], mine[0], mine[1]]


def test_another_date_or_text_gives_another_file_identifier() -> None:
    page = html_page(document())
    one = renderer().render(page).data
    two = renderer().render(replace(page, title="x")).data
    assert one.split(b"/ID")[-1][:80] != two.split(b"/ID")[-1][:80]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    httpd = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}", asked
    httpd.shutdown()
    httpd.server_close()


DATA = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="{}">',
        '<p style="background: url({}) red">x</p>',
        '<object data="{}" type="image/png">x</object>',
        '<link rel="stylesheet" href="{}">',
        '<link rel="attachment" href="{}">',
        '<a rel="attachment" href="{}">x</a>',
        "<style>@import url({});</style>",
        "<ul style=\"list-style-image: url('{}')\"><li>x</ul>",
    ],
)
@pytest.mark.parametrize("kind", ["file", "http", "data"])
def test_foreign_addresses_are_refused(
    kind: str, body: str, server: tuple[str, list[str]], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"SECRET-CONTENT")
    address = {"file": secret.as_uri(), "http": f"{server[0]}/x.png", "data": DATA}[kind]
    rendering = render_body(body.replace("{}", address.replace('"', "&quot;")))
    assert rendering.warnings
    assert b"SECRET" not in rendering.data
    assert list(read_pdf(rendering.data).attachments) == ["letter.json"]
    assert server[1] == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "{http}", "notices:nothing"])
def test_nested_svg_fetches_nothing(address: str, server: tuple[str, list[str]]) -> None:
    address = address.replace("{http}", server[0])
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="9" height="9"><image xlink:href="{address}" width="9" height="9"/></svg>'
    )
    page = html_page(document(), body='<img alt="x" src="notices:logo">')
    images = {**page.images, "logo": ("image/svg+xml", svg.encode())}
    rendering = renderer().render(replace(page, images=images))
    assert any("refused" in warning for warning in rendering.warnings)
    assert server[1] == []


def test_font_faces_are_refused() -> None:
    css = '@font-face { font-family: Evil; src: url("file:///etc/hostname") }'
    assert renderer().render(html_page(document(), css=css)).warnings


@pytest.mark.parametrize(
    ("css", "body"),
    [
        ("p { colour: red }", ""),
        ("", "<p>\U0010fffd</p>"),
        ("", '<img alt="x" src="notices:absent">'),
        ("", '<img alt="x" src="relative.png">'),
    ],
)
def test_every_complaint_is_a_warning_each_time(css: str, body: str) -> None:
    first, second = (render_body(body, css).warnings for _ in range(2))
    assert len(first) >= 1
    assert first == second


def test_warnings_belong_to_their_render_and_reach_no_other_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert render_body("<p>\U0010fffd</p>").warnings
    assert caplog.records == []
    assert renderer().render(html_page(document())).warnings == ()


def test_the_renderers_failures_are_render_errors() -> None:
    with pytest.raises(RenderError, match="RecursionError"):
        render_body("<div>" * 2000 + "x")


def test_images_are_of_their_letter_only() -> None:
    page = html_page(document(code="https://pay.example/1"))
    other = html_page(document(code="https://pay.example/2"))
    one, two, again = (renderer().render(p).data for p in (page, other, page))
    assert one == again != two


def test_attachment_keeps_its_bytes_and_type() -> None:
    data = renderer().render(html_page(document())).data
    assert read_pdf(data).attachments == {"letter.json": document().attachment}
