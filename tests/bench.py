"""`make bench`: measured, never asserted. Prints a table and writes out/bench.json.

Letters are the shipped packs' examples. The naive loop renders the very same HTML with
`HTML(string).write_pdf()`, styles inline and pictures as data addresses, tagged as PDF/UA-1 but
neither archivable nor with languages; it enjoys our private fonts. Both run in one process, by
turns, so that a drifting machine drifts for both. Only ratios of one run are worth quoting.
"""

from __future__ import annotations

import base64
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from notices.page.document import Document, Rendering
from notices.page.layout import build_page
from notices.page.pdf import HtmlPage
from notices.page.proof import check_bytes, check_pictures
from notices.page.readback import read_pdf
from notices.places import PACKS
from notices.run.letter import Checked, LetterMaker, Request, check_record
from notices.run.rehearse import read_examples
from notices.run.workspace import Workspace

ROUNDS = 3
TODAY = date(2026, 1, 1)  # each example fixes its own dates
RESULT = Path("out/bench.json")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `ratio`: how many times the naive loop's speed, where comparable."""

    name: str
    median: float
    unit: str
    ratio: float | None = None


def main() -> int:
    maker = LetterMaker(Workspace())
    letters = list(_letters(maker))
    figures = [*_rendering(maker, letters), *_pipeline(maker), *_cold()]
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        ratio = f"{figure.ratio:6.2f} ×" if figure.ratio else ""
        print(f"{figure.name:<{width}}  {figure.median:10.2f} {figure.unit:<10} {ratio}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([vars(f) for f in figures], indent=1) + "\n", encoding="utf-8")
    return 0


def _letters(maker: LetterMaker) -> Iterator[Checked]:
    for root in sorted(PACKS.iterdir()):
        for example in read_examples(root):
            request = Request(today=TODAY)
            yield from (
                checked
                for checked in check_record(example.record, maker.desk, request, example.sender)
                if checked.document is not None
            )


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _rendering(maker: LetterMaker, letters: list[Checked]) -> Iterator[Figure]:
    from weasyprint import HTML

    fonts = maker.desk.fonts
    naive: list[float] = []
    ours: list[float] = []
    proofs: list[float] = []
    pictures: list[float] = []
    sizes: list[int] = []
    maker.renderer.render(_page(letters[0].document, maker))  # warm: both profit
    for _ in range(ROUNDS):
        for letter in letters:
            document = letter.document
            assert document is not None
            plain = _inline(build_page(document, fonts))
            naive.append(
                _timed(lambda plain=plain: HTML(string=plain).write_pdf(pdf_variant="pdf/ua-1"))
            )
            done: list[Rendering] = []
            ours.append(
                _timed(lambda d=document, o=done: o.append(maker.renderer.render(_page(d, maker))))
            )
            read = read_pdf(done[0].data)
            proofs.append(
                _timed(
                    lambda d=document, r=done[0], e=letter.expected: check_bytes(
                        d, r, e, read_pdf(r.data)
                    )
                )
            )
            pictures.append(_timed(lambda d=document, r=done[0], b=read: check_pictures(d, r, b)))
            sizes.append(len(done[0].data))
    slow, fast = statistics.median(naive), statistics.median(ours)
    yield Figure("naive HTML(string).write_pdf() loop", 1 / slow, "letters/s", 1.0)
    yield Figure("our renderer, same letters", 1 / fast, "letters/s", slow / fast)
    yield Figure("proof from bytes, per letter", statistics.median(proofs) * 1000, "ms")
    yield Figure("proof from pictures, per letter", statistics.median(pictures) * 1000, "ms")
    yield Figure("size of a letter", statistics.median(sizes) / 1024, "KB")


def _page(document: Document | None, maker: LetterMaker) -> HtmlPage:
    assert document is not None
    return build_page(document, maker.desk.fonts)


def _inline(page: HtmlPage) -> str:
    """The page as one string: what somebody would write who knows WeasyPrint for an hour."""

    def data(match: re.Match[str]) -> str:
        media_type, content = page.images[match[1]]
        return f"data:{media_type};base64,{base64.b64encode(content).decode()}"

    html = re.sub(r"notices:(\w+)", data, page.html)
    style = re.sub(r"notices:(\w+)", data, page.stylesheet)
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


def _pipeline(maker: LetterMaker) -> Iterator[Figure]:
    """Record to proven letter, everything included, in a warm process."""
    times: list[float] = []
    for root in sorted(PACKS.iterdir()):
        for example in read_examples(root):
            request = Request(today=TODAY)
            start = time.perf_counter()
            for checked in check_record(example.record, maker.desk, request, example.sender):
                maker.make(checked, request)
            times.append(time.perf_counter() - start)
    yield Figure("whole pipeline, warm", 1 / statistics.median(times), "letters/s")


def _cold() -> Iterator[Figure]:
    """Whole processes, as a clerk starts them."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder) / "desk"
        notices = [sys.executable, "-m", "notices.cli"]
        subprocess.run([*notices, "init", str(desk)], check=True, capture_output=True)
        example = read_examples(PACKS / "CN")[0]
        case = desk / "case.json"
        record = {**example.record.data, "sender": "bench"}
        case.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        sender = json.dumps(example.sender.data, ensure_ascii=False)
        (desk / "senders" / "bench.json").write_text(sender, encoding="utf-8")
        for name, arguments in (
            ("cold notices --help", ["--help"]),
            ("cold notices check", ["--workspace", str(desk), "check", str(case)]),
            (
                "cold notices letter",
                ["--workspace", str(desk), "letter", str(case), "--out", str(desk / "out")],
            ),
        ):
            walls, memory = zip(*(_run([*notices, *arguments]) for _ in range(5)), strict=True)
            yield Figure(name, statistics.median(walls), "s")
            if arguments[-1] != "--help":
                yield Figure(f"{name}: peak memory", statistics.median(memory), "MB")


def _run(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak resident MB of one process."""
    code = (
        "import resource,subprocess,sys;"
        "r=subprocess.run(sys.argv[1:],capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, r.returncode)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
    )
    wall = time.perf_counter() - start
    peak, code_out = done.stdout.split()
    if code_out != "0":
        print(f"note: {' '.join(command[2:])} ended with {code_out}", file=sys.stderr)
    return wall, int(peak) / 1024


if __name__ == "__main__":
    sys.exit(main())
