"""A pack's uncertain_days.yaml: windows in which a weekday may yet become a day off, by region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from notices.pack.node import SOURCE_KEYS, Node, read_source
from notices.pack.table_types import Holidays, UncertainDays, Window
from notices.pack.types import Source
from notices.pack.vocabulary import near_miss

FILE = "uncertain_days"


def read_uncertain_days(
    top: Node, holidays: Mapping[str, Holidays]
) -> tuple[dict[str, Holidays], list[Source]]:
    """The calendars with their windows, and the windows' sources."""
    found, sources = dict(holidays), []
    for region, node in top.entries():
        if not node.only((*SOURCE_KEYS, "through", "windows")):
            continue
        if region not in found:
            near = near_miss(region, found) or "–"
            node.fault("unknown-key", name=region[:40], near=near)
            continue
        windows = tuple(_window(inner) for inner in node.at("windows").each())
        through = _needed_day(node.at("through"))
        found[region] = replace(found[region], uncertain=UncertainDays(windows, through))
        sources.append(read_source(node, f"{FILE}/{region}"))
    return found, sources


def _window(node: Node) -> Window:
    node.only(("name", "first", "last"))
    window = Window(
        node.at("name").needed(), _needed_day(node.at("first")), _needed_day(node.at("last"))
    )
    if window.first > window.last:
        node.at("last").fault("bad-value", form=f"{window.first}")
    return window


def _needed_day(node: Node) -> date:
    return node.day() or date.min if node.needed() else date.min
