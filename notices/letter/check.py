"""A record on its way to a composed Document: everything that needs no renderer.

check schema → Case → derive figures → check rules → build contexts → compose
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from notices.case.build import build_cases
from notices.case.record import Record
from notices.case.schema import check_schema
from notices.case.types import Case
from notices.figures.check import check_figures
from notices.figures.derive import derive_figures
from notices.figures.types import Figures
from notices.finding import Finding, errors_in
from notices.letter.characters import check_characters
from notices.letter.figure_faults import figure_faults
from notices.letter.holds import check_holds
from notices.letter.options import NO_OPTIONS, LetterOptions
from notices.letter.resources import Resources
from notices.letter.rooms import check_rooms
from notices.letter.workspace import sender_names
from notices.pack.bans import check_free_texts
from notices.pack.term_slots import printed_slot_faults
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.page.compose import Style, compose, expected_values
from notices.page.document import Arrangement, Document, Expected, Image
from notices.page.pictures import PictureError
from notices.words.context import build_contexts
from notices.words.facts import build_facts

# Days between the door's day and a date of the letter that the record alone states; a date further
# off is said at the door: no old record or column dates a letter by mistake. A product choice.
UNSAID_DAYS = 7


@dataclass(frozen=True)
class Request:
    """One letter as it is asked for."""

    today: date  # from the door's clock: the issue date of a record that states none
    options: LetterOptions = NO_OPTIONS
    attempt: int = 1  # of the same notice to the same recipient; the plan or a reissue raises it
    by_approved: bool = False  # worded by the approved text, as a live letter is
    in_run: bool = False  # whether the date asked for is that of a run, which all its rows share

    @property
    def issue_date(self) -> date:
        """The date of the letter where the record states none."""
        return self.options.issue_date or self.today


@dataclass(frozen=True)
class Checked:
    """One letter-to-be, as far as it got. Only one without error findings has a document."""

    record: Record
    findings: tuple[Finding, ...]
    letter_id: str = ""
    pack: Pack | None = None
    case: Case | None = None
    figures: Figures | None = None
    document: Document | None = None
    expected: tuple[Expected, ...] = ()


def check_record(
    record: Record, resources: Resources, request: Request, sender: Record | None = None
) -> tuple[Checked, ...]:
    """The letters of one record, one per addressed party; or one Checked with what is wrong."""
    if record.faults:
        return (Checked(record, record.faults),)
    misdated = tuple(_misdated(record, request))
    data = {**record.data, **_as_stated(request.options)}
    name = data.get("pack") or resources.workspace.defaults.pack
    pack = resources.pack(name) if isinstance(name, str) else None
    record = replace(record, data={**data, "pack": pack.id} if pack else data)
    if pack is None:
        return (Checked(record, (_no_pack(record, name, resources),)),)
    by_approved = request.options.live or request.by_approved
    if by_approved and isinstance(kind := data.get("kind"), str):
        day = str(data.get("issue_date") or request.issue_date)
        pack = resources.live_pack(pack, kind, day)
    unknown: list[Finding] = []
    if sender is None:
        sender, unknown = _sender(record, resources, request.options.sender)
    found = check_schema(record, sender, pack)
    if unknown:
        found = (*unknown, *(f for f in found if f.rule != "sender-missing"))
    found = (*found, *misdated, *_held(record, resources, request))
    if sender is not None and errors_in(found):
        figures = figure_faults(record, sender, pack, request.issue_date, found)
        found = (*found, *(placed(finding, record) for finding in figures))
    if sender is None or errors_in(found):
        return (Checked(record, found, pack=pack),)
    cases = build_cases(record, sender, pack, request.issue_date)
    return tuple(
        _check_case(
            case, number, (record, sender), found if number == 0 else (), pack, resources, request
        )
        for number, case in enumerate(cases)
    )


def _misdated(record: Record, request: Request) -> Iterator[Finding]:
    """A date of the letter that nobody said at the door, or that isn't its run's."""
    try:
        stated = date.fromisoformat(str(record.data.get("issue_date")))
    except ValueError:
        return  # none, or the schema tells
    asked, place = request.options.issue_date, (record.file, record.line("issue_date"))
    if asked is None and abs((stated - request.today).days) > UNSAID_DAYS:
        params = {"stated": str(stated), "today": str(request.today), "days": str(UNSAID_DAYS)}
        yield Finding("issue-date-unsaid", "error", *place, "issue_date", params)
    elif request.in_run and asked and stated != asked:
        params = {"stated": str(stated), "run": str(asked)}
        yield Finding("issue-date-not-the-runs", "error", *place, "issue_date", params)


def _held(record: Record, resources: Resources, request: Request) -> tuple[Finding, ...]:
    """Holds that bind today: the record's own, and those of the workspace's holds file."""
    case_id = record.data.get("id")
    name = case_id if isinstance(case_id, str) else ""
    return check_holds(name, record, resources.workspace, request.today, resources.holds)


def _as_stated(options: LetterOptions) -> dict[str, Any]:
    """What the door asks for instead of what the record says, as the record would say it."""
    stated: dict[str, Any] = {"kind": options.kind, "level": str(options.level or "")}
    stated["languages"] = list(options.languages)
    stated["issue_date"] = options.issue_date.isoformat() if options.issue_date else ""
    return {name: value for name, value in stated.items() if value}


def _no_pack(record: Record, name: object, resources: Resources) -> Finding:
    known = resources.workspace.pack_ids()
    named = name if isinstance(name, str) else ""
    params = {
        "name": named[:40],
        "near": near_miss(named, known) or ", ".join(known),
        "known": ", ".join(known),
    }
    return Finding("pack-unknown", "error", record.file, record.line("pack"), "pack", params)


def _sender(
    record: Record, resources: Resources, from_door: str
) -> tuple[Record | None, list[Finding]]:
    """The profile that the door, the record or the workspace names; a name may be unknown."""
    if from_door:
        return resources.sender(from_door, from_door=True), []
    named = record.data.get("sender") or resources.workspace.defaults.sender
    if not isinstance(named, str) or not named:
        return None, []
    if resources.workspace.root is not None and not resources.has_sender(named):
        known = sender_names(resources.workspace)
        params = {"name": named[:60], "near": near_miss(named, known) or "–"}
        line = record.line("sender")
        return None, [Finding("unknown-sender", "error", record.file, line, "sender", params)]
    return resources.sender(named, from_door=False), []


def _check_case(
    case: Case,
    number: int,
    written: tuple[Record, Record],
    found: tuple[Finding, ...],
    pack: Pack,
    resources: Resources,
    request: Request,
) -> Checked:
    """Figures, rules, wording and composition of one letter; stops only where it can't go on."""
    record = written[0]
    letter_id = build_letter_id(case, number, request.attempt)
    slots = (f for f in printed_slot_faults(pack) if f.path.endswith(_sides(case)))
    if unfilled := tuple(slots):  # no words can be made of such a term
        return Checked(record, (*found, *unfilled), letter_id, pack, case)
    figures, findings = derive_figures(case, pack)
    findings = (*findings, *check_figures(case, figures, pack))
    document: Document | None = None
    expected: tuple[Expected, ...] = ()
    if figures is not None:
        images, unreadable = _read_images(case, pack, resources)
        findings = (*findings, *unreadable, *_check_arrangement(case, pack, request.options))
        style = _style(case, pack, resources, request.options, images)
        facts = build_facts(case, figures, pack, style.arrangement)
        findings = (*findings, *check_free_texts(record, case, pack, facts))
        contexts = build_contexts(case, figures, pack, letter_id)
        document, incomplete = compose(case, figures, pack, contexts, facts, style, letter_id)
        findings = (*findings, *incomplete)
        if document is not None:
            findings = (*findings, *check_characters(document, resources.fonts, written))
            findings = (*findings, *check_rooms(document, record))
            expected = expected_values(case, figures, pack, contexts)
    findings = (*found, *(placed(finding, record) for finding in findings))
    if errors_in(findings):
        document = None
    return Checked(record, findings, letter_id, pack, case, figures, document, expected)


def _sides(case: Case) -> tuple[str, ...]:
    return tuple(f".{lang}" for lang in case.languages)


def build_letter_id(case: Case, recipient: int, attempt: int = 1) -> str:
    """The letter's own number: the case id and a digest over notice, recipient and attempt.

    It names neither a person nor the kind of letter, so it may stand in a file name.
    """
    parts = (case.sender.id, case.id, case.kind, case.level, case.cycle, recipient, attempt)
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return f"{case.id}-{base64.b32encode(digest).decode()[:6]}"


def _style(
    case: Case, pack: Pack, resources: Resources, options: LetterOptions, images: tuple[Image, ...]
) -> Style:
    defaults = resources.workspace.defaults
    usual = defaults.layout or pack.defaults.get("layout", "parallel")
    arrangement = options.arrangement or ("stacked" if options.large_print else usual)
    kind = pack.kinds[case.kind]
    if kind.arrangements and arrangement not in kind.arrangements:
        arrangement = kind.arrangements[0]  # one asked for by name is refused elsewhere
    if len(case.languages) == 1:
        arrangement = "stacked"
    of_kind = "" if options.large_print else kind.envelope  # a form's places are of usual print
    name = options.envelope or of_kind or defaults.envelope or pack.defaults["envelope"]
    return Style(
        envelope=resources.envelope(name),
        arrangement=cast(Arrangement, arrangement),
        large_print=options.large_print,
        live=options.live,
        images=images,
    )


def _check_arrangement(case: Case, pack: Pack, options: LetterOptions) -> Iterator[Finding]:
    allowed = pack.kinds[case.kind].arrangements
    wanted = options.arrangement
    if wanted and allowed and wanted not in allowed and len(case.languages) > 1:
        params = {"asked": wanted, "kind": case.kind, "allowed": ", ".join(allowed)}
        yield Finding("arrangement-not-permitted", params=params)


def _read_images(
    case: Case, pack: Pack, resources: Resources
) -> tuple[tuple[Image, ...], tuple[Finding, ...]]:
    """The sender's pictures; the seal only with its recorded authorisation."""
    sender = case.sender
    images: list[Image] = []
    findings: list[Finding] = []
    for name, file in (
        ("logo", sender.logo),
        ("signature", sender.signature),
        ("seal", sender.seal),
    ):
        if not file:
            continue
        if name == "seal" and not sender.seal_authorisation:
            findings.append(Finding("seal-unauthorised", path="sender.seal"))
            continue
        try:
            images.append(replace(resources.picture(file, name), alt=pack.labels[f"{name}_alt"]))
        except PictureError as error:
            params = {f"why_{lang}": error.said(lang) for lang in ("en", "zh")}
            findings.append(Finding("image-unusable", path=f"sender.{name}", params=params))
    return tuple(images), tuple(findings)


def placed(finding: Finding, record: Record) -> Finding:
    """A finding about a record's value, with the file and line it stands on."""
    if finding.file:
        return finding
    steps = [int(s) if s.isdigit() else s for s in re.findall(r"[^.\[\]]+", finding.path)]
    return replace(finding, file=record.file, line=record.line(*steps))
