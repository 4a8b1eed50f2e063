"""The proof of a payment slip: where it lies, what its code says, what sum it asks for.

The lines of the code are worked out here from the slip's facts, apart from the library that wrote
them, and held against what is decoded from the drawn page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from notices.finding import Finding, masked
from notices.page.document import Document, Frame, PaySlip, PostalAddress, Rendering
from notices.page.payslip import is_slip_account, slip_terms
from notices.proof.decode import place_codes
from notices.proof.readback import Picture, ReadBack
from notices.proof.regions import Regions, is_watermark, squash

_IBAN = re.compile("[A-Z]{2}[0-9]{7}[0-9A-Z]{12}")  # as long as those of the slip's countries
AT_MOST = 0.5  # mm that a part of the slip may be off its place


def check_slip(
    document: Document, rendering: Rendering, read: ReadBack, regions: Regions
) -> Iterator[Finding]:
    """The slip lies at the foot of the last page, alone there, and asks for the letter's total."""
    if document.slip is None:
        return
    last = len(read.pages)
    meant = _slip_frame(read)
    blocks = {block.id for block in document.blocks if block.kind == "pay_slip"}
    boxes = [box for box in rendering.boxes if box.name in blocks]
    for box in boxes:
        yield from _misplaced("slip", box.page, box.frame, meant)
    if [box.page for box in boxes] != [last]:
        pages = ", ".join(str(box.page) for box in boxes) or "–"
        yield Finding("proof-slip-place", params={"page": pages, "what": "slip", "off": "–"})
    for run in read.runs:
        owner = regions.owner(run)
        if run.page != last or is_watermark(run, document):
            continue
        if owner and regions.sides[owner].block.id in blocks:
            continue
        if any(_touches(glyph.frame, meant) for glyph in run.glyphs if not glyph.text.isspace()):
            where = run.ids[-1] if run.ids else (run.tag or "–")
            params = {"page": str(last), "block": where, "text": masked(run.text)}
            yield Finding("proof-slip-intruder", path=where, params=params)
    for data in read.attachments.values():
        total = str(json.loads(data).get("total_due", "–"))
        if total != str(document.slip.amount):
            params = {"amount": str(document.slip.amount), "total": total}
            yield Finding("proof-slip-amount", params=params)


def check_accounts(regions: Regions) -> Iterator[Finding]:
    """An account that takes the slip's reference only is named nowhere but on a slip."""
    sides = (region for region in regions.sides.values() if region.block.kind != "pay_slip")
    shown = [(region.id, region.runs) for region in sides]
    shown += [(run.tag or "–", [run]) for run in regions.loose]
    for name, runs in shown:
        for found in _IBAN.findall(squash("".join(run.text for run in runs))):
            if is_slip_account(found):
                page = str(min(run.page for run in runs))
                params = {"page": page, "block": name, "text": masked(found)}
                yield Finding("proof-slip-account", path=name, params=params)


def check_slip_code(document: Document, read: ReadBack, picture: Picture) -> Iterator[Finding]:
    """On the drawn last page: the code's every line, and its place. A code that can't be read is
    reported by the proof of codes."""
    if document.slip is None:
        return
    lines = slip_lines(document.slip)
    terms, foot = slip_terms()["code"], _slip_frame(read)
    size = float(terms["size"])
    meant = Frame(foot.left + float(terms["left"]), foot.top + float(terms["top"]), size, size)
    scale = read.pages[-1][0] / picture.width
    for text, (left, top, width, height) in place_codes(picture):
        found = text.split("\r\n") if "\r\n" in text else text.split("\n")
        if found[:1] != lines[:1]:
            continue
        for number in range(max(len(found), len(lines))):
            says = found[number] if number < len(found) else ""
            wanted = lines[number] if number < len(lines) else ""
            if says != wanted:
                params = {"line": str(number + 1), "found": masked(says), "wanted": masked(wanted)}
                yield Finding("proof-slip-line", params=params)
        frame = Frame(left * scale, top * scale, width * scale, height * scale)
        yield from _misplaced("code", len(read.pages), frame, meant)


def slip_lines(slip: PaySlip) -> list[str]:
    """The code's lines, by the guidelines: header, account, creditor, seven lines that are
    reserved, amount, debtor, reference, message, trailer."""
    terms = slip_terms()
    return [
        *("SPC", terms["version"], terms["coding"], slip.iban),
        *_address_lines(slip.creditor),
        *[""] * 7,
        *(str(slip.amount), slip.currency),
        *_address_lines(slip.debtor),
        *(slip.reference_type, slip.reference, slip.message, "EPD"),
    ]


def _address_lines(place: PostalAddress) -> tuple[str, ...]:
    return (
        "S",
        place.name,
        place.street,
        place.building,
        place.postcode,
        place.town,
        place.country,
    )


def _slip_frame(read: ReadBack) -> Frame:
    """Where the slip must lie: the last page's foot, in its middle."""
    width, height = read.pages[-1]
    slip = slip_terms()["slip"]
    wide, high = float(slip["width"]), float(slip["height"])
    return Frame((width - wide) / 2, height - high, wide, high)


def _misplaced(what: str, page: int, frame: Frame, meant: Frame) -> Iterator[Finding]:
    edges = (
        (frame.left, meant.left),
        (frame.top, meant.top),
        (frame.left + frame.width, meant.left + meant.width),
        (frame.top + frame.height, meant.top + meant.height),
    )
    off = max(abs(a - b) for a, b in edges)
    if off > AT_MOST:
        params = {"page": str(page), "what": what, "off": f"{off:.1f}"}
        yield Finding("proof-slip-place", path=what, params=params)


def _touches(a: Frame, b: Frame) -> bool:
    across = min(a.left + a.width, b.left + b.width) > max(a.left, b.left)
    return across and min(a.top + a.height, b.top + b.height) > max(a.top, b.top)
