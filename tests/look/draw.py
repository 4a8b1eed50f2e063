"""Every example's letter in each layout that its pack permits, kept as a file and measured."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from notices.finding import Finding, errors_in
from notices.letter.make import Letter, LetterMaker
from tests.letter import letters
from tests.look.measure import measure
from tests.look.table import Row

LAYOUTS: Mapping[str, Mapping[str, Any]] = {
    "usual": {},
    "stacked": {"arrangement": "stacked"},
    "sequential": {"arrangement": "sequential"},
    "first": {"alone": 0},  # one language, the record's first or second
    "second": {"alone": 1},
    "large": {"large_print": True},
}
REFUSED = {"arrangement-not-permitted", "language-not-permitted"}
SHIPPED = [name for name in letters.EXAMPLES if (letters.PACKS / name.partition("/")[0]).is_dir()]


@cache
def _maker() -> LetterMaker:
    return LetterMaker(letters.WORKSPACE)


def draw(name: str, layouts: Sequence[str], out: Path) -> list[Row]:
    """The example's letter in each of the layouts that its pack permits, kept in `out`."""
    made = _make(name, {})
    document = made[0].checked.document if made[0] else None
    languages = document.languages if document else ()
    rows = []
    for layout in layouts:
        asked = dict(LAYOUTS[layout])
        if len(languages) == 1 and ("arrangement" in asked or "alone" in asked):
            continue  # it is the usual one
        if "alone" in asked:
            asked = {"languages": languages[asked["alone"] :][:1]}
        letter, findings = made if layout == "usual" else _make(name, asked)
        if letter is not None:
            file = out / f"{name}.{layout}.pdf"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(letter.data)
            rows.append(Row(name, layout, measure(letter.data)))
        elif not letters.rules(findings) & REFUSED:
            said = ", ".join(sorted(letters.rules(errors_in(findings))))
            rows.append(Row(name, layout, None, said))
    return rows


def _make(name: str, asked: Mapping[str, Any]) -> tuple[Letter | None, tuple[Finding, ...]]:
    """The letter; proven but for what only rasterised pages show, which the tests look at."""
    record, options = letters.case(name), {"live": True, **asked}
    (checked,) = letters.check(_maker(), record, letters.sender(name), **options)
    if errors_in(checked.findings):
        return None, checked.findings
    return _maker().make(checked, letters.request(record, **options), pictures=False)


def draw_all(names: Sequence[str], layouts: Sequence[str], out: Path) -> Iterator[Row]:
    """The rows of these examples in order, on all cores that this process may use."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), spawn) as pool:
        for found in [pool.submit(draw, name, layouts, out) for name in names]:
            yield from found.result()
