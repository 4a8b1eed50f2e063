"""`notices pack new`: a pack in the workspace, whole but for its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from notices.cli.command import door
from notices.cli.session import Session
from notices.errors import FileError, WorkspaceError
from notices.files import write_new
from notices.pack import core
from notices.pack.unfilled import MARK
from notices.places import PACKS
from notices.review.new_pack_text import Tongues, yaml_text
from notices.textfiles import read_text_file

MODEL = PACKS / "generic"  # claims no law, so nothing of it is wrong elsewhere
PATTERN = "en"
SENDER = "sample-garden"  # its examples are the plainest, one a kind
_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,15}")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_CURRENCY = re.compile(r"([A-Z]{3})(?::([0-4]))?")
_FORMATS = {"date": "d MMMM y", "amount": "#,##0.00", "money": "{currency} {amount}"}
_FORMATS |= {"percent": "#,##0.##%", "words": "", "list_separator": ", ", "share": "50"}


def _tags(text: str) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(text.replace(",", " ").split()))
    wrong = [tag for tag in tags if not _TAG.fullmatch(tag)]
    if wrong or not tags:
        raise click.BadParameter(f"{' '.join(wrong) or text!r}: language tags, as 'pt en'")
    return tags


def _currency(text: str) -> tuple[str, str]:
    found = _CURRENCY.fullmatch(text)
    if not found:
        raise click.BadParameter(f"{text!r} is no currency, as ABC, or as ABC:3 with its decimals")
    return found[1], found[2] or ""


def _named(text: str) -> tuple[str, str]:
    tag, equals, name = text.partition("=")
    if not equals or not name.strip() or not _TAG.fullmatch(tag):
        raise click.BadParameter(f"{text!r} is no name, as 'en=Neverland'")
    return tag, name.strip()


@door("new")
@click.argument("pack_id", metavar="PACK")
@click.option(
    "--languages", type=_tags, required=True, metavar="TAGS", help="In printing order, as 'pt en'."
)
@click.option(
    "--currency",
    "currencies",
    type=_currency,
    multiple=True,
    required=True,
    metavar="CODE",
    help="ISO 4217, with its decimals where they are not known: ABC:3. May come again.",
)
@click.option(
    "--name",
    "names",
    type=_named,
    multiple=True,
    metavar="TAG=NAME",
    help="What the place is called, once a language; left out: to be filled in.",
)
def new(
    session: Session,
    pack_id: str,
    languages: tuple[str, ...],
    currencies: tuple[tuple[str, str], ...],
    names: tuple[tuple[str, str], ...],
) -> None:
    """Begin a pack of your own in packs/PACK of the workspace.

    It has kinds, fields, rules, wording rules and examples that claim no law of any place. Texts in
    a language that this program does not ship are marked [fill in]; `notices pack check PACK` tells
    each by file and line until none is left, and then passes.
    """
    folder = _place(session, pack_id)
    files = dict(_files(session, pack_id, languages, currencies, dict(names)))
    for name, text in files.items():
        write_new(folder / name, text)
        session.say("file-written", file=folder / name)
    marks = sum(text.count(MARK) for text in files.values())
    session.say("pack-begun", pack=pack_id, marks=marks)
    session.finish({"pack": pack_id, "folder": str(folder), "files": [*files], "to_fill": marks})


def _place(session: Session, pack_id: str) -> Path:
    """Where the pack will stand. Raises WorkspaceError, FileError; usage error for a bad id."""
    if session.workspace.root is None:
        raise WorkspaceError(session.words("pack-needs-workspace"))
    if not _ID.fullmatch(pack_id):
        raise click.UsageError(session.words("pack-id", name=pack_id))
    if pack_id.casefold() in {known.casefold() for known in session.pack_ids()}:
        raise FileError(session.words("pack-there", pack=pack_id))
    return session.workspace.pack_roots[0] / pack_id


def _files(
    session: Session,
    pack_id: str,
    languages: tuple[str, ...],
    currencies: tuple[tuple[str, str], ...],
    names: dict[str, str],
) -> Iterator[tuple[str, str]]:
    """Each file of the pack: its name and text."""
    model = _read("pack")
    tongues = Tongues(frozenset(model["formats"]), languages, PATTERN)

    def written(name: str, data: dict[str, Any]) -> tuple[str, str]:
        topic = name.partition("/")[0].removesuffix(".yaml").removeprefix("_")
        words = session.words(f"pack-new-{topic}", pack=pack_id)
        return name, yaml_text(words, data)

    units = {code: given or model["currencies"].get(code, "2") for code, given in currencies}
    yield written("pack.yaml", _head(model, pack_id, languages, units, names))
    for name in ("kinds", "conditions", "rules", "ladder"):
        yield written(f"{name}.yaml", tongues.translated(_read(name)))
    for name in core.FILES:
        shared = _read(f"../{core.FOLDER}/{name}")
        yield written(f"{core.FOLDER}/{name}.yaml", tongues.translated(shared))
        yield written(f"{name}.yaml", _own(name, shared, tongues))
    yield written("refusals.yaml", tongues.translated(_read("refusals"), ("hint",)))
    for file in sorted((MODEL / "clauses").glob("*.yaml")):
        yield written(f"clauses/{file.name}", tongues.translated(_read(f"clauses/{file.stem}")))
    for file in sorted((MODEL / "examples").glob("*.yaml")):
        example = _read(f"examples/{file.stem}")
        if example["sender"] != SENDER:
            continue
        case = {**example["case"], "pack": pack_id, "languages": [*languages]}
        example["case"] = tongues.translated({**case, "currency": next(iter(units))})
        del example["phrases"]
        yield written(f"examples/{case['kind']}.yaml", example)
    sender = f"examples/senders/{SENDER}"
    yield written(f"{sender}.yaml", tongues.translated(_read(sender)))


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = read_text_file(MODEL / f"{name}.yaml").data
    return data


def _own(name: str, shared: dict[str, Any], tongues: Tongues) -> dict[str, Any]:
    """One of the model's files beside the core's: its own entries, and those that override."""
    sections = core.SECTIONS.get(name)
    if sections is None:
        return _entries(_read(name), shared, (), tongues)
    data = _read(name)
    return {s: _entries(data[s], shared, (s,), tongues) for s in sections if s in data}


def _entries(
    entries: dict[str, Any], shared: dict[str, Any], section: tuple[str, ...], tongues: Tongues
) -> dict[str, Any]:
    parts = [core.value_at(shared, (part, *section)) or {} for part in core.PARTS]
    every, named = parts
    known = {
        entry: tongues.overriding(said) if entry in (*every, *named) else tongues.translated(said)
        for entry, said in entries.items()
    }
    return {entry: said for entry, said in known.items() if said or entry in named}


def _head(
    model: dict[str, Any],
    pack_id: str,
    languages: tuple[str, ...],
    units: dict[str, str],
    names: dict[str, str],
) -> dict[str, Any]:
    """pack.yaml: a language's formats as the model has them, else the plainest ones."""
    formats = {
        tag: model["formats"].get(tag)
        or {"name": f"{MARK} {tag}", "locale": tag.replace("-", "_"), **_FORMATS}
        for tag in languages
    }
    pairs = [[one, other] for one in languages for other in languages if one != other]
    return {
        "id": pack_id,
        "version": model["version"],
        "names": {tag: names.get(tag, f"{MARK} {pack_id}") for tag in languages} | names,
        "currencies": units,
        "weekend": ["6", "7"],
        "language_sets": [*pairs, *([tag] for tag in languages)],
        "formats": formats,
        "defaults": {**model["defaults"], "languages": " ".join(languages[:2])},
        "not_covered": model["not_covered"],
    }
