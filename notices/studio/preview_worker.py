"""The preview worker's side: draws one example with wording that nobody has saved yet.

Its memory and its time are limited here, by the kernel; the studio ends a worker that does nothing.
It ends itself with the studio, however that ended.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import Enum, auto
from itertools import count
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Thread

from notices.batch.worker import fault_place, settle
from notices.case.record import Record
from notices.catalogue import as_record
from notices.errors import NoticesError
from notices.finding import Finding, errors_in
from notices.letter.make import LetterMaker, Request, check_record
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.memory import limit_memory
from notices.pack.parity import check_clause
from notices.pack.types import Clause, Kind, Pack
from notices.page.chosen_parts import chosen_parts, read_clauses
from notices.review.examples import Example, read_examples
from notices.review.letter_places import Place, find_places
from notices.studio.pack_cache import Edits, PackCache, patched
from notices.studio.pack_states import state_pack
from notices.words.context import build_contexts
from notices.words.facts import build_facts

# A page can't be composed from a clause with one of these.
UNPRINTABLE = frozenset(
    (
        *("clause-fault", "paragraph-parity", "unknown-placeholder", "clause-side-missing"),
        *("heading-fault", "heading-side-missing"),
    )
)


@dataclass(frozen=True)
class Ask:
    """Which example to draw, how, and with which unsaved wording."""

    pack: str
    example: str
    languages: tuple[str, ...] = ()
    arrangement: str = ""
    large_print: bool = False
    edits: Edits = field(default_factory=dict)
    state: str = "working"  # or another of studio/pack_states.py
    draw: bool = True  # False: only what it prints and the values, in a fraction of the time


@dataclass(frozen=True)
class Shown:
    """The letter's bytes and places, the placeholders' values in this case, and what was found.

    `data` is empty where nothing could be drawn; `findings` say why.
    """

    data: bytes = field(default=b"", repr=False)
    sizes: tuple[tuple[float, float], ...] = ()  # of the pages, in mm
    places: tuple[Place, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    printed: tuple[int, ...] = ()  # the parts that this case prints, by their place in the kind
    variants: Mapping[str, str] = field(default_factory=dict)  # clause → the one this case prints
    findings: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True)
class Broken:
    """The machine or the workspace is at fault."""

    text: str


class Word(Enum):
    """What is said over the pipe beside questions and letters."""

    READY = auto()  # to the studio: the process is warm
    BEGUN = auto()  # to the studio: the pack is loaded, the drawing begins
    OUTDATED = auto()  # to the studio: given up
    STOP = auto()  # to the worker: give up


class OutdatedError(Exception):
    """Nobody waits for this drawing any more."""


def serve_previews(pipe: Connection, workspace: Workspace, memory_mb: int, seconds: float) -> None:
    """A worker's life: until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(sys.stderr.fileno(), 1)  # what a library prints must not mix with the server's own
    limit_memory(memory_mb)
    Thread(target=_end_with_the_studio, daemon=True).start()
    try:
        with LetterMaker(workspace) as maker:
            _ = maker.renderer  # the dear part, before anybody waits
            stage = Stage(maker, PackCache(workspace))
            pipe.send(Word.READY)
            for made in count(1):
                asked = pipe.recv()
                if isinstance(asked, Ask):  # and no STOP that came after its letter
                    pipe.send(_answer(stage, asked, pipe, seconds))
                    settle(made)
    except (EOFError, BrokenPipeError, ConnectionError, KeyboardInterrupt):
        return
    except NoticesError as error:
        pipe.send(Broken(str(error)))


def _end_with_the_studio() -> None:
    """A killed studio can't end a drawing that never ends."""
    studio = parent_process()
    if studio is not None:
        wait([studio.sentinel])
        os._exit(1)


def _limit_time(seconds: float) -> None:
    """What is computed from now on may take so long, or the kernel ends the process (SIGXCPU)."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = hard if seconds == math.inf else math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _answer(stage: Stage, ask: Ask, pipe: Connection, seconds: float) -> Shown | Broken | Word:
    def look_up() -> None:
        if pipe.poll() and pipe.recv() is Word.STOP:
            raise OutdatedError

    try:
        stage.load(ask.pack)
        pipe.send(Word.BEGUN)
        _limit_time(seconds)
        return stage.show(ask, look_up)
    except OutdatedError:
        return Word.OUTDATED
    except NoticesError as error:
        return Broken(str(error))
    except MemoryError:
        return _told((Finding("letter-memory"),))
    except Exception as error:  # noqa: BLE001 - one clause's fault must not end the worker
        return _told((Finding("letter-crashed", params=fault_place(error)),))
    finally:
        _limit_time(math.inf)


def _told(findings: tuple[Finding, ...]) -> Shown:
    return Shown(findings=tuple(as_record(finding) for finding in findings))


class Stage:
    """The warm state of a worker: renderer, packs, examples."""

    def __init__(self, maker: LetterMaker, packs: PackCache) -> None:
        self._maker = maker
        self._packs = packs
        self._examples: dict[Path, tuple[object, tuple[Example, ...]]] = {}

    def load(self, pack: str) -> None:
        """Read the pack and its examples. Raises NoticesError."""
        self._read(self._packs.pack(pack).root)

    def show(self, ask: Ask, look_up: Callable[[], None]) -> Shown:
        """The example as a letter; `look_up` is called where the work may be given up.

        Raises NoticesError where pack or machine fail, OutdatedError where `look_up` does.
        """
        root = self._packs.root(ask.pack)
        example = next((e for e in self._read(root) if e.name == ask.example), None)
        if example is None or example.faults:
            return _told(example.faults if example else ())
        named, today = str(example.record.data.get("kind")), datetime.now(UTC).date()
        saved = state_pack(self._packs, ask.pack, named, ask.state, today)
        pack = patched(saved, ask.edits)
        broken = tuple(_unprintable(pack, ask.edits))
        if broken:
            return _told(broken)
        look_up()
        self._maker.resources.work_with(pack)
        options = LetterOptions(
            languages=ask.languages, arrangement=ask.arrangement, large_print=ask.large_print
        )
        request = Request(_day(example.record), options)
        first = check_record(example.record, self._maker.resources, request, example.sender)[0]
        values: dict[str, dict[str, str]] = {}
        printed: tuple[int, ...] = ()
        variants: dict[str, str] = {}
        if first.case is not None and first.figures is not None:
            layout = first.document.arrangement if first.document else ask.arrangement
            facts = build_facts(first.case, first.figures, pack, layout)
            kind = pack.kinds[first.case.kind]
            printed = tuple(_printed(pack, kind, facts))
            read = read_clauses(kind, pack, facts)
            variants = {name: clause.variant for name, clause in read.items() if clause.variant}
            contexts = build_contexts(first.case, first.figures, pack, first.letter_id)
            values = {c.lang: {name: c.values[name].text for name in c.values} for c in contexts}
        if first.document is None or not ask.draw:
            return replace(_told(first.findings), values=values, printed=printed, variants=variants)
        look_up()
        drawing = self._maker.draw(first.document, first)
        return Shown(
            drawing.rendering.data,
            drawing.read.pages,
            tuple(find_places(drawing, variants)),
            values,
            printed,
            variants,
            tuple(as_record(f) for f in (*first.findings, *drawing.findings)),
        )

    def _read(self, root: Path) -> tuple[Example, ...]:
        stamp = self._packs.stamp(root / "examples")
        known = self._examples.get(root)
        if known is None or known[0] != stamp:
            known = self._examples[root] = (stamp, read_examples(root))
        return known[1]


def _unprintable(pack: Pack, edits: Edits) -> Iterator[Finding]:
    """Why an edited clause can't be printed at all."""
    for clause in _edited(pack, edits):
        yield from errors_in(f for f in check_clause(clause, pack) if f.rule in UNPRINTABLE)


def _edited(pack: Pack, edits: Edits) -> Iterator[Clause]:
    for name in dict.fromkeys(clause for clause, _, _ in edits):
        if name in pack.clauses:
            yield pack.clauses[name]


def _printed(pack: Pack, kind: Kind, facts: Mapping[str, object]) -> Iterator[int]:
    """The kind's parts whose conditions hold in this case."""
    for index, part in enumerate(kind.parts):
        if chosen_parts(replace(kind, parts=(part,)), pack, facts):
            yield index


def _day(record: Record) -> date:
    """The example's own day; a pack's check sees to it that there is one."""
    try:
        return date.fromisoformat(str(record.data.get("issue_date")))
    except ValueError:
        return date(2026, 1, 1)
