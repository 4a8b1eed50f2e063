"""Rewriting YAML text in place: one value's characters change, all others stay. Pure.

Text in, text out, and a refusal where a place can't be written without touching others. Whoever
calls reads the result again (`wording.edits`): what is written here is a proposal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from notices.finding import Finding
from notices.textfiles import Path_, Span, TextFileError, read_spans

MISSING = object()
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_NULLS = ("null", "Null", "NULL")


class Refused(Exception):
    """An edit that can't be made; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


class Block(str):
    """A text that a new entry writes as a literal block, however short it is."""


def value_at(data: Any, path: Path_) -> Any:
    """The value at a path, or MISSING."""
    for step in path:
        inside = isinstance(data, dict) and step in data
        if not inside and not (isinstance(data, list) and step in range(len(data))):
            return MISSING
        data = data[step]
    return data


def counted(data: Any, path: Path_) -> Path_:
    """A path that was written down as text, the places in lists as numbers again."""
    found: Path_ = ()
    for step in path:
        place = str(step)
        found += (int(place) if isinstance(data, list) and place.isdecimal() else step,)
        data = value_at(data, found[-1:])
    return found


def with_value(data: Any, path: Path_, value: Any) -> Any:
    """The data with another value at a path; its mappings keep their order but for a new entry."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(step, int):
        return [with_value(v, rest, value) if i == step else v for i, v in enumerate(data)]
    inner = data if isinstance(data, dict) else {}
    return {**inner, step: with_value(inner.get(step), rest, value)}


def plain(value: Any) -> Any:
    """A value as it reads back: text, lists and mappings."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return str(value)


def reads_as(met: Any, asked: Any) -> bool:
    """Whether what was read is what was asked; a block's last line end is not the text's."""
    if isinstance(met, str) and isinstance(asked, str):
        return met.removesuffix("\n") == asked
    if isinstance(met, dict) and isinstance(asked, Mapping):
        return met.keys() == asked.keys() and all(reads_as(met[k], asked[k]) for k in met)
    if isinstance(met, list) and isinstance(asked, (list, tuple)):
        return len(met) == len(asked) and all(map(reads_as, met, asked))
    return bool(met == asked)


def _no_place(path: Path_) -> Refused:
    return Refused(Finding("edit-place", path=".".join(map(str, path))))


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    """Where the line of `at` ends, its line end included."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _newline(text: str) -> str:
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _in_flow(spans: Mapping[Path_, Span], path: Path_) -> bool:
    return any(spans[path[:end]].style in ("{", "[") for end in range(len(path)))


def _reads(text: str, path: Path_, asked: Any) -> bool:
    try:
        return reads_as(value_at(read_spans(text, "")[0], path), asked)
    except TextFileError:
        return False


# --- one text --------------------------------------------------------------------------------


def scalar(text: str, path: Path_, value: str) -> str:
    """The text with another scalar at `path`, in the way of writing that it has, if it may be."""
    data, spans = read_spans(text, "")
    span = spans.get(path)
    if span is None or not isinstance(value_at(data, path), (str, type(None))):
        raise _no_place(path)
    old = text[span.start : span.end]
    column = span.key - _line_start(text, span.key) if span.key >= 0 else 0
    forms: list[str] = []
    block = span.key >= 0 and not _in_flow(spans, path)
    if block and (span.style in ("|", ">") or "\n" in value):
        forms.append(_literal(value, old, column, _newline(text)))
    forms += [value] if not span.style else []
    forms += ["'" + value.replace("'", "''") + "'"] if span.style == "'" else []
    forms.append(quoted(value))
    gap = " " if span.key >= 0 and text[span.start - 1 : span.start] == ":" else ""
    for form in forms:
        new = text[: span.start] + gap + form + text[span.end :]
        if _reads(new, path, value):
            return new
    raise _no_place(path)


def _literal(value: str, old: str, column: int, newline: str) -> str:
    """A literal block: as deep as the old one, else two columns deeper than its key."""
    header, *lines = old.splitlines() or [""]
    deep = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    is_block = header[:1] in ("|", ">")
    depth = min(deep) if is_block and deep else column + 2
    remark = header[len(header.split()[0]) :] if is_block else ""
    chomp = "-" if is_block and "-" in header.split()[0] else ""
    pad = " " * max(depth, column + 1)
    body = (pad + line if line else "" for line in value.split("\n"))
    return newline.join([f"|{chomp}{remark}", *body])


def quoted(value: str) -> str:
    """A text in double quotes, as JSON writes it: any text, on one line."""
    return json.dumps(value, ensure_ascii=False)


# --- entries ---------------------------------------------------------------------------------


def flow(value: Any) -> str:
    """A value on one line: `{clause: hardship, when: {level: [1, 2]}}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(k))}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    word = str(value)
    return word if _PLAIN.fullmatch(word) and word not in _NULLS else quoted(word)


def says_nothing(text: str) -> bool:
    """Whether a file has remarks alone."""
    return all(line.lstrip()[:1] in ("", "#") for line in text.splitlines())


def entry(text: str, path: Path_, value: Any) -> str:
    """The text with a new entry at the end of the mapping that `path` leads to."""
    parent, key = path[:-1], str(path[-1])
    if not parent and says_nothing(text):
        return text + _block(key, value, 0, _newline(text))
    data, spans = read_spans(text, "")
    mapping = value_at(data, parent)
    if not isinstance(mapping, dict) or key in mapping:
        raise _no_place(path)
    span = spans[parent]
    if span.style == "{":
        at = len(text[: span.end - 1].rstrip())
        comma = ", " if mapping else ""
        return f"{text[:at]}{comma}{flow(key)}: {flow(value)}{text[at:]}"
    if not mapping or _in_flow(spans, path):
        raise _no_place(path)
    first = spans[*parent, next(iter(mapping))]
    column = first.key - _line_start(text, first.key)
    at = _line_end(text, span.end)
    newline = _newline(text)
    ended = "" if text[:at].endswith("\n") else newline
    apart = newline if not parent else ""  # clauses stand apart by a blank line
    return text[:at] + ended + apart + _block(key, value, column, newline) + text[at:]


def _block(key: str, value: Any, column: int, newline: str) -> str:
    """An entry on lines of its own; what is deeper than a clause's own entries stands on one."""
    pad = " " * column
    blocks = isinstance(value, Mapping) and any(isinstance(v, Block) for v in value.values())
    if isinstance(value, Mapping) and (blocks or not column):
        inner = "".join(_block(str(k), v, column + 2, newline) for k, v in value.items())
        return f"{pad}{flow(key)}:{newline}{inner}"
    if isinstance(value, Block) or (isinstance(value, str) and "\n" in value):
        return f"{pad}{flow(key)}: {_literal(value, '', column, newline)}{newline}"
    return f"{pad}{flow(key)}: {flow(value)}{newline}"


def option(text: str, path: Path_, value: Any) -> str:
    """The text with another, a new, or (None) no value of a mapping's entry, on one line."""
    data, spans = read_spans(text, "")
    span = spans.get(path)
    if span is None:
        return text if value is None else entry(text, path, value)
    if value is not None:
        return text[: span.start] + flow(value) + text[span.end :]
    if spans[path[:-1]].style == "{":
        start, end = span.key, span.end
        before = text[:start].rstrip()
        if before.endswith(","):
            return before[:-1] + text[end:]
        after = text[end:].lstrip()
        return text[:start] + after.removeprefix(",").lstrip()
    alone = path[:-1] and len(value_at(data, path[:-1])) < 2  # a file may be left without entries
    if alone or text[_line_start(text, span.key) : span.key].strip():
        raise _no_place(path)
    return text[: _line_start(text, span.key)] + text[_line_end(text, span.end) :]


# --- lists -----------------------------------------------------------------------------------


def _chunks(text: str, path: Path_) -> list[tuple[int, int]]:
    """Each item's lines, with the remarks right above it; they follow one another without a gap."""
    data, spans = read_spans(text, "")
    items = value_at(data, path)
    if not isinstance(items, list) or path not in spans or spans[path].style == "[" or not items:
        raise _no_place(path)
    starts: list[int] = []
    end = -1
    for number in range(len(items)):
        span = spans[*path, number]
        dash = text.rfind("-", max(end, 0), span.start)
        start = _line_start(text, dash)
        if dash < 0 or text[start:dash].strip() or start < end:
            raise _no_place(path)
        starts.append(min([start, *_remarks(text, start, max(end, 0))] if number else [start]))
        end = _line_end(text, span.end)
    return list(zip(starts, [*starts[1:], end], strict=True))


def _remarks(text: str, start: int, least: int) -> Iterator[int]:
    """Where the lines of remarks right above a line begin."""
    while start > least:
        above = _line_start(text, start - 1)
        if above < least or not text[above:start].lstrip().startswith("#"):
            return
        yield above
        start = above


def add_item(text: str, path: Path_, index: int, value: Any) -> str:
    """The text with a new item, on a line of its own, before the item at `index`."""
    chunks = _chunks(text, path)
    at = chunks[index][0] if index < len(chunks) else chunks[-1][1]
    first = read_spans(text, "")[1][*path, 0].start
    dash = text.rfind("-", 0, first)
    pad = text[_line_start(text, dash) : dash]
    newline = _newline(text)
    ended = "" if not text[:at] or text[:at].endswith("\n") else newline
    return f"{text[:at]}{ended}{pad}- {flow(value)}{newline}{text[at:]}"


def remove_item(text: str, path: Path_, index: int) -> str:
    """The text without an item and the remarks above it. The last one left can't go."""
    chunks = _chunks(text, path)
    if len(chunks) == 1:
        raise _no_place(path)
    start, end = chunks[index]
    return text[:start] + text[end:]


def move_item(text: str, path: Path_, index: int, to: int) -> str:
    """The text with an item in another place, its remarks with it."""
    chunks = _chunks(text, path)
    newline = _newline(text)
    pieces = [text[start:end] for start, end in chunks]
    ended = pieces[-1].endswith("\n")
    pieces = [p if p.endswith("\n") else p + newline for p in pieces]
    pieces.insert(to, pieces.pop(index))
    whole = "".join(pieces)
    return (
        text[: chunks[0][0]]
        + (whole if ended else whole.removesuffix(newline))
        + text[chunks[-1][1] :]
    )
