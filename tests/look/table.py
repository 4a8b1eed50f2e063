"""The table of `make pages`: a line for each letter, a line for each pack, what passes a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import groupby

from tests.look.measure import Measures, limits, settings

HEADS = ("letter", "pages", "fill %", "torn", "least pt", "sizes", "title mm", "on the last page")


@dataclass(frozen=True)
class Row:
    """A letter, `PACK/example`, in one layout; `refused`: the rules that kept it from being one."""

    name: str
    layout: str
    measures: Measures | None
    refused: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.name}.{self.layout}"


def faults(row: Row) -> tuple[str, ...]:
    """The columns in which the letter passes a limit."""
    m, limit = row.measures, limits()
    if m is None:
        return ("letter",)
    least = limit["large" if row.layout == "large" else "smallest"]
    alone = all(block.startswith(tuple(settings()["closing"])) for block in m.ends)
    found = {
        "fill": m.pages > 1 and (m.fill < limit["fill"] or alone),
        "torn": len(m.torn) > limit["torn"],
        "smallest": m.sizes[0] < least,
        "sizes": len(m.sizes) > limit["sizes"],
        "title": m.title < limit["title"],
    }
    return tuple(name for name, passed in found.items() if passed)


def unexcused(row: Row) -> tuple[str, ...]:
    """The faults that pages.yaml names no exception for."""
    return tuple(fault for fault in faults(row) if not reason(row, fault))


def reason(row: Row, fault: str) -> str:
    """Why the letter may pass this limit; "" where nothing says so."""
    for one in settings()["exceptions"]:
        if fault == one["what"] and fnmatch(row.full_name, one["letters"]):
            return str(one["why"])
    return ""


def table(rows: Sequence[Row]) -> str:
    """All letters: `!` at what passes a limit, `*` where an exception is named; torn units and
    exceptions below."""
    notes = list(dict.fromkeys(_notes(rows)))
    return "\n".join([*_aligned([HEADS, *map(_line, rows)]), "", *notes])


def _line(row: Row) -> tuple[str, ...]:
    m = row.measures
    if m is None:
        return (row.full_name, f"no letter: {row.refused} !")

    def marked(value: object, fault: str) -> str:
        if fault not in faults(row):
            return str(value)
        return f"{value} {'*' if reason(row, fault) else '!'}"

    return (
        row.full_name,
        str(m.pages),
        marked(m.fill, "fill") if m.pages > 1 else str(m.fill),
        marked(len(m.torn), "torn"),
        marked(f"{m.sizes[0]:g}", "smallest"),
        marked(len(m.sizes), "sizes"),
        marked(f"{m.title:.1f}", "title"),
        ", ".join(name.removeprefix("clause-") for name in m.ends) if m.pages > 1 else "",
    )


def _notes(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for unit in row.measures.torn if row.measures else ():
            yield f"torn in {row.full_name}: {unit}"
        for fault in faults(row):
            if why := reason(row, fault):
                yield f"* {row.full_name}, {fault}: {why}"


def pack_table(rows: Sequence[Row]) -> str:
    """A line for each pack and layout, as a table of Markdown."""
    heads = ("pack", "letters", "pages", "last pages under a third", "torn units")
    heads += ("smallest type, pt", "most sizes", "title nearest, mm")
    lines = [_cells(heads), _cells(["---"] * len(heads))]
    key = {row: (row.layout, row.name.partition("/")[0]) for row in rows}
    for (layout, pack), some in groupby(sorted(rows, key=key.__getitem__), key=key.__getitem__):
        of_pack = list(some)
        met = [row.measures for row in of_pack if row.measures]
        if met:
            name = pack if layout == "usual" else f"{pack}, {layout}"
            low = sum("fill" in faults(row) for row in of_pack)
            values = (name, len(met), sum(m.pages for m in met), low, sum(len(m.torn) for m in met))
            least = f"{min(m.sizes[0] for m in met):g}"
            most = max(len(m.sizes) for m in met)
            lines.append(_cells([*values, least, most, min(m.title for m in met)]))
    return "\n".join(lines)


def _cells(values: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, values))} |"


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [
        max(len(line[n]) for line in lines if len(line) > n + 1) for n in range(len(HEADS) - 1)
    ]
    for line in lines:
        last = [*(cell.ljust(width) for cell, width in zip(line[:-1], widths, strict=False))]
        yield "  ".join([*last, line[-1]]).rstrip()
