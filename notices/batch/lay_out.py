"""The last step of a dry run: of every look the letters with the longest values, laid out.

They are rendered and proven as a run would, by its workers and in its limits; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from notices.batch.case_keys import row_of
from notices.batch.dry_summary import GivenRow, Laid, LaidLook, LaidRow, Outcomes
from notices.batch.job import Job, Row, Setup
from notices.batch.looks import LongestLetters, Look
from notices.batch.outcomes import Foreseen
from notices.batch.pool import Pool
from notices.batch.worker import Equipment
from notices.finding import errors_in


@dataclass(frozen=True)
class Candidate:
    """A row that gets letters, and what was found of it before one was laid out."""

    number: int
    given: GivenRow
    outcomes: Outcomes


class Layouts:
    """The rows of a dry run as they go by, and then the few that are laid out."""

    def __init__(self, setup: Setup, equipment: Equipment) -> None:
        self._setup = setup
        self._equipment = equipment
        self._longest: LongestLetters[Candidate] = LongestLetters()
        self._letters = 0

    def watch(
        self, checked: Iterable[tuple[GivenRow, Outcomes]]
    ) -> Iterator[tuple[GivenRow, Outcomes]]:
        """The same rows; those in which something is longer than before are remembered."""
        for number, (given, outcomes) in enumerate(checked, start=1):
            candidate = Candidate(number, given, outcomes)
            for outcome in outcomes:
                if isinstance(outcome, Foreseen) and outcome.look and outcome.state == "accepted":
                    self._letters += 1
                    self._longest.add(self._letters, outcome.look, candidate)
            yield given, outcomes

    def lay_out(self) -> Laid:
        """Lay out the letters that were chosen. Raises NoticesError where the machine or the
        workspace is at fault."""
        chosen = list(self._longest.chosen(self._equipment.limits.laid_out))
        rows = {one.number: one for _, _, some in chosen for one in some}
        after = self._made(rows[number] for number in sorted(rows)) if rows else {}
        looks = tuple(_look(look, many, some, after) for look, many, some in chosen if some)
        laid = (LaidRow(rows[n].given, rows[n].outcomes, after[n]) for n in sorted(rows))
        return Laid(looks, tuple(laid))

    def _made(self, rows: Iterable[Candidate]) -> dict[int, Outcomes]:
        jobs = [
            Job((Row(one.number, row_of(one.given.record, one.number), one.given.record),))
            for one in rows
        ]
        limits = self._equipment.limits
        limits = replace(limits, workers=min(limits.processes, len(jobs)))
        made: dict[int, Outcomes] = {}
        with Pool(replace(self._equipment, limits=limits, draws=True)) as pool:
            pool.set_up(replace(self._setup, draws=True))
            pool.first_ready()
            while jobs or pool.busy:
                while jobs and pool.free:
                    pool.give(jobs.pop(0))
                made.update((a.job.rows[0].number, a.outcomes) for a in pool.wait())
                if pool.broken:
                    raise pool.broken
        return made


def _look(look: Look, many: int, some: Iterable[Candidate], after: dict[int, Outcomes]) -> LaidLook:
    laid = failed = 0
    rules: dict[str, None] = {}
    for one in some:
        own = {o.letter_id for o in one.outcomes if isinstance(o, Foreseen) and o.look == look}
        for outcome in after[one.number]:
            if outcome.letter_id and outcome.letter_id not in own:
                continue  # the row's letter to another recipient
            laid += 1
            failed += outcome.state != "accepted"
            rules |= dict.fromkeys(finding.rule for finding in errors_in(outcome.findings))
    return LaidLook(look, many, laid, failed, tuple(rules))
