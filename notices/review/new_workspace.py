"""The files of a new workspace: settings, a sender profile, on request a made-up case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from notices.case.blank_record import as_remark
from notices.errors import FileError
from notices.files import read_bytes
from notices.pack.types import Pack
from notices.places import TEMPLATES
from notices.review.examples import Example, read_examples
from notices.review.new_pack_text import yaml_text

SCAFFOLD = TEMPLATES / "workspace"
PROFILE = "our-company"  # the profile to fill in; notices.toml names it
FOLDERS = ("cases", "packs", "senders", "envelopes", "overlay", "approvals", "out")
PRIVATE = ("ledger",)  # for its owner alone


_SUGGESTED = re.compile(r'# pack = "([^"]+)"')  # of the scaffold's settings


@dataclass(frozen=True)
class Sample:
    """A fictional case with its fictional sender, as files of a workspace."""

    sender: str  # the profile's name
    profile: str  # text of senders/SENDER.yaml
    case: str  # text of cases/example.yaml
    day: str  # the date of its letter, as --issue-date takes it


def scaffold_files(pack_id: str, sender: str) -> dict[str, str]:
    """The files that every workspace begins with; `pack_id` "" leaves the pack open."""
    names = {"notices.toml": "notices.toml", "gitignore": ".gitignore", "README.md": "README.md"}
    texts = {names[n]: read_bytes(SCAFFOLD / n).decode() for n in names}
    settings = texts["notices.toml"].replace(PROFILE, sender)
    if pack_id:
        settings = _SUGGESTED.sub(f'pack = "{pack_id}"', settings)
    return {**texts, "notices.toml": settings}


def suggested_pack() -> str:
    """The pack that the scaffold's settings name as a suggestion."""
    (pack_id,) = _SUGGESTED.findall(read_bytes(SCAFFOLD / "notices.toml").decode())
    return str(pack_id)


def sample_of(pack: Pack, root: Path, remark: str) -> Sample:
    """A fictional case of the pack: the gentlest letter to a consumer, from a creditor.

    `remark` stands at the head of both files. Raises FileError where the pack has no such example.
    """
    found = [example for example in read_examples(root) if _is_plain(example)]
    if not found:
        raise FileError(f"packs/{pack.id}/examples: no example that a workspace could begin with")
    kinds = list(pack.kinds)

    def rank(example: Example) -> tuple[int, bool, str]:
        data = example.record.data
        return kinds.index(data["kind"]), data["recipient"]["type"] != "consumer", example.name

    chosen = min(found, key=rank)
    sender = chosen.data["sender"]
    profile = read_bytes(root / "examples" / "senders" / f"{sender}.yaml").decode()
    case = yaml_text(remark, {"sender": sender, **chosen.record.data})
    day = str(chosen.record.data["issue_date"])  # a pack's check sees to it that there is one
    return Sample(sender, f"{as_remark(remark)}\n{profile}", case, day)


def _is_plain(example: Example) -> bool:
    """Whether it can stand alone: a creditor's, with a profile of its own."""
    named = isinstance(example.data.get("sender"), str)
    return not example.faults and named and example.sender.data.get("role") == "creditor"
