"""`notices batch --dry-run`: every row checked, a few letters laid out, and nothing made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from notices.batch.dry_run import dry_run
from notices.batch.dry_summary import DRY_STATES, LaidLook, Summary
from notices.batch.report import Group, band_name
from notices.batch.rows import Rows
from notices.batch.settings import BatchSettings, Limits, Start
from notices.cli import clock
from notices.cli.batch_progress import ProgressLine
from notices.cli.ctrl_c import no_more
from notices.cli.session import CLEAN, FAULT, FINDINGS, INTERRUPTED, Session
from notices.finding import errors_in
from notices.tables.stated_totals import Expected

_LINES = 6  # of each list: all of them fit on one screen; the files have everything


@dataclass(frozen=True)
class BatchCall:
    """What the command line said of a run."""

    rows: Rows
    settings: BatchSettings
    out: Path | None
    limits: Limits
    stated: Expected


def dry(session: Session, call: BatchCall) -> NoReturn:
    """Check every row, say what came of it, and leave."""
    line = ProgressLine(session, "batch-dry-progress", "accepted")
    start = Start(clock.today(), clock.stamp(), tell=line.tell)
    try:
        result = dry_run(
            *(call.rows, call.settings, session.workspace, start),
            *(call.out, call.limits, call.stated),
        )
    except KeyboardInterrupt:
        no_more()
        line.end()
        session.say("batch-dry-interrupted")
        session.finish({"finished": False}, INTERRUPTED)
    finally:
        line.end()
    session.note(result.findings)
    summary = result.summary
    if summary is None:
        session.finish({"finished": False}, FAULT)
    _say(session, summary)
    if not summary.rows:
        session.finish(summary.as_record(), FAULT)
    if summary.accepted:  # else the usual next step stands: correct what is listed
        session.next("next-batch")
    clean = summary.accepted == summary.rows and not errors_in(session.findings)
    session.finish(summary.as_record(), CLEAN if clean else FINDINGS)


def _say(session: Session, summary: Summary) -> None:
    states = summary.states
    session.say(
        "batch-dry",
        rows=summary.rows,
        **{state: states[state] for state in DRY_STATES},
    )
    by_size = sorted(summary.letters.items(), key=lambda pair: (-pair[1].letters, pair[0]))
    for (pack, kind, level, _), group in by_size[:_LINES]:
        named = {"kind": f"{pack}/{kind}", "level": level, "total": _sums(group)}
        session.say("batch-dry-kind", letters=group.letters, **named)
    _say_rest(session, len(by_size) - _LINES)
    for band, group in sorted(summary.ages.items()):
        named = {"band": band_name(band), "total": _sums(group)}
        session.say("batch-dry-age", letters=group.letters, **named)
    for state, rules in summary.reasons.items():
        for rule, times in rules.most_common(_LINES):
            session.say("batch-reason", state=session.words(f"state-{state}"), rule=rule, n=times)
        _say_rest(session, len(rules) - _LINES)
    if summary.missing:
        most = summary.missing.most_common(_LINES)
        fields = ", ".join(f"{name} × {times}" for name, times in most)
        rest = len(summary.missing) - len(most)
        session.say("batch-dry-missing", fields=fields + (" …" if rest else ""))
    _say_looks(session, summary.looks)
    for written in (summary.findings_file, summary.rejects_file):
        if written is not None:
            session.say("file-written", file=written)


def _say_looks(session: Session, looks: Sequence[LaidLook]) -> None:
    """How many looks there are, and each of which a letter that was laid out failed."""
    if not looks:
        return
    failed = [one for one in looks if one.failed]
    laid = sum(one.laid for one in looks)
    session.say("batch-dry-looks", looks=len(looks), letters=laid, failed=len(failed))
    for one in failed[:_LINES]:
        look = one.look
        session.say(
            "batch-dry-look",
            kind=f"{look.pack}/{look.kind}",
            level=look.level,
            languages=" + ".join(look.languages),
            envelope=look.envelope,
            failed=one.failed,
            laid=one.laid,
            letters=one.letters,
            rules=", ".join(one.rules),
        )
    _say_rest(session, len(failed) - _LINES)


def _sums(group: Group) -> str:
    return ", ".join(f"{total:,} {currency}" for currency, total in sorted(group.totals.items()))


def _say_rest(session: Session, more: int) -> None:
    if more > 0:
        session.say("batch-dry-more", n=more)
