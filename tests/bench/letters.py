"""Different letters in any number: the packs' examples with seeded names, numbers and sums."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from typing import Any

from notices.case.record import Record
from notices.finding import errors_in
from notices.letter.make import Checked, LetterMaker, check_record
from notices.page.document import Document
from notices.places import PACKS
from notices.review.examples import Example, read_examples
from tests.letter.letters import request

SEED = 20260101
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈", "示例样本范文虚构假设"


def examples(pack: str = "CN") -> tuple[Example, ...]:
    return read_examples(PACKS / pack)


def records(many: int, maker: LetterMaker, pack: str = "CN") -> list[tuple[Record, Record]]:
    """`many` different case records that pass the checks, each with its sender."""
    return list(islice(passing(maker, pack), many))


def documents(many: int, maker: LetterMaker) -> list[Document]:
    """`many` different composed letters, as issued: without the draft mark."""
    found = []
    for record, sender in records(many, maker):
        document = _checked(maker, record, sender)[0].document
        assert document is not None
        found.append(replace(document, furniture=replace(document.furniture, watermark="")))
    return found


def passing(maker: LetterMaker, pack: str = "CN") -> Iterator[tuple[Record, Record]]:
    """Different case records that pass the checks, without end."""
    rng, failed = random.Random(SEED), 0
    bases = [e for e in examples(pack) if len(_checked(maker, e.record, e.sender)) == 1]
    for number in count():
        base = bases[number % len(bases)]
        record = _varied(base.record, number, rng)
        checked = _checked(maker, record, base.sender)
        if all(one.document and not errors_in(one.findings) for one in checked):
            failed = 0
            yield record, base.sender
        elif (failed := failed + 1) > 100:
            raise RuntimeError("the examples' variations no longer pass the checks")


def _checked(maker: LetterMaker, record: Record, sender: Record) -> tuple[Checked, ...]:
    return tuple(check_record(record, maker.resources, request(record), sender))


def _varied(record: Record, number: int, rng: random.Random) -> Record:
    """The record under another id, with another name and other sums and contract numbers."""
    data: dict[str, Any] = copy.deepcopy(dict(record.data))
    data["id"] = f"BENCH-{number:06}"
    name = rng.choice(FAMILY) + "".join(rng.choices(GIVEN, k=2))
    if data["recipient"].get("type") != "business":
        data["recipient"]["name"] = name
    share = rng.randint(81, 119)
    for debt in data.get("debts", ()):
        if "contract_number" in debt:
            debt["contract_number"] = f"HT-{number:06}-{rng.randint(1000, 9999)}"
        if not {"instalments", "stated_total"} & debt.keys():
            for item in debt.get("items", ()):
                if isinstance(item.get("amount"), str):
                    item["amount"] = f"{float(item['amount']) * share / 100:.2f}"
    return Record(data, record.file, record.lines)
