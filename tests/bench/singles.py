"""The proof of single letters, and what a letter weighs alone and in print."""

from __future__ import annotations

import statistics
import time
from typing import Any

from notices.letter.make import LetterMaker, check_record
from notices.letter.workspace import Workspace
from notices.page.layout import build_page
from notices.post.digits import cut_digits
from notices.post.merge import PrintWriter
from notices.proof.check import check_bytes, check_pictures
from notices.proof.readback import read_pdf
from tests.bench.letters import documents, records
from tests.letter.letters import TODAY, request

PAPER = (210.0, 297.0)  # mm


def proofs(many: int) -> dict[str, Any]:
    """Median milliseconds of both proofs over different letters, the values included."""
    from_bytes: list[float] = []
    from_pictures: list[float] = []
    with LetterMaker(Workspace()) as maker:
        for record, sender in records(many, maker):
            (checked,) = check_record(record, maker.resources, request(record), sender)
            document = checked.document
            assert document is not None
            rendering = maker.renderer.render(build_page(document, maker.resources.fonts))
            start = time.perf_counter()
            read = read_pdf(rendering.data)
            check_bytes(document, rendering, checked.expected, read)
            middle = time.perf_counter()
            check_pictures(document, rendering, read)
            from_bytes.append(middle - start)
            from_pictures.append(time.perf_counter() - middle)
    return {
        "letters": many,
        "bytes_ms": statistics.median(from_bytes) * 1000,
        "pictures_ms": statistics.median(from_pictures) * 1000,
    }


def printed_kb(many: int) -> dict[str, Any]:
    """KB a letter alone and in one print file of `many` different letters, fonts laid together."""
    sizes: list[int] = []
    with LetterMaker(Workspace()) as maker:
        fonts = maker.resources.fonts
        writer = PrintWriter(PAPER, cut_digits(fonts))
        for document in documents(many, maker):
            data = maker.renderer.render(build_page(document, fonts)).data
            sizes.append(len(data))
            writer.add(data)
    merged = writer.finish("bench", TODAY)
    return {
        "letters": many,
        "alone_kb": statistics.median(sizes) / 1024,
        "in_print_kb": len(merged) / 1024 / many,
    }
