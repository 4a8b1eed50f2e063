"""The files of a new pack: the model pack's letters in other languages, claiming no law."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from notices.pack import core
from notices.pack.unfilled import MARK
from notices.places import PACKS
from notices.review.new_pack_text import Tongues, yaml_text
from notices.textfiles import read_text_file

MODEL = PACKS / "generic"  # claims no law, so nothing of it is wrong elsewhere
_PATTERN = "en"
_SENDER = "sample-garden"  # its examples are the plainest, one a kind
_FORMATS = {
    "date": "d MMMM y",
    "amount": "#,##0.00",
    "money": "{currency} {amount}",
    "percent": "#,##0.##%",
    "words": "",
    "list_separator": ", ",
    "share": "50",
}
Words = Callable[..., str]


@dataclass(frozen=True)
class NewPack:
    """What is known of a pack that is begun."""

    id: str
    languages: tuple[str, ...]  # BCP 47, in printing order
    currencies: tuple[tuple[str, str], ...]  # ISO 4217, and its decimals; "" = as usual
    names: Mapping[str, str] = field(default_factory=dict)  # of the place, by language


def new_pack_files(new: NewPack, words: Words) -> Iterator[tuple[str, str]]:
    """Each file of the pack: its name and text. `words` gives the remark at a file's head."""
    model = _read("pack")
    tongues = Tongues(frozenset(model["formats"]), new.languages, _PATTERN)

    def written(name: str, data: dict[str, Any]) -> tuple[str, str]:
        topic = name.partition("/")[0].removesuffix(".yaml").removeprefix("_")
        return name, yaml_text(words(f"pack-new-{topic}", pack=new.id), data)

    units = {code: given or model["currencies"].get(code, "2") for code, given in new.currencies}
    yield written("pack.yaml", _pack(model, new, units))
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
        if example["sender"] != _SENDER:
            continue
        case = {**example["case"], "pack": new.id, "languages": [*new.languages]}
        example["case"] = tongues.translated({**case, "currency": next(iter(units))})
        del example["phrases"]
        yield written(f"examples/{case['kind']}.yaml", example)
    sender = f"examples/senders/{_SENDER}"
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
    every, named = (core.value_at(shared, (part, *section)) or {} for part in core.PARTS)
    known = {
        entry: tongues.overriding(said) if entry in (*every, *named) else tongues.translated(said)
        for entry, said in entries.items()
    }
    return {entry: said for entry, said in known.items() if said or entry in named}


def _pack(model: dict[str, Any], new: NewPack, units: dict[str, str]) -> dict[str, Any]:
    """pack.yaml: a language's formats as the model has them, else the plainest ones."""
    formats = {
        tag: model["formats"].get(tag)
        or {"name": f"{MARK} {tag}", "locale": tag.replace("-", "_"), **_FORMATS}
        for tag in new.languages
    }
    pairs = [
        [first, second] for first in new.languages for second in new.languages if first != second
    ]
    own_names = {tag: new.names.get(tag, f"{MARK} {new.id}") for tag in new.languages}
    return {
        "id": new.id,
        "version": model["version"],
        "names": {**own_names, **new.names},
        "currencies": units,
        "weekend": ["6", "7"],
        "settling": model["settling"],
        "language_sets": [*pairs, *([tag] for tag in new.languages)],
        "formats": formats,
        "defaults": {**model["defaults"], "languages": " ".join(new.languages[:2])},
        "not_covered": model["not_covered"],
    }
