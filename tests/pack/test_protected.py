"""What no letter may lack: over all packs, whatever is protected can't go missing unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from notices.pack.check import check_kind_text, check_pack
from notices.pack.load import load_pack, read_pack
from notices.pack.types import Kind, Pack
from notices.places import PACKS
from tests.pack.test_check import ZZ

SHIPPED = sorted(place.parent for place in PACKS.glob("*/pack.yaml"))
AMOUNTS = {"items", "itemization"}
ROUTES = {"pay_to", "pay_slip", "tear_off"}


def with_parts(pack: Pack, kind: Kind) -> Pack:
    return replace(pack, kinds={**pack.kinds, kind.id: kind})


def protected() -> Iterator[tuple[str, str, str]]:
    for root in SHIPPED:
        for kind in load_pack(root).kinds.values():
            yield from ((root.name, kind.id, name) for name in kind.protected)


@pytest.mark.parametrize("root", SHIPPED, ids=lambda root: root.name)
def test_amounts_payment_and_signature_are_protected_in_every_kind(root: Path) -> None:
    for kind in load_pack(root).kinds.values():
        blocks = {part.block for part in kind.parts}
        assert AMOUNTS & set(kind.protected)
        if kind.asks_payment:
            assert ROUTES & set(kind.protected)
        assert "signature" in kind.protected or "signature" not in blocks


@pytest.mark.parametrize(
    ("pack_id", "kind_id", "name"),
    [
        pytest.param(*one, marks=[pytest.mark.slow] if n % 4 else [])
        for n, one in enumerate(protected())
    ],
)
def test_a_protected_part_that_goes_or_is_narrowed_is_an_error(
    pack_id: str, kind_id: str, name: str
) -> None:
    pack = load_pack(PACKS / pack_id)
    kind = pack.kinds[kind_id]
    assert check_kind_text(pack, kind_id) == ()
    rest = tuple(p for p in kind.parts if p.block != name and p.clause != name)
    rest = tuple(replace(p, rows=tuple(r for r in p.rows if r != name)) for p in rest)
    without = check_kind_text(with_parts(pack, replace(kind, parts=rest)), kind_id)
    assert ("protected-part", name) in {(f.rule, f.params.get("name")) for f in without}
    narrowed = tuple(
        replace(p, when={**p.when, "layout": ("stacked",)}) if name in (p.block, *p.clauses) else p
        for p in kind.parts
    )
    found = check_kind_text(with_parts(pack, replace(kind, parts=narrowed)), kind_id)
    assert ("protected-part", name) in {(f.rule, f.params.get("name")) for f in found}


def test_what_must_be_printed_must_be_printed_in_every_case() -> None:
    pack = load_pack(PACKS / "CN")
    kind = pack.kinds["formal_demand"]
    rest = tuple(part for part in kind.parts if part.clause != "hardship")
    found = check_kind_text(with_parts(pack, replace(kind, parts=rest)), kind.id)
    gaps = [f for f in found if f.rule == "must-print-gap"]
    assert {f.params["name"] for f in gaps} == {"hardship_contact"}


def test_both_sides_of_one_condition_are_a_contradiction() -> None:
    pack = load_pack(PACKS / "CN")
    kind = pack.kinds["formal_demand"]
    both = {"all": ("limitation-runs",), "not": ("limitation-runs",)}
    parts = (replace(kind.parts[1], when=both), *kind.parts)
    (found,) = check_kind_text(with_parts(pack, replace(kind, parts=parts)), kind.id)
    assert (found.rule, found.params["name"]) == ("never-printed", "salutation-line")
    assert "; and not: " in found.params["said_en"] and "；且并非：" in found.params["said_zh"]


def test_a_part_and_its_clause_contradict_each_other() -> None:
    pack = load_pack(PACKS / "CN")
    kind = pack.kinds["formal_demand"]
    index = next(i for i, p in enumerate(kind.parts) if p.clause == "demand-opening-no-suit")
    parts = list(kind.parts)
    parts[index] = replace(parts[index], when={"all": ("limitation-runs",)})
    found = check_kind_text(with_parts(pack, replace(kind, parts=tuple(parts))), kind.id)
    assert ("never-printed", "demand-opening-no-suit") in {
        (f.rule, f.params["name"]) for f in found
    }


def test_a_level_that_the_kind_does_not_have_is_a_contradiction() -> None:
    pack = load_pack(ZZ)
    kind = pack.kinds["final_demand"]
    parts = (*kind.parts, replace(kind.parts[1], when={"level": ("3",)}))
    rules = {f.rule for f in check_pack(with_parts(pack, replace(kind, parts=parts)))}
    assert "never-printed" in rules


@pytest.mark.parametrize("line", ["protected: {}", "protected: {items: person}"])
def test_an_own_copy_can_t_ask_for_less(tmp_path: Path, line: str) -> None:
    """What is protected is law: it comes from the shipped pack."""
    own = tmp_path / "ZZ"
    own.mkdir()
    for file in ZZ.rglob("*"):
        if file.is_file():
            target = own / file.relative_to(ZZ)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    kinds = own / "kinds.yaml"
    text = kinds.read_text(encoding="utf-8")
    asked = "protected: {items: always, pay_to: always, signature: always}"
    assert asked in text
    text = text.replace(asked, line).replace("    - {block: signature}\n", "")
    kinds.write_text(text, encoding="utf-8")
    pack, _ = read_pack(own, None, ZZ)
    assert pack is not None
    missing = {f.params["name"] for f in check_pack(pack) if f.rule == "protected-part"}
    assert missing == {"signature"}
