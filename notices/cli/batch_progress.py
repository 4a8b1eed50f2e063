"""What a run says while it works and at its end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import click

from notices.batch.call import BatchResult
from notices.batch.manifest import Outcome
from notices.batch.report import Summary
from notices.batch.settings import Progress
from notices.cli.session import Session
from notices.letter.reissue import STILL_OUT, TAKES_OUT
from notices.wording.approval_check import LOOK

_SHOWN = 3  # reasons on the progress line
_EVERY = 0.25  # seconds


class ProgressLine:
    """One line on a terminal's error stream: done, letters a second, time left, reasons.

    `good` is the state of rows that count; `begun` is what an answer says of the run so far.
    """

    def __init__(self, session: Session, sentence: str, good: str) -> None:
        self._session = session
        self._sentence = sentence
        self._good = good
        self._began = time.monotonic()
        self._shown_at = 0.0
        self._letters = 0
        self._reasons: Counter[str] = Counter()
        self._width = 0
        self._is_shown = sys.stderr.isatty() and not session.as_json
        self.at = Progress(Path(), "", 0)
        self.begun: dict[str, object] = {}

    def tell(self, at: Progress, outcome: Outcome | None) -> None:
        """How far the run is now."""
        self.at = at
        if outcome is None:
            self.begun = {"run_id": at.run_id, "rows": at.rows}
            self._began = time.monotonic()
            return
        good = outcome.state == self._good
        self._letters += good
        if not good:
            rules = {f.rule for f in outcome.findings if f.severity == "error"}
            self._reasons.update(rules or {outcome.state})
        now = time.monotonic()
        if self._is_shown and now - self._shown_at > _EVERY:
            self._shown_at = now
            self._write(now - self._began)

    def end(self) -> None:
        """Take the line away."""
        if self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)
            self._width = 0

    def _write(self, seconds: float) -> None:
        at = self.at
        left = (at.rows - at.done) * seconds / max(1, at.made)
        text = self._session.words(
            self._sentence,
            done=at.done,
            rows=at.rows,
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


def say_summary(session: Session, result: BatchResult, summary: Summary) -> None:
    """Counts, sums and reasons, and where everything stands."""
    folder = result.progress.folder
    if not result.progress.made:
        session.say("batch-mended" if result.mended else "batch-nothing-new", folder=folder)
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
    for text in summary.texts:
        session.say("text-of", **text.plain())
    for state, reasons in summary.reasons.items():
        for rule, times in reasons.most_common():
            session.say("batch-reason", state=session.words(f"state-{state}"), rule=rule, n=times)
    for rule in (TAKES_OUT, STILL_OUT, *LOOK):
        if times := summary.warnings[rule]:
            session.say("batch-warning", rule=rule, n=times)
            session.note([summary.examples[rule]])
    session.say("batch-folder", folder=folder)
    if not result.live and states["written"]:
        session.say("drafts-hint")
