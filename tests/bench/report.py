"""The figures as a table, as a chart, and in docs/performance.md between its two marks."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
PAGE, CHART = DOCS / "performance.md", DOCS / "pictures" / "performance.svg"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_BAR, _ROW, _LEFT, _WIDTH = 14, 26, 190, 640


def table(result: dict[str, Any]) -> list[str]:
    """Markdown: the engines, then everything else; a part that was not run is not there."""
    lines = [f"Measured on: {result.get('machine', '–')}.", ""]
    if engines := result.get("engines"):
        lines += [
            f"Median of {engines['letters']} different letters, one core, engines by turns:",
            "",
            "| engine | ms a letter | against the naive loop | KB | tagged | |",
            "|---|---:|---:|---:|---|---|",
            *(_engine(one) for one in engines["engines"]),
            "",
        ]
    rows = list(_others(result))
    if rows:
        lines += ["| what | measured |", "|---|---:|", *(f"| {a} | {b} |" for a, b in rows), ""]
    return lines


def _engine(one: dict[str, Any]) -> str:
    if one["ms"] is None:
        return f"| {one['engine']} | – | – | – | – | {one['note']} |"
    return (
        f"| {one['engine']} | {one['ms']:.0f} | {one['ratio']:.2f} × | {one['kb']:.0f}"
        f" | {one['tagged']} | {one['note']} |"
    )


def _others(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if found := result.get("stages"):
        total = sum(found["ms"].values())
        yield "whole way of a letter, one warm process", f"{total:.0f} ms"
        for stage, ms in found["ms"].items():
            yield f"– {stage}", f"{ms:.1f} ms, {ms / total:.0%}"
    if found := result.get("proof"):
        yield "proof from the bytes, a letter", f"{found['bytes_ms']:.0f} ms"
        yield "proof from pictures, a letter that is drawn", f"{found['pictures_ms']:.0f} ms"
    if found := result.get("workers"):
        yield "one worker", f"{found['one']:.2f} letters/s"
        yield "two workers", f"{found['two']:.2f} letters/s, {found['ratio']:.2f} ×"
    if found := result.get("memory"):
        letters, last = found["points"][-1]
        most = max(mb for _, mb in found["points"])
        middle = next(mb for n, mb in found["points"] if n >= letters / 2)
        yield f"memory of one worker after {letters:,} letters", f"{last:.0f} MB"
        yield "– half way, and at most", f"{middle:.0f} MB, {most:.0f} MB"
    if found := result.get("dry_run"):
        yield (
            f"dry run of {found['rows']:,} rows, one core",
            f"{found['rows_per_second']:,.0f} rows/s",
        )
    if found := result.get("print"):
        yield "a letter alone", f"{found['alone_kb']:.0f} KB"
        yield f"in a print file of {found['letters']:,} letters", f"{found['in_print_kb']:.1f} KB"
    for example, found in result.get("studio", {}).items():
        median, most = found["median_ms"], found["most_ms"]
        yield f"studio, preview of `{example}`", f"{median:.0f} ms, at most {most:.0f} ms"
    for name, (seconds, mb) in result.get("cold", {}).items():
        yield f"cold `{name}`", f"{seconds:.2f} s, {mb:.0f} MB"


def write_docs(result: dict[str, Any]) -> None:
    """The table into the page, the chart beside the pictures. The prose is left alone."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{PAGE}: the marks {BEGIN} … {END} are gone")
    figures = "\n".join(["", "", *table(result)])
    PAGE.write_text(f"{before}{BEGIN}{figures}{END}{after}", encoding="utf-8")
    CHART.write_text(chart(result), encoding="utf-8")


def chart(result: dict[str, Any]) -> str:
    """Milliseconds a letter as bars, as SVG: black on white, ours in the letters' accent."""
    engines = result.get("engines", {}).get("engines", [])
    measured = [one for one in engines if one["ms"] is not None]
    most = max((one["ms"] for one in measured), default=1.0)
    height = _ROW * len(measured) + 40
    bars = []
    for number, one in enumerate(measured):
        top = 30 + number * _ROW
        width = one["ms"] / most * (_WIDTH - _LEFT - 150)
        colour = "#1f3a5f" if one["engine"] == "our renderer" else "#9aa5b1"
        name = escape(one["engine"])
        said = f"{one['ms']:.0f} ms · {one['ratio']:.1f} ×"
        bars += [
            f'<text x="{_LEFT - 8}" y="{top + 11}" text-anchor="end">{name}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<text x="{_LEFT + width + 6:.1f}" y="{top + 11}">{said}</text>',
        ]
    title = "Milliseconds a letter, and how often that fits into the naive loop's"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
            f' width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12">',
            f"<title>{title}</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
            f'<text x="8" y="18" font-weight="bold">{title}</text>',
            *bars,
            "</svg>\n",
        ]
    )
