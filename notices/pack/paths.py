"""Declared paths (`debts[].due_date`): walking plain data by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Steps = tuple[str | int, ...]
Written = dict[str, list[tuple[Steps, Any]]]  # values by declared path


def all_values(data: Any) -> Written:
    """What `values_at` finds, for every declared path at once: one walk instead of many."""
    found: Written = {}
    _collect(data, "", (), found)
    return found


def _collect(data: Any, path: str, done: Steps, found: Written) -> None:
    if not isinstance(data, dict):
        return
    for name, inner in data.items():
        if "." in name or "[" in name:
            continue  # no declared name: it would read as a path of others
        here, steps = path + name, (*done, name)
        if here in found:
            found[here].append((steps, inner))
        else:
            found[here] = [(steps, inner)]
        if type(inner) is str:  # nearly every value
            continue
        if isinstance(inner, dict):
            _collect(inner, f"{here}.", steps, found)
        elif isinstance(inner, list):
            several = found.setdefault(f"{here}[]", [])
            for i, entry in enumerate(inner):
                several.append(((*steps, i), entry))
                _collect(entry, f"{here}[].", (*steps, i), found)


def values_at(data: Any, path: str) -> Iterator[tuple[Steps, Any]]:
    """All values at a declared path, each with its own path; wrong shapes hold none."""
    yield from _values(data, path.split("."), ())


def _values(data: Any, steps: list[str], done: Steps) -> Iterator[tuple[Steps, Any]]:
    if not steps:
        yield done, data
        return
    name = steps[0].removesuffix("[]")
    if not isinstance(data, dict) or name not in data:
        return
    inner = data[name]
    if not steps[0].endswith("[]"):
        yield from _values(inner, steps[1:], (*done, name))
    elif isinstance(inner, list):
        for i, entry in enumerate(inner):
            yield from _values(entry, steps[1:], (*done, name, i))


def path_text(path: Steps) -> str:
    """A path as the owner of the data writes it: `debts[0].due_date`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
