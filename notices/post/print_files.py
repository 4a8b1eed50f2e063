"""Print files of a run: made in a folder of their own, read back and added up, then put in place.

read_run → make_print (for spoilt letters, make_reprint) → place_print
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from notices.errors import FileError, RenderError
from notices.files import move_file, naming, write_whole
from notices.finding import Finding, errors_in
from notices.page.envelopes import PrintZone, read_print_zone
from notices.page.fonts import FontSet
from notices.page.pdf import PdfRenderer
from notices.post.arrangement import arrange, number_letters
from notices.post.digits import cut_digits
from notices.post.marks import MODULE_LEAST, Mark, draw_mark, module_size
from notices.post.merge import PrintWriter, Stated, read_stated
from notices.post.print_record import PRINT_JSON, Printed, build_record
from notices.post.reconcile import check_print_file, check_sums
from notices.post.reread import dark_pages
from notices.post.runfolder import MANIFEST, PRINT, read_letter
from notices.post.sheets import Cover, draw_cover
from notices.post.types import PrintFile, Proven, RunFolder, Withdrawal, total_of

MOST = 500  # letters a file
SIZE_SLACK = 0.5  # mm by which a page may differ from the envelope's paper
REPRINT = "reprint"
NOTHING = "print-nothing"  # the rule of a run of which no letter is left


@dataclass(frozen=True)
class PrintSetup:
    """What stays the same from file to file: the fonts, the renderer of cover sheets, the day."""

    fonts: FontSet
    renderer: PdfRenderer
    today: date
    envelopes: tuple[Path, ...] = ()
    most: int = MOST


@dataclass(frozen=True)
class Print:
    """Finished print files, still in the folder `staged`. `record` is the text of print.json; a
    reprint has none."""

    files: tuple[tuple[PrintFile, str], ...]  # with their digests
    withdrawn: tuple[Withdrawal, ...]
    staged: Path
    record: str


@contextmanager
def open_print_setup(
    fonts: FontSet, today: date, envelopes: tuple[Path, ...] = (), most: int = MOST
) -> Iterator[PrintSetup]:
    """A setup with a renderer of its own. Raises FontError, RenderError."""
    with tempfile.TemporaryDirectory(prefix="notices-") as folder:
        yield PrintSetup(fonts, PdfRenderer(fonts, Path(folder)), today, envelopes, most)


def make_print(
    run: RunFolder,
    withdrawn: tuple[Withdrawal, ...],
    setup: PrintSetup,
    before: Printed | None = None,
) -> tuple[Print | None, tuple[Finding, ...]]:
    """Print files for all letters that were not withdrawn, not in place yet; or why there are none.

    `before` is what was printed of this run already: its withdrawn letters stay withdrawn. Raises
    FileError and RenderError where a file can't be read, written or drawn.
    """
    withdrawn = _still_withdrawn(run, withdrawn, before)
    out = {withdrawal.letter.letter_id for withdrawal in withdrawn}
    remaining = [letter for letter in run.letters if letter.letter_id not in out]
    zones, found = read_zones(run, setup)
    findings = [*check_day(run, setup.today), *found]
    if not remaining:
        findings.append(Finding(NOTHING, file=str(run.folder)))
    if errors_in(findings):
        return None, tuple(findings)
    stated, found = check_letters(run, zones)
    findings += [*found, *_remarks(run, remaining, zones)]
    if errors_in(findings):
        return None, tuple(findings)
    files = arrange(number_letters(remaining), zones, setup.most)
    with ExitStack() as undo:
        staged = _staging(run.folder, undo)
        cover = Cover(run, len(withdrawn), len(files))
        digests, printed, found = _build(files, cover, setup, staged)
        findings += found
        facts = [_as_stated(letter, stated[letter.letter_id], zones) for letter in printed]
        findings += check_sums(total_of(run.letters), facts, withdrawn)
        if errors_in(findings):
            return None, tuple(findings)
        record = build_record(run, zip(files, digests, strict=True), withdrawn, setup.most)
        write_whole(staged / PRINT_JSON, record)
        made = tuple(zip(files, digests, strict=True))
        undo.pop_all()  # the files are good
        return Print(made, withdrawn, staged, record), tuple(findings)


def make_reprint(
    run: RunFolder, before: Printed, first: int, last: int, setup: PrintSetup
) -> tuple[Print | None, tuple[Finding, ...]]:
    """The letters with the numbers `first` to `last` once more: the same pages, new files."""
    findings = list(check_day(run, setup.today))
    known = {letter.letter_id: letter for letter in run.letters}
    asked = [(n, letter) for n, letter in sorted(before.numbers.items()) if first <= n <= last]
    if before.manifest != run.digest or any(letter not in known for _, letter in asked):
        findings.append(Finding("print-run-changed", file=str(run.folder / MANIFEST)))
    elif len(asked) != last - first + 1:
        params = {"asked": f"{first}-{last}", "known": f"1-{max(before.numbers, default=0)}"}
        findings.append(Finding("reprint-range", params=params))
    zones, found = read_zones(run, setup)
    findings += found
    if errors_in(findings):
        return None, tuple(findings)
    prefix = f"{REPRINT}-{first:06d}-{last:06d}-"
    numbered = [(number, known[letter]) for number, letter in asked]
    files = arrange(numbered, zones, setup.most, prefix)
    with ExitStack() as undo:
        staged = _staging(run.folder, undo)
        cover = Cover(run, len(before.withdrawn), len(files), reprint=True)
        digests, printed, found = _build(files, cover, setup, staged)
        findings += found
        findings += check_sums(total_of(letter for _, letter in numbered), printed, ())
        if errors_in(findings):
            return None, tuple(findings)
        made = tuple(zip(files, digests, strict=True))
        undo.pop_all()  # the files are good
        return Print(made, (), staged, ""), tuple(findings)


def place_print(made: Print, out: Path, before: Printed | None = None) -> tuple[Path, ...]:
    """Put the files where they belong, print.json last; older files of the same run go.

    Raises FileError.
    """
    names = [file.name for file, _ in made.files]
    try:
        with naming(out):
            out.mkdir(parents=True, exist_ok=True)
            for name in names:
                move_file(made.staged / name, out / name)
            for table in made.staged.glob("*.csv"):
                move_file(table, out / table.name)
            if made.record:
                for old in _outdated(made, out, before):
                    old.unlink(missing_ok=True)
                move_file(made.staged / PRINT_JSON, out / PRINT_JSON)
    finally:
        drop_print(made)
    return tuple(out / name for name in names)


def _outdated(made: Print, out: Path, before: Printed | None) -> Iterator[Path]:
    """Files with numbers that no longer hold, once a run is printed anew and otherwise."""
    now = {file.name: digest for file, digest in made.files}
    if before is not None and before.files != now:
        yield from (out / name for name in before.files if name not in now)
        yield from out.glob(f"{REPRINT}-*.pdf")


def drop_print(made: Print) -> None:
    """Give up files that are not in place yet."""
    shutil.rmtree(made.staged, ignore_errors=True)


def check_day(run: RunFolder, today: date) -> list[Finding]:
    """Nothing is printed after the last day to post."""
    if today <= run.dispatch_by:
        return []
    params = {"date": run.dispatch_by.isoformat(), "today": today.isoformat()}
    return [Finding("print-too-late", file=str(run.folder), params=params)]


def read_zones(run: RunFolder, setup: PrintSetup) -> tuple[Mapping[str, PrintZone], list[Finding]]:
    """The print section of every envelope in use."""
    zones: dict[str, PrintZone] = {}
    findings: list[Finding] = []
    for name in sorted({letter.envelope for letter in run.letters}):
        try:
            zone = read_print_zone(name, setup.envelopes)
        except FileError as error:
            params = {"envelope": name[:40], "detail": str(error)[:200]}
            findings.append(Finding("print-envelope", params=params))
            continue
        if zone is None:
            findings.append(Finding("print-no-zone", params={"envelope": name}))
        else:
            zones[name] = zone
    return zones, findings


def check_letters(
    run: RunFolder, zones: Mapping[str, PrintZone]
) -> tuple[Mapping[str, Stated], list[Finding]]:
    """Every letter says of itself what the manifest says of it, and leaves the zone free."""
    stated: dict[str, Stated] = {}
    findings: list[Finding] = []
    for letter in run.letters:
        try:
            data = read_letter(run, letter)
            said = stated[letter.letter_id] = read_stated(data)
            findings += _check_letter(run, letter, said, data, zones[letter.envelope])
        except (FileError, RenderError):
            params = {"letter": letter.letter_id}
            where = str(run.folder / MANIFEST)
            findings.append(
                Finding("print-letter-altered", file=where, line=letter.line, params=params)
            )
    return stated, findings


def _check_letter(
    run: RunFolder, letter: Proven, said: Stated, data: bytes, zone: PrintZone
) -> Iterator[Finding]:
    manifest = str(run.folder / MANIFEST)
    pairs: tuple[tuple[str, object, object], ...] = (
        ("letter_id", letter.letter_id, said.letter_id),
        ("pages", letter.pages, said.pages),
        ("sheets", letter.sheets, zone.sheets_of(said.pages)),
        ("currency", letter.currency, said.currency),
        ("total", letter.total, said.total),
    )
    for what, in_manifest, in_letter in pairs:
        if in_manifest != in_letter:
            params = {"letter": letter.letter_id, "what": what, "witness": letter.file}
            yield Finding("print-letter-differs", file=manifest, line=letter.line, params=params)
    for number, size in enumerate(said.sizes, start=1):
        if max(abs(a - b) for a, b in zip(size, zone.paper, strict=True)) > SIZE_SLACK:
            params = {"letter": letter.letter_id, "page": str(number), "envelope": zone.envelope}
            yield Finding("print-paper", file=letter.file, params=params)
    for page in dark_pages(data, zone.zone):
        params = {"letter": letter.letter_id, "page": str(page), "envelope": zone.envelope}
        yield Finding("print-zone-taken", file=letter.file, params=params)
    longest = Mark(letter.letter_id, said.pages, said.pages, 10**6)
    if module_size(longest, zone.zone) < MODULE_LEAST:
        params = {"letter": letter.letter_id, "envelope": zone.envelope}
        yield Finding("print-code-small", file=letter.file, params=params)


def _remarks(
    run: RunFolder, letters: Sequence[Proven], zones: Mapping[str, PrintZone]
) -> Iterator[Finding]:
    """What does not stop printing, and should be known."""
    if not run.live:
        yield Finding("print-drafts", "warning", file=str(run.folder))
    if without := sum(not letter.postcode for letter in letters):
        params = {"count": str(without)}
        yield Finding("print-no-postcode", "note", file=str(run.folder), params=params)
    for name, zone in zones.items():
        its_letters = [letter for letter in letters if letter.envelope == name]
        if thick := sum(0 < zone.sheets < letter.sheets for letter in its_letters):
            params = {"count": str(thick), "envelope": name, "sheets": str(zone.sheets)}
            yield Finding("print-too-thick", "warning", params=params)


def _build(
    files: tuple[PrintFile, ...], cover: Cover, setup: PrintSetup, staged: Path
) -> tuple[list[str], list[Proven], list[Finding]]:
    """The files' digests, the letters whose every page was read back from them, and findings."""
    digests: list[str] = []
    printed: list[Proven] = []
    findings: list[Finding] = []
    for number, file in enumerate(files, start=1):
        data = _merge(file, number, cover, setup)
        write_whole(staged / file.name, data)
        digests.append(hashlib.sha256(data).hexdigest())
        seen = check_print_file((staged / file.name).read_bytes(), file)
        printed += seen.letters
        findings += seen.findings
    return digests, printed, findings


def _merge(file: PrintFile, number: int, cover: Cover, setup: PrintSetup) -> bytes:
    digits = cut_digits(setup.fonts)
    writer = PrintWriter(file.zone.paper, digits)
    writer.add(draw_cover(setup.renderer, setup.fonts, file, number, cover))
    for placed in file.letters:
        while writer.pages < placed.first - 1:
            writer.add_blank()
        letter = placed.letter
        marks = [
            draw_mark(
                Mark(letter.letter_id, page, letter.pages, placed.sequence),
                *(file.zone.zone, file.zone.paper[1], digits),
            )
            for page in range(1, letter.pages + 1)
        ]
        writer.add(read_letter(cover.run, letter), marks)
    while writer.pages < file.pages:
        writer.add_blank()
    return writer.finish(f"{cover.run.run_id} {file.name}", cover.run.issue_date)


def _as_stated(letter: Proven, said: Stated, zones: Mapping[str, PrintZone]) -> Proven:
    """The letter with the sums that its own file states, not the manifest."""
    sheets = zones[letter.envelope].sheets_of(said.pages)
    return replace(
        letter, pages=said.pages, sheets=sheets, currency=said.currency, total=said.total
    )


def _still_withdrawn(
    run: RunFolder, withdrawn: tuple[Withdrawal, ...], before: Printed | None
) -> tuple[Withdrawal, ...]:
    reasons = {withdrawal.letter.letter_id: withdrawal.reason for withdrawal in withdrawn}
    reasons = {**reasons, **(before.withdrawn if before else {})}
    return tuple(
        Withdrawal(letter, reasons[letter.letter_id])
        for letter in run.letters
        if letter.letter_id in reasons
    )


def _staging(folder: Path, undo: ExitStack) -> Path:
    """A folder beside the place where the files will stand, for `undo` to take away; what a killed
    call left there goes first. Raises FileError."""
    with naming(folder):
        for left in folder.glob(f".{PRINT}-*"):
            shutil.rmtree(left, ignore_errors=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{PRINT}-", dir=folder))
    undo.callback(shutil.rmtree, staged, ignore_errors=True)
    return staged
