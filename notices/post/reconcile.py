"""Nothing lost between proof and paper: the codes read off the pages against what was planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from notices.finding import Finding
from notices.post.marks import Mark
from notices.post.reread import read_marks
from notices.post.types import PrintFile, Proven, Totals, Withdrawal, total_of


@dataclass(frozen=True)
class PagesRead:
    """What was read off one print file's pages: the letters whose every page is there, in order."""

    letters: tuple[Proven, ...]
    findings: tuple[Finding, ...]


def expected_marks(file: PrintFile) -> dict[int, Mark]:
    """The mark of every page that bears one."""
    return {
        placed.first + page: Mark(
            placed.letter.letter_id, page + 1, placed.letter.pages, placed.sequence
        )
        for placed in file.letters
        for page in range(placed.letter.pages)
    }


def check_print_file(data: bytes, file: PrintFile) -> PagesRead:
    """Every page's code is read off the page; what is not as planned is a finding.

    Raises RenderError where a page can't be drawn.
    """
    planned = expected_marks(file)
    findings: list[Finding] = []
    right: dict[str, int] = {}
    number = 0
    for number, (mark, bare) in enumerate(read_marks(data, file.zone.zone), start=1):
        wanted = planned.get(number)
        if mark == wanted and (mark is not None or bare):
            if mark is not None:
                right[mark.letter_id] = right.get(mark.letter_id, 0) + 1
            continue
        params = {
            "page": str(number),
            "wanted": wanted.payload if wanted else "–",
            "found": mark.payload if mark else "–",
        }
        findings.append(Finding("print-page-wrong", file=file.name, params=params))
    if number != file.pages:
        params = {"wanted": str(file.pages), "found": str(number)}
        findings.append(Finding("print-pages-lost", file=file.name, params=params))
    whole = tuple(
        placed.letter
        for placed in file.letters
        if right.get(placed.letter.letter_id) == placed.letter.pages
    )
    return PagesRead(whole, tuple(findings))


def check_sums(
    proven: Totals, printed: Iterable[Proven], withdrawn: Iterable[Withdrawal]
) -> Iterator[Finding]:
    """Printed + withdrawn = proven, in letters, pages, sheets, and money by currency."""
    out = total_of(printed)
    held = total_of(withdrawal.letter for withdrawal in withdrawn)
    both = out + held
    for what in ("letters", "pages", "sheets"):
        sums = [getattr(total, what) for total in (proven, out, held)]
        if getattr(both, what) != sums[0]:
            yield _unequal(what, *map(str, sums))
    wanted, got = dict(proven.money), dict(both.money)
    for currency in sorted(wanted | got):
        if wanted.get(currency) != got.get(currency):
            yield _unequal(
                currency, *(str(dict(t.money).get(currency, 0)) for t in (proven, out, held))
            )


def _unequal(what: str, proven: str, printed: str, withdrawn: str) -> Finding:
    params: Mapping[str, str] = {
        "what": what,
        "proven": proven,
        "printed": printed,
        "withdrawn": withdrawn,
    }
    return Finding("print-does-not-add-up", params=params)
