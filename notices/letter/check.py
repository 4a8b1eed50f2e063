"""A record on its way to a composed Document: everything that needs no renderer.

read record → check schema → Case → derive figures → check rules → build contexts → compose
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from notices.case.build import build_cases
from notices.case.record import Record, read_records
from notices.case.schema import check_schema
from notices.case.types import Case
from notices.errors import FileError
from notices.figures.check import check_figures
from notices.figures.derive import derive_figures
from notices.figures.types import Figures
from notices.finding import Finding, errors_in
from notices.letter.holds import check_holds
from notices.letter.resources import Resources
from notices.letter.workspace import (
    Workspace,
    sender_names,
)
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.page.compose import Style, compose, expected_values
from notices.page.document import Arrangement, Document, Expected, Image
from notices.page.fonts import FontSet
from notices.words.context import build_contexts
from notices.words.facts import build_facts


@dataclass(frozen=True)
class Request:
    """What was asked for; "" or None leaves it to the case, the workspace, then the pack."""

    today: date  # from the door's clock: the issue date of a record that states none
    kind: str = ""
    level: int = 0
    languages: tuple[str, ...] = ()
    arrangement: str = ""
    envelope: str = ""
    large_print: bool = False
    live: bool = False
    sender: str = ""
    issue_date: date | None = None
    attempt: int = 1  # of the same notice to the same recipient; the plan or a reissue raises it


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


def check_records(
    file: Path, workspace: Workspace, request: Request, resources: Resources | None = None
) -> tuple[Checked, ...]:
    """Every letter that the records in `file` ask for, checked up to its composed Document.

    Raises FileError, PackError and WorkspaceError where a file, pack or profile can't be used.
    """
    resources = resources or Resources(workspace)
    return tuple(
        checked
        for record in read_records(file)
        for checked in check_record(record, resources, request)
    )


def check_record(
    record: Record, resources: Resources, request: Request, sender: Record | None = None
) -> tuple[Checked, ...]:
    """The letters of one record, one per addressed party; or one Checked with what is wrong."""
    if record.faults:
        return (Checked(record, record.faults),)
    data = {**record.data, **_asked(request)}
    name = data.get("pack") or resources.workspace.defaults.pack
    pack = resources.pack(name) if isinstance(name, str) else None
    record = replace(record, data={**data, "pack": pack.id} if pack else data)
    if pack is None:
        return (Checked(record, (_no_pack(record, name, resources),)),)
    unknown: list[Finding] = []
    if sender is None:
        sender, unknown = _sender(record, resources, request)
    found = check_schema(record, sender, pack)
    if unknown:
        found = (*unknown, *(f for f in found if f.rule != "sender-missing"))
    found = (*found, *_held(record, resources, request))
    if sender is None or errors_in(found):
        return (Checked(record, found, pack=pack),)
    cases = build_cases(record, sender, pack, request.issue_date or request.today)
    return tuple(
        _check_case(case, number, record, found if number == 0 else (), pack, resources, request)
        for number, case in enumerate(cases)
    )


def _held(record: Record, resources: Resources, request: Request) -> tuple[Finding, ...]:
    """Holds that bind today: the record's own, and those of the workspace's holds file."""
    case_id = record.data.get("id")
    name = case_id if isinstance(case_id, str) else ""
    return check_holds(name, record, resources.workspace, request.today, resources.holds)


def _asked(request: Request) -> dict[str, Any]:
    """What the door asks for instead of what the record says, as the record would say it."""
    asked: dict[str, Any] = {"kind": request.kind, "level": str(request.level or "")}
    asked["languages"] = list(request.languages)
    asked["issue_date"] = request.issue_date.isoformat() if request.issue_date else ""
    return {name: value for name, value in asked.items() if value}


def _no_pack(record: Record, name: object, resources: Resources) -> Finding:
    roots = resources.workspace.pack_roots
    known = sorted({f.parent.name for root in roots for f in root.glob("*/pack.yaml")})
    asked = name if isinstance(name, str) else ""
    params = {
        "name": asked[:40],
        "near": near_miss(asked, known) or ", ".join(known),
        "known": ", ".join(known),
    }
    return Finding("pack-unknown", "error", record.file, record.line("pack"), "pack", params)


def _sender(
    record: Record, resources: Resources, request: Request
) -> tuple[Record | None, list[Finding]]:
    """The profile that the door, the record or the workspace names; a name may be unknown."""
    if request.sender:
        return resources.sender(request.sender, from_door=True), []
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
    record: Record,
    found: tuple[Finding, ...],
    pack: Pack,
    resources: Resources,
    request: Request,
) -> Checked:
    """Figures, rules, wording and composition of one letter; stops only where it can't go on."""
    letter_id = build_letter_id(case, number, request.attempt)
    figures, told = derive_figures(case, pack)
    told = (*told, *check_figures(case, figures, pack))
    document: Document | None = None
    expected: tuple[Expected, ...] = ()
    if figures is not None:
        images, unreadable = _read_images(case, pack, resources)
        told = (*told, *unreadable, *_check_arrangement(case, pack, request))
        style = _style(case, pack, resources, request, images)
        facts = build_facts(case, figures, pack, style.arrangement)
        told = (*told, *check_free_text(record, case, pack, facts))
        contexts = build_contexts(case, figures, pack, letter_id)
        document, lacking = compose(case, figures, pack, contexts, facts, style, letter_id)
        told = (*told, *lacking)
        if document is not None:
            told = (*told, *check_characters(document, resources.fonts))
            expected = expected_values(case, figures, pack, contexts)
    findings = (*found, *(placed(finding, record) for finding in told))
    if errors_in(findings):
        document = None
    return Checked(record, findings, letter_id, pack, case, figures, document, expected)


def build_letter_id(case: Case, recipient: int, attempt: int = 1) -> str:
    """The letter's own number: the case id and a digest over notice, recipient and attempt.

    It names neither a person nor the kind of letter, so it may stand in a file name.
    """
    parts = (case.sender.id, case.id, case.kind, case.level, case.cycle, recipient, attempt)
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return f"{case.id}-{base64.b32encode(digest).decode()[:6]}"


def _style(
    case: Case, pack: Pack, resources: Resources, request: Request, images: tuple[Image, ...]
) -> Style:
    defaults = resources.workspace.defaults
    usual = defaults.layout or pack.defaults.get("layout", "parallel")
    arrangement = request.arrangement or ("stacked" if request.large_print else usual)
    kind = pack.kinds[case.kind]
    if kind.arrangements and arrangement not in kind.arrangements:
        arrangement = kind.arrangements[0]  # one asked for by name is refused elsewhere
    if len(case.languages) == 1:
        arrangement = "stacked"
    usual_envelope = kind.envelope or defaults.envelope or pack.defaults["envelope"]
    name = request.envelope or usual_envelope
    return Style(
        envelope=resources.envelope(name),
        arrangement=cast(Arrangement, arrangement),
        large_print=request.large_print,
        live=request.live,
        images=images,
    )


def _check_arrangement(case: Case, pack: Pack, request: Request) -> Iterator[Finding]:
    allowed = pack.kinds[case.kind].arrangements
    asked = request.arrangement
    if asked and allowed and asked not in allowed and len(case.languages) > 1:
        params = {"asked": asked, "kind": case.kind, "allowed": ", ".join(allowed)}
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
        except FileError as error:
            params = {"detail": str(error)[:200]}
            findings.append(Finding("image-unusable", path=f"sender.{name}", params=params))
    return tuple(images), tuple(findings)


def check_free_text(
    record: Record, case: Case, pack: Pack, facts: Mapping[str, object]
) -> Iterator[Finding]:
    """The wording rules over the record's own sentences; names and addresses are exempt."""
    from notices.pack.bans import check_free_texts

    yield from check_free_texts(record, case, pack, facts)


def check_characters(document: Document, fonts: FontSet) -> Iterator[Finding]:
    """Every character that no font has, once."""
    sides = (side for block in document.blocks for row in block.rows for side in row.sides)
    texts = [run.text for side in sides for cell in side.cells for run in cell.runs]
    texts += [*document.recipient.lines, *document.return_address.lines]
    texts += [side.text for side in (*document.letterhead.names, *document.letterhead.lines)]
    for char in fonts.missing("".join(texts)):
        yield Finding("no-font", params={"char": char, "code": f"U+{ord(char):04X}"})


def placed(finding: Finding, record: Record) -> Finding:
    """A finding about a record's value, with the file and line it stands on."""
    if finding.file:
        return finding
    steps = [int(s) if s.isdigit() else s for s in re.findall(r"[^.\[\]]+", finding.path)]
    return replace(finding, file=record.file, line=record.line(*steps))
