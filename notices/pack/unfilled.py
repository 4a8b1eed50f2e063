"""Texts still to be written: `notices pack new` marks them, and no letter is made of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from notices.finding import Finding
from notices.pack.paths import path_text
from notices.textfiles import Path_, TextFile

MARK = "[fill in]"
_SHOWN = 80


def check_filled(file: TextFile) -> Iterator[Finding]:
    """Every text of the file that still carries the mark, with its line."""
    for path, text in _texts(file.data):
        if MARK in text:
            model = " ".join(text.replace(MARK, "").split())
            params = {"text": model[:_SHOWN] + "…" * (len(model) > _SHOWN) or "–"}
            yield Finding(
                "text-to-fill", "error", file.name, file.line(*path), path_text(path), params
            )


def _texts(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _texts(inner, (*path, i))
