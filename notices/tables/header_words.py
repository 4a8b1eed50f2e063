"""What columns are called: by the pack and its hints, in many languages, by known systems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from notices.pack.types import Pack
from notices.places import TEMPLATES
from notices.tables.mapping_check import ACCOUNT, is_trusted
from notices.tables.presets import preset_words
from notices.textfiles import read_text_file

# From `near` on they are offered only.
How = Literal["exact", "synonym", "near", "trap", "refused", "language", "choice", "unproven"]
OF_ROWS = "rows"  # what a row is, of which a person says what they mean
BOTH = ("text_by_language", "long_text_by_language")
HEADERS = TEMPLATES / "mappings" / "headers.yaml"
Names = Mapping[str, Mapping[str, How]]  # folded header → targets, the surest first


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    data = read_text_file(HEADERS).data
    return {target: tuple(map(folded, names)) for target, names in data["fields"].items()}


@cache
def value_words() -> Mapping[str, Mapping[str, str]]:
    """Usual words for codes: path → word → code."""
    words: Mapping[str, Mapping[str, str]] = read_text_file(HEADERS).data["values"]
    return words


def folded(header: str) -> str:
    """A header without what does not matter: case, blanks, marks and units in brackets."""
    bare = re.sub(r"[（(【\[].*?[)）】\]]", "", header)
    return re.sub(r"[\W_]", "", bare or header).casefold()


def names_of(pack: Pack) -> Names:
    """The pack's own names first, then its hints, synonyms, and the words of the presets."""
    names: dict[str, dict[str, How]] = {}

    def add(word: str, target: str, how: How) -> None:
        names.setdefault(word, {}).setdefault(target, how)

    own = [f for f in pack.fields.values() if not is_trusted(f.path, pack)]
    parts = ("debts[].items[]", "debts[].payments[]", *ACCOUNT)
    plain = [f for f in own if not f.path.startswith(parts)]
    leaves = [f.path.rpartition(".")[2] for f in plain]
    for field in plain:
        add(folded(field.name), field.path, "exact")
        add(folded(field.path), field.path, "exact")
        leaf = field.path.rpartition(".")[2]
        if leaves.count(leaf) == 1 and len(leaf) > 2:
            add(folded(leaf), field.path, "exact")
        for tag in pack.formats if field.type in BOTH else ():  # `cause en`: one column a language
            for language in (tag, tag.partition("-")[0]):
                add(folded(f"{leaf} {language}"), f"{field.path}.{tag}", "exact")
    paths = {field.path for field in plain} | {"sender"}
    words_of = (*synonyms().items(), *_preset_words().items())
    for target, words in words_of:
        head, _, leaf = target.partition(".")
        if target == "items.price":  # of a pack that knows one kind of claim
            target = claim_of(pack)
        here = target in paths or (head == "items" and leaf in (*pack.item_kinds, "price", "open"))
        if here or head in ("payments", "plan", "pair", "address", "earlier", OF_ROWS):
            for word in words:
                add(word, target, "synonym")
    for field in plain:
        for text in field.hint.values():
            words_ = re.split(r"[；;，,:(（]", text)[0]
            if 1 < len(folded(words_)) <= 24:
                add(folded(words_), field.path, "synonym")
    return names


def claim_of(pack: Pack) -> str:
    """The item that an invoice's amount is, as a target."""
    return "items.price" if "price" in pack.item_kinds else "items.principal"


@cache
def _preset_words() -> Mapping[str, tuple[str, ...]]:
    return {target: tuple(map(folded, words)) for target, words in preset_words().items()}
