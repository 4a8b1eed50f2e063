"""A pack's examples: a made-up case each, its sender, and what must come out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from notices.case.record import Record, read_records
from notices.errors import FileError
from notices.finding import Finding
from notices.pack.vocabulary import near_miss
from notices.textfiles import TextFile, TextFileError, read_text_file

KEYS = ("about", "law_case", "sender", "case", "expect", "phrases", "absent")
_NAME = re.compile("[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Example:
    """One file of a pack's examples, read. `faults` says why it can't be played."""

    name: str
    file: str
    data: Mapping[str, Any]
    record: Record
    sender: Record
    text: TextFile
    faults: tuple[Finding, ...] = ()

    @property
    def about(self) -> str:
        return str(self.data.get("about") or self.name)

    def fault(self, rule: str, *path: str, **params: str) -> Finding:
        """A finding about the example itself, where it says so."""
        return Finding(
            rule, file=self.file, line=self.text.line(*path), path=".".join(path), params=params
        )


def read_examples(root: Path) -> tuple[Example, ...]:
    """The examples of the pack in `root`, in name order."""
    return tuple(_read(root, file) for file in sorted((root / "examples").glob("*.yaml")))


def _read(root: Path, file: Path) -> Example:
    shown = f"packs/{root.name}/examples/{file.name}"
    try:
        text = read_text_file(file, shown)
    except TextFileError as error:
        params = {"detail": error.fault.detail}
        fault = Finding(error.fault.rule, "error", shown, error.fault.line, "", params)
        nothing = TextFile(shown, {}, {})
        return Example(file.stem, shown, {}, Record({}), Record({}), nothing, (fault,))
    data = text.data if isinstance(text.data, dict) else {}
    example = Example(
        name=file.stem,
        file=shown,
        data=data,
        record=_inner(text, "case"),
        sender=Record({}),
        text=text,
    )
    faults = [
        example.fault("unknown-key", key, name=key[:40], near=near_miss(key, KEYS) or "–")
        for key in data
        if key not in KEYS
    ]
    faults += [
        example.fault("key-missing", name=key)
        for key in ("case", "expect")
        if not isinstance(data.get(key), dict)
    ]
    try:
        sender = _sender(root, text)
    except FileError:
        name = str(data.get("sender"))[:40]
        faults.append(example.fault("unknown-sender", "sender", name=name, near="–"))
        sender = Record({})
    return replace(example, sender=sender, faults=tuple(faults))


def _sender(root: Path, text: TextFile) -> Record:
    """The profile named, from examples/senders/, or the one that stands in the example."""
    asked = text.data.get("sender") if isinstance(text.data, dict) else None
    if isinstance(asked, dict):
        return _inner(text, "sender")
    if not isinstance(asked, str) or not _NAME.fullmatch(asked):
        raise FileError("no sender")
    shown = f"packs/{root.name}/examples/senders/{asked}.yaml"
    return read_records(root / "examples" / "senders" / f"{asked}.yaml", shown)[0]


def _inner(text: TextFile, key: str) -> Record:
    data = text.data.get(key) if isinstance(text.data, dict) else None
    lines = {path[1:]: line for path, line in text.lines.items() if path[:1] == (key,)}
    return Record(data if isinstance(data, dict) else {}, text.name, lines)
