"""What a comparison says in YAML lines, as people read it: conditions as sentences, parts by their
words, formats by what changed in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notices.pack.sentences import Tongue, in_both_tongues
from notices.pack.types import Pack, language_of
from notices.textfiles import TextFileError, parse_yaml
from notices.wording.digests import is_condition
from notices.wording.redline import Op, PieceChange, Run, SideChange
from notices.wording.yaml_rewrite import flow

_EXCERPT = 90  # characters of a clause that tell which one it is


@dataclass(frozen=True)
class Reworded:
    """A condition as a sentence in both tongues, as it was and as it is; None: there was or is
    none."""

    before: Mapping[Tongue, str] | None
    after: Mapping[Tongue, str] | None


@dataclass(frozen=True)
class PartLine:
    """A part of a letter that stayed, went or came: its clause or block, how it begins by language,
    and when it is printed (None: in every case). `skips`: parts that stayed were left out before
    it."""

    op: Op
    name: str
    texts: Mapping[str, str]
    printed: Mapping[Tongue, str] | None
    skips: bool = False


def reworded(pack: Pack, piece: PieceChange) -> Reworded | None:
    """A piece that is a condition, as sentences; None of any other."""
    if not is_condition(piece.name):
        return None
    before, after = (_said(pack, text) for text in _both(piece.sides[0]))
    return Reworded(before, after) if before or after else None


def _said(pack: Pack, text: str) -> Mapping[Tongue, str] | None:
    condition = _condition(_parsed(text))
    return in_both_tongues(pack, condition) if condition else None


def _condition(data: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(data, dict):
        return {}
    return {
        key: tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        for key, value in data.items()
    }


def changed_keys(piece: PieceChange) -> tuple[tuple[str, str, str], ...]:
    """What of a piece in YAML's flow style reads otherwise: key, as it was, as it is."""
    if len(piece.sides) != 1 or piece.sides[0].side:
        return ()
    before, after = map(_parsed, _both(piece.sides[0]))
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ()
    return tuple(
        (key, _shown(before.get(key)), _shown(after.get(key)))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    )


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else flow(value)


def _both(side: SideChange) -> tuple[str, str]:
    """A side's text as it was and as it is."""
    old = "".join(run.text for run in side.runs if run.op != "added")
    return old, "".join(run.text for run in side.runs if run.op != "removed")


def _parsed(text: str) -> Any:
    try:
        return next((document.data for document in parse_yaml(text, "")), None)
    except TextFileError:
        return None


def part_lines(pack: Pack, runs: Iterable[Run]) -> Iterator[PartLine]:
    """The parts that came, went or changed, each between its neighbours."""
    lines = tuple(runs)
    last = -1
    for i, run in enumerate(lines):
        if any(near.op != "same" for near in lines[max(0, i - 1) : i + 2]):
            yield _part_line(pack, run, i - last > 1)
            last = i


def _part_line(pack: Pack, run: Run, skips: bool) -> PartLine:
    data = _parsed(run.text)
    if not isinstance(data, dict):
        return PartLine(run.op, run.text, {}, None, skips)
    clause = pack.clauses.get(str(data.get("clause")))
    title = pack.labels.get(str(data.get("title")))
    sides = clause.texts if clause else title or {}
    texts: dict[str, str] = {}
    for side, text in sides.items():  # of variants the first
        texts.setdefault(language_of(side), _excerpt(text))
    when = _condition(data.get("when"))
    return PartLine(
        run.op,
        str(data.get("clause") or data.get("block") or run.text),
        texts,
        in_both_tongues(pack, when) if when else None,
        skips,
    )


def _excerpt(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _EXCERPT else short[:_EXCERPT].rstrip() + " …"
