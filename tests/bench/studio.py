"""How long a preview takes once an editor pauses: worker warm, another wording each time."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from notices.letter.workspace import Workspace
from notices.studio.preview import PreviewPool
from notices.studio.preview_worker import Ask

EXAMPLES = ("reminder-1-consumer-loan", "demand-consumer-loan-no-rate")
CLAUSE = ("salutation-line", "text", "en")
TURNS = 11


def previews() -> dict[str, Any]:
    """Median and slowest milliseconds from the question to the first page's picture."""
    with tempfile.TemporaryDirectory() as folder:
        desk = PreviewPool(replace(Workspace(), root=Path(folder)))
        try:
            return {name: _times(desk, name) for name in EXAMPLES}
        finally:
            desk.close()


def _times(desk: PreviewPool, example: str) -> dict[str, float]:
    spent = []
    for turn in range(TURNS + 2):
        ask = Ask("CN", example, edits={CLAUSE: f"{{{{ salutation }}}} ({turn})"})
        began = time.perf_counter()
        made = desk.show("bench", ask)
        if made is None or not desk.page(made.digest, 1):
            raise RuntimeError(f"{example}: no page was drawn")
        spent.append((time.perf_counter() - began) * 1000)
    warm = spent[2:]
    return {"median_ms": statistics.median(warm), "most_ms": max(warm)}
