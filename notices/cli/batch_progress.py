"""What a run says while it works and at its end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from notices.cli.session import Session

if TYPE_CHECKING:
    from notices.batch.dry_run import Verdict
    from notices.batch.manifest import Outcome
    from notices.batch.report import Summary
    from notices.batch.run import BatchRun

_SHOWN = 3  # reasons on the progress line
_EVERY = 0.25  # seconds


class Counted(Protocol):
    """How many rows the input has."""

    @property
    def rows(self) -> int: ...


class Going(Protocol):
    """What is under way: rows done, those of them in this call, and all there are."""

    @property
    def done(self) -> int: ...
    @property
    def made(self) -> int: ...
    @property
    def survey(self) -> Counted: ...


class Progress:
    """One line on a terminal's error stream: done, letters a second, time left, reasons."""

    def __init__(
        self, session: Session, run: Going, sentence: str = "batch-progress", good: str = "written"
    ) -> None:
        self._session = session
        self._run = run
        self._sentence = sentence
        self._good = good
        self._began = time.monotonic()
        self._told = 0.0
        self._letters = 0
        self._reasons: Counter[str] = Counter()
        self._width = 0
        self._shown = sys.stderr.isatty() and not session.as_json

    def tell(self, outcome: Outcome | Verdict) -> None:
        good = outcome.state == self._good
        self._letters += good
        if not good:
            rules = {f.rule for f in outcome.findings if f.severity == "error"}
            self._reasons.update(rules or {outcome.state})
        now = time.monotonic()
        if self._shown and now - self._told > _EVERY:
            self._told = now
            self._write(now - self._began)

    def end(self) -> None:
        if self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)
            self._width = 0

    def _write(self, seconds: float) -> None:
        run = self._run
        left = (run.survey.rows - run.done) * seconds / max(1, run.made)
        text = self._session.words(
            self._sentence,
            done=run.done,
            rows=run.survey.rows,
            rate=f"{self._letters / max(seconds, 0.001):.1f}",
            left=_clock(left),
            reasons=", ".join(f"{rule} {n}" for rule, n in self._reasons.most_common(_SHOWN)),
        )
        width = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
        click.echo("\r" + text + " " * max(0, self._width - width), nl=False, err=True)
        self._width = width


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def say_summary(session: Session, summary: Summary, run: BatchRun, folder: Path) -> None:
    """Counts, sums and reasons, and where everything stands."""
    from notices.letter.reissue import STILL_OUT, TAKES_OUT

    if not run.made:
        session.say("batch-mended" if run.mended else "batch-nothing-new", folder=folder)
    states = summary.states
    session.say(
        "batch-outcome",
        rows=summary.rows,
        written=states["written"],
        rejected=states["rejected"],
        held=states["held"],
        failed=states["failed"],
        known=states["known"],
    )
    for currency, total in sorted(summary.whole.totals.items()):
        session.say("batch-total", currency=currency, total=f"{total:,}")
    for state, reasons in summary.reasons.items():
        for rule, times in reasons.most_common():
            session.say("batch-reason", state=session.words(f"state-{state}"), rule=rule, n=times)
    for rule in (TAKES_OUT, STILL_OUT):
        if times := summary.warnings[rule]:
            session.say("batch-warning", rule=rule, n=times)
            session.note([summary.examples[rule]])
    session.say("batch-folder", folder=folder)
    if not run.frozen.live and states["written"]:
        session.say("drafts-hint")
