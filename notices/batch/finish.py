"""The end of a run: manifest, findings and report, in row order, with bounded memory.

Written only when every row is done, and only where what they say has changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from notices.batch.journal import Journal
from notices.batch.manifest import MANIFEST, Outcome, manifest_line, table_line, table_lines
from notices.batch.report import Summary, build_report, summarise
from notices.batch.run import BatchRun
from notices.batch.settings import Frozen
from notices.batch.worker import Sample
from notices.batch.written_back import FILE as WRITTEN_BACK
from notices.catalogue import hint, message
from notices.files import write_whole, writing
from notices.finding import Finding
from notices.wording.approval_check import LOOK

TABLE, FINDINGS = "manifest.csv", "findings.csv"
SUMMARY, REPORT = "summary.json", "report.html"
_HEAD = (
    *("file", "row", "number", "case_id", "letter_id", "state", "severity", "rule", "path"),
    *("message_en", "message_zh", "remedy_en", "remedy_zh"),
)


WriteFindings = Callable[[Path, Journal, Frozen], None]


def finish_run(run: BatchRun, write_findings: WriteFindings | None = None) -> Summary | None:
    """Writes what a finished run leaves behind; None, and nothing, where rows are still open.

    `write_findings` writes findings, rejects and what is written back in the input's own terms;
    without it findings.csv names records.
    """
    if not run.complete:
        return None
    journal = run.journal
    summary = summarise(journal.outcomes())
    summary.texts = run.texts(summary.kinds)
    plain = {
        "run_id": run.frozen.run_id,
        "live": run.frozen.live,
        "issue_date": run.frozen.issue_date.isoformat(),
        "dispatch_by": run.frozen.dispatch_by.isoformat(),
        **summary.plain(),
    }
    text = json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
    journal.sync()
    run.sweep()
    if not run.made and _is_whole(run.folder, journal, text, write_findings is not None):
        return summary
    run.mended = not run.made
    _write_lines(run.folder / MANIFEST, map(manifest_line, journal.outcomes()))
    _write_lines(run.folder / TABLE, table_lines(journal.outcomes()))
    if write_findings is not None:
        write_findings(run.folder, journal, run.frozen)
    else:
        _write_lines(run.folder / FINDINGS, _finding_lines(journal.outcomes()))
    write_whole(run.folder / REPORT, _report(run, summary))
    run.finish_in_ledger(plain)
    write_whole(run.folder / SUMMARY, text)  # last: it says that all the others are there
    return summary


def _is_whole(folder: Path, journal: Journal, summary: str, is_table: bool) -> bool:
    """Whether all that a finished run leaves behind is there, and the manifest says what the
    journal does."""
    return (
        all(
            (folder / name).is_file()
            for name in (FINDINGS, REPORT, *((WRITTEN_BACK,) if is_table else ()))
        )
        and _says(folder / SUMMARY, (summary,))
        and _says(folder / MANIFEST, map(manifest_line, journal.outcomes()))
        and _says(folder / TABLE, table_lines(journal.outcomes()))
    )


def _says(file: Path, lines: Iterable[str]) -> bool:
    raw = (line.encode() for line in lines)
    try:
        with file.open("rb") as handle:
            return all(handle.read(len(line)) == line for line in raw) and not handle.read(1)
    except OSError:
        return False


def _report(run: BatchRun, summary: Summary) -> str:
    packs = run.folder / "packs"
    pictures = {
        (pack, kind, level): run.picture(Sample(packs / pack, kind, level))
        for pack, kind, level in sorted(summary.kinds)
    }
    facts = {"unsearchable": str(run.survey.unsearchable)} if run.survey.unsearchable else {}
    facts |= {rule: str(summary.warnings[rule]) for rule in LOOK if summary.warnings[rule]}
    if reason := run.frozen.settings.get("reason"):
        facts["reason_again"] = str(reason)
    return build_report(summary, run.frozen, pictures, facts)


def _write_lines(file: Path, lines: Iterable[str]) -> None:
    """A file of any length, in one step, without holding it in memory. Raises FileError."""
    with writing(file) as text:
        text.writelines(lines)


def _finding_lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    yield "\ufeff" + table_line(_HEAD)  # spreadsheets take it for UTF-8 only so
    for outcome in outcomes:
        for finding in outcome.findings:
            yield table_line(_finding_row(outcome, finding))


def _finding_row(outcome: Outcome, finding: Finding) -> tuple[object, ...]:
    return (
        finding.file,
        finding.line or outcome.row,
        outcome.number,
        outcome.case_id,
        outcome.letter_id,
        outcome.state,
        finding.severity,
        finding.rule,
        finding.path,
        message(finding, "en"),
        message(finding, "zh"),
        hint(finding, "en"),
        hint(finding, "zh"),
    )
