"""Text files: the one room that parses YAML and JSON.

Every scalar comes out as text, as it was written (`00123` stays `00123`, `no` stays `no`); an empty
or `null` scalar is None. Types come from the schema. Duplicate keys, aliases and tags are refused,
and each value's line is kept, so that a finding can say where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from notices.errors import FileError
from notices.files import naming, read_bytes

Path_ = tuple[str | int, ...]
NextEvent = Callable[[], Any]
MAX_DEPTH = 24
MAX_LINE = 1 << 20  # characters of one line of JSONL
_NULLS = {"", "~", "null", "Null", "NULL"}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Flow collections that open one in the other, more than may be, where a YAML parser stands.
_DEEP_FLOW = re.compile(
    r"(?:[?:,-]?\s++|[:,])*+(?:[&!]\S*+\s++)*+"
    rf"(?:[\[{{][^\[\]{{}}\"'#\n]*+){{{MAX_DEPTH + 1}}}"
)
# JSON's strings, openings, closings, and what else stands for a value.
_JSON_MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]|[^\s\[\]{}":,]++', re.DOTALL)


@dataclass(frozen=True)
class TextFault:
    """Why a text could not be read: a rule id, the line (from 1) and what the parser met there."""

    rule: str
    line: int
    detail: str


@dataclass(frozen=True)
class Span:
    """Where a value stands in its text, in characters from `start` to before `end`.

    `style` is how it is written: `'`, `"`, `|`, `>`, `{` or `[`, and "" for what has no mark of its
    own (plain text, and block mappings and lists). `key` is where an entry's key begins.
    """

    start: int
    end: int
    style: str
    key: int = -1


class TextFileError(FileError):
    """A text that is not well-formed; `fault` says where and why."""

    def __init__(self, name: str, fault: TextFault) -> None:
        super().__init__(f"{name}:{fault.line}: {fault.detail} ({fault.rule})")
        self.name = name
        self.fault = fault


@dataclass(frozen=True)
class TextFile:
    """A parsed document: dicts, lists, text and None; `lines` maps value paths to lines.

    `borrowed` are values that another file says: its name, and the line there.
    """

    name: str
    data: Any
    lines: Mapping[Path_, int]
    borrowed: Mapping[Path_, tuple[str, int]] = field(default_factory=dict)

    def place(self, *path: str | int) -> tuple[str, int]:
        """File and line of the value at `path`, or of its nearest parent; line 0 if unknown."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.borrowed:
                return self.borrowed[path[:end]]
            if path[:end] in self.lines:
                return self.name, self.lines[path[:end]]
        return self.name, 0

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of its nearest parent that has one; 0 if unknown."""
        return self.place(*path)[1]


def read_text_file(file: Path, name: str = "") -> TextFile:
    """The one document in a YAML or JSON file. Raises TextFileError, FileError."""
    documents = read_text_files(file, name)
    if len(documents) > 1:
        raise TextFileError(name or str(file), TextFault("broken-text", 1, "one document expected"))
    return documents[0] if documents else TextFile(name or str(file), {}, {})


def read_text_files(
    file: Path, name: str = "", as_yaml: Callable[[str], str] = lambda text: text
) -> tuple[TextFile, ...]:
    """All documents in a YAML or JSON file; `as_yaml` turns what its owner wrote into YAML, line by
    line. Raises TextFileError, FileError."""
    raw = read_bytes(file)
    name = name or str(file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TextFileError(name, TextFault("not-utf8", line, "not UTF-8 text")) from error
    is_json = file.suffix == ".json"
    return tuple(parse_json(text, name) if is_json else parse_yaml(as_yaml(text), name))


def parse_yaml(text: str, name: str) -> Iterator[TextFile]:
    """Each YAML document in `text`. Raises TextFileError.

    Built from the parser's events: composing nodes recurses in C, and deep text would end the
    process.
    """
    return _documents(text, name, lambda next_event: _Builder(name, next_event))


def _documents(text: str, name: str, begin: Callable[[NextEvent], _Builder]) -> Iterator[TextFile]:
    reached = 0

    def next_event() -> Any:
        nonlocal reached
        event = loader.get_event()
        reached = _index(event.end_mark)
        return event

    try:
        loader = _Loader(text)
        next_event()  # the stream's start
        while not loader.check_event(yaml.StreamEndEvent):
            next_event()  # the document's start
            builder = begin(next_event)
            data = builder.build(next_event())
            next_event()  # the document's end
            yield TextFile(name, data, builder.lines)
    except yaml.MarkedYAMLError as error:
        if deep := _DEEP_FLOW.match(text, reached):  # some parsers have a limit of their own
            raise _too_deep(name, text.count("\n", 0, deep.end()) + 1) from error
        mark = error.problem_mark or error.context_mark
        fault = TextFault("broken-text", mark.line + 1 if mark else 1, error.problem or "not YAML")
        raise TextFileError(name, fault) from error
    except yaml.YAMLError as error:
        raise TextFileError(name, TextFault("broken-text", 1, "not YAML text")) from error


def _too_deep(name: str, line: int) -> TextFileError:
    return TextFileError(name, TextFault("nested-too-deep", line, "nested too deep"))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """Turns one document's events into plain data and remembers their lines."""

    def __init__(self, name: str, next_event: NextEvent) -> None:
        self.name = name
        self.next_event = next_event
        self.lines: dict[Path_, int] = {}
        self.closing: Any = None  # the event that ended the last list or mapping

    def fault(self, rule: str, event: yaml.Event, detail: str) -> TextFileError:
        return TextFileError(self.name, TextFault(rule, _line(event), detail))

    def build(self, event: yaml.Event, path: Path_ = ()) -> Any:
        """The value that begins with `event`."""
        if isinstance(event, yaml.AliasEvent):
            raise self.fault("yaml-alias", event, "an alias")
        if len(path) > MAX_DEPTH:
            raise _too_deep(self.name, _line(event))
        self.lines[path] = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            plain_null = not event.style and event.value in _NULLS
            return None if plain_null else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return [self.build(inner, (*path, i)) for i, inner in enumerate(self._inner())]
        data: dict[str, Any] = {}
        for key in self._inner():
            if isinstance(key, yaml.AliasEvent):
                raise self.fault("yaml-alias", key, "an alias")
            if not isinstance(key, yaml.ScalarEvent):
                raise self.fault("broken-text", key, "a key that is not text")
            if key.value in data:
                raise self.fault("duplicate-key", key, key.value)
            data[key.value] = self.build(self.next_event(), (*path, key.value))
            self.note_key(key, (*path, key.value))
        return data

    def note_key(self, key: yaml.Event, path: Path_) -> None:
        """An entry counts as standing where its key does."""
        self.lines[path] = _line(key)

    def _inner(self) -> Iterator[yaml.Event]:
        """The events that begin the entries of the list or mapping that has just begun."""
        while not isinstance(event := self.next_event(), yaml.CollectionEndEvent):
            yield event
        self.closing = event


class _Marker(_Builder):
    """A builder that remembers where in the text each value begins and ends."""

    def __init__(self, name: str, next_event: NextEvent, text: str) -> None:
        super().__init__(name, next_event)
        self.text = text
        self.spans: dict[Path_, Span] = {}
        self._last = 0  # where the last scalar or flow collection ended

    def build(self, event: yaml.Event, path: Path_ = ()) -> Any:
        """The value that begins with `event`, with its span."""
        value = super().build(event, path)
        start = _index(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            end = _index(event.end_mark)
            self._last = _block_end(self.text, start, end) if style in ("|", ">") else end
        elif isinstance(event, yaml.CollectionStartEvent) and event.flow_style:
            style = "{" if isinstance(event, yaml.MappingStartEvent) else "["
            self._last = _index(self.closing.end_mark)
        else:
            style = ""
        self.spans[path] = Span(start, max(start, self._last), style)
        return value

    def note_key(self, key: yaml.Event, path: Path_) -> None:
        """Keep where the entry's key begins."""
        super().note_key(key, path)
        self.spans[path] = replace(self.spans[path], key=_index(key.start_mark))


def _index(mark: Any) -> int:
    """Libyaml's marks count characters, not bytes."""
    return int(mark.index) if mark else 0


def _block_end(text: str, start: int, end: int) -> int:
    """Where a block scalar's last line ends: the blank lines after it are nobody's."""
    header, *lines = text[start:end].splitlines(keepends=True)
    column = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    while lines and not lines[-1].strip() and len(lines[-1].rstrip("\r\n")) <= column:
        lines.pop()
    return start + len((header + "".join(lines)).rstrip("\r\n"))


def read_spans(text: str, name: str) -> tuple[Any, Mapping[Path_, Span]]:
    """The one YAML document in `text` (no byte order mark), and each value's span.

    Raises TextFileError.
    """
    marker: _Marker | None = None

    def mark(next_event: NextEvent) -> _Builder:
        nonlocal marker
        marker = _Marker(name, next_event, text)
        return marker

    documents = list(_documents(text, name, mark))
    if len(documents) != 1 or marker is None:
        raise TextFileError(name, TextFault("broken-text", 1, "one document expected"))
    return documents[0].data, marker.spans


class _DuplicateKeyError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise _DuplicateKeyError(key)
        data[key] = value
    return data


def parse_json(text: str, name: str) -> Iterator[TextFile]:
    """The JSON document in `text`, numbers kept as the text they were. Raises TextFileError."""
    if line := too_deep_line(text):
        raise _too_deep(name, line)
    try:
        data = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as error:
        raise TextFileError(name, TextFault("broken-text", error.lineno, error.msg)) from error
    except _DuplicateKeyError as error:
        raise TextFileError(name, TextFault("duplicate-key", 1, str(error))) from error
    yield TextFile(name, _as_text(data), {})


def too_deep_line(text: str) -> int:
    """The line on which something stands within more than MAX_DEPTH lists and objects of a JSON
    text, well-formed or not; 0 where nothing does. How deep a decoder gets differs by Python."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    depth = 0
    for mark in _JSON_MARK.finditer(text):
        if mark[0] in "]}":
            depth -= 1
        elif depth > MAX_DEPTH:
            return text.count("\n", 0, mark.start()) + 1
        elif mark[0] in "[{":
            depth += 1
    return 0


def json_lines(file: Path, encoding: str = "utf-8-sig") -> Iterator[tuple[int, str]]:
    """The lines of a JSONL file with their numbers, blank ones left out; one at a time.

    Raises TextFileError where a line is longer than MAX_LINE, FileError.
    """
    number = 0
    try:
        with naming(file), file.open(encoding=encoding, newline="\n") as handle:
            while line := handle.readline(MAX_LINE):
                number += 1
                if len(line) >= MAX_LINE and not line.endswith("\n"):
                    fault = TextFault("broken-text", number, f"> {MAX_LINE}")
                    raise TextFileError(str(file), fault)
                if line.strip():
                    yield number, line.strip()
    except UnicodeDecodeError as error:
        raise FileError(f"{file}: not UTF-8 text") from error


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _as_text(inner) for key, inner in value.items()}
    return value
