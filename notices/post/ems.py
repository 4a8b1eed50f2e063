"""The carrier's table of orders: one line a printed letter, in the columns that a profile names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from notices.errors import FileError
from notices.files import safe_cell
from notices.finding import Finding
from notices.places import TEMPLATES
from notices.post.types import Proven
from notices.textfiles import read_text_file

EMS = TEMPLATES / "post" / "ems"
ENCODINGS = ("gb18030", "utf-8-sig")
VALUES = (
    *("sequence", "letter_id", "recipient_name", "recipient_phone", "recipient_address"),
    *("postcode", "declared_content", "pages", "sheets"),
)
NEUTRAL = re.compile(r"\{letter_id\}")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_PHONE_MARKS = re.compile(r"[\s()\uff08\uff09.-]")


@dataclass(frozen=True)
class Column:
    """A column: a value's name, or a fixed text."""

    head: str
    value: str = ""
    text: str = ""
    required: bool = False


@dataclass(frozen=True)
class Profile:
    """A carrier's table."""

    name: str
    encoding: str
    columns: tuple[Column, ...]
    content: str  # of the parcel as declared, with {letter_id}
    country: str  # the carrier's own, left out of phone numbers


@dataclass(frozen=True)
class Addressee:
    """Who gets a letter: from the ledger's record, for the manifest names nobody."""

    name: str
    address: tuple[str, ...]
    phone: str = ""


def read_profile(name: str, folders: tuple[Path, ...] = ()) -> Profile:
    """The profile `name` from the first of `folders` that has it, else a shipped one.

    Raises FileError where there is none, or it names a value or an encoding that there is not.
    """
    for folder in (*folders, EMS):
        if (file := folder / f"{name}.yaml").is_file():
            return _profile(file)
    known = ", ".join(profile_names(folders))
    raise FileError(f"no carrier's profile is called {name}; there are: {known}")


def profile_names(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    return tuple(sorted({f.stem for folder in (*folders, EMS) for f in folder.glob("*.yaml")}))


def build_orders(
    profile: Profile,
    letters: Sequence[tuple[int, Proven]],
    addressees: Mapping[str, Addressee],
    content: str = "",
) -> tuple[bytes, tuple[Finding, ...]]:
    """The table's bytes, and what is missing in it. `content` is declared instead of the
    profile's."""
    findings: list[Finding] = []
    declared = content or profile.content
    if NEUTRAL.sub("", declared).strip(" \u51fd\u4ef6") and declared != profile.content:
        findings.append(Finding("ems-content", "warning", params={"content": declared}))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(column.head) for column in profile.columns])
    for sequence, letter in letters:
        who = addressees.get(letter.letter_id)
        if who is None:
            params = {"letter": letter.letter_id}
            findings.append(Finding("ems-no-recipient", params=params))
            continue
        values = _values(sequence, letter, who, declared, profile)
        findings += _missing(profile, letter, values)
        cells = [column.text or values[column.value] for column in profile.columns]
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue().encode(profile.encoding), tuple(findings)


def plain_phone(text: str, country: str) -> str:
    """A phone number in digits, its own country's code left out; "" where it is none, or masked."""
    bare = _PHONE_MARKS.sub("", text)
    if country and bare.startswith((f"+{country}", f"00{country}")):
        bare = bare[bare.index(country) + len(country) :]
    bare = f"00{bare[1:]}" if bare.startswith("+") else bare
    return bare if bare.isascii() and bare.isdigit() and 5 <= len(bare) <= 18 else ""


def join_address(lines: Sequence[str], postcode: str) -> str:
    """The address on one line, without a line that only repeats the postcode."""
    kept = [line for line in lines if not postcode or _only(line) != postcode]
    text = ""
    for line in kept:
        between = "" if not text or (_HAN.match(text[-1]) and _HAN.match(line)) else ", "
        text += between + line
    return text


def _only(line: str) -> str:
    """What is left of a line without the word for a postcode."""
    return re.sub(r"^(\u90ae\u7f16|\u90ae\u653f\u7f16\u7801)[:\uff1a\s]*", "", line).strip()


def _values(
    sequence: int, letter: Proven, who: Addressee, content: str, profile: Profile
) -> Mapping[str, str]:
    return {
        "sequence": f"{sequence:06d}",
        "letter_id": letter.letter_id,
        "recipient_name": who.name,
        "recipient_phone": plain_phone(who.phone, profile.country),
        "recipient_address": join_address(who.address, letter.postcode),
        "postcode": letter.postcode,
        "declared_content": content.replace("{letter_id}", letter.letter_id),
        "pages": str(letter.pages),
        "sheets": str(letter.sheets),
    }


def _missing(profile: Profile, letter: Proven, values: Mapping[str, str]) -> Iterator[Finding]:
    for column in profile.columns:
        if column.required and column.value and not values[column.value]:
            params = {"letter": letter.letter_id, "column": column.head}
            rule = "ems-no-phone" if column.value == "recipient_phone" else "ems-no-value"
            yield Finding(rule, params=params)


def _profile(file: Path) -> Profile:
    data = read_text_file(file).data
    try:
        columns = tuple(
            Column(
                head=entry["head"],
                value=entry.get("value") or "",
                text=entry.get("text") or "",
                required=entry.get("required") == "true",
            )
            for entry in data["columns"]
        )
        unknown = {c.value for c in columns if c.value} - set(VALUES)
        if unknown or not columns or data["encoding"] not in ENCODINGS:
            names = ", ".join(sorted(unknown)) or data["encoding"]
            raise FileError(f"{file}: not known: {names} (values: {', '.join(VALUES)})")
        return Profile(
            file.stem, data["encoding"], columns, data["content"], data.get("country") or ""
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise FileError(f"{file}: not a carrier's profile: {error}") from error
